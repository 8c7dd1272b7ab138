//! Roles, parameters, forms, rubrics, tables, letters, overlays.

use std::collections::BTreeSet;

use words::Amount;

use super::Book;
use crate::letter::placeholders;
use crate::{Field, FieldType, Form, Hit, Misfit, ParamKind, ParamValue, RoleKind, Rubric, Table};

pub(super) fn about(book: &mut Book<'_>) {
    let about = &book.pack.about;
    if about.id.is_empty() {
        return;
    }
    let dotted = about.version.split('.').count() == 3 && about.version.split('.').all(|part| part.parse::<u32>().is_ok());
    if !dotted {
        book.tell("pack.toml", "", 0, "bad-version", &[("version", &about.version)]);
    }
    if !super::is_key(&about.id) {
        book.tell("pack.toml", "", 0, "bad-key", &[("key", &about.id)]);
    }
}

pub(super) fn roles(book: &mut Book<'_>) {
    let (file, pack) = ("roles.toml", book.pack);
    book.keys(file, "[[right]]", pack.rights.iter().map(|right| right.key.as_str()));
    book.keys(file, "[[role]]", pack.roles.iter().map(|role| role.key.as_str()));
    for (nth, role) in pack.roles.iter().enumerate() {
        for right in role.rights.iter().filter(|right| !pack.rights.iter().any(|known| known.key == **right)) {
            book.tell(file, "[[role]]", nth, "unknown-right", &[("role", &role.key), ("right", right)]);
        }
        if let Some(other) = role.same_as.as_deref().filter(|other| pack.role(other).is_none_or(|other| other.same_as.is_some())) {
            book.tell(file, "[[role]]", nth, "unknown-role", &[("entry", &role.key), ("role", other)]);
        }
        if role.kind == RoleKind::System && !role.rights.is_empty() {
            book.tell(file, "[[role]]", nth, "system-with-rights", &[("role", &role.key)]);
        }
    }
}

pub(super) fn params(book: &mut Book<'_>) {
    let (file, pack) = ("params.toml", book.pack);
    book.keys(file, "[[param]]", pack.params.iter().map(|param| param.key.as_str()));
    for (nth, param) in pack.params.iter().enumerate() {
        let mut tell = |code: &str, args: &[(&str, &str)]| book.tell(file, "[[param]]", nth, code, args);
        if let Err(why) = param.read(&param.value) {
            tell("param-value", &[("key", &param.key), ("value", &param.value), ("why", why)]);
        }
        for bound in [&param.min, &param.max].into_iter().flatten() {
            if param.read_kind(bound).is_none() {
                tell("param-value", &[("key", &param.key), ("value", bound), ("why", "bad-limit")]);
            }
        }
        if param.options.is_empty() == (param.kind == ParamKind::Choice) {
            tell("param-options", &[("key", &param.key)]);
        }
        if param.kind == ParamKind::Table && pack.table(&param.value).is_none() {
            tell("unknown-table", &[("entry", &param.key), ("table", &param.value)]);
        }
        if !is_rule(&param.rule) {
            tell("bad-rule", &[("key", &param.key), ("rule", &param.rule)]);
        }
        if param.source.is_none() && !param.demo {
            tell("no-source", &[("key", &param.key)]);
        }
    }
}

fn is_rule(rule: &str) -> bool {
    rule.strip_prefix("R-").is_some_and(|number| number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn form(book: &mut Book<'_>, form: &Form) {
    let file = format!("forms/{}.toml", form.key());
    if !book.pack.files.contains_key(&file) {
        book.tell(&file, "", 0, "name-of-file", &[("key", form.key())]);
    }
    book.keys(&file, "[[step]]", form.steps.iter().map(|step| step.key.as_str()));
    book.keys(&file, "[[field]]", form.fields.iter().map(|field| field.key.as_str()));
    for (nth, field) in form.fields.iter().enumerate() {
        if !form.steps.iter().any(|step| step.key == field.step) {
            book.tell(&file, "[[field]]", nth, "unknown-step", &[("field", &field.key), ("step", &field.step)]);
        }
        one_field(book, &file, nth, field);
    }
    for (nth, step) in form.steps.iter().enumerate().filter(|(_, step)| form.fields_of(&step.key).next().is_none()) {
        book.tell(&file, "[[step]]", nth, "empty-step", &[("step", &step.key)]);
    }
}

fn one_field(book: &mut Book<'_>, file: &str, nth: usize, field: &Field) {
    let choice = matches!(field.kind, FieldType::Choice | FieldType::MultiChoice);
    let mut tell = |code: &str| book.tell(file, "[[field]]", nth, code, &[("field", &field.key)]);
    if choice == field.options.is_empty() {
        tell("field-options");
    }
    if field.options.iter().enumerate().any(|(at, option)| field.options[..at].iter().any(|earlier| earlier.key == option.key)) {
        tell("duplicate-option");
    }
    if field.min.zip(field.max).is_some_and(|(min, max)| min > max) {
        tell("field-limits");
    }
    if (field.kind == FieldType::Money) != field.asset.is_some()
        || field.asset.as_deref().is_some_and(|code| Amount::parse_named(&format!("0 {code}")).is_err())
    {
        tell("field-asset");
    }
    if (field.many && matches!(field.kind, FieldType::MultiChoice | FieldType::Bool)) || (field.accept && field.kind != FieldType::Bool) {
        tell("field-kind");
    }
}

pub(super) fn rubric(book: &mut Book<'_>, rubric: &Rubric) {
    let file = format!("rubrics/{}.toml", rubric.key());
    if !book.pack.files.contains_key(&file) {
        book.tell(&file, "", 0, "name-of-file", &[("key", rubric.key())]);
    }
    book.keys(&file, "[[criterion]]", rubric.criteria.iter().map(|criterion| criterion.key.as_str()));
    if rubric.total_weight() != 10_000 {
        book.tell(&file, "[rubric]", 0, "weights", &[("rubric", rubric.key()), ("sum", &rubric.total_weight().to_string())]);
    }
    for (nth, criterion) in rubric.criteria.iter().enumerate() {
        let rising = criterion.scale.windows(2).all(|pair| pair[0].at < pair[1].at);
        let inside = criterion.scale.iter().all(|anchor| (0..=100).contains(&anchor.at));
        if !rising || !inside || criterion.scale.len() < 2 {
            book.tell(&file, "[[criterion]]", nth, "scale", &[("criterion", &criterion.key)]);
        }
        if criterion.weight < 0 || (criterion.weight == 0) != criterion.independent {
            book.tell(&file, "[[criterion]]", nth, "weight", &[("criterion", &criterion.key)]);
        }
    }
}

pub(super) fn duplicates_across_files(book: &mut Book<'_>) {
    let pack = book.pack;
    book.keys("forms", "", pack.forms.iter().map(|form| form.key()));
    book.keys("rubrics", "", pack.rubrics.iter().map(|rubric| rubric.key()));
}

pub(super) fn tables(book: &mut Book<'_>) {
    let pack = book.pack;
    book.keys("tables.toml", "[[table]]", pack.tables.iter().map(|table| table.head.key.as_str()));
    for table in &pack.tables {
        let file = format!("tables/{}.csv", table.head.key);
        let Some(column) = table.head.columns.first() else {
            book.tell("tables.toml", "", 0, "table-columns", &[("table", &table.head.key)]);
            continue;
        };
        let keys: Vec<String> = table.rows.iter().filter_map(|row| row.0.get(&column.name)).map(crate::Cell::text).collect();
        let twice = keys.iter().enumerate().find(|(at, key)| keys[..*at].contains(key));
        if let Some((_, key)) = twice {
            book.tell(&file, "", 0, "duplicate-key", &[("key", key)]);
        }
        if table.head.hit == Hit::AtMost && !rises(table, &column.name) {
            book.tell(&file, "", 0, "table-order", &[("column", &column.name)]);
        }
        if table.rows.is_empty() {
            book.tell(&file, "", 0, "table-empty", &[("table", &table.head.key)]);
        }
    }
    award_levels(book);
}

fn rises(table: &Table, column: &str) -> bool {
    let bounds: Vec<Option<i64>> = table.rows.iter().map(|row| row.int(column)).collect();
    bounds.iter().all(Option::is_some) && bounds.windows(2).all(|pair| pair[0] < pair[1])
}

/// no level of an award lies above the ceiling of a project.
fn award_levels(book: &mut Book<'_>) {
    let pack = book.pack;
    let cap = pack.param("award_cap").and_then(|param| param.read(&param.value).ok());
    let (Some(ParamValue::Money(cap)), Some(table)) = (cap, pack.table("award_levels")) else { return };
    for row in &table.rows {
        if let Some(amount) = row.money("amount").filter(|amount| amount.asset != cap.asset || amount.minor > cap.minor) {
            book.tell("tables/award_levels.csv", "", 0, "award-above-cap", &[("amount", &amount.to_string()), ("cap", &cap.to_string())]);
        }
    }
}

pub(super) fn letters(book: &mut Book<'_>) {
    let pack = book.pack;
    book.keys("letters.toml", "[[letter]]", pack.letters.iter().map(|letter| letter.head.key.as_str()));
    for letter in &pack.letters {
        let uses: BTreeSet<String> = letter.head.uses.iter().cloned().collect();
        let (zh, en) = (placeholders(&letter.body_zh), placeholders(&letter.body_en));
        for (lang, names) in [("zh", &zh), ("en", &en)] {
            let file = format!("letters/{}.{lang}.md", letter.head.key);
            for name in names.difference(&uses) {
                book.tell(&file, "", 0, "unknown-placeholder", &[("name", name)]);
            }
        }
        for name in zh.symmetric_difference(&en) {
            book.tell("letters.toml", "", 0, "placeholder-in-one-language", &[("letter", &letter.head.key), ("name", name)]);
        }
    }
}

pub(super) fn overlays(book: &mut Book<'_>) {
    let pack = book.pack;
    for overlay in &pack.overlays {
        let node = overlay.node.to_string();
        if pack.node_of(overlay.node.name()).as_ref() != Some(&overlay.node) {
            book.tell("overlays", "", 0, "unknown-unit", &[("entry", &node), ("unit", &node)]);
        }
        for misfit in pack.misfits(overlay) {
            let (code, name) = match misfit {
                Misfit::Unknown { key, .. } => ("overlay-unknown", key),
                Misfit::Locked { key } => ("overlay-locked", key),
                Misfit::BadValue { key, .. } => ("overlay-value", key),
                Misfit::FieldChanged { form, field } => ("overlay-field", format!("{form}/{field}")),
                Misfit::SameVersion { form } => ("overlay-version", form),
                Misfit::Weights { rubric, .. } => ("weights", rubric),
                Misfit::Broken { mistakes, .. } => {
                    book.found.extend(mistakes);
                    continue;
                }
            };
            book.tell("overlays", "", 0, code, &[("node", &node), ("name", &name)]);
        }
    }
}
