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
    database: Option<String>,
    before: Option<String>,
    guest: bool,
    child: Option<Child>,
}

impl Program {
    /// Starts `binary serve --demo` on an empty folder and waits until it answers.
    pub fn demo(binary: &str) -> Self {
        let mut program = Self::new(binary);
        program.start();
        program
    }

    /// Not started yet, on an empty folder.
    pub fn new(binary: &str) -> Self {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("hechuang-served-{}-{port}", std::process::id()));
        Self { binary: binary.into(), folder, port, database: None, before: None, guest: false, child: None }
    }

    /// The same with its data in this PostgreSQL database.
    pub fn new_on(binary: &str, database: &str) -> Self {
        let mut program = Self::new(binary);
        program.database = Some(database.to_owned());
        program
    }

    /// Another process on the same folder and database, with a port of its own.
    pub fn beside(&self) -> Self {
        let (binary, folder, database) = (self.binary.clone(), self.folder.clone(), self.database.clone());
        let mut program = Self { binary, folder, port: free_port(), database, before: self.before.clone(), guest: true, child: None };
        program.start();
        program
    }

    /// From the next start on, this line of shell comes before the program: limits, traps.
    pub fn after(&mut self, line: &str) {
        self.before = Some(line.to_owned());
    }

    /// Puts the data there instead of a folder of its own.
    pub fn live_in(&mut self, folder: &Path) {
        self.folder = folder.to_path_buf();
        self.guest = true;
    }

    /// Number of the process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// Starts it again on the same folder and port.
    pub fn start(&mut self) {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log()).expect("a log");
        let mut command = match &self.before {
            None => Command::new(&self.binary),
            Some(line) => {
                let mut shell = Command::new("sh");
                shell.arg("-c").arg(format!("{line}; exec \"$0\" \"$@\"")).arg(&self.binary);
                shell
            }
        };
        command.args(["serve", "--demo", "--metrics", "off", "--gateway", "127.0.0.1:0", "--listen", &format!("127.0.0.1:{}", self.port)]).args(self.places());
        self.child = Some(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("the program starts"));
        let begun = Instant::now();
        while !self.get("/readyz").is_ok_and(|got| got.status == 200) {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none(), "the program ended: {ended:?}; see {}", self.log().display());
            assert!(begun.elapsed() < Duration::from_secs(300), "the program does not get ready");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn places(&self) -> Vec<std::ffi::OsString> {
        let mut places = vec!["--data".into(), self.folder.clone().into_os_string()];
        places.extend(self.database.iter().flat_map(|url| ["--database".into(), url.into()]));
        places
    }

    fn log(&self) -> PathBuf {
        std::env::temp_dir().join(format!("hechuang-served-{}-{}.log", std::process::id(), self.port))
    }

    /// What it has logged so far.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
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
        let out = Command::new(&self.binary).args(args).args(self.places()).output().expect("the command runs");
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
            let _ = std::fs::remove_file(self.log());
            if !self.guest {
                let _ = std::fs::remove_dir_all(&self.folder);
            }
        }
    }
}
