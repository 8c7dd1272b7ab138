//! Answers the questions of guards from the dossier, the desk, the reviews and the books. Asks down only; tells nothing.

use lifecycle::{Answer, CaseField, CaseRef, Dec, FactSet, Key, Question, ReviewField, Type, Typed, Value};
use store::Read;
use words::{Amount, Asset, Day, Fault, Id};

use crate::case::Case;
use crate::dossier::{Dossier, is_yes};
use crate::{definitions, money, rounds, sql};

/// Answers to all questions of some moves. What cannot be found out is left out, and then no guard that needs it is met.
pub(crate) fn gather(read: &Read, dossier: &Dossier, questions: &[Question], reason: &str) -> Result<FactSet, Fault> {
    let mut facts = FactSet::new();
    for question in questions {
        answer(read, dossier, question, reason, &mut facts)?;
    }
    Ok(facts)
}

fn answer(read: &Read, dossier: &Dossier, question: &Question, reason: &str, facts: &mut FactSet) -> Result<(), Fault> {
    let value = match question {
        Question::Has { thing } if thing == "reason" => Some(Value::Bool(!reason.trim().is_empty())),
        Question::Has { thing } => Some(Value::Bool(has(read, dossier, thing)?)),
        Question::Form { form } => {
            let empty = empty_fields(read, dossier, form)?;
            facts.put_form(form, empty);
            None
        }
        Question::Signed { document, party } => {
            let (signed, waiting) = signed(read, dossier, document, party.as_deref())?;
            facts.put_signed(document, party.as_deref(), signed, waiting);
            None
        }
        Question::Review { state, field } => review(read, dossier, state, *field)?,
        Question::Elapsed { state } => elapsed(read, dossier, state)?,
        Question::Count { collection } => Some(Value::Number(Dec::int(count(read, dossier, collection)?))),
        Question::Sum { collection } => named(dossier, &dossier.definition.schema.uses.sums, collection, ""),
        Question::Table { table, keys } => table_value(read, dossier, table, keys, facts)?,
        Question::Case { of, field } => Some(linked(read, dossier, of, *field)?),
        Question::Budget { account } => money::available(read, account)?.map(|amount| Value::money(&amount)),
        Question::Value { name, party } => value(read, dossier, name, party.as_deref())?,
        Question::Fact { name, party } => Some(Value::Bool(fact(read, dossier, name, party.as_deref())?)),
        Question::Name { name } => self::name(read, dossier, name)?,
    };
    if let Some(value) = value {
        facts.put(question.clone(), Answer::from(value));
    }
    Ok(())
}

/// A thing is there: a person in that role on the case itself, a complete form, or a fact that says so.
fn has(read: &Read, dossier: &Dossier, thing: &str) -> Result<bool, Fault> {
    let by_form = dossier.sheet(thing).is_some_and(|sheet| sheet.complete);
    let by_fact = dossier.fact(thing, "").is_some_and(is_yes);
    let by_answer = dossier.answers.iter().any(|sheet| sheet.answers.get(thing).is_some_and(is_yes));
    let said = dossier.facts_by_person(thing);
    // What is about one person (a position) asks that person alone.
    let party = if dossier.case.about.is_some() { "member" } else { "team" };
    let by_person = !said.is_empty() && dossier.party(read, party)?.iter().all(|person| said.get(person.as_str()).is_some_and(|value| is_yes(value)));
    let by_role = || identity::holders_of(read, &format!("case.{thing}"), &dossier.case.node).map(|holders| !holders.is_empty());
    Ok(by_form || by_fact || by_answer || by_person || by_role()?)
}

fn empty_fields(read: &Read, dossier: &Dossier, form: &str) -> Result<Vec<String>, Fault> {
    let forms = crate::case_forms(read, &dossier.case)?;
    let Some(form) = forms.form(form) else { return Ok(vec![form.to_owned()]) };
    if dossier.answers.iter().any(|sheet| sheet.form == form.key() && sheet.complete) {
        return Ok(Vec::new());
    }
    let mut answers = dossier.sheet(form.key()).map(|sheet| sheet.answers.clone()).unwrap_or_default();
    answers.retain(|key, _| form.field(key).is_some());
    let label = |pointer: &str| form.field(pointer.trim_start_matches('/')).map_or_else(|| pointer.to_owned(), |field| field.zh.clone());
    Ok(form.validate(&answers, true).iter().map(|mistake| label(&mistake.pointer)).collect())
}

/// How many of a party have signed, and the names of those who have not.
fn signed(read: &Read, dossier: &Dossier, document: &str, party: Option<&str>) -> Result<(u32, Vec<String>), Fault> {
    let mut signatures = desk::signatures(read, dossier.case.id.as_str())?;
    // What a member signs for the project holds for their position too.
    if let Some(parent) = &dossier.parent {
        signatures.extend(desk::signatures(read, parent.id.as_str())?);
    }
    let of_document: Vec<&Id> =
        signatures.iter().filter(|signature| signature.kind == document && signature.counts()).map(|signature| &signature.person).collect();
    // A unit signs through one of its people; a team signs one by one.
    let Some(party) = party else { return Ok((u32::from(!of_document.is_empty()), if of_document.is_empty() { vec![String::new()] } else { Vec::new() })) };
    let persons = dossier.party(read, party)?;
    if party == "application_unit" || party == "home_unit" {
        let one = persons.iter().any(|person| of_document.contains(&person));
        let waiting =
            if one { Vec::new() } else { names(read, &persons)?.into_iter().take(3).chain(persons.is_empty().then(|| undecided(dossier, party))).collect() };
        return Ok((u32::from(one), waiting));
    }
    let missing: Vec<Id> = persons.iter().filter(|person| !of_document.contains(person)).cloned().collect();
    let given = u32::try_from(persons.len() - missing.len()).unwrap_or(u32::MAX);
    Ok((given, names(read, &missing)?))
}

/// What stands for the people of a party that nobody has named yet.
fn undecided(dossier: &Dossier, party: &str) -> String {
    dossier.definition.schema.uses.parties.get(party).map_or_else(|| party.to_owned(), |label| format!("{} / {}", label.zh, label.en))
}

fn names(read: &Read, persons: &[Id]) -> Result<Vec<String>, Fault> {
    let names = identity::person_names(read, persons)?;
    Ok(persons.iter().map(|person| names.get(person).cloned().unwrap_or_else(|| person.to_string())).collect())
}

fn review(read: &Read, dossier: &Dossier, state: &str, field: ReviewField) -> Result<Option<Value>, Fault> {
    let Some(result) = rounds::result(read, &dossier.case.id, state)? else { return Ok(None) };
    Ok(match field {
        ReviewField::Passed => Some(Value::Bool(result.passed)),
        ReviewField::Signed => Some(Value::Bool(result.signed)),
        ReviewField::Score => result.score.map(Value::Number),
    })
}

fn elapsed(read: &Read, dossier: &Dossier, state: &str) -> Result<Option<Value>, Fault> {
    let since = if dossier.case.state == state { Some(dossier.case.entered_at) } else { sql::entered(read, &dossier.case.id, state)? };
    Ok(since.map(|since| Value::Elapsed { since: since.day(), today: dossier.today() }))
}

/// `milestones.open`: obligations of a kind or name that are open; `members.unrestored`: positions not at an end; otherwise facts of that name.
fn count(read: &Read, dossier: &Dossier, collection: &str) -> Result<i64, Fault> {
    let (what, which) = collection.split_once('.').unwrap_or((collection, ""));
    let singular = what.trim_end_matches('s');
    let n = match (what, which) {
        ("members", "unrestored") => positions_open(read, dossier)?,
        ("team" | "members", _) => dossier.members.iter().filter(|member| member.counts()).count(),
        (_, "open") => dossier.obligations.iter().filter(|one| one.state == "open" && (one.kind == singular || one.key == singular || one.key == what)).count(),
        (_, "done") => dossier.obligations.iter().filter(|one| one.state == "done" && (one.kind == singular || one.key == singular || one.key == what)).count(),
        _ => {
            let done = dossier.obligations.iter().filter(|one| one.state == "done" && (one.kind == singular || one.key == singular || one.key == what)).count();
            let said = dossier.fact(collection, "").and_then(serde_json::Value::as_i64).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let sheets = dossier.answers.iter().filter(|sheet| sheet.complete && (sheet.form == singular || sheet.form == what)).count();
            done.max(said).max(sheets)
        }
    };
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}

fn positions_open(read: &Read, dossier: &Dossier) -> Result<usize, Fault> {
    let mut open = 0;
    for child in dossier.children.iter().filter(|child| child.definition == "person.post") {
        open += usize::from(!is_over(read, child)?);
    }
    Ok(open)
}

pub(crate) fn is_over(read: &Read, case: &Case) -> Result<bool, Fault> {
    let definition = definitions::definition(read, &case.definition, case.version)?;
    Ok(definition.state(&case.state).is_some_and(|state| state.kind == lifecycle::StateKind::End))
}

fn table_value(read: &Read, dossier: &Dossier, table: &Key, keys: &[Key], facts: &FactSet) -> Result<Option<Value>, Fault> {
    let text = |key: &Key| match key {
        Key::Text(text) => Some(text.clone()),
        Key::Asked(question) => lifecycle::Facts::answer(facts, question).map(|answer| answer.value.to_string()),
    };
    let (Some(name), Some(keys)) = (text(table), keys.iter().map(text).collect::<Option<Vec<String>>>()) else { return Ok(None) };
    let programme = packs::current(read)?;
    // Scores come with decimals and tables are keyed by whole numbers: 72.40 is in the row from 72.
    let whole = |key: String| if Dec::parse(&key).is_some() { key.split('.').next().unwrap_or("").to_owned() } else { key };
    let key = keys.into_iter().map(whole).collect::<Vec<_>>().join("/");
    let Some(found) = programme.table(&dossier.case.node, &name, dossier.today()).and_then(|table| table.answer(&key)).map(packs::Cell::text) else {
        return Ok(None);
    };
    let ty = dossier.definition.schema.uses.tables.get(&name).map(Typed::ty);
    Ok(ty.and_then(|ty| read_as(&serde_json::Value::String(found), &ty)))
}

fn linked(read: &Read, dossier: &Dossier, of: &CaseRef, field: CaseField) -> Result<Value, Fault> {
    let cases = match of {
        CaseRef::Child(definition) => dossier.children.iter().filter(|child| child.definition == *definition).cloned().collect(),
        CaseRef::Link(name) => link(read, dossier, name)?,
    };
    let mut open = Vec::new();
    for case in &cases {
        if !is_over(read, case)? {
            open.push(case.clone());
        }
    }
    let asked = if open.is_empty() { &cases } else { &open };
    let same = |of: &dyn Fn(&Case) -> String| match asked.split_first() {
        None => "none".to_owned(),
        Some((first, rest)) if rest.iter().all(|case| of(case) == of(first)) => of(first),
        Some(_) => "mixed".to_owned(),
    };
    Ok(match field {
        CaseField::State => Value::text(same(&|case| case.state.clone())),
        CaseField::Outcome => Value::text(same(&|case| case.outcome.clone().unwrap_or_else(|| "open".into()))),
        CaseField::Route => Value::text(same(&|case| case.route.clone().unwrap_or_else(|| "none".into()))),
        CaseField::Concluded => Value::Bool(!cases.is_empty() && cases.iter().all(|case| case.concluded)),
        CaseField::Open => Value::Number(Dec::int(i64::try_from(open.len()).unwrap_or(i64::MAX))),
        CaseField::Count => Value::Number(Dec::int(i64::try_from(cases.len()).unwrap_or(i64::MAX))),
    })
}

/// The parent if it fits the link, or its other children that do.
fn link(read: &Read, dossier: &Dossier, name: &str) -> Result<Vec<Case>, Fault> {
    let Some(link) = dossier.definition.schema.uses.links.get(name) else { return Ok(Vec::new()) };
    let Some(parent) = &dossier.parent else { return Ok(Vec::new()) };
    if link.definitions.contains(&parent.definition) {
        return Ok(vec![parent.clone()]);
    }
    let siblings = sql::children(read, &parent.id, None)?;
    Ok(siblings.into_iter().filter(|case| case.id != dossier.case.id && link.definitions.contains(&case.definition)).collect())
}

fn value(read: &Read, dossier: &Dossier, name: &str, party: Option<&str>) -> Result<Option<Value>, Fault> {
    let about = match party {
        Some(party) => dossier.party(read, party)?.first().map(ToString::to_string).unwrap_or_default(),
        None => dossier.case.about.as_ref().map(ToString::to_string).unwrap_or_default(),
    };
    let uses = &dossier.definition.schema.uses.values;
    Ok(named(dossier, uses, name, &about).or_else(|| named(dossier, uses, name, "")))
}

/// A fact or an answer of that name, read as the definition says.
fn named(dossier: &Dossier, declared: &std::collections::BTreeMap<String, Typed>, name: &str, about: &str) -> Option<Value> {
    let ty = declared.get(name)?.ty();
    // A form of that name gives its verdict; otherwise the newest answer to a field of that name counts.
    let verdict = || dossier.sheet(name).and_then(|sheet| sheet.answers.get("verdict"));
    let answered = || verdict().or_else(|| dossier.answers.iter().rev().find_map(|sheet| sheet.answers.get(name)));
    let value = dossier.fact(name, about).or_else(|| if about.is_empty() { answered() } else { None })?;
    read_as(value, &ty)
}

fn fact(read: &Read, dossier: &Dossier, name: &str, party: Option<&str>) -> Result<bool, Fault> {
    match (name, party) {
        ("notice_clear", _) => Ok(desk::notice_clear(read, dossier.case.id.as_str())?.clear),
        (_, None) => Ok(dossier.fact(name, dossier.case.about.as_ref().map_or("", Id::as_str)).or_else(|| dossier.fact(name, "")).is_some_and(is_yes)),
        (_, Some(party)) => {
            let said = dossier.facts_by_person(name);
            let persons = dossier.party(read, party)?;
            let everyone = dossier.fact(name, "").is_some_and(is_yes);
            Ok(everyone || (!persons.is_empty() && persons.iter().all(|person| said.get(person.as_str()).is_some_and(|value| is_yes(value)))))
        }
    }
}

fn name(read: &Read, dossier: &Dossier, name: &str) -> Result<Option<Value>, Fault> {
    let schema = &dossier.definition.schema;
    if let Some(param) = name.strip_prefix("param.") {
        let programme = packs::current(read)?;
        let ty = schema.params.get(param).map(|param| param.ty.clone());
        let params = programme.params(&dossier.case.node);
        let value = params.at(dossier.today()).value(param).map(param_value);
        return Ok(ty.zip(value).and_then(|(ty, value)| read_as(&value, &ty)));
    }
    let team = || i64::try_from(dossier.members.iter().filter(|member| member.counts()).count()).unwrap_or(i64::MAX);
    Ok(match name {
        "now" => Some(Value::Moment(dossier.now)),
        "today" => Some(Value::Date(dossier.today())),
        "team.size" => Some(Value::Number(Dec::int(team()))),
        "member.city" => identity::node(read, &dossier.case.base)?.and_then(|node| node.city).map(Value::text),
        _ => {
            let last = name.rsplit('.').next().unwrap_or(name);
            named(dossier, &schema.uses.names, name, "").or_else(|| {
                let ty = schema.uses.names.get(name)?.ty();
                let answered = || dossier.answers.iter().rev().find_map(|sheet| sheet.answers.get(last));
                read_as(dossier.fact(last, "").or_else(answered)?, &ty)
            })
        }
    })
}

/// A parameter as facts are stored.
fn param_value(value: &packs::ParamValue) -> serde_json::Value {
    use packs::ParamValue as P;
    match value {
        P::Ratio(n, d) => decimal(*n, *d).map_or(serde_json::Value::Null, serde_json::Value::String),
        P::Money(amount) => serde_json::json!(amount),
        P::Span(span) => span.to_string().into(),
        P::Int(n) => n.to_string().into(),
        P::Bool(yes) => (*yes).into(),
        P::Text(text) => text.as_str().into(),
    }
}

/// A ratio as an exact decimal number, if it is one of at most nine places.
fn decimal(n: i64, d: i64) -> Option<String> {
    let places = (0..=9u32).find(|places| (i128::from(n) * 10i128.pow(*places)) % i128::from(d) == 0)?;
    let digits = i128::from(n) * 10i128.pow(places) / i128::from(d);
    let width = usize::try_from(places).ok()? + 1;
    let text = format!("{digits:0>width$}");
    let (whole, part) = text.split_at(text.len() - usize::try_from(places).ok()?);
    Some(if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") })
}

/// A stored value as the type that the definition declares for its name.
pub(crate) fn read_as(value: &serde_json::Value, ty: &Type) -> Option<Value> {
    let text = match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(n) => n.to_string(),
        serde_json::Value::Bool(yes) => return matches!(ty, Type::Bool).then_some(Value::Bool(*yes)),
        serde_json::Value::Object(_) => return serde_json::from_value::<Amount>(value.clone()).ok().map(|amount| Value::money(&amount)),
        _ => return None,
    };
    match ty {
        Type::Bool => Some(Value::Bool(text == "true")),
        Type::Int | Type::Decimal => Dec::parse(&text).map(Value::Number),
        Type::Money => Amount::parse_named(&text).or_else(|_| Amount::parse(&text, &Asset::cny())).ok().map(|amount| Value::money(&amount)),
        Type::Date => Day::parse(&text).ok().map(Value::Date),
        Type::Moment => words::Instant::parse(&text).ok().map(Value::Moment),
        Type::Duration => words::Span::parse(&text).ok().map(Value::Duration),
        _ => Some(Value::text(text)),
    }
}
