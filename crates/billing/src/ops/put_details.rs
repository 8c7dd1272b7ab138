//! Details for tax invoices, and where a payee is paid: kept apart as personal data, by the party itself.
//!
//! Tells `DetailsChanged`. Invariant: a tax number proves itself.

use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Node, Outcome};

use crate::asks::{Asks, parties};
use crate::details::{Details, is_credit_code};
use crate::refusal::DetailsRefusal;
use crate::rights;
use crate::told::DetailsChanged;

const FIELD: &str = "billing_details";

/// Keeps the details of a party that one is, or acts for; finance may too.
pub fn put_details<A: Asks>(tx: &mut Tx, who: &Acting, party: &Id, details: &Details) -> Outcome<Details, DetailsRefusal> {
    if !parties::<A>(tx, who)?.contains(party) && !who.can(rights::RUN, &Node::group()) {
        return Err(Failure::Absent);
    }
    let details = details.tidy();
    if details.title.is_empty() {
        return Err(DetailsRefusal::TitleNeeded.into());
    }
    if !details.tax_number.is_empty() && !is_credit_code(&details.tax_number) {
        return Err(DetailsRefusal::TaxNumber.into());
    }
    tx.personal_put(party, FIELD, &serde_json::to_string(&details).map_err(Fault::new)?)?;
    tx.tell(who, &DetailsChanged { party: party.clone() })?;
    Ok(details)
}

/// The details of a party; empty if it has given none.
pub(crate) fn details(read: &Read, party: &Id) -> Result<Details, Fault> {
    Ok(read.personal(party, FIELD)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// The details of many.
pub(crate) fn details_of(read: &Read, parties: &[Id]) -> Result<std::collections::BTreeMap<Id, Details>, Fault> {
    let texts = read.personal_many(parties, FIELD)?;
    Ok(texts.into_iter().filter_map(|(party, text)| Some((party, serde_json::from_str(&text).ok()?))).collect())
}
