//! axe-core, the accessibility checker that tests inject into pages: fetched from the npm registry once, its hash checked each time, kept under `target/`.
//!
//! It is no part of the program and is not committed (MPL-2.0).

use std::path::Path;
use std::process::Command;

const VERSION: &str = "4.14.1";
/// SHA-512 of the package, as the registry states it (`npm view axe-core@4.14.1 dist.integrity`, in hexadecimal).
const SHA512: &str = "1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5";
const FOLDER: &str = "target/axe";

/// Puts `target/axe/axe.min.js` there.
pub fn fetch() -> Result<(), String> {
    let package = format!("{FOLDER}/axe-core-{VERSION}.tgz");
    std::fs::create_dir_all(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
    if !Path::new(&package).exists() {
        println!("== fetching axe-core {VERSION}");
        run(&format!("npm pack --silent --pack-destination {FOLDER} axe-core@{VERSION}")).map_err(|why| {
            format!("{why}\naxe-core {VERSION} comes from the npm registry: install the Debian package npm, and let this machine reach the registry")
        })?;
    }
    if let Err(why) = run(&format!("echo '{SHA512}  {package}' | sha512sum --check --status")) {
        let _ = std::fs::remove_file(&package);
        return Err(format!("{package} is not axe-core {VERSION}: its SHA-512 is another ({why}); it is removed"));
    }
    run(&format!("tar -xzf {package} -C {FOLDER} --strip-components=1 package/axe.min.js"))
}

fn run(line: &str) -> Result<(), String> {
    let status = Command::new("sh").args(["-c", line]).status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("this failed: {line}")) }
}
