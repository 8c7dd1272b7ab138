//! `verify`, `config`, `doctor`, `openapi`: commands that look and change nothing.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use words::Never;

use super::{Run, Setting, Stop, existing, print_json, say};
use crate::config::{self, Config, Smtp};
use crate::wiring;

/// Runs all checks; exit code 1 and the first wrong row if something does not fit.
pub(super) fn verify(setting: &Setting, list: bool) -> Run {
    if list {
        for part in wiring::PARTS {
            for table in part.tables {
                say(format!("{}: every row against the log", table.name))?;
            }
            for check in part.checks {
                say(format!("{}: rebuilt", check.name))?;
            }
            for (name, reason) in part.free {
                say(format!("{name}: not covered: {reason}"))?;
            }
        }
        return Ok(());
    }
    let db = existing(&setting.config)?;
    db.seal()?;
    let report = db.read::<_, Never>(|read| Ok(store::verify(read, wiring::PARTS)?)).map_err(words::Failure::into_fault)?;
    if setting.json {
        print_json(&report)?;
    } else {
        for check in &report.checks {
            let word = if check.findings.is_empty() { "ok" } else { "WRONG" };
            say(format!("{word:6}{} ({} looked at)", check.name, check.looked_at))?;
            for finding in &check.findings {
                say(format!("      {} {}: {}", finding.place, finding.row, finding.message))?;
            }
        }
    }
    match report.first() {
        None => Ok(()),
        Some(first) => Err(Stop::new(1, format!("{} {}: {}", first.place, first.row, first.message))),
    }
}

/// Every setting, its value, its origin; secrets struck out.
pub(super) fn config(setting: &Setting) -> Run {
    let lines = config::show(&setting.config, &setting.origins);
    if setting.json {
        return print_json(&lines);
    }
    lines.into_iter().try_for_each(|(name, value, origin)| say(format!("{name} = {value}  # {origin}")))
}

/// Looks for trouble and says what to do about each.
pub(super) fn doctor(setting: &Setting) -> Run {
    let config = &setting.config;
    let mut looked = vec![
        ("data folder", data_folder(&config.server.data)),
        ("master key", key_mode(&config.server.data)),
        ("database", database(config)),
        ("public address", wiring::place(config).map(|place| place.origin).map_err(|fault| fault.message)),
        ("address", address(&config.server.listen)),
        ("mail", mail(&config.smtp)),
    ];
    looked.extend(certificate(config));
    looked.extend(secret(config));
    looked.extend(providers(config));
    if setting.json {
        let line =
            |(name, found): &(&str, Result<String, String>)| json!({ "name": name, "ok": found.is_ok(), "says": found.as_ref().unwrap_or_else(|what| what) });
        print_json(&looked.iter().map(line).collect::<Vec<_>>())?;
    } else {
        for (name, found) in &looked {
            say(found.as_ref().map_or_else(|what| format!("WRONG  {name}: {what}"), |fine| format!("ok     {name}: {fine}")))?;
        }
    }
    let trouble = looked.iter().filter(|(_, found)| found.is_err()).count();
    if trouble == 0 { Ok(()) } else { Err(Stop::new(1, format!("{trouble} to mend"))) }
}

fn data_folder(folder: &Path) -> Result<String, String> {
    match std::fs::metadata(folder) {
        Ok(found) if found.permissions().readonly() => Err(format!("{} cannot be written", folder.display())),
        Ok(found) if found.is_dir() => Ok(folder.display().to_string()),
        Ok(_) => Err(format!("{} is no folder", folder.display())),
        Err(_) => Ok(format!("{}: not made yet", folder.display())),
    }
}

fn database(config: &Config) -> Result<String, String> {
    match existing(config) {
        Ok(_) => Ok("opens, schema up to date".into()),
        Err(stop) if stop.code == 3 => Ok("not made yet".into()),
        Err(stop) => Err(stop.message),
    }
}

fn address(listen: &str) -> Result<String, String> {
    let bound = std::net::TcpListener::bind(listen);
    bound.map(|_| format!("{listen} is free")).map_err(|error| format!("{listen}: {error}; is the program running already?"))
}

fn mail(smtp: &Smtp) -> Result<String, String> {
    if smtp.host.is_empty() { Ok("not configured: the inbox only".into()) } else { reach(&smtp.host, smtp.port) }
}

/// The certificate of the gateway, if it shows one.
fn certificate(config: &Config) -> Option<(&'static str, Result<String, String>)> {
    let gateway = &config.gateway;
    if gateway.tls_listen == "off" {
        return None;
    }
    let found = gateway::inspect(Path::new(&gateway.tls_certificate), Path::new(&gateway.tls_key));
    let now = store::Clock::system().now().micros();
    let said = found.and_then(|at| at.trouble(now).map_or_else(|| Ok(gateway.tls_certificate.clone()), Err));
    Some(("certificate of the gateway", said))
}

/// The secret that is shared with gateways elsewhere, if one is.
fn secret(config: &Config) -> Option<(&'static str, Result<String, String>)> {
    let said = crate::apart::secret(config).map_err(|fault| fault.message).transpose()?;
    Some(("secret of gateways", said.map(|_| "32 characters or more, for its owner only".to_owned())))
}

/// Asks each provider for its discovery document and its keys.
fn providers(config: &Config) -> Vec<(&'static str, Result<String, String>)> {
    let known = match wiring::providers(config) {
        Ok(known) => known,
        Err(fault) => return vec![("oidc", Err(fault.message))],
    };
    let now = store::Clock::system().now();
    let asked = |provider: &std::sync::Arc<identity::Provider>| {
        let found = provider.inspect(now).map(|keys| format!("{}: {} answers, keys: {keys}", provider.key(), provider.issuer()));
        ("oidc", found.map_err(|what| format!("{}: {what}", provider.key())))
    };
    known.all().iter().map(asked).collect()
}

fn key_mode(folder: &Path) -> Result<String, String> {
    use std::os::unix::fs::PermissionsExt;
    let file = folder.join("master.key");
    let Ok(found) = std::fs::metadata(&file) else { return Ok("not made yet".into()) };
    let mode = found.permissions().mode() & 0o777;
    if mode == 0o600 { Ok("mode 0600".into()) } else { Err(format!("mode {mode:o}: run `chmod 600 {}`", file.display())) }
}

fn reach(host: &str, port: u16) -> Result<String, String> {
    use std::net::ToSocketAddrs;
    let address = (host, port).to_socket_addrs().map_err(|error| error.to_string())?.next().ok_or("no address")?;
    std::net::TcpStream::connect_timeout(&address, Duration::from_secs(5))
        .map(|_| format!("{host}:{port} answers"))
        .map_err(|error| format!("{host}:{port}: {error}"))
}

/// Prints the OpenAPI document of the routes of this program.
pub(super) fn openapi(setting: &Setting) -> Run {
    match existing(&setting.config) {
        Err(stop) if stop.code == 3 => {
            // Nothing is installed yet: the document of the built-in pack, from a folder that is gone afterwards.
            let folder = std::env::temp_dir().join(format!("hechuang-openapi-{}", std::process::id()));
            let mut config = setting.config.clone();
            config.server.data.clone_from(&folder);
            let printed = wiring::open(&config).map_err(Stop::from).and_then(|db| print_openapi(db, &config));
            std::fs::remove_dir_all(&folder).map_err(|error| Stop::new(1, format!("{}: {error}", folder.display())))?;
            printed
        }
        db => print_openapi(db?, &setting.config),
    }
}

fn print_openapi(db: store::Db, config: &Config) -> Run {
    print_json(&wiring::app(db, config, None)?.openapi()?)
}
