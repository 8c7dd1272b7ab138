//! A posting: its legs, and what is behind it.

use ledger::{PostingView, Verb};
use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Problem, Reply};
use words::{Acting, Fault, Id, Never};

use super::behind::{ThingView, things};
use super::names::{Names, names};
use super::of_the_group;
use crate::rights;

/// The page of a posting.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PostingPage {
    /// The posting.
    posting: PostingView,
    /// Name of its template in the books of the pack.
    template_name: Option<words::Bilingual>,
    /// Who made it.
    made_by_name: Option<String>,
    /// What is behind it: of the cause first, then of the paths.
    things: Vec<ThingView>,
    /// What people call the accounts of its legs.
    names: Names,
    /// Does it move back what another posting moved?
    reverses: bool,
}

pub(super) fn show(call: &Call, _: Nothing) -> Answer<PostingPage> {
    let (who, id) = (of_the_group(call, rights::LEDGER_READ)?, call.id("id")?);
    let page = call.read::<_, Never>(|read| Ok(page(read, &who, &id)?))?;
    Ok(Reply::page("portal/posting.html", page.ok_or_else(Problem::absent)?))
}

fn page(read: &Read, who: &Acting, id: &Id) -> Result<Option<PostingPage>, Fault> {
    let Some(posting) = ledger::posting(read, id)? else { return Ok(None) };
    let paths = posting.legs.iter().flat_map(|leg| leg.debit.split(':').chain(leg.credit.split(':')));
    let things = things(read, who, std::iter::once(posting.cause.id.as_str()).chain(paths))?;
    let names = names(read, posting.legs.iter().flat_map(|leg| [leg.debit.as_str(), leg.credit.as_str()]))?;
    let made_by_name = identity::person_names(read, std::slice::from_ref(&posting.made_by))?.remove(&posting.made_by);
    let book = programme::book(read)?;
    let template_name = book.templates().find(|template| template.id == posting.template).map(|template| template.name.clone());
    Ok(Some(PostingPage { reverses: posting.kind == Verb::Reverse, posting, template_name, made_by_name, things, names }))
}
