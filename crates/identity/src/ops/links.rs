//! Accounts at identity providers: going there, coming back, linking, unlinking, and signing in by one.
//!
//! The network is asked before the transaction; what comes in here has passed every check of the ID token.

use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Lang, Outcome};

use crate::access::{AccessRefusal, NewSession};
use crate::oidc::{AWAY_SECONDS, Claims, Deed, Find, Journey, ProviderDraft, ProviderRefusal, SKEW_SECONDS};
use crate::ops::ceremony::{self, Challenge, Purpose};
use crate::ops::passkeys::can_come_in;
use crate::ops::totp::proved;
use crate::ops::{add_person_system, here, sign_in};
use crate::person::{PersonDraft, PersonState, found_terms};
use crate::told::{LinkMade, LinkRemoved};
use crate::{secret, sql, sql_access, sql_links};

/// Begins a journey to a provider: what is to be done there and where to go on afterwards.
pub(crate) fn set_out(tx: &mut Tx, who: Option<&Acting>, provider: &str, deed: Deed, next: &str) -> Outcome<(Challenge, Journey), ProviderRefusal> {
    if let (Deed::Link, Some(who)) = (deed, who) {
        proved(tx, who).map_err(ProviderRefusal::Access)?;
    }
    let journey = Journey {
        provider: provider.to_owned(),
        deed,
        nonce: secret::text_of(&tx.random()),
        verifier: secret::text_of(&tx.random()),
        next: next.to_owned(),
        begun_at: tx.now(),
    };
    let body = serde_json::to_vec(&journey).map_err(Fault::new)?;
    let person = who.filter(|_| deed != Deed::SignIn).map(|who| &who.person);
    Ok((ceremony::begin(tx, Purpose::Provider, person, &body, AWAY_SECONDS)?, journey))
}

/// The journey that this browser comes back from, and for whom it was begun. It ends here, whatever comes of it.
pub(crate) fn come_back(tx: &mut Tx, state: &str, browser: &str) -> Result<Option<(Journey, Option<Id>)>, Fault> {
    let Some(begun) = ceremony::take(tx, Purpose::Provider, state, browser)? else { return Ok(None) };
    let journey = serde_json::from_slice(&begun.body).map_err(Fault::new)?;
    Ok(Some((journey, begun.person)))
}

/// Begins a session for whoever has linked this account, or is found by what the provider says.
pub(crate) fn sign_in_by_provider(tx: &mut Tx, provider: &ProviderDraft, claims: &Claims, agent: &str) -> Outcome<NewSession, ProviderRefusal> {
    let subject = subject_hash(tx, provider, claims);
    let (link, person) = match sql_links::link_of_subject(tx, &subject)? {
        Some(known) => known,
        None => {
            let person = found(tx, provider, claims)?;
            (link(tx, &person, provider, &subject)?, person)
        }
    };
    here(tx, &person, ProviderRefusal::Access(AccessRefusal::PersonGone))?;
    sql_links::link_used(tx, &link)?;
    sign_in::begin_unproved(tx, &person, "provider", agent).map_err(|failure| failure.map(ProviderRefusal::Access))
}

/// A signed-in person links their account at a provider.
pub(crate) fn link_account(tx: &mut Tx, who: &Acting, provider: &ProviderDraft, claims: &Claims) -> Outcome<Id, ProviderRefusal> {
    here(tx, &who.person, ProviderRefusal::Access(AccessRefusal::PersonGone))?;
    let subject = subject_hash(tx, provider, claims);
    match sql_links::link_of_subject(tx, &subject)? {
        Some((link, person)) if person == who.person => Ok(link),
        Some(_) => Err(Failure::Refused(ProviderRefusal::LinkedElsewhere)),
        None => link(tx, &who.person, provider, &subject),
    }
}

/// A signed-in person has signed in anew at the provider, so they are who they say.
pub(crate) fn prove_by_provider(
    tx: &mut Tx,
    who: &Acting,
    holder: &Id,
    provider: &ProviderDraft,
    claims: &Claims,
    journey: &Journey,
) -> Outcome<(), ProviderRefusal> {
    let begun = journey.begun_at.micros().div_euclid(1_000_000) - SKEW_SECONDS;
    if claims.auth_time.is_none_or(|at| at < begun) {
        return Err(Failure::Refused(crate::oidc::TokenMistake::Stale.into()));
    }
    let subject = subject_hash(tx, provider, claims);
    let (link, _) = sql_links::link_of_subject(tx, &subject)?.filter(|(_, person)| *person == who.person).ok_or(ProviderRefusal::NotOwn)?;
    sql_links::link_used(tx, &link)?;
    sql_access::holder_proved(tx, holder)?;
    Ok(())
}

/// Ends a link of one's own, if there is another way to come in.
pub fn unlink(tx: &mut Tx, who: &Acting, link: &Id) -> Outcome<(), ProviderRefusal> {
    proved(tx, who).map_err(ProviderRefusal::Access)?;
    if !sql_links::link_delete(tx, link, &who.person)? {
        return Err(Failure::Absent);
    }
    if !can_come_in(tx, &who.person)? {
        return Err(Failure::Refused(ProviderRefusal::LastWay));
    }
    tx.tell(who, &LinkRemoved { person: who.person.clone(), link: link.clone() })?;
    Ok(())
}

/// An account is known by its issuer and subject, and only as a keyed hash.
fn subject_hash(read: &Read, provider: &ProviderDraft, claims: &Claims) -> String {
    read.keyed_hash(&format!("provider:{}\n{}", provider.issuer, claims.subject))
}

fn link(tx: &mut Tx, person: &Id, provider: &ProviderDraft, subject: &str) -> Outcome<Id, ProviderRefusal> {
    if sql_links::links(tx, person)?.iter().any(|link| link.provider == provider.key) {
        return Err(Failure::Refused(ProviderRefusal::LinkedAlready));
    }
    let link = tx.id("lnk");
    sql_links::link_insert(tx, &link, person, &provider.key, subject)?;
    let oneself = Acting { person: person.clone(), grants: Vec::new(), proved_at: None, scopes: None };
    tx.tell(&oneself, &LinkMade { person: person.clone(), link: link.clone(), provider: provider.key.clone() })?;
    Ok(link)
}

/// Whom the provider means, by the rule of the configuration.
fn found(tx: &mut Tx, provider: &ProviderDraft, claims: &Claims) -> Outcome<Id, ProviderRefusal> {
    let (field, text) = match &provider.find {
        Find::Linked => return Err(Failure::Refused(ProviderRefusal::UnknownPerson)),
        Find::StaffNo(claim) => ("staff_no", claims.text(claim).ok_or(ProviderRefusal::UnknownPerson)?),
        Find::Email => ("email", claims.text("email").ok_or(ProviderRefusal::UnknownPerson)?),
    };
    if field == "email" && !claims.email_verified() {
        return Err(Failure::Refused(ProviderRefusal::EmailUnverified));
    }
    let terms: Vec<String> = found_terms(field, &text).iter().map(|term| tx.keyed_hash(term)).collect();
    let filter = sql::PeopleFilter { terms: &terms, state: Some(PersonState::Active.as_str()), ..Default::default() };
    let mut people = sql::people(tx, &filter, 0, 2)?.into_iter();
    match (people.next(), people.next()) {
        (Some(only), None) => Ok(only.id),
        (Some(_), Some(_)) => Err(Failure::Refused(ProviderRefusal::Several)),
        (None, _) if provider.create => create(tx, field, &text, claims),
        (None, _) => Err(Failure::Refused(ProviderRefusal::UnknownPerson)),
    }
}

/// Adds a person of whom the provider says enough.
fn create(tx: &mut Tx, field: &str, text: &str, claims: &Claims) -> Outcome<Id, ProviderRefusal> {
    let name = claims.text("name").or_else(|| claims.text("preferred_username")).ok_or(ProviderRefusal::UnknownPerson)?;
    let email = claims.text("email").filter(|_| claims.email_verified());
    let staff_no = (field == "staff_no").then_some(text);
    let lang = claims.text("locale").and_then(|tag| Lang::parse(&tag)).unwrap_or_default();
    let draft = PersonDraft::parse(&name, None, email.as_deref(), None, staff_no, lang);
    let draft = draft.map_err(|_| ProviderRefusal::UnknownPerson)?;
    add_person_system(tx, &draft, None).map_err(|failure| failure.map(|_| ProviderRefusal::UnknownPerson))
}
