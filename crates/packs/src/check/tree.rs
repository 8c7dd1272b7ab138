//! Units, personas, ideas: every key leads to a unit, a role, a base.

use super::Book;
use crate::{RoleKind, UnitKind};

pub(super) fn units(book: &mut Book<'_>) {
    let (file, pack) = ("units.toml", book.pack);
    book.keys(file, "[[unit]]", pack.units.iter().map(|unit| unit.key.as_str()));
    let tops = pack.units.iter().filter(|unit| unit.parent.is_none()).count();
    if !pack.units.is_empty() && tops != 1 {
        book.tell(file, "", 0, "one-top", &[("count", &tops.to_string())]);
    }
    for (nth, unit) in pack.units.iter().enumerate() {
        let mut tell = |code: &str, args: &[(&str, &str)]| book.tell(file, "[[unit]]", nth, code, args);
        if let Some(parent) = unit.parent.as_deref().filter(|parent| pack.unit(parent).is_none()) {
            tell("unknown-unit", &[("entry", &unit.key), ("unit", parent)]);
        } else if pack.node_of(&unit.key).is_none() {
            tell("circle", &[("unit", &unit.key)]);
        }
        if (unit.kind == UnitKind::Group) != unit.parent.is_none() {
            tell("unit-kind", &[("unit", &unit.key)]);
        }
        match unit.base.as_deref() {
            Some(base) if pack.base(base).is_none() => tell("unknown-base", &[("entry", &unit.key), ("base", base)]),
            None if unit.kind == UnitKind::Base => tell("unit-kind", &[("unit", &unit.key)]),
            _ => {}
        }
        if unit.source.is_none() && !unit.demo {
            tell("no-source", &[("key", &unit.key)]);
        }
    }
}

pub(super) fn personas(book: &mut Book<'_>) {
    let (file, pack) = ("personas.toml", book.pack);
    book.keys(file, "[[persona]]", pack.personas.iter().map(|persona| persona.key.as_str()));
    let paid_in = pack.table("minimum_wage");
    for (nth, persona) in pack.personas.iter().enumerate() {
        let mut tell = |code: &str, args: &[(&str, &str)]| book.tell(file, "[[persona]]", nth, code, args);
        if let Some(unit) = persona.unit.as_deref().filter(|unit| pack.unit(unit).is_none()) {
            tell("unknown-unit", &[("entry", &persona.key), ("unit", unit)]);
        }
        if persona.unit.is_none() != persona.outside {
            tell("persona-home", &[("persona", &persona.key)]);
        }
        for role in &persona.roles {
            if pack.role(&role.role).is_none_or(|role| role.kind != RoleKind::Node) {
                tell("unknown-role", &[("entry", &persona.key), ("role", &role.role)]);
            }
            if pack.unit(&role.node).is_none() {
                tell("unknown-unit", &[("entry", &persona.key), ("unit", &role.node)]);
            }
        }
        for deputy in persona.deputies.iter().filter(|deputy| !pack.personas.iter().any(|other| other.key == **deputy)) {
            tell("unknown-deputy", &[("persona", &persona.key), ("deputy", deputy)]);
        }
        if persona.base_pay.is_some_and(|pay| pay <= 0) {
            tell("persona-pay", &[("persona", &persona.key)]);
        }
        if persona.base_pay.is_some() && paid_in.is_some_and(|table| table.lookup(&persona.city).is_none()) {
            tell("unknown-city", &[("persona", &persona.key), ("city", &persona.city)]);
        }
    }
}

pub(super) fn ideas(book: &mut Book<'_>) {
    let (file, pack) = ("ideas.toml", book.pack);
    book.keys(file, "[[idea]]", pack.ideas.iter().map(|idea| idea.key.as_str()));
    let domains = pack.form("application").and_then(|form| form.field("domains"));
    for (nth, idea) in pack.ideas.iter().enumerate() {
        let mut tell = |code: &str, args: &[(&str, &str)]| book.tell(file, "[[idea]]", nth, code, args);
        if pack.base(&idea.base).is_none() {
            tell("unknown-base", &[("entry", &idea.key), ("base", &idea.base)]);
        }
        if pack.unit(&idea.unit).is_none() {
            tell("unknown-unit", &[("entry", &idea.key), ("unit", &idea.unit)]);
        }
        if let Some(lead) = idea.lead.as_deref().filter(|lead| pack.persona(lead).is_none()) {
            tell("unknown-persona", &[("entry", &idea.key), ("persona", lead)]);
        }
        for domain in &idea.domains {
            if domains.is_some_and(|field| field.option(domain).is_none()) {
                tell("unknown-domain", &[("entry", &idea.key), ("domain", domain)]);
            }
        }
    }
}
