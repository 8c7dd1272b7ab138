//! Signing in, in three steps: look the login up, compare the password outside of any transaction, begin the session.
//!
//! An unknown login and a wrong password take the same time and get the same answer.

use store::{Read, Tx};
use words::{Acting, Failure, Fault, Id, Outcome};

use crate::access::{AccessRefusal, NewSession, SESSION_MAX_SECONDS, login_name};
use crate::ops::here;
use crate::sql_access::{self, Login};
use crate::told::SignedIn;
use crate::{secret, totp};

/// A login that was looked up, or none: which, only the comparison tells.
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt(Option<Login>);

/// A login whose password fitted.
#[derive(Clone, PartialEq, Eq)]
pub struct Proven(Login);

/// Looks a login up; never says whether there is one.
pub fn attempt(read: &Read, login: &str) -> Result<Attempt, Fault> {
    let Ok(name) = login_name(login) else { return Ok(Attempt(None)) };
    sql_access::login_by_name(read, &name).map(Attempt)
}

/// The login of a person who is signed in and proves themselves again.
pub fn attempt_of(read: &Read, person: &Id) -> Result<Attempt, Fault> {
    sql_access::login_of_person(read, person).map(Attempt)
}

impl Attempt {
    /// Compares the password; slow on purpose.
    pub fn with(self, password: &str) -> Result<Proven, AccessRefusal> {
        let fits = secret::fits(self.0.as_ref().map(|login| login.secret.as_str()), password);
        self.0.filter(|_| fits).map(Proven).ok_or(AccessRefusal::SignInFailed)
    }
}

impl Proven {
    /// The login name.
    pub fn login(&self) -> &str {
        &self.0.name
    }

    /// The password may have changed between comparison and transaction: then it proves nothing.
    pub(crate) fn still_holds(&self, read: &Read) -> Outcome<Login, AccessRefusal> {
        match sql_access::login_of_person(read, &self.0.person)? {
            Some(login) if login == self.0 => Ok(login),
            _ => Err(Failure::Refused(AccessRefusal::SignInFailed)),
        }
    }
}

/// Begins a session. With two-step sign-in on, `code` is a code of the authenticator or a recovery code.
pub fn sign_in(tx: &mut Tx, proven: &Proven, code: &str, agent: &str) -> Outcome<NewSession, AccessRefusal> {
    let login = proven.still_holds(tx)?;
    here(tx, &login.person, AccessRefusal::SignInFailed)?;
    let way = second_step(tx, &login.person, code)?;
    begin(tx, &login.person, way, agent)
}

/// Begins a session without a password: personas of a demonstration.
pub fn sign_in_as(tx: &mut Tx, person: &Id, agent: &str) -> Outcome<NewSession, AccessRefusal> {
    here(tx, person, AccessRefusal::PersonGone)?;
    begin(tx, person, "demo", agent)
}

/// A signed-in person proves again who they are; a signature asks for this within five minutes. `holder` is their session or token.
pub fn prove(tx: &mut Tx, who: &Acting, holder: &Id, proven: &Proven, code: &str) -> Outcome<(), AccessRefusal> {
    let login = proven.still_holds(tx)?;
    if login.person != who.person {
        return Err(Failure::Refused(AccessRefusal::PasswordWrong));
    }
    second_step(tx, &login.person, code)?;
    sql_access::holder_proved(tx, holder)?;
    Ok(())
}

/// Begins a session of somebody who has just proved who they are.
pub(super) fn begin(tx: &mut Tx, person: &Id, way: &str, agent: &str) -> Outcome<NewSession, AccessRefusal> {
    let session = begin_unproved(tx, person, way, agent)?;
    sql_access::holder_proved(tx, &session.session)?;
    Ok(session)
}

/// Begins a session of somebody who may have proved long ago, elsewhere, who they are.
pub(super) fn begin_unproved(tx: &mut Tx, person: &Id, way: &str, agent: &str) -> Outcome<NewSession, AccessRefusal> {
    let (session, text) = (tx.id("ses"), secret::text_of(&tx.random()));
    let ends_at = tx.now().plus_seconds(SESSION_MAX_SECONDS);
    let hash = tx.keyed_hash(&text);
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(160).collect();
    sql_access::session_insert(tx, &session, person, &hash, ends_at, &agent)?;
    let told = SignedIn { person: person.clone(), session: session.clone(), way: way.into() };
    let oneself = Acting { person: person.clone(), grants: Vec::new(), proved_at: None, scopes: None };
    tx.tell(&oneself, &told)?;
    Ok(NewSession { person: person.clone(), session, secret: text, ends_at })
}

/// The second step, if it is on. Each code works once.
fn second_step(tx: &mut Tx, person: &Id, code: &str) -> Outcome<&'static str, AccessRefusal> {
    let Some(held) = sql_access::totp(tx, person)?.filter(|held| held.confirmed) else { return Ok("password") };
    if code.trim().is_empty() {
        return Err(Failure::Refused(AccessRefusal::CodeNeeded));
    }
    let plain = tx.unseal_secret(&held.sealed)?;
    if let Some(step) = totp::accept(&plain, code, tx.now(), held.last_step) {
        sql_access::totp_used(tx, person, step)?;
        return Ok("password");
    }
    let hash = tx.keyed_hash(&format!("recovery:{}", secret::recovery_fold(code)));
    if sql_access::recovery_use(tx, person, &hash)? { Ok("recovery") } else { Err(Failure::Refused(AccessRefusal::CodeWrong)) }
}
