//! A change of an entry: proposed; and its page, where a second person sees what it does before confirming.

use packs::{Change, ChangeKind, ChangeRefusal, ChangeState, FieldDiff};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Reply};
use words::{Acting, Bilingual, Day, Failure, Id, Never, Outcome};

use super::edit::draft;
use super::inputs::EntryForm;
use super::preview::{Looks, looks, name};
use super::said::{SaidMistake, said};
use super::{entry_url, reader};
use crate::care::params::{ChangeView, change_views};

pub(super) fn propose(call: &Call, input: EntryForm) -> Answer<Change> {
    let who = call.acting()?;
    let programme = call.read::<_, Never>(|read| Ok(packs::current(read)?))?;
    let draft = draft(call, &programme, &input)?;
    let stamp = call.read(|read| programme::prove_change(read, &who, &draft))?;
    call.write("packs.propose", move |tx| {
        let change = programme::propose_change(tx, &who, &draft, &stamp)?;
        Ok(Reply::created(format!("/admin/changes/{}", change.id), change).say("portal-change-proposed-say"))
    })
}

/// The page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ChangePage {
    /// The change.
    change: ChangeView,
    /// Name of the entry.
    name: Bilingual,
    /// Address of the entry.
    entry: String,
    /// Today.
    today: Day,
    /// Code and sentence of why it cannot be confirmed any more.
    refused: Option<String>,
    /// What is wrong with the pack with it.
    mistakes: Vec<SaidMistake>,
    /// What differs: from what is in force without it.
    fields: Vec<FieldDiff>,
    /// How it looks.
    looks: Looks,
    /// May whoever looks propose to come back to this text?
    may_restore: bool,
}

struct Found {
    change: Change,
    views: Vec<ChangeView>,
    refused: Option<ChangeRefusal>,
    mistakes: Vec<packs::PackMistake>,
    fields: Vec<FieldDiff>,
    looks: Looks,
    name: Bilingual,
    pack: String,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<ChangePage> {
    let (who, id) = (reader(call)?, call.id("id")?);
    let mut found = call.read(|read| found(read, &who, &id))?;
    let kind = found.change.kind.as_str();
    let text = |refusal: ChangeRefusal| {
        let args = words::Refusal::args(&refusal);
        let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        call.text_with(&format!("problem-{}-detail", words::Refusal::code(&refusal)), &args)
    };
    let entry = if found.change.kind == ChangeKind::Param {
        format!("/admin/params/{}?node={}", found.change.target, found.change.node)
    } else {
        entry_url(&found.pack, kind, &found.change.target)
    };
    let view = ChangePage {
        entry,
        today: call.now().day(),
        mistakes: said(call, &found.mistakes),
        may_restore: found.change.kind != ChangeKind::Param && who.can(crate::rights::PARAMS, &found.change.node),
        refused: found.refused.take().map(text),
        fields: found.fields,
        looks: found.looks,
        name: found.name,
        change: found.views.remove(0),
    };
    Ok(Reply::page("portal/change_page.html", view))
}

fn found(read: &Read, who: &Acting, id: &Id) -> Outcome<Found, ChangeRefusal> {
    let change = packs::change(read, id).map_err(|failure| failure.map(|never: Never| match never {}))?;
    let draft = change.draft();
    let programme = packs::current(read)?;
    let (mut refused, mut mistakes) = (None, Vec::new());
    if change.state == ChangeState::Proposed {
        // Whoever may only read still sees what the checker says.
        let checker = Acting::system("programme");
        match programme::try_change(read, &checker, &draft) {
            Ok(trial) => mistakes = trial.mistakes,
            Err(Failure::Refused(ChangeRefusal::BadShape(wrong))) => mistakes = wrong,
            Err(Failure::Refused(refusal)) => refused = Some(refusal),
            Err(other) => return Err(other),
        }
    }
    let trial = packs::look_at(read, &draft)?;
    let (pack, fields) = trial.map_or_else(|| (packs::Pack::clone(&programme.pack), Vec::new()), |trial| (trial.pack, trial.fields));
    let views = change_views(read, who, vec![change.clone()])?;
    Ok(Found { looks: looks(read, &pack, &draft)?, name: name(&pack, &draft), pack: programme.pack.about.id.clone(), change, views, refused, mistakes, fields })
}
