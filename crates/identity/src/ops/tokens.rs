//! Personal tokens for programs: scoped, expiring, shown once, kept as a keyed hash.

use store::Tx;
use words::{Acting, Failure, Id, Outcome};

use crate::access::{AccessRefusal, TOKEN_DAYS_MAX, TokenDraft};
use crate::mistakes::{Mistakes, needed};
use crate::ops::here;
use crate::told::{TokenMade, TokenRevoked};
use crate::{secret, sql_access};

/// Makes a token of one's own (the system may make anybody's); returns its id and its text, which is never shown again.
pub fn make_token(tx: &mut Tx, who: &Acting, person: &Id, draft: &TokenDraft) -> Outcome<(Id, String), AccessRefusal> {
    if !who.is_system() && (who.person != *person || !who.proved_recently(tx.now())) {
        return Err(Failure::Refused(AccessRefusal::ProofNeeded));
    }
    here(tx, person, AccessRefusal::PersonGone)?;
    let name = check(who, draft).map_err(Failure::Refused)?;
    let (token, text) = (tx.id("tok"), format!("hct_{}", secret::text_of(&tx.random())));
    let ends_at = tx.now().plus_seconds(draft.days * 24 * 3600);
    let hash = tx.keyed_hash(&text);
    sql_access::token_insert(tx, &token, person, &name, &hash, &draft.scopes, ends_at)?;
    tx.tell(who, &TokenMade { person: person.clone(), token: token.clone(), scopes: draft.scopes.clone() })?;
    Ok((token, text))
}

fn check(who: &Acting, draft: &TokenDraft) -> Result<String, AccessRefusal> {
    let mut mistakes = Mistakes::default();
    let name = mistakes.take("name", "identity-name-needed", needed(&draft.name, 60));
    let days = (1..=TOKEN_DAYS_MAX).contains(&draft.days).then_some(()).ok_or(());
    let days = mistakes.take("days", "identity-token-days", days);
    let name = mistakes.draft(name.zip(days)).map_err(AccessRefusal::Fields)?.0;
    let held = |scope: &String| who.is_system() || who.grants.iter().any(|grant| grant.rights.contains(scope));
    if draft.scopes.iter().all(held) { Ok(name) } else { Err(AccessRefusal::ScopeUnheld) }
}

/// Revokes one of one's own tokens.
pub fn revoke_token(tx: &mut Tx, who: &Acting, token: &Id) -> Outcome<(), AccessRefusal> {
    if sql_access::tokens_revoke(tx, &who.person, Some(token))?.is_empty() {
        return Err(Failure::Absent);
    }
    tx.tell(who, &TokenRevoked { person: who.person.clone(), token: token.clone() })?;
    Ok(())
}
