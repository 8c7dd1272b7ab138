//! A pack: everything configurable, read from text files and checked.
//!
//! Invariant: a `Pack` that was handed out has no mistakes; its hash is that of its files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Node};

use crate::files::{Files, content_hash, read_folder};
use crate::{Base, Facts, Form, Idea, Letter, Overlay, PackMistake, PackMistakes, Param, Persona, RightName, Role, Rubric, Table, Unit, check, load};

/// What a pack says of itself (`pack.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// `shuangchuang`
    pub id: String,
    /// `1.0.0`
    pub version: String,
    /// Chinese title.
    pub zh: String,
    /// English title.
    pub en: String,
    /// A sentence about it.
    pub about: Bilingual,
    /// SPDX name of the licence.
    pub licence: String,
    /// Ids of packs that it needs.
    #[serde(default)]
    pub depends: Vec<String>,
    /// Content hash of the version that this one was made from, for three-way comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<String>,
}

/// A pack.
#[derive(Clone, Default)]
pub struct Pack {
    /// What it says of itself.
    pub about: About,
    /// Rights with their names.
    pub rights: Vec<RightName>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Parameters.
    pub params: Vec<Param>,
    /// Forms.
    pub forms: Vec<Form>,
    /// Rubrics.
    pub rubrics: Vec<Rubric>,
    /// Decision tables.
    pub tables: Vec<Table>,
    /// Letters.
    pub letters: Vec<Letter>,
    /// The tree of units.
    pub units: Vec<Unit>,
    /// People of the demo.
    pub personas: Vec<Persona>,
    /// Ideas of the simulation.
    pub ideas: Vec<Idea>,
    /// Facts of the plan.
    pub facts: Facts,
    /// Overlays that the pack brings itself.
    pub overlays: Vec<Overlay>,
    /// All files, those of other crates (`lifecycles/`, `ledger/`, `books/`) too.
    pub files: Files,
    /// SHA-256 (hex) over sorted paths and bytes.
    pub hash: String,
}

/// Short: a pack is half a megabyte of text.
impl fmt::Debug for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pack({} {} {})", self.about.id, self.about.version, self.hash)
    }
}

impl Pack {
    /// Reads a pack from memory: path and bytes of each file.
    pub fn load_embedded(files: &[(&str, &[u8])]) -> Result<Self, PackMistakes> {
        Self::load(files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect())
    }

    /// Reads a pack from a folder.
    pub fn load_dir(folder: &Path) -> Result<Self, PackMistakes> {
        let (pack, mistakes) = Self::inspect_dir(folder)?;
        if mistakes.0.is_empty() { Ok(pack) } else { Err(mistakes) }
    }

    /// Reads what can be read of a folder, and all mistakes; an error if the folder itself cannot be read.
    pub fn inspect_dir(folder: &Path) -> Result<(Self, PackMistakes), PackMistakes> {
        let cannot = |fault: std::io::Error| PackMistake::new(&folder.display().to_string(), None, "cannot-read", &[("why", &fault.to_string())]);
        read_folder(folder).map(Self::inspect).map_err(|fault| PackMistakes(vec![cannot(fault)]))
    }

    /// Reads a pack from its files, or tells all its mistakes.
    pub fn load(files: Files) -> Result<Self, PackMistakes> {
        let (pack, mistakes) = Self::inspect(files);
        if mistakes.0.is_empty() { Ok(pack) } else { Err(mistakes) }
    }

    /// Reads what can be read, and all mistakes.
    pub fn inspect(files: Files) -> (Self, PackMistakes) {
        let hash = content_hash(&files);
        let (mut pack, mut mistakes) = load::read(&files);
        pack.files = files;
        pack.hash = hash;
        mistakes.extend(check::check(&pack));
        mistakes.sort();
        mistakes.dedup();
        (pack, PackMistakes(mistakes))
    }

    /// Text files below a folder of the pack: `texts_under("lifecycles/")`.
    pub fn texts_under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let under = self.files.range(folder.to_owned()..).take_while(move |(path, _)| path.starts_with(folder));
        under.filter_map(|(path, bytes)| Some((path.as_str(), std::str::from_utf8(bytes).ok()?)))
    }

    /// Rights of a role; those of another role if it is held through that one.
    pub fn rights_of(&self, role: &str) -> BTreeSet<String> {
        let Some(role) = self.role(role) else { return BTreeSet::new() };
        let through = role.same_as.as_deref().and_then(|other| self.role(other));
        role.rights.iter().chain(through.iter().flat_map(|role| &role.rights)).cloned().collect()
    }

    /// Path of a unit's node: `group/hzrd/hz-space`.
    pub fn node_of(&self, unit: &str) -> Option<Node> {
        let mut names = Vec::new();
        let mut here = Some(unit);
        while let Some(key) = here {
            let unit = self.unit(key)?;
            names.push(unit.key.as_str());
            here = unit.parent.as_deref();
            if names.len() > 16 {
                return None;
            }
        }
        names.reverse();
        Some(Node::at(names.join("/")))
    }

    /// All that has a key, by kind, as JSON: what is compared by a diff.
    pub fn entries(&self) -> BTreeMap<(&'static str, String), serde_json::Value> {
        let mut all = BTreeMap::new();
        all.insert(("about", self.about.id.clone()), json(&self.about));
        put(&mut all, "right", &self.rights, |it| &it.key);
        put(&mut all, "role", &self.roles, |it| &it.key);
        put(&mut all, "param", &self.params, |it| &it.key);
        put(&mut all, "form", &self.forms, |it| &it.head.key);
        put(&mut all, "rubric", &self.rubrics, |it| &it.head.key);
        put(&mut all, "table", &self.tables, |it| &it.head.key);
        put(&mut all, "letter", &self.letters, |it| &it.head.key);
        put(&mut all, "unit", &self.units, |it| &it.key);
        put(&mut all, "persona", &self.personas, |it| &it.key);
        put(&mut all, "idea", &self.ideas, |it| &it.key);
        put(&mut all, "work", &self.facts.works, |it| &it.key);
        put(&mut all, "base", &self.facts.bases, |it| &it.key);
        put(&mut all, "rulebook", &self.facts.rulebook, |it| &it.key);
        put(&mut all, "phase", &self.facts.phases, |it| &it.key);
        put(&mut all, "contradiction", &self.facts.contradictions, |it| &it.key);
        for (_, fact) in self.facts.plain() {
            all.insert(("fact", fact.key.clone()), json(fact));
        }
        for overlay in &self.overlays {
            let from = overlay.from.map(|from| format!("#{from}")).unwrap_or_default();
            all.insert(("overlay", format!("{}{from}", overlay.node)), json(overlay));
        }
        for (kind, folder) in [("lifecycle", "lifecycles/"), ("ledger", "ledger/"), ("book", "books/"), ("document", "documents/")] {
            for (path, text) in self.texts_under(folder) {
                all.insert((kind, path[folder.len()..].to_owned()), read_text(text));
            }
        }
        all
    }
}

fn json<T: Serialize>(it: &T) -> serde_json::Value {
    serde_json::to_value(it).unwrap_or_default()
}

/// A text that belongs to another crate: what it says, if it is TOML, and its hash, so that a changed remark shows too.
fn read_text(text: &str) -> serde_json::Value {
    let hash = hex::encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()));
    match text.parse::<toml::Table>().ok().and_then(|table| serde_json::to_value(table).ok()) {
        Some(serde_json::Value::Object(mut said)) => {
            said.insert("sha256".into(), hash.into());
            said.into()
        }
        _ => text.into(),
    }
}

fn put<T: Serialize>(all: &mut BTreeMap<(&'static str, String), serde_json::Value>, kind: &'static str, items: &[T], key: impl Fn(&T) -> &String) {
    all.extend(items.iter().map(|item| ((kind, key(item).clone()), json(item))));
}

macro_rules! look_up {
    ($($name:ident in $($list:ident).+ by $($key:ident).+ -> $type:ty;)*) => {
        impl Pack {
            $(
                /// The entry with this key.
                pub fn $name(&self, key: &str) -> Option<&$type> {
                    self.$($list).+.iter().find(|it| it.$($key).+ == key)
                }
            )*
        }
    };
}

look_up! {
    role in roles by key -> Role;
    param in params by key -> Param;
    form in forms by head.key -> Form;
    rubric in rubrics by head.key -> Rubric;
    table in tables by head.key -> Table;
    letter in letters by head.key -> Letter;
    unit in units by key -> Unit;
    persona in personas by key -> Persona;
    base in facts.bases by key -> Base;
}
