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
    /// The data plane.
    pub gateway: Gateway,
    /// Events for developers.
    pub callbacks: Callbacks,
    /// Mail.
    pub smtp: Smtp,
    /// Identity providers by their short names.
    pub oidc: BTreeMap<String, Oidc>,
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
    /// May people and firms from outside register themselves?
    pub register: bool,
}

/// An identity provider (OpenID Connect).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// Issuer, exactly as the provider writes it.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// Our secret there; better in the environment (`HC_OIDC__NAME__CLIENT_SECRET`) or in a file.
    #[serde(default)]
    pub client_secret: String,
    /// File that holds the secret.
    #[serde(default)]
    pub client_secret_file: String,
    /// What is asked for.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// What people call it, in Chinese.
    pub zh: String,
    /// What people call it, in English.
    pub en: String,
    /// How people are found who come in for the first time.
    #[serde(default)]
    pub find: Find,
    /// Claim that holds the staff number.
    #[serde(default = "usual_claim")]
    pub staff_claim: String,
    /// Add whoever is not found?
    #[serde(default)]
    pub create: bool,
}

/// How people are found who come in through a provider for the first time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Find {
    /// Not at all: only who has linked the account comes in.
    #[default]
    Linked,
    /// By the verified address.
    Email,
    /// By the staff number.
    StaffNo,
}

fn usual_scopes() -> Vec<String> {
    ["openid", "email", "profile"].map(str::to_owned).to_vec()
}

fn usual_claim() -> String {
    "employee_number".to_owned()
}

/// The data plane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Address that calls come to, or `off`.
    pub listen: String,
    /// Address that calls over TLS come to, or `off`.
    pub tls_listen: String,
    /// Certificate that callers are shown, with those that vouch for it: a file, PEM.
    pub tls_certificate: String,
    /// Its key: a file, PEM.
    pub tls_key: String,
    /// Certificates that vouch for upstreams, besides those of the system: a file, PEM; empty: none.
    pub trusted: String,
    /// Threads that answer; 0: one for each core.
    pub workers: usize,
    /// So many calls a thread takes at a time.
    pub calls: usize,
    /// Where the world finds it, if a proxy stands before it.
    pub public: String,
    /// May upstreams have private addresses, this machine among them?
    pub private_upstreams: bool,
    /// What people call it; empty: the name of the machine.
    pub name: String,
    /// File with the secret that the server and gateways in processes of their own share; empty: a server admits none.
    pub secret_file: String,
    /// The secret itself; better in a file or in the environment (`HC_GATEWAY__SECRET`).
    pub secret: String,
    /// Of a gateway alone: the server that it works for.
    pub server: String,
    /// Of a gateway alone: may the server be spoken to in the clear elsewhere than on this machine?
    pub in_clear: bool,
}

/// Events for developers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Callbacks {
    /// May they be sent to private addresses, this machine among them, and in the clear?
    pub private_addresses: bool,
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
    let known = setting_of(table, key);
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

/// A setting that is there; the secret of a provider that is there need not be.
fn setting_of<'a>(table: &'a mut toml::Table, key: &str) -> Option<&'a mut toml::Value> {
    let (path, last) = key.rsplit_once('.')?;
    let found = path.split('.').try_fold(table, |table, part| table.get_mut(part)?.as_table_mut())?;
    if path.starts_with("oidc.") && last == "client_secret" {
        return Some(found.entry(last).or_insert_with(|| toml::Value::String(String::new())));
    }
    found.get_mut(last)
}

/// Every setting with its value and where it came from; secrets struck out.
pub fn show(config: &Config, origins: &Origins) -> Vec<(String, String, String)> {
    let table = toml::Table::try_from(config).unwrap_or_default();
    let mut lines = Vec::new();
    table.iter().for_each(|(section, values)| show_all(section, values, origins, &mut lines));
    lines
}

fn show_all(path: &str, values: &toml::Value, origins: &Origins, lines: &mut Vec<(String, String, String)>) {
    for (key, value) in values.as_table().into_iter().flatten() {
        let name = format!("{path}.{key}");
        if value.is_table() {
            show_all(&name, value, origins, lines);
            continue;
        }
        let secret =
            matches!(key.as_str(), "password" | "client_secret" | "secret") || (key == "database" && value.as_str().is_some_and(|url| url.contains('@')));
        let shown = if secret && value.as_str() != Some("") { "••••".to_owned() } else { value.to_string() };
        let origin = origins.get(&name).or_else(|| origins.get(path)).cloned().unwrap_or_default();
        lines.push((name, shown, origin));
    }
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
    fn a_provider_is_a_table_of_its_own_and_its_secret_may_come_from_elsewhere() {
        let file = std::env::temp_dir().join(format!("hechuang-oidc-{}.toml", std::process::id()));
        let text = "[oidc.corp]\nissuer = \"https://id.example.cn\"\nclient_id = \"hechuang\"\nzh = \"统一认证\"\nen = \"Company\"\nfind = \"staff_no\"\n";
        std::fs::write(&file, text).unwrap();
        let (config, origins) = load(Some(&file), &[("oidc.corp.client_secret", "geheim".into())]).unwrap();
        let corp = &config.oidc["corp"];
        assert_eq!((corp.client_secret.as_str(), corp.find, corp.create), ("geheim", Find::StaffNo, false));
        let shown = show(&config, &origins);
        assert!(shown.iter().any(|(name, _, origin)| name == "oidc.corp.issuer" && origin.ends_with(".toml")), "{shown:?}");
        assert!(shown.iter().all(|(_, value, _)| !value.contains("geheim")));
        assert!(load(Some(&file), &[("oidc.other.client_secret", "x".into())]).is_err());
        std::fs::write(&file, format!("{text}isuer = \"x\"\n")).unwrap();
        assert!(load(Some(&file), &[]).unwrap_err().contains("isuer"));
        std::fs::remove_file(file).unwrap();
    }

    #[test]
    fn secrets_are_struck_out() {
        let (config, origins) = load(None, &[("smtp.password", "geheim".into()), ("gateway.secret", "geheim".into())]).unwrap();
        assert!(show(&config, &origins).iter().all(|(_, value, _)| !value.contains("geheim")));
    }
}
