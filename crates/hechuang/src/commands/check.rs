//! `verify`, `config`, `doctor`, `openapi`: commands that look and change nothing.

use std::time::Duration;

use words::Never;

use super::{Run, Setting, Stop, print_json};
use crate::{config, wiring};

/// Runs all checks; exit code 1 and the first wrong row if something does not fit.
pub(super) fn verify(setting: &Setting, list: bool) -> Run {
    if list {
        for part in wiring::PARTS {
            for table in part.tables {
                println!("{}: every row against the log", table.name);
            }
            for check in part.checks {
                println!("{}: rebuilt", check.name);
            }
            for (name, reason) in part.free {
                println!("{name}: not covered: {reason}");
            }
        }
        return Ok(());
    }
    let db = wiring::open(&setting.config)?;
    db.seal()?;
    let report = db.read::<_, Never>(|read| Ok(store::verify(read, wiring::PARTS)?)).map_err(words::Failure::into_fault)?;
    if setting.json {
        print_json(&report)?;
    } else {
        for check in &report.checks {
            let word = if check.findings.is_empty() { "ok" } else { "WRONG" };
            println!("{word:6}{} ({} looked at)", check.name, check.looked_at);
            for finding in &check.findings {
                println!("      {} {}: {}", finding.place, finding.row, finding.message);
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
    for (name, value, origin) in lines {
        println!("{name} = {value}  # {origin}");
    }
    Ok(())
}

/// Looks for trouble and says what to do about each.
pub(super) fn doctor(setting: &Setting) -> Run {
    let mut trouble = 0;
    let mut say = |name: &str, found: Result<String, String>| match found {
        Ok(fine) => println!("ok     {name}: {fine}"),
        Err(what) => {
            trouble += 1;
            println!("WRONG  {name}: {what}");
        }
    };
    let folder = &setting.config.server.data;
    say("data folder", std::fs::create_dir_all(folder).map(|()| folder.display().to_string()).map_err(|error| error.to_string()));
    say("master key", key_mode(folder));
    say("database", wiring::open(&setting.config).map(|_| "opens, schema up to date".into()).map_err(|fault| fault.message));
    let port = std::net::TcpListener::bind(&setting.config.server.listen).map(|_| format!("{} is free", setting.config.server.listen));
    say("address", port.map_err(|error| format!("{}: {error}; is the program running already?", setting.config.server.listen)));
    let smtp = &setting.config.smtp;
    say("mail", if smtp.host.is_empty() { Ok("not configured: the inbox only".into()) } else { reach(&smtp.host, smtp.port) });
    if trouble == 0 { Ok(()) } else { Err(Stop::new(1, format!("{trouble} to mend"))) }
}

fn key_mode(folder: &std::path::Path) -> Result<String, String> {
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
    let db = wiring::open(&setting.config)?;
    let app = wiring::app(db, &setting.config, None)?;
    print_json(&app.openapi()?)
}
