//! The program as a process on a folder and a port of its own. Gone, with its folder, when the test ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Got, ask, free_port};

/// A serving process.
pub struct Program {
    binary: PathBuf,
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Program {
    /// Starts `binary serve --demo` on an empty folder and waits until it answers.
    pub fn demo(binary: &str) -> Self {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("hechuang-served-{}-{port}", std::process::id()));
        let mut program = Self { binary: binary.into(), folder, port, child: None };
        program.start();
        program
    }

    /// Starts it again on the same folder and port.
    pub fn start(&mut self) {
        let log = self.folder.with_extension("log");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&log).expect("a log");
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = Command::new(&self.binary);
        command.args(["serve", "--demo", "--metrics", "off", "--listen", &listen, "--data"]).arg(&self.folder);
        self.child = Some(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("the program starts"));
        let begun = Instant::now();
        while !self.get("/readyz").is_ok_and(|got| got.status == 200) {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none(), "the program ended: {ended:?}; see {}", self.folder.with_extension("log").display());
            assert!(begun.elapsed() < Duration::from_secs(300), "the program does not get ready");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// `kill -9`: no goodbye.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Runs another command of the program on the same folder; gives whether it was content, and what it said.
    pub fn command(&self, args: &[&str]) -> (bool, String) {
        let out = Command::new(&self.binary).args(args).arg("--data").arg(&self.folder).output().expect("the command runs");
        (out.status.success(), format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr)))
    }

    /// Port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// Asks as nobody.
    pub fn get(&self, path: &str) -> std::io::Result<Got> {
        ask(self.port, "GET", path, &[], "")
    }

    /// What the file of demo credentials says of a persona: `login`, `password`, `token`, `person`.
    pub fn credential(&self, persona: &str, what: &str) -> String {
        let text = std::fs::read_to_string(self.folder.join("demo-credentials.json")).expect("demo credentials");
        let all: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list");
        let one = all.into_iter().find(|one| one["persona"] == persona).expect(persona);
        one[what].as_str().expect(what).to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.folder);
            let _ = std::fs::remove_file(self.folder.with_extension("log"));
        }
    }
}
