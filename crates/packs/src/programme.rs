//! The programme in force: the active pack with the overlays of units and bases on top.
//!
//! Asks: nothing. Told by `ops/current.rs`. Invariant: the nearest node wins; what does not fit the pack any more is left out, never half applied.

use std::collections::BTreeMap;
use std::sync::Arc;

use words::{Day, Node};

use crate::{Form, Overlay, Pack, ParamValue, Params, Rubric};

/// A form or rubric at a node from a day on.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    pub node: Node,
    /// `None`: always.
    pub from: Option<Day>,
    pub what: T,
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
}

impl Programme {
    /// The pack alone, with the overlays that it brings itself.
    pub fn of(pack: Arc<Pack>) -> Self {
        let mut programme = Self { stamp: pack.hash.clone(), pack, params: Vec::new(), forms: Vec::new(), rubrics: Vec::new() };
        for overlay in programme.pack.clone().overlays.iter() {
            programme.add(overlay, None);
        }
        programme
    }

    /// Puts an overlay on top; its forms and rubrics hold from `from` on. Misfits are left out.
    pub(crate) fn add(&mut self, overlay: &Overlay, from: Option<Day>) {
        for change in &overlay.params {
            if self.pack.fits_param(&overlay.node, &change.key, &change.value).is_err() {
                continue;
            }
            if let Some(value) = self.pack.param(&change.key).and_then(|param| param.read(&change.value).ok()) {
                self.params.push(PlacedParam { node: overlay.node.clone(), from: change.from, key: change.key.clone(), value });
            }
        }
        let node = &overlay.node;
        let forms = overlay.forms.iter().filter(|form| self.pack.fits_form(form).is_ok());
        self.forms.extend(forms.map(|form| Placed { node: node.clone(), from, what: form.clone() }));
        let rubrics = overlay.rubrics.iter().filter(|rubric| self.pack.fits_rubric(rubric).is_ok());
        self.rubrics.extend(rubrics.map(|rubric| Placed { node: node.clone(), from, what: rubric.clone() }));
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
        nearest(&self.forms, node, day, |form| form.key() == key).or_else(|| self.pack.form(key))
    }

    /// The rubric with this key at a node on a day.
    pub fn rubric(&self, node: &Node, key: &str, day: Day) -> Option<&Rubric> {
        nearest(&self.rubrics, node, day, |rubric| rubric.key() == key).or_else(|| self.pack.rubric(key))
    }
}

/// The latest that holds on the day at the nearest node.
fn nearest<'a, T>(placed: &'a [Placed<T>], node: &Node, day: Day, wanted: impl Fn(&T) -> bool) -> Option<&'a T> {
    let at = |here: Node| {
        let mine = placed.iter().filter(|one| one.node == here && one.from.is_none_or(|from| from <= day) && wanted(&one.what));
        mine.max_by_key(|one| one.from).map(|one| &one.what)
    };
    node.upwards().find_map(at)
}
