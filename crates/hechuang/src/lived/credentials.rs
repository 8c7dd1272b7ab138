//! Logins of the demo: passwords and tokens are random for each new data folder and lie in `DATA/demo-credentials.json` (mode 0600).

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use identity::{DemoPersona, DemoPersonas, LoginSecret, TokenDraft};
use serde::{Deserialize, Serialize};
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

/// Gives every persona with a door a login and a token, and writes them down for the owner of the folder.
pub(super) fn write(world: &World, folder: &Path) -> Result<DemoPersonas, Fault> {
    let mut all = Vec::new();
    for persona in world.pack.personas.iter().filter(|persona| persona.door) {
        all.push(give(world, persona)?);
    }
    world.db.force()?;
    let text = serde_json::to_string_pretty(&all).map_err(Fault::new)?;
    let path = folder.join(FILE);
    let opened = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| Fault::new(format!("{}: {error}", path.display())))?;
    Ok(doors(&all))
}

fn give(world: &World, persona: &packs::Persona) -> Result<Credential, Fault> {
    let person = world.person(&persona.key)?;
    let password = random_text(world);
    let secret = LoginSecret::of_password(&password, &world.db.entropy().bytes())?;
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

/// 20 letters and digits from the entropy of the database: not from the seed of the simulation.
fn random_text(world: &World) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";
    let bytes: [u8; 20] = world.db.entropy().bytes();
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}
