//! Recovery codes: ten texts to print, each of which replaces the authenticator once.

use store::Tx;
use words::{Acting, Failure, Outcome};

use crate::access::{AccessRefusal, RECOVERY_CODES};
use crate::ops::totp::proved;
use crate::told::RecoveryMade;
use crate::{secret, sql_access};

/// Makes ten new codes; older ones no longer work. They are shown once.
pub fn make_recovery(tx: &mut Tx, who: &Acting) -> Outcome<Vec<String>, AccessRefusal> {
    proved(tx, who)?;
    if !sql_access::totp(tx, &who.person)?.is_some_and(|held| held.confirmed) {
        return Err(Failure::Refused(AccessRefusal::TotpOff));
    }
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| secret::recovery_text(&first_twelve(tx.random()))).collect();
    let hashes: Vec<String> = codes.iter().map(|code| tx.keyed_hash(&format!("recovery:{}", secret::recovery_fold(code)))).collect();
    sql_access::recovery_replace(tx, &who.person, &hashes)?;
    tx.tell(who, &RecoveryMade { person: who.person.clone() })?;
    Ok(codes)
}

fn first_twelve(random: [u8; 32]) -> [u8; 12] {
    std::array::from_fn(|at| random[at])
}
