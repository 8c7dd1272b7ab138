//! Every SQL sentence about endpoints; rows never leave this file.

use store::{Read, Row, Tx, params};
use words::{Fault, Id, Instant};

use crate::endpoint::{Endpoint, EndpointState};
use crate::secret::Secret;

const ENDPOINT_AT: &str = "select * from callbacks_endpoint where id = $1";
const ENDPOINTS_OF: &str = "select * from callbacks_endpoint where owner = $1 and state <> 'removed' order by id desc limit 100";

/// All of them, for the test that both databases compile them.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ENDPOINT_AT, ENDPOINTS_OF];

fn endpoint_of(row: &Row) -> Result<Endpoint, Fault> {
    let (state, kinds): (String, String) = (row.get("state")?, row.get("kinds")?);
    Ok(Endpoint {
        id: row.get("id")?,
        owner: row.get("owner")?,
        url: row.get("url")?,
        about: row.get("about")?,
        kinds: kinds.split_whitespace().map(str::to_owned).collect(),
        state: EndpointState::parse(&state).ok_or_else(|| Fault::new(format!("endpoint state {state}")))?,
        reason: row.get("reason")?,
        old_until: row.get("old_until")?,
        made_at: row.get("made_at")?,
    })
}

pub(crate) fn endpoint(read: &Read, id: &Id) -> Result<Option<Endpoint>, Fault> {
    read.row(ENDPOINT_AT, &params![id])?.as_ref().map(endpoint_of).transpose()
}

/// Those that were not taken away, newest first.
pub(crate) fn endpoints_of(read: &Read, owner: &Id) -> Result<Vec<Endpoint>, Fault> {
    read.rows(ENDPOINTS_OF, &params![owner])?.iter().map(endpoint_of).collect()
}

/// The secrets that sign at this moment, newest first.
pub(crate) fn secrets(read: &Read, id: &Id, now: Instant) -> Result<Vec<Secret>, Fault> {
    let Some(row) = read.row(ENDPOINT_AT, &params![id])? else { return Ok(Vec::new()) };
    let mut secrets = vec![Secret::of(&read.unseal_secret(&row.get::<Vec<u8>>("secret")?)?)];
    if let Some(old) = row.get::<Option<Vec<u8>>>("old_secret")?
        && row.get::<Option<Instant>>("old_until")?.is_some_and(|until| now < until)
    {
        secrets.push(Secret::of(&read.unseal_secret(&old)?));
    }
    Ok(secrets)
}

pub(crate) fn endpoint_insert(tx: &mut Tx, endpoint: &Endpoint, secret: &Secret) -> Result<(), Fault> {
    let sealed = tx.seal_secret(secret.bytes())?;
    let columns = [
        ("id", (&endpoint.id).into()),
        ("owner", (&endpoint.owner).into()),
        ("url", (&endpoint.url).into()),
        ("about", (&endpoint.about).into()),
        ("kinds", endpoint.kinds.join(" ").into()),
        ("state", endpoint.state.as_str().into()),
        ("reason", (&endpoint.reason).into()),
        ("secret", sealed.into()),
        ("made_at", endpoint.made_at.into()),
    ];
    tx.insert("callbacks_endpoint", &columns).map(drop)
}

pub(crate) fn endpoint_write(tx: &mut Tx, endpoint: &Endpoint) -> Result<(), Fault> {
    let sql = "update callbacks_endpoint set url = $2, about = $3, kinds = $4, state = $5, reason = $6 where id = $1";
    let values = params![&endpoint.id, &endpoint.url, &endpoint.about, endpoint.kinds.join(" "), endpoint.state.as_str(), &endpoint.reason];
    tx.change("callbacks_endpoint", sql, &values).map(drop)
}

/// A new secret; the one before signs too until then.
pub(crate) fn secret_roll(tx: &mut Tx, id: &Id, secret: &Secret, until: Instant) -> Result<(), Fault> {
    let sealed = tx.seal_secret(secret.bytes())?;
    let sql = "update callbacks_endpoint set old_secret = secret, old_until = $3, secret = $2 where id = $1";
    tx.change("callbacks_endpoint", sql, &params![id, sealed, until]).map(drop)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sentence_compiles() {
        static PART: store::Part = crate::PART;
        let temp = store::testing::temp(&[&PART]);
        temp.prepares(super::ALL);
        temp.prepares(crate::sql_delivery::ALL);
    }
}
