//! Definitions in force: installed from packs, each case pinned to the version it was opened with.
//!
//! Invariant: a definition that is installed never changes; a changed one is a new version.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lifecycle::Definition;
use store::{Read, Tx};
use words::{Acting, Failure, Fault, Node, Outcome};

use crate::case::Case;
use crate::refusal::CaseRefusal;
use crate::told::DefinitionInstalled;
use crate::{rights, sql};

/// Parsed definitions by content hash; content never changes, so neither does an entry.
fn parsed() -> &'static Mutex<HashMap<String, Arc<Definition>>> {
    static PARSED: OnceLock<Mutex<HashMap<String, Arc<Definition>>>> = OnceLock::new();
    PARSED.get_or_init(Mutex::default)
}

fn of_body(hash: &str, body: &str) -> Result<Arc<Definition>, Fault> {
    if let Some(known) = parsed().lock().unwrap_or_else(PoisonError::into_inner).get(hash) {
        return Ok(known.clone());
    }
    let definition = Definition::parse(body, "installed").map_err(|mistakes| Fault::new(format!("an installed definition does not parse: {mistakes:?}")))?;
    let definition = Arc::new(definition);
    parsed().lock().unwrap_or_else(PoisonError::into_inner).insert(hash.to_owned(), definition.clone());
    Ok(definition)
}

/// Definitions of several cases, each looked up once.
#[derive(Default)]
pub(crate) struct Known(HashMap<(String, i64), Arc<Definition>>);

impl Known {
    /// That of this case.
    pub fn of(&mut self, read: &Read, case: &Case) -> Result<Arc<Definition>, Fault> {
        let key = (case.definition.clone(), case.version);
        if let Some(known) = self.0.get(&key) {
            return Ok(known.clone());
        }
        let found = definition(read, &case.definition, case.version)?;
        self.0.insert(key, found.clone());
        Ok(found)
    }
}

/// The definition a case is pinned to. Its text is read only until it has been parsed once.
pub fn definition(read: &Read, id: &str, version: i64) -> Result<Arc<Definition>, Fault> {
    let hash = sql::definition_hash(read, id, version)?.unwrap_or_default();
    of_hash(read, id, version, &hash)
}

fn of_hash(read: &Read, id: &str, version: i64, hash: &str) -> Result<Arc<Definition>, Fault> {
    if let Some(known) = parsed().lock().unwrap_or_else(PoisonError::into_inner).get(hash) {
        return Ok(known.clone());
    }
    let (hash, body) = sql::definition_body(read, id, version)?.ok_or_else(|| Fault::new(format!("definition {id} version {version} is not installed")))?;
    of_body(&hash, &body)
}

/// The newest version of a definition, for new cases.
pub fn newest(read: &Read, id: &str) -> Outcome<(i64, Arc<Definition>), CaseRefusal> {
    let (version, hash) = sql::definition_newest(read, id)?.ok_or_else(|| CaseRefusal::NoDefinition(id.to_owned()))?;
    Ok((version, of_hash(read, id, version, &hash)?))
}

/// All definitions in their newest version.
pub fn all(read: &Read) -> Outcome<Vec<(i64, Arc<Definition>)>, CaseRefusal> {
    let newest = sql::definitions_newest(read)?.into_iter();
    Ok(newest.map(|(id, version, hash)| Ok((version, of_hash(read, &id, version, &hash)?))).collect::<Result<_, Fault>>()?)
}

/// Installs the lifecycles of a pack; those whose content is installed already stay as they are. Returns how many were new.
pub fn install_definitions(tx: &mut Tx, who: &Acting, files: &[(String, String)]) -> Outcome<usize, CaseRefusal> {
    who.may(rights::PACKS, &Node::group())?;
    let mut new = 0;
    for (name, body) in files {
        let definition = Definition::parse(body, name).map_err(|mistakes| Failure::Broken(Fault::new(format!("{name}: {mistakes:?}"))))?;
        let version = match sql::definition_newest(tx, &definition.id)? {
            Some((_, hash)) if hash == definition.hash => continue,
            Some((version, _)) => version + 1,
            None => 1,
        };
        sql::definition_insert(tx, &definition.id, version, &definition.hash, body)?;
        let told = DefinitionInstalled { definition: definition.id.clone(), node: Node::group(), version, hash: definition.hash.clone() };
        tx.tell(who, &told)?;
        new += 1;
    }
    Ok(new)
}
