//! Logins of the demo: passwords and tokens are random for each new data folder and lie in `DATA/demo-credentials.json` (mode 0600).

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread::JoinHandle;

use identity::{DemoPersona, DemoPersonas, LoginSecret, TokenDraft};
use serde::{Deserialize, Serialize};
use store::Entropy;
use words::{Acting, Bilingual, Fault, Id, Outcome};

use super::World;

const FILE: &str = "demo-credentials.json";

/// One line of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Credential {
    /// Key of the persona.
    persona: String,
    /// Name, Chinese.
    name: String,
    /// Login.
    login: String,
    /// Password.
    password: String,
    /// Bearer token for the API.
    token: String,
    /// Id of the person.
    person: Id,
    /// Name, English.
    name_en: String,
    /// What they do.
    story: Bilingual,
}

/// Who was made before in this folder; `None` if there is no demo yet.
pub(super) fn read(folder: &Path) -> Result<Option<DemoPersonas>, Fault> {
    let Ok(text) = std::fs::read_to_string(folder.join(FILE)) else { return Ok(None) };
    let all: Vec<Credential> = serde_json::from_str(&text).map_err(|mistake| Fault::new(format!("{FILE}: {mistake}")))?;
    Ok(Some(doors(&all)))
}

fn doors(all: &[Credential]) -> DemoPersonas {
    let door = |one: &Credential| DemoPersona { person: one.person.clone(), name: Bilingual::new(&one.name, &one.name_en), role: one.story.clone() };
    DemoPersonas(all.iter().map(door).collect())
}

/// A password and what is kept of it.
type Password = (String, LoginSecret);

/// Passwords of all personas with a door. Hashing them is slow on purpose, so it goes on beside the life that is lived meanwhile.
pub(super) struct Passwords(JoinHandle<Result<Vec<Password>, Fault>>);

impl Passwords {
    /// Begins to make them, from randomness that is not that of the simulation.
    pub(super) fn begin() -> Self {
        let entropy = Entropy::system();
        let make = move |_: &packs::Persona| {
            let password = random_text(&entropy);
            let secret = LoginSecret::of_password(&password, &entropy.bytes())?;
            Ok((password, secret))
        };
        Self(std::thread::spawn(move || packs::embedded().map_err(Fault::new)?.personas.iter().filter(|persona| persona.door).map(make).collect()))
    }

    fn made(self) -> Result<Vec<Password>, Fault> {
        self.0.join().map_err(|_| Fault::new("the passwords of the demo were not made"))?
    }
}

/// Gives every persona with a door a login and a token, and writes them down for the owner of the folder.
pub(super) fn write(world: &World, folder: &Path, passwords: Passwords) -> Result<DemoPersonas, Fault> {
    let doors_told = world.pack.personas.iter().filter(|persona| persona.door);
    let all = doors_told.zip(passwords.made()?).map(|(persona, password)| give(world, persona, password)).collect::<Result<Vec<_>, _>>()?;
    world.db.force()?;
    let text = serde_json::to_string_pretty(&all).map_err(Fault::new)?;
    let path = folder.join(FILE);
    let opened = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| Fault::new(format!("{}: {error}", path.display())))?;
    Ok(doors(&all))
}

fn give(world: &World, persona: &packs::Persona, (password, secret): Password) -> Result<Credential, Fault> {
    let person = world.person(&persona.key)?;
    let (login, owner) = (persona.key.clone(), world.acting(&person)?);
    let someone = person.clone();
    let token = world.write("lived.credentials", move |tx| -> Outcome<String, identity::AccessRefusal> {
        identity::register_login(tx, &Acting::system("setup"), &someone, &login, &secret)?;
        let draft = TokenDraft { name: "demo".into(), scopes: Vec::new(), days: 366 };
        identity::make_token(tx, &owner, &someone, &draft).map(|(_, token)| token)
    })?;
    Ok(Credential {
        persona: persona.key.clone(),
        name: persona.zh.clone(),
        login: persona.key.clone(),
        password,
        token,
        person,
        name_en: persona.en.clone(),
        story: persona.story.clone().unwrap_or_default(),
    })
}

/// 20 letters and digits.
fn random_text(entropy: &Entropy) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";
    let bytes: [u8; 20] = entropy.bytes();
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}
