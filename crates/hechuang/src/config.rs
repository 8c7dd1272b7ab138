//! Configuration: defaults → file → environment (`HC_SECTION__KEY`) → flags. Parsed once, all mistakes reported together, secrets struck out when shown.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The documented default file is the manual.
pub const DEFAULT_FILE: &str = include_str!("../default.toml");

/// Everything that can be configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the program listens and lies.
    pub server: Server,
    /// What the site says of itself.
    pub site: Site,
    /// Mail.
    pub smtp: Smtp,
}

/// Where the program listens and lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Data folder.
    pub data: PathBuf,
    /// Address of the pages and the API.
    pub listen: String,
    /// Address of `/metrics`, or `off`.
    pub metrics: String,
    /// `postgres://…`; empty: SQLite in the data folder.
    pub database: String,
    /// Host names that are answered, besides the loopback names.
    pub hosts: Vec<String>,
    /// Public address, as people type it; empty: this machine, or the first of the host names over HTTPS.
    pub url: String,
    /// Is it reached over HTTPS (behind a proxy)? Then cookies are `Secure` and HSTS is sent.
    pub https: bool,
}

/// What the site says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Number of the ICP record, shown in the footer.
    pub icp: String,
    /// Number of the public-security record, shown in the footer.
    pub psb: String,
}

/// Mail. Without a host nothing is sent and the inbox is all there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Sender's address.
    pub from: String,
    /// Login; empty: none.
    pub user: String,
    /// Password; better in the environment: `HC_SMTP__PASSWORD`.
    pub password: String,
}

/// Where a value came from.
pub type Origins = BTreeMap<String, String>;

/// Reads the layers. `file` given on the command line must exist; the usual places may be empty.
pub fn load(file: Option<&Path>, flags: &[(&str, String)]) -> Result<(Config, Origins), String> {
    let mut table: toml::Table = toml::from_str(DEFAULT_FILE).map_err(|mistake| format!("default configuration: {mistake}"))?;
    let mut origins = Origins::new();
    note_all(&table, "default", &mut origins);
    let usual = [PathBuf::from("/etc/hechuang.toml"), PathBuf::from("hechuang.toml")];
    let files: Vec<PathBuf> = match file {
        Some(file) => vec![file.to_path_buf()],
        None => usual.into_iter().filter(|path| path.exists()).collect(),
    };
    for path in files {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let layer: toml::Table = toml::from_str(&text).map_err(|mistake| format!("{}: {mistake}", path.display()))?;
        merge(&mut table, &layer, &path.display().to_string(), &mut origins);
    }
    let mut mistakes = Vec::new();
    for (name, value) in std::env::vars().filter(|(name, _)| name.starts_with("HC_")) {
        let key = name[3..].to_lowercase().replace("__", ".");
        put(&mut table, &key, &value, &name, &mut origins, &mut mistakes);
    }
    for (key, value) in flags {
        put(&mut table, key, value, "command line", &mut origins, &mut mistakes);
    }
    if !mistakes.is_empty() {
        return Err(mistakes.join("\n"));
    }
    let config = Config::deserialize(table).map_err(|mistake| format!("configuration: {mistake}"))?;
    Ok((config, origins))
}

fn note_all(table: &toml::Table, origin: &str, origins: &mut Origins) {
    for (section, values) in table {
        for key in values.as_table().into_iter().flat_map(toml::Table::keys) {
            origins.insert(format!("{section}.{key}"), origin.to_owned());
        }
    }
}

fn merge(table: &mut toml::Table, layer: &toml::Table, origin: &str, origins: &mut Origins) {
    note_all(layer, origin, origins);
    for (section, values) in layer {
        match (table.get_mut(section).and_then(toml::Value::as_table_mut), values.as_table()) {
            (Some(known), Some(values)) => known.extend(values.clone()),
            _ => {
                table.insert(section.clone(), values.clone());
            }
        }
    }
}

fn put(table: &mut toml::Table, key: &str, text: &str, origin: &str, origins: &mut Origins, mistakes: &mut Vec<String>) {
    let known = key.split_once('.').and_then(|(section, key)| table.get_mut(section)?.as_table_mut()?.get_mut(key));
    let Some(value) = known else { return mistakes.push(format!("{origin}: there is no setting {key}")) };
    let parsed = match value {
        toml::Value::String(_) => Some(toml::Value::String(text.to_owned())),
        toml::Value::Boolean(_) => text.parse().ok().map(toml::Value::Boolean),
        toml::Value::Integer(_) => text.parse().ok().map(toml::Value::Integer),
        toml::Value::Array(_) => Some(toml::Value::Array(text.split(',').map(|one| toml::Value::String(one.trim().to_owned())).collect())),
        _ => None,
    };
    match parsed {
        Some(parsed) => {
            *value = parsed;
            origins.insert(key.to_owned(), origin.to_owned());
        }
        None => mistakes.push(format!("{origin}: {text} does not fit {key}")),
    }
}

/// Every setting with its value and where it came from; secrets struck out.
pub fn show(config: &Config, origins: &Origins) -> Vec<(String, String, String)> {
    let table = toml::Table::try_from(config).unwrap_or_default();
    let mut lines = Vec::new();
    for (section, values) in &table {
        for (key, value) in values.as_table().into_iter().flatten() {
            let name = format!("{section}.{key}");
            let secret = key == "password" || (key == "database" && value.as_str().is_some_and(|url| url.contains('@')));
            let shown = if secret && value.as_str() != Some("") { "••••".to_owned() } else { value.to_string() };
            let origin = origins.get(&name).cloned().unwrap_or_default();
            lines.push((name, shown, origin));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_file_is_complete_and_flags_win() {
        let (config, origins) = load(None, &[("server.listen", "127.0.0.1:9".into())]).unwrap();
        assert_eq!(config.server.listen, "127.0.0.1:9");
        assert_eq!(origins["server.listen"], "command line");
        assert_eq!(origins["smtp.host"], "default");
    }

    #[test]
    fn unknown_settings_and_wrong_values_are_reported_together() {
        let flags = [("server.lisen", "x".to_owned()), ("smtp.port", "many".to_owned())];
        let mistakes = load(None, &flags).unwrap_err();
        assert_eq!(mistakes.lines().count(), 2, "{mistakes}");
    }

    #[test]
    fn secrets_are_struck_out() {
        let (config, origins) = load(None, &[("smtp.password", "geheim".into())]).unwrap();
        assert!(show(&config, &origins).iter().all(|(_, value, _)| !value.contains("geheim")));
    }
}
