//! Somebody from outside registers themselves: person, login, role and session in one transaction.
//!
//! Tells `OutsiderRegistered`. Invariant: an address or number that nobody has verified finds nobody, so it opens no door through an identity provider.

use store::Tx;
use words::{Acting, Failure, Node, Outcome};

use crate::access::{AccessRefusal, NewSession};
use crate::ops::{add_person_system, grant_system, login, sign_in};
use crate::outsider::RegistrationDraft;
use crate::person::PersonRefusal;
use crate::secret::LoginSecret;
use crate::told::OutsiderRegistered;
use crate::{sql, sql_outsiders};

/// Registers; the pack's `role` for the public is theirs from this moment on.
pub fn register_outside(
    tx: &mut Tx,
    draft: &RegistrationDraft,
    login: &str,
    secret: &LoginSecret,
    role: &str,
    agent: &str,
) -> Outcome<NewSession, AccessRefusal> {
    let person = add_person_system(tx, &draft.person, None).map_err(|failure| failure.map(person_words))?;
    sql_outsiders::outsider_insert(tx, &person, draft.kind)?;
    sql::found_clear(tx, &person)?;
    super::add_person::keep_terms(tx, &person, &draft.person, &["name"])?;
    tx.personal_put(&person, "organisation", draft.organisation.as_deref().unwrap_or_default())?;
    login::put(tx, &Acting::system("register"), &person, login, secret)?;
    let now = tx.now();
    grant_system(tx, &person, role, &Node::group(), now, None, "外部注册 · registered from outside")
        .map_err(|failure| Failure::Broken(failure.into_fault()))?;
    tx.tell(&Acting::system("register"), &OutsiderRegistered { person: person.clone(), kind: draft.kind.as_str().into() })?;
    sign_in::begin(tx, &person, "password", agent)
}

fn person_words(refusal: PersonRefusal) -> AccessRefusal {
    match refusal {
        PersonRefusal::Fields(mistakes) => AccessRefusal::Fields(mistakes),
        _ => AccessRefusal::PersonGone,
    }
}
