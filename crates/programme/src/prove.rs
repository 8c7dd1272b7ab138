//! Proves that everything a pack names exists: its definitions alone and walked together, its ledger books, its price books, and that a changed form keeps what is asked for elsewhere.
//!
//! Pure. Asks lifecycle, ledger and rating to read their files. Invariant: every mistake at once, each with its file and, where it can be found, its line.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use lifecycle::Definition;
use packs::{Pack, PackMistake};

/// Answers that the program itself reads, whatever the definitions say.
const CORE: [&str; 9] = ["title", "summary", "members", "base", "verdict", "grant", "channel", "public_ok", "publish"];

/// Proofs kept in memory: an overlay changes neither definitions nor books, so that its proof is that of the installed pack.
const KEPT: usize = 8;
static PROVED: Mutex<VecDeque<(String, Vec<PackMistake>)>> = Mutex::new(VecDeque::new());

/// All that is wrong with a pack beyond its own entries.
pub fn prove_pack(pack: &Pack) -> Vec<PackMistake> {
    let key = key(pack);
    let mut proved = PROVED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, wrong)) = proved.iter().find(|(known, _)| *known == key) {
        return wrong.clone();
    }
    drop(proved);
    let wrong = prove(pack);
    proved = PROVED.lock().unwrap_or_else(PoisonError::into_inner);
    proved.push_front((key, wrong.clone()));
    proved.truncate(KEPT);
    wrong
}

/// Everything that a proof looks at: the texts of definitions and books, and the names that there are.
fn key(pack: &Pack) -> String {
    let texts = pack.texts_under("lifecycles/").chain(pack.texts_under("ledger/")).chain(pack.texts_under("registers/")).chain(pack.texts_under("books/"));
    let mut all: Vec<String> = texts.map(|(name, text)| format!("{name} {text}")).collect();
    let names = names(pack, BTreeSet::new());
    all.extend(pack.units.iter().map(|unit| format!("{} {:?}", unit.key, unit.parent)));
    all.push(format!("{:?} {:?} {:?} {:?}", names.roles, names.forms, names.rubrics, names.tables));
    store::sha256(&all.join("\n"))
}

fn names(pack: &Pack, ledger: BTreeSet<String>) -> lifecycle::Names {
    lifecycle::Names {
        roles: pack.roles.iter().map(|role| role.key.clone()).collect(),
        forms: pack.forms.iter().map(|form| form.key().to_owned()).collect(),
        rubrics: pack.rubrics.iter().map(|rubric| rubric.key().to_owned()).collect(),
        tables: pack.tables.iter().map(|table| table.head.key.clone()).collect(),
        ledger,
    }
}

fn prove(pack: &Pack) -> Vec<PackMistake> {
    let (definitions, mut wrong) = definitions_of(pack);
    let books: Vec<(&str, &str)> = pack.texts_under("ledger/").collect();
    let templates = match ledger::Book::parse(&books) {
        Ok(book) => book.templates().map(|template| template.id.clone()).collect(),
        Err(mistakes) => {
            wrong.extend(mistakes.iter().map(|one| of_books(pack, one)));
            Default::default()
        }
    };
    wrong.extend(lifecycle::check(&definitions, &names(pack, templates)).iter().map(|one| of_definition(pack, one)));
    wrong.extend(crate::registers::mistakes(pack));
    let prices: Vec<(&str, &str)> = pack.texts_under("books/").collect();
    wrong.extend(rating::Books::parse(&prices).err().unwrap_or_default().iter().map(of_prices));
    wrong
}

fn definitions_of(pack: &Pack) -> (Vec<Definition>, Vec<PackMistake>) {
    let (mut definitions, mut wrong) = (Vec::new(), Vec::new());
    for (name, text) in pack.texts_under("lifecycles/") {
        match Definition::parse(text, name) {
            Ok(definition) => definitions.push(definition),
            Err(mistakes) => wrong.extend(mistakes.iter().map(|one| of_definition(pack, one))),
        }
    }
    (definitions, wrong)
}

/// Fields of a form that a changed one has lost although a guard or the program asks for them.
pub(crate) fn lost_fields(pack: &Pack, form: &str, fields: &[String]) -> Vec<PackMistake> {
    let Some(changed) = pack.form(form) else { return Vec::new() };
    let needed = needed(pack);
    let lost = fields.iter().filter(|key| changed.field(key).is_none());
    let tell = |(key, why): (&String, &String)| PackMistake::new(&format!("forms/{form}.toml"), None, "field-needed", &[("field", key), ("why", why)]);
    lost.filter_map(|key| Some((key, needed.get(key)?))).map(tell).collect()
}

/// Names of answers that are asked for, each with who asks: a definition, or the program.
fn needed(pack: &Pack) -> BTreeMap<String, String> {
    let mut needed = BTreeMap::new();
    for definition in definitions_of(pack).0 {
        let uses = &definition.schema.uses;
        let dotted = uses.names.keys().filter_map(|name| name.rsplit('.').next());
        let plain = uses.things.keys().chain(uses.values.keys()).chain(uses.sums.keys()).map(String::as_str);
        needed.extend(dotted.chain(plain).map(|name| (name.to_owned(), definition.id.clone())));
    }
    needed.extend(CORE.iter().map(|name| ((*name).to_owned(), "hechuang".to_owned())));
    needed
}

fn of_definition(pack: &Pack, mistake: &lifecycle::Mistake) -> PackMistake {
    let file = file_of(pack, &mistake.file);
    let mut args: Vec<(&str, &str)> = mistake.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    args.push(("place", &mistake.place));
    let trace = mistake.trace.join(" → ");
    if !trace.is_empty() {
        args.push(("trace", &trace));
    }
    PackMistake::new(&file, line_of(pack, &file, &mistake.place), mistake.code.key(), &args)
}

fn of_books(pack: &Pack, mistake: &ledger::Mistake) -> PackMistake {
    let file = file_of(pack, &mistake.file);
    let args = [("what", mistake.what.as_str()), ("place", mistake.place.as_str())];
    PackMistake::new(&file, line_of(pack, &file, &mistake.place), &format!("mistake-{}", mistake.code), &args)
}

fn of_prices(mistake: &rating::BookMistake) -> PackMistake {
    let mut args: Vec<(&str, &str)> = mistake.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    args.push(("place", &mistake.entry));
    PackMistake::new(&mistake.file, None, &format!("mistake-rating-{}", mistake.code), &args)
}

/// The file of a definition that is named by its id.
fn file_of(pack: &Pack, named: &str) -> String {
    if pack.files.contains_key(named) {
        return named.to_owned();
    }
    let says = |text: &str| text.lines().any(|line| is_id(line, named));
    pack.texts_under("lifecycles/").find(|(_, text)| says(text)).map_or_else(|| named.to_owned(), |(path, _)| path.to_owned())
}

/// Line of the section that a place names: `move start need 2` → the `[[move]]` whose id is `start`.
fn line_of(pack: &Pack, file: &str, place: &str) -> Option<usize> {
    let text = std::str::from_utf8(pack.files.get(file)?).ok()?;
    let mut words = place.split_whitespace();
    let (kind, id) = (words.next()?, words.next().unwrap_or("").trim_end_matches(','));
    let table = format!("[{kind}.{id}]");
    let header = format!("[[{kind}]]");
    let mut last = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or("").trim();
        if line == table {
            return Some(at + 1);
        }
        if line.starts_with('[') {
            last = (line == header).then_some(at + 1);
        } else if is_id(line, id) && last.is_some() {
            return last;
        }
    }
    None
}

fn is_id(line: &str, id: &str) -> bool {
    line.split_once('=').is_some_and(|(name, value)| name.trim() == "id" && value.trim().trim_matches('"') == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(path: &str, old: &str, new: &str) -> Vec<PackMistake> {
        let mut files: packs::Files = packs::embedded_files().iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
        let text = String::from_utf8(files[path].clone()).unwrap();
        assert!(text.contains(old), "{path} has no {old}");
        files.insert(path.to_owned(), text.replacen(old, new, 1).into_bytes());
        prove_pack(&Pack::inspect(files).0)
    }

    #[test]
    fn the_built_in_pack_is_proved() {
        assert_eq!(prove_pack(&packs::embedded().unwrap()), Vec::new());
    }

    #[test]
    fn a_mistake_has_its_file_and_its_line() {
        let found = broken("lifecycles/appeal.toml", "to = \"hearing\"", "to = \"nowhere\"");
        let one = found.iter().find(|one| one.file == "lifecycles/appeal.toml" && one.code == "mistake-no-state").unwrap_or_else(|| panic!("{found:?}"));
        assert!(one.line.is_some_and(|line| line > 40), "{one}");
        let found = broken("ledger/hemi.toml", "to = \"hemi:pool\"", "to = \"hemi:nothing\"");
        let prices = broken("books/idd.toml", "stated = 21", "stated = 22");
        assert_eq!(
            prices.iter().map(ToString::to_string).collect::<Vec<_>>(),
            vec!["books/idd.toml mistake-rating-count-differs row=\"1\" stated=\"22\" found=\"21\" place=\"2017-05/call\""]
        );
        assert!(found.iter().any(|one| one.file == "ledger/hemi.toml" && one.line.is_some() && one.code.starts_with("mistake-ledger-book-")), "{found:?}");
    }

    #[test]
    fn a_record_that_stands_nowhere_is_noticed() {
        let found = broken("registers/partner.toml", "node = \"cd-5g\"", "node = \"mars\"");
        assert!(found.iter().any(|one| one.file == "registers/partner.toml" && one.code == "register-wrong"), "{found:?}");
    }

    #[test]
    fn what_a_guard_or_the_program_asks_for_must_stay() {
        let mut pack = Pack::clone(&packs::embedded().unwrap());
        let fields: Vec<String> = pack.form("application").unwrap().fields.iter().map(|field| field.key.clone()).collect();
        for form in &mut pack.forms {
            form.fields.retain(|field| field.key != "title" && field.key != "grant");
        }
        let lost: Vec<String> = lost_fields(&pack, "application", &fields).into_iter().map(|one| one.code).collect();
        assert!(!lost.is_empty() && lost.iter().all(|code| code == "field-needed"));
    }
}
