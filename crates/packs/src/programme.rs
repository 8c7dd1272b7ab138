//! The programme in force: the active pack with the overlays of units and bases on top.
//!
//! Asks: nothing. Told by `ops/current.rs`. Invariant: the nearest node wins; what does not fit the pack any more is left out, never half applied.

use std::collections::BTreeMap;
use std::sync::Arc;

use words::{Day, Instant, Node};

use crate::{Form, Letter, Overlay, Pack, ParamValue, Params, Rubric, Table};

/// A form, rubric, table or letter at a node from a day on.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    pub node: Node,
    /// `None`: always.
    pub from: Option<Day>,
    /// When it was confirmed; `None`: the pack brings it.
    pub since: Option<Instant>,
    pub what: T,
}

/// Since when an overlay holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    pub from: Option<Day>,
    pub since: Option<Instant>,
}

/// The moment at which one looks: a day, and for what is pinned the moment it began.
#[derive(Clone, Copy)]
struct Look {
    day: Day,
    began: Option<Instant>,
}

/// A value of a parameter at a node from a day on.
#[derive(Debug, Clone)]
pub(crate) struct PlacedParam {
    pub node: Node,
    pub from: Day,
    pub key: String,
    pub value: ParamValue,
}

/// The active pack and the changes on top of it.
#[derive(Debug, Clone)]
pub struct Programme {
    /// The pack as installed.
    pub pack: Arc<Pack>,
    /// Identifies pack and changes together: equal stamps, equal programmes.
    pub stamp: String,
    pub(crate) params: Vec<PlacedParam>,
    pub(crate) forms: Vec<Placed<Form>>,
    pub(crate) rubrics: Vec<Placed<Rubric>>,
    pub(crate) tables: Vec<Placed<Table>>,
    pub(crate) letters: Vec<Placed<Letter>>,
}

impl Programme {
    /// The pack alone, with the overlays that it brings itself.
    pub fn of(pack: Arc<Pack>) -> Self {
        let (params, forms, rubrics, tables, letters) = Default::default();
        let mut programme = Self { stamp: pack.hash.clone(), pack, params, forms, rubrics, tables, letters };
        for overlay in programme.pack.clone().overlays.iter() {
            programme.add(overlay, Held { from: overlay.from, since: None });
        }
        programme
    }

    /// Puts an overlay on top. Misfits are left out.
    pub(crate) fn add(&mut self, overlay: &Overlay, held: Held) {
        let (pack, node) = (self.pack.clone(), &overlay.node);
        for change in &overlay.params {
            if pack.fits_param(node, &change.key, &change.value).is_err() {
                continue;
            }
            if let Some(value) = pack.param(&change.key).and_then(|param| param.read(&change.value).ok()) {
                self.params.push(PlacedParam { node: node.clone(), from: change.from, key: change.key.clone(), value });
            }
        }
        let forms = overlay.forms.iter().filter(|form| pack.fits_form(node, form).is_ok());
        self.forms.extend(forms.cloned().map(|form| held.place(node, form)));
        let rubrics = overlay.rubrics.iter().filter(|rubric| pack.fits_rubric(node, rubric).is_ok());
        self.rubrics.extend(rubrics.cloned().map(|rubric| held.place(node, rubric)));
        let tables = overlay.tables.iter().filter_map(|rows| pack.fits_table(node, rows).ok());
        self.tables.extend(tables.map(|table| held.place(node, table)));
        let letters = overlay.letters.iter().filter(|letter| pack.fits_letter(node, letter).is_ok());
        self.letters.extend(letters.cloned().map(|letter| held.place(node, letter)));
    }

    /// Parameters as they hold at a node. A lower node's value holds there from its day on, whatever comes later above.
    pub fn params(&self, node: &Node) -> Params {
        let mut params = Params::of(&self.pack.params);
        let mut path: Vec<Node> = node.upwards().collect();
        path.reverse();
        for here in path {
            let mut mine: BTreeMap<&str, Vec<(Day, ParamValue)>> = BTreeMap::new();
            for change in self.params.iter().filter(|change| change.node == here) {
                mine.entry(&change.key).or_default().push((change.from, change.value.clone()));
            }
            mine.into_iter().for_each(|(key, changes)| params.put(key, changes));
        }
        params
    }

    /// The form with this key at a node on a day: of the nearest node that has its own, else the pack's.
    pub fn form(&self, node: &Node, key: &str, day: Day) -> Option<&Form> {
        self.form_seen(node, key, Look::on(day))
    }

    /// The rubric with this key at a node on a day.
    pub fn rubric(&self, node: &Node, key: &str, day: Day) -> Option<&Rubric> {
        self.rubric_seen(node, key, Look::on(day))
    }

    /// The table with this key at a node on a day.
    pub fn table(&self, node: &Node, key: &str, day: Day) -> Option<&Table> {
        nearest(&self.tables, node, Look::on(day), |table| table.head.key == key).or_else(|| self.pack.table(key))
    }

    /// The letter with this key at a node on a day.
    pub fn letter(&self, node: &Node, key: &str, day: Day) -> Option<&Letter> {
        self.letter_seen(node, key, Look::on(day))
    }

    /// The highest version that the form has anywhere, on whatever day.
    pub fn newest_form_version(&self, key: &str) -> i64 {
        let placed = self.forms.iter().filter(|one| one.what.key() == key).map(|one| one.what.head.version);
        placed.chain(self.pack.form(key).map(|form| form.head.version)).max().unwrap_or(0)
    }

    fn form_seen(&self, node: &Node, key: &str, look: Look) -> Option<&Form> {
        nearest(&self.forms, node, look, |form| form.key() == key).or_else(|| self.pack.form(key))
    }

    fn rubric_seen(&self, node: &Node, key: &str, look: Look) -> Option<&Rubric> {
        nearest(&self.rubrics, node, look, |rubric| rubric.key() == key).or_else(|| self.pack.rubric(key))
    }

    fn letter_seen(&self, node: &Node, key: &str, look: Look) -> Option<&Letter> {
        nearest(&self.letters, node, look, |letter| letter.head.key == key).or_else(|| self.pack.letter(key))
    }
}

/// What was in force when something began: a case keeps its forms, a review its rubric, a decision its letter.
#[derive(Debug, Clone)]
pub struct Pinned {
    programme: Arc<Programme>,
    began: Instant,
}

impl Pinned {
    pub(crate) fn new(programme: Arc<Programme>, began: Instant) -> Self {
        Self { programme, began }
    }

    fn look(&self) -> Look {
        Look { day: self.began.day(), began: Some(self.began) }
    }

    /// The form as it was at a node when it began.
    pub fn form(&self, node: &Node, key: &str) -> Option<&Form> {
        self.programme.form_seen(node, key, self.look())
    }

    /// The rubric as it was at a node when it began.
    pub fn rubric(&self, node: &Node, key: &str) -> Option<&Rubric> {
        self.programme.rubric_seen(node, key, self.look())
    }

    /// The letter as it was at a node when it began.
    pub fn letter(&self, node: &Node, key: &str) -> Option<&Letter> {
        self.programme.letter_seen(node, key, self.look())
    }
}

impl Held {
    fn place<T>(self, node: &Node, what: T) -> Placed<T> {
        Placed { node: node.clone(), from: self.from, since: self.since, what }
    }
}

impl Look {
    fn on(day: Day) -> Self {
        Self { day, began: None }
    }

    fn sees<T>(self, one: &Placed<T>) -> bool {
        let known = one.since.zip(self.began).is_none_or(|(since, began)| since <= began);
        known && one.from.is_none_or(|from| from <= self.day)
    }
}

/// The latest that holds at the nearest node; of one day the one that was confirmed last.
fn nearest<'a, T>(placed: &'a [Placed<T>], node: &Node, look: Look, wanted: impl Fn(&T) -> bool) -> Option<&'a T> {
    let at = |here: Node| {
        let mine = placed.iter().filter(|one| one.node == here && look.sees(one) && wanted(&one.what));
        mine.max_by_key(|one| one.from).map(|one| &one.what)
    };
    node.upwards().find_map(at)
}
