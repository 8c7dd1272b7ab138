//! From text files to typed entries. One bad entry does not hide the next.
//!
//! Tells `not-utf8`, `not-toml`, `bad-shape`, `missing-zh`, `missing-en`, `unknown-file`, `unknown-section`, `missing-file`,
//! and the mistakes of CSV files.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::{Table as Toml, Value};

use crate::files::{Files, line_at, line_of_header};
use crate::table::read_csv;
use crate::{About, Cell, Form, Letter, LetterHead, Overlay, Pack, PackMistake, Rubric, Table, TableHead, TableRow};

pub(crate) struct Loader<'a> {
    files: &'a Files,
    pub mistakes: Vec<PackMistake>,
}

/// Reads what can be read.
pub(crate) fn read(files: &Files) -> (Pack, Vec<PackMistake>) {
    let mut loader = Loader { files, mistakes: Vec::new() };
    let mut pack = Pack { about: loader.about(), ..Pack::default() };
    loader.sections("roles.toml", |l, body, toml| {
        pack.rights = l.each("roles.toml", body, toml, "right");
        pack.roles = l.each("roles.toml", body, toml, "role");
    });
    pack.params = loader.only("params.toml", "param");
    pack.units = loader.only("units.toml", "unit");
    pack.personas = loader.only("personas.toml", "persona");
    pack.ideas = loader.only("ideas.toml", "idea");
    loader.facts(&mut pack);
    let heads: Vec<TableHead> = loader.only("tables.toml", "table");
    pack.tables = heads.into_iter().map(|head| loader.table(head)).collect();
    let heads: Vec<LetterHead> = loader.only("letters.toml", "letter");
    pack.letters = heads.into_iter().filter_map(|head| loader.letter(head)).collect();
    pack.forms = loader.folder("forms/", Loader::form);
    pack.rubrics = loader.folder("rubrics/", Loader::rubric);
    pack.overlays = loader.folder("overlays/", Loader::overlay);
    loader.strangers(&pack);
    (pack, loader.mistakes)
}

/// A table with the rows of a CSV text, and what is wrong with them.
pub(crate) fn table_of(head: &TableHead, csv: &str) -> (Table, Vec<PackMistake>) {
    let files = Files::from([(format!("tables/{}.csv", head.key), csv.as_bytes().to_vec())]);
    let mut loader = Loader::over(&files);
    let table = loader.table(head.clone());
    (table, loader.mistakes)
}

impl<'a> Loader<'a> {
    pub(crate) fn over(files: &'a Files) -> Self {
        Self { files, mistakes: Vec::new() }
    }

    fn tell(&mut self, file: &str, line: Option<usize>, code: &str, args: &[(&str, &str)]) {
        self.mistakes.push(PackMistake::new(file, line, code, args));
    }

    fn text(&mut self, path: &str) -> Option<&'a str> {
        let bytes = self.files.get(path)?;
        let text = std::str::from_utf8(bytes);
        if text.is_err() {
            self.tell(path, None, "not-utf8", &[]);
        }
        text.ok()
    }

    fn toml(&mut self, path: &str) -> Option<(&'a str, Toml)> {
        let body = self.text(path)?;
        match body.parse::<Toml>() {
            Ok(toml) => Some((body, toml)),
            Err(mistake) => {
                let line = mistake.span().map(|span| line_at(body, span.start));
                self.tell(path, line, "not-toml", &[("why", mistake.message())]);
                None
            }
        }
    }

    fn about(&mut self) -> About {
        if !self.files.contains_key("pack.toml") {
            self.tell("pack.toml", None, "missing-file", &[("path", "pack.toml")]);
        }
        let Some((_, toml)) = self.toml("pack.toml") else { return About::default() };
        self.shape("pack.toml", Some(1), Value::Table(toml)).unwrap_or_default()
    }

    /// One entry, with all texts in both languages.
    fn shape<T: DeserializeOwned>(&mut self, file: &str, line: Option<usize>, value: Value) -> Option<T> {
        let before = self.mistakes.len();
        self.languages(file, line, &value, "");
        let entry = value.get("key").and_then(Value::as_str).unwrap_or("").to_owned();
        match value.try_into() {
            Ok(shape) => (self.mistakes.len() == before).then_some(shape),
            Err(mistake) if self.mistakes.len() == before => {
                let mistake: toml::de::Error = mistake;
                self.tell(file, line, "bad-shape", &[("entry", &entry), ("why", mistake.message())]);
                None
            }
            Err(_) => None,
        }
    }

    /// Wherever one language is, the other must be, and neither is empty.
    fn languages(&mut self, file: &str, line: Option<usize>, value: &Value, at: &str) {
        match value {
            Value::Table(table) => {
                let has = |lang: &str| table.get(lang).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
                if table.contains_key("zh") || table.contains_key("en") {
                    let name = table.get("key").and_then(Value::as_str).unwrap_or(at).to_owned();
                    for (lang, code) in [("zh", "missing-zh"), ("en", "missing-en")] {
                        if !has(lang) {
                            self.tell(file, line, code, &[("entry", &name)]);
                        }
                    }
                }
                table.iter().for_each(|(name, value)| self.languages(file, line, value, name));
            }
            Value::Array(items) => items.iter().for_each(|item| self.languages(file, line, item, at)),
            _ => {}
        }
    }

    /// Every `[[name]]` of a file.
    fn each<T: DeserializeOwned>(&mut self, file: &str, body: &str, toml: &Toml, name: &str) -> Vec<T> {
        let items = match toml.get(name) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items.clone(),
            Some(_) => {
                self.tell(file, None, "bad-shape", &[("entry", name), ("why", "expected [[…]]")]);
                return Vec::new();
            }
        };
        let header = format!("[[{name}]]");
        let read = |(nth, item)| self.shape(file, line_of_header(body, &header, nth), item);
        items.into_iter().enumerate().filter_map(read).collect()
    }

    fn allowed(&mut self, file: &str, toml: &Toml, names: &[&str]) {
        for name in toml.keys().filter(|name| !names.contains(&name.as_str())) {
            self.tell(file, None, "unknown-section", &[("name", name)]);
        }
    }

    fn sections(&mut self, file: &str, read: impl FnOnce(&mut Self, &str, &Toml)) {
        if let Some((body, toml)) = self.toml(file) {
            if file == "roles.toml" {
                self.allowed(file, &toml, &["right", "role"]);
            }
            read(self, body, &toml);
        }
    }

    fn only<T: DeserializeOwned>(&mut self, file: &str, name: &str) -> Vec<T> {
        let Some((body, toml)) = self.toml(file) else { return Vec::new() };
        self.allowed(file, &toml, &[name]);
        self.each(file, body, &toml, name)
    }

    fn folder<T>(&mut self, folder: &str, read: impl Fn(&mut Self, &str) -> Option<T>) -> Vec<T> {
        let paths: Vec<&String> = self.files.keys().filter(|path| path.starts_with(folder) && path.ends_with(".toml")).collect();
        paths.into_iter().filter_map(|path| read(self, path)).collect()
    }

    fn head<T: DeserializeOwned>(&mut self, file: &str, body: &str, toml: &Toml, name: &str) -> Option<T> {
        match toml.get(name) {
            Some(value) => self.shape(file, line_of_header(body, &format!("[{name}]"), 0), value.clone()),
            None => {
                self.tell(file, None, "bad-shape", &[("entry", name), ("why", "section is missing")]);
                None
            }
        }
    }

    pub(crate) fn form(&mut self, file: &str) -> Option<Form> {
        let (body, toml) = self.toml(file)?;
        self.allowed(file, &toml, &["form", "step", "field"]);
        let head = self.head(file, body, &toml, "form");
        let steps = self.each(file, body, &toml, "step");
        let fields = self.each(file, body, &toml, "field");
        Some(Form { head: head?, steps, fields })
    }

    pub(crate) fn rubric(&mut self, file: &str) -> Option<Rubric> {
        let (body, toml) = self.toml(file)?;
        self.allowed(file, &toml, &["rubric", "criterion"]);
        let head = self.head(file, body, &toml, "rubric");
        let before = self.mistakes.len();
        let criteria = self.each(file, body, &toml, "criterion");
        // Without one of its criteria the weights would seem wrong too.
        (self.mistakes.len() == before).then_some(Rubric { head: head?, criteria })
    }

    fn overlay(&mut self, file: &str) -> Option<Overlay> {
        let (_, toml) = self.toml(file)?;
        self.shape(file, None, Value::Table(toml))
    }

    /// A letter of a change: head and texts in one file.
    pub(crate) fn whole_letter(&mut self, file: &str) -> Option<Letter> {
        let (_, toml) = self.toml(file)?;
        self.shape(file, Some(1), Value::Table(toml))
    }

    fn facts(&mut self, pack: &mut Pack) {
        let facts = &mut pack.facts;
        facts.map = self.only("facts/map.toml", "fact");
        facts.works = self.only("facts/works.toml", "work");
        facts.bases = self.only("facts/bases.toml", "base");
        facts.rulebook = self.only("facts/rulebook.toml", "document");
        facts.achievements = self.only("facts/achievements.toml", "fact");
        facts.platforms = self.only("facts/platforms.toml", "fact");
        facts.targets = self.only("facts/targets.toml", "fact");
        facts.phases = self.only("facts/phases.toml", "phase");
        facts.roadmap = self.only("facts/roadmap.toml", "fact");
        facts.contradictions = self.only("facts/contradictions.toml", "contradiction");
    }

    fn letter(&mut self, head: LetterHead) -> Option<Letter> {
        let mut body = |lang: &str| {
            let path = format!("letters/{}.{lang}.md", head.key);
            let text = self.text(&path);
            if text.is_none() && !self.files.contains_key(&path) {
                self.tell("letters.toml", None, "missing-file", &[("path", &path)]);
            }
            text.map(str::to_owned)
        };
        let (body_zh, body_en) = (body("zh"), body("en"));
        Some(Letter { head, body_zh: body_zh?, body_en: body_en? })
    }

    fn table(&mut self, head: TableHead) -> Table {
        let path = format!("tables/{}.csv", head.key);
        let Some(text) = self.text(&path) else {
            self.tell("tables.toml", None, "missing-file", &[("path", &path)]);
            return Table { head, rows: Vec::new() };
        };
        let mut lines = read_csv(text).into_iter();
        let header = lines.next().map(|(_, names)| names).unwrap_or_default();
        let names: Vec<&str> = head.columns.iter().map(|column| column.name.as_str()).collect();
        if header != names {
            self.tell(&path, Some(1), "table-header", &[("expected", &names.join(",")), ("found", &header.join(","))]);
            return Table { head, rows: Vec::new() };
        }
        let rows = lines.filter_map(|(line, fields)| self.row(&path, line, &head, &fields)).collect();
        Table { head, rows }
    }

    fn row(&mut self, path: &str, line: usize, head: &TableHead, fields: &[String]) -> Option<TableRow> {
        if fields.len() != head.columns.len() {
            let (expected, found) = (head.columns.len().to_string(), fields.len().to_string());
            self.tell(path, Some(line), "table-width", &[("expected", &expected), ("found", &found)]);
            return None;
        }
        let mut cells = BTreeMap::new();
        for (column, text) in head.columns.iter().zip(fields) {
            match Cell::read(column.kind, text) {
                Some(cell) => {
                    cells.insert(column.name.clone(), cell);
                }
                None => self.tell(path, Some(line), "table-cell", &[("column", &column.name), ("value", text)]),
            }
        }
        (cells.len() == head.columns.len()).then_some(TableRow(cells))
    }

    /// Files that nobody reads: a slip of the pen would otherwise pass unseen.
    fn strangers(&mut self, pack: &Pack) {
        const FILES: [&str; 8] = ["pack.toml", "roles.toml", "params.toml", "units.toml", "personas.toml", "ideas.toml", "tables.toml", "letters.toml"];
        const FACTS: [&str; 10] = ["map", "works", "bases", "rulebook", "achievements", "platforms", "targets", "phases", "roadmap", "contradictions"];
        let known = |path: &str| {
            let (folder, name) = path.split_once('/').unwrap_or(("", path));
            let stem = name.strip_suffix(".toml");
            match folder {
                "" => FILES.contains(&name) || name.ends_with(".md"),
                "facts" => stem.is_some_and(|stem| FACTS.contains(&stem)),
                "forms" | "rubrics" | "overlays" => stem.is_some(),
                "tables" => name.strip_suffix(".csv").is_some_and(|key| pack.table(key).is_some()),
                "letters" => [".zh.md", ".en.md"].iter().any(|end| name.strip_suffix(end).is_some_and(|key| pack.letter(key).is_some())),
                "documents" => {
                    let other = name
                        .strip_suffix(".zh.md")
                        .map(|key| format!("documents/{key}.en.md"))
                        .or_else(|| name.strip_suffix(".en.md").map(|key| format!("documents/{key}.zh.md")));
                    other.is_some_and(|other| self.files.contains_key(&other))
                }
                "lifecycles" | "ledger" | "registers" | "capabilities" => true,
                "books" => stem.is_some(),
                _ => false,
            }
        };
        let strange: Vec<String> = self.files.keys().filter(|path| !known(path)).cloned().collect();
        for path in strange {
            self.tell(&path, None, "unknown-file", &[]);
        }
    }
}
