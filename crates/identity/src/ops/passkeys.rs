//! Passkeys: added and removed after proving who one is, used to sign in without a name and to prove again who one is.
//!
//! Verification is over before the transaction; here the challenge is taken and the passkey looked at again.

use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::access::{AccessRefusal, NewSession};
use crate::mistakes::{Mistakes, needed};
use crate::ops::ceremony::{self, Challenge, Purpose};
use crate::ops::totp::proved;
use crate::ops::{here, sign_in};
use crate::passkey::{CEREMONY_SECONDS, Made, PASSKEYS_MAX, PasskeyRefusal, Used};
use crate::sql_passkeys::Begun;
use crate::told::{PasskeyAdded, PasskeyRemoved, PasskeyStopped, PasskeyUsed};
use crate::{sql_access, sql_links, sql_passkeys as sql};

/// A challenge for whoever wants to sign in; no name is asked.
pub fn ask_passkey(tx: &mut Tx) -> Result<Challenge, Fault> {
    ceremony::begin(tx, Purpose::SignIn, None, &[], CEREMONY_SECONDS)
}

/// A challenge for a person who proves again who they are, and the passkeys they may use.
pub fn ask_own_passkey(tx: &mut Tx, who: &Acting) -> Outcome<(Challenge, Vec<String>), PasskeyRefusal> {
    let known = sql::credentials(tx, &who.person)?;
    Ok((ceremony::begin(tx, Purpose::Prove, Some(&who.person), &[], CEREMONY_SECONDS)?, known))
}

/// A challenge for a new passkey, and those that are there already.
pub fn offer_passkey(tx: &mut Tx, who: &Acting) -> Outcome<(Challenge, Vec<String>), PasskeyRefusal> {
    proved(tx, who).map_err(PasskeyRefusal::Access)?;
    let known = sql::credentials(tx, &who.person)?;
    if known.len() >= PASSKEYS_MAX {
        return Err(Failure::Refused(PasskeyRefusal::TooMany));
    }
    Ok((ceremony::begin(tx, Purpose::AddPasskey, Some(&who.person), &[], CEREMONY_SECONDS)?, known))
}

/// Adds a passkey that was made over such a challenge.
pub fn add_passkey(tx: &mut Tx, who: &Acting, name: &str, made: &Made, browser: &str) -> Outcome<Id, PasskeyRefusal> {
    proved(tx, who).map_err(PasskeyRefusal::Access)?;
    here(tx, &who.person, PasskeyRefusal::Access(AccessRefusal::PersonGone))?;
    let name = needed(name, 60).map_err(|()| AccessRefusal::Fields(Mistakes::one("label", "identity-label-needed"))).map_err(PasskeyRefusal::Access)?;
    taken(tx, Purpose::AddPasskey, &made.challenge, browser, Some(&who.person))?;
    if sql::credentials(tx, &who.person)?.len() >= PASSKEYS_MAX {
        return Err(Failure::Refused(PasskeyRefusal::TooMany));
    }
    if sql::passkey_by_credential(tx, &made.credential)?.is_some() {
        return Err(Failure::Refused(PasskeyRefusal::Known));
    }
    let passkey = tx.id("pky");
    sql::passkey_insert(tx, &passkey, &who.person, &name, made)?;
    tx.tell(who, &PasskeyAdded { person: who.person.clone(), passkey: passkey.clone() })?;
    Ok(passkey)
}

/// Removes one of one's own passkeys, if there is another way to come in.
pub fn remove_passkey(tx: &mut Tx, who: &Acting, passkey: &Id) -> Outcome<(), PasskeyRefusal> {
    proved(tx, who).map_err(PasskeyRefusal::Access)?;
    if !sql::passkey_delete(tx, passkey, &who.person)? {
        return Err(Failure::Absent);
    }
    if !can_come_in(tx, &who.person)? {
        return Err(Failure::Refused(PasskeyRefusal::LastWay));
    }
    tx.tell(who, &PasskeyRemoved { person: who.person.clone(), passkey: passkey.clone() })?;
    Ok(())
}

/// Has the person a password, a passkey that works, or a linked account?
pub(super) fn can_come_in(read: &Read, person: &Id) -> Result<bool, Fault> {
    let password = sql_access::login_of_person(read, person)?.is_some_and(|login| !login.secret.is_empty());
    Ok(password || sql::passkeys(read, person)?.iter().any(|passkey| passkey.stopped_at.is_none()) || !sql_links::links(read, person)?.is_empty())
}

/// Begins a session with a passkey. Nothing if the passkey had to be stopped: that is kept, so it is no refusal here.
pub fn sign_in_with_passkey(tx: &mut Tx, used: &Used, browser: &str, agent: &str) -> Outcome<Option<NewSession>, PasskeyRefusal> {
    taken(tx, Purpose::SignIn, &used.challenge, browser, None)?;
    here(tx, &used.held.person, PasskeyRefusal::Access(AccessRefusal::PersonGone))?;
    if !count(tx, used)? {
        return Ok(None);
    }
    sign_in::begin(tx, &used.held.person, "passkey", agent).map(Some).map_err(|failure| failure.map(PasskeyRefusal::Access))
}

/// A signed-in person proves with a passkey who they are; `holder` is their session or token. False if the passkey had to be stopped.
pub fn prove_with_passkey(tx: &mut Tx, who: &Acting, holder: &Id, used: &Used, browser: &str) -> Outcome<bool, PasskeyRefusal> {
    taken(tx, Purpose::Prove, &used.challenge, browser, Some(&who.person))?;
    if used.held.person != who.person {
        return Err(Failure::Refused(PasskeyRefusal::Wrong));
    }
    let fine = count(tx, used)?;
    if fine {
        sql_access::holder_proved(tx, holder)?;
    }
    Ok(fine)
}

fn taken(tx: &mut Tx, purpose: Purpose, challenge: &str, browser: &str, person: Option<&Id>) -> Outcome<Begun, PasskeyRefusal> {
    let begun = ceremony::take(tx, purpose, challenge, browser)?;
    begun.filter(|begun| begun.person.as_ref() == person).ok_or(Failure::Refused(PasskeyRefusal::ChallengeGone))
}

/// The passkey as it is now: still the same key, not stopped. A counter that does not rise means that there is a copy: then it is stopped.
fn count(tx: &mut Tx, used: &Used) -> Outcome<bool, PasskeyRefusal> {
    let held = sql::passkey(tx, &used.held.id)?.filter(|passkey| passkey.held == used.held).ok_or(PasskeyRefusal::Unknown)?;
    if held.stopped {
        return Err(Failure::Refused(PasskeyRefusal::Stopped));
    }
    let oneself = Acting { person: used.held.person.clone(), grants: Vec::new(), proved_at: None, scopes: None };
    let (person, passkey) = (used.held.person.clone(), used.held.id.clone());
    let rises = used.counter > held.counter || (used.counter == 0 && held.counter == 0);
    if rises {
        sql::passkey_used(tx, &passkey, used.counter)?;
        tx.tell(&oneself, &PasskeyUsed { person, passkey })?;
    } else {
        sql::passkey_stopped(tx, &passkey)?;
        tx.tell(&oneself, &PasskeyStopped { person, passkey, had: held.counter, got: used.counter })?;
    }
    Ok(rises)
}
