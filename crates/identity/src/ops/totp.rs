//! Two-step sign-in with an authenticator app: begin, confirm with a first code, end.

use store::Tx;
use words::{Acting, Failure, Outcome};

use crate::access::AccessRefusal;
use crate::told::TotpChanged;
use crate::{sql_access, totp};

/// Makes a secret, which holds only once it is confirmed. Returns it for the app.
pub fn begin_totp(tx: &mut Tx, who: &Acting) -> Outcome<Vec<u8>, AccessRefusal> {
    proved(tx, who)?;
    if sql_access::totp(tx, &who.person)?.is_some_and(|held| held.confirmed) {
        return Err(Failure::Refused(AccessRefusal::TotpOn));
    }
    let secret = tx.random()[..totp::SECRET_BYTES].to_vec();
    let sealed = tx.seal_secret(&secret)?;
    sql_access::totp_put(tx, &who.person, sealed)?;
    tx.tell(who, &TotpChanged { person: who.person.clone(), on: false })?;
    Ok(secret)
}

/// The first code shows that the app has the secret: from now on it is asked at sign-in.
pub fn confirm_totp(tx: &mut Tx, who: &Acting, code: &str) -> Outcome<(), AccessRefusal> {
    let held = sql_access::totp(tx, &who.person)?.ok_or(AccessRefusal::TotpOff)?;
    if held.confirmed {
        return Err(Failure::Refused(AccessRefusal::TotpOn));
    }
    let secret = tx.unseal_secret(&held.sealed)?;
    let step = totp::accept(&secret, code, tx.now(), held.last_step).ok_or(AccessRefusal::CodeWrong)?;
    sql_access::totp_used(tx, &who.person, step)?;
    tx.tell(who, &TotpChanged { person: who.person.clone(), on: true })?;
    Ok(())
}

/// Turns it off, after proving who one is.
pub fn end_totp(tx: &mut Tx, who: &Acting) -> Outcome<(), AccessRefusal> {
    proved(tx, who)?;
    sql_access::totp(tx, &who.person)?.ok_or(AccessRefusal::TotpOff)?;
    sql_access::totp_delete(tx, &who.person)?;
    sql_access::recovery_replace(tx, &who.person, &[])?;
    tx.tell(who, &TotpChanged { person: who.person.clone(), on: false })?;
    Ok(())
}

pub(super) fn proved(tx: &Tx, who: &Acting) -> Result<(), AccessRefusal> {
    if who.proved_recently(tx.now()) { Ok(()) } else { Err(AccessRefusal::ProofNeeded) }
}
