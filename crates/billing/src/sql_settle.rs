//! SQL of contracts, statements, disputes and payouts; rows never leave this file.

use store::{Read, Row, Tx, params};
use words::{Fault, Id};

use crate::contract::{Contract, ContractState, Earned, ShareTerms};
use crate::month::Month;
use crate::sql::month_at;
use crate::statement::{Dispute, Item, ItemState, Payout, Statement, StatementState};

const CONTRACT: &str = "select * from billing_contract where id = $1";
const CONTRACTS_OF: &str = "select * from billing_contract where payee = $1 order by id limit 1000";
const CONTRACTS: &str = "select * from billing_contract where id < $1 order by id desc limit $2";
const PAYEES: &str =
    "select distinct payee from billing_charge where payee is not null and payee > $1 and settled is null and period <= $2 order by payee limit $3";
const GUARANTEED: &str = "select distinct payee from billing_contract where state = 'agreed' and guarantee_minor > 0 and subscription is null and from_month <= $1 order by payee limit 2000";
const EARNED: &str =
    "select c.subscription, cast(sum(c.calls) as bigint) as calls, cast(sum(c.units) as bigint) as units, cast(sum(c.net_minor) as bigint) as net
     from billing_charge c left join billing_invoice i on i.id = c.invoice
     where c.payee = $1 and c.settled is null and c.period <= $2 and c.voided = 0 and (i.state is null or i.state <> 'credited')
     group by c.subscription order by c.subscription limit 5000";
const STATEMENT: &str = "select * from billing_statement where id = $1";
const STATEMENT_OF: &str = "select * from billing_statement where payee = $1 and month = $2";
const STATEMENTS_OF: &str = "select * from billing_statement where payee = $1 and state = 'signed' order by month desc limit 60";
const STATEMENTS_IN: &str = "select * from billing_statement where month = $1 order by id limit 2000";
const UNSIGNED: &str = "select count(*) as n from billing_statement where month = $1 and state = 'prepared'";
const SETTLED_PAYEES: &str = "select distinct payee from billing_statement where state = 'signed' order by payee limit 5000";
const LAST_MONTH: &str = "select max(month) as month from billing_statement where payee = $1 and state = 'signed'";
const STATEMENTS_AFTER: &str = "select * from billing_statement where id > $1 order by id limit 500";
const DISPUTE: &str = "select * from billing_dispute where id = $1";
const DISPUTES_OF: &str = "select * from billing_dispute where statement = $1 order by id limit 200";
const DISPUTES_OPEN: &str = "select * from billing_dispute where state = 'open' order by id limit 100";
const PAYOUT: &str = "select * from billing_payout where id = $1";
const PAYOUTS: &str = "select * from billing_payout order by id desc limit 50";
const ITEMS: &str = "select * from billing_payout_item where payout = $1 order by payee limit 5000";

#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    CONTRACT,
    CONTRACTS_OF,
    CONTRACTS,
    PAYEES,
    GUARANTEED,
    EARNED,
    STATEMENT,
    STATEMENT_OF,
    STATEMENTS_OF,
    STATEMENTS_IN,
    UNSIGNED,
    SETTLED_PAYEES,
    LAST_MONTH,
    STATEMENTS_AFTER,
    DISPUTE,
    DISPUTES_OF,
    DISPUTES_OPEN,
    PAYOUT,
    PAYOUTS,
    ITEMS,
];

fn contract_of(row: &Row) -> Result<Contract, Fault> {
    let state: String = row.get("state")?;
    Ok(Contract {
        id: row.get("id")?,
        payee: row.get("payee")?,
        subscription: row.get("subscription")?,
        terms: ShareTerms {
            share_bp: row.get("share_bp")?,
            guarantee_minor: row.get("guarantee_minor")?,
            cap_minor: row.get("cap_minor")?,
            withheld_bp: row.get("withheld_bp")?,
        },
        from: month_at(row, "from_month")?,
        reason: row.get("reason")?,
        state: ContractState::parse(&state).ok_or_else(|| Fault::new(format!("billing_contract.state {state}")))?,
        proposed_by: row.get("proposed_by")?,
        decided_by: row.get("decided_by")?,
    })
}

pub(crate) fn contract(read: &Read, id: &Id) -> Result<Option<Contract>, Fault> {
    read.row(CONTRACT, &params![id])?.as_ref().map(contract_of).transpose()
}

pub(crate) fn contracts_of(read: &Read, payee: &Id) -> Result<Vec<Contract>, Fault> {
    read.rows(CONTRACTS_OF, &params![payee])?.iter().map(contract_of).collect()
}

/// Newest first.
pub(crate) fn contracts(read: &Read, before: &str, limit: i64) -> Result<Vec<Contract>, Fault> {
    read.rows(CONTRACTS, &params![before, limit])?.iter().map(contract_of).collect()
}

pub(crate) fn contract_insert(tx: &mut Tx, one: &Contract) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("payee", (&one.payee).into()),
        ("subscription", one.subscription.clone().into()),
        ("share_bp", one.terms.share_bp.into()),
        ("guarantee_minor", one.terms.guarantee_minor.into()),
        ("cap_minor", one.terms.cap_minor.into()),
        ("withheld_bp", one.terms.withheld_bp.into()),
        ("from_month", one.from.to_string().into()),
        ("reason", (&one.reason).into()),
        ("state", one.state.as_str().into()),
        ("proposed_by", (&one.proposed_by).into()),
        ("proposed_at", tx.now().into()),
    ];
    tx.insert("billing_contract", &columns).map(drop)
}

pub(crate) fn contract_write(tx: &mut Tx, one: &Contract) -> Result<(), Fault> {
    let sql = "update billing_contract set state = $2, decided_by = $3, decided_at = $4 where id = $1";
    let now = tx.now();
    tx.change("billing_contract", sql, &params![&one.id, one.state.as_str(), one.decided_by.clone(), now]).map(drop)
}

/// Owners with something that is not settled up to a month, and those with a guarantee.
pub(crate) fn payees(read: &Read, month: Month) -> Result<Vec<Id>, Fault> {
    let mut all: Vec<Id> = Vec::new();
    let mut after = String::new();
    loop {
        let some = read.rows(PAYEES, &params![&after, month.to_string(), 500i64])?;
        let Some(last) = some.last() else { break };
        after = last.get("payee")?;
        all.extend(some.iter().map(|row| row.get("payee")).collect::<Result<Vec<Id>, Fault>>()?);
    }
    for row in read.rows(GUARANTEED, &params![month.to_string()])? {
        all.push(row.get("payee")?);
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// What was earned for an owner and is not settled, up to a month, by subscription.
pub(crate) fn earned(read: &Read, payee: &Id, month: Month) -> Result<Vec<Earned>, Fault> {
    let of = |row: &Row| Ok((row.get("subscription")?, row.get("calls")?, row.get("units")?, row.get("net")?));
    read.rows(EARNED, &params![payee, month.to_string()])?.iter().map(of).collect()
}

/// Marks what was earned up to a month as settled by a statement.
pub(crate) fn settle(tx: &mut Tx, payee: &Id, month: Month, statement: &Id) -> Result<(), Fault> {
    let sql = "update billing_charge set settled = $3 where payee = $1 and settled is null and period <= $2 and voided = 0
         and (invoice is null or not exists (select 1 from billing_invoice i where i.id = billing_charge.invoice and i.state = 'credited'))";
    tx.change("billing_charge", sql, &params![payee, month.to_string(), statement]).map(drop)
}

fn statement_of(row: &Row) -> Result<Statement, Fault> {
    let state: String = row.get("state")?;
    Ok(Statement {
        id: row.get("id")?,
        text: row.json("document")?,
        hash: row.get("hash")?,
        state: StatementState::parse(&state).ok_or_else(|| Fault::new(format!("billing_statement.state {state}")))?,
        prepared_by: row.get("prepared_by")?,
        prepared_at: row.get("prepared_at")?,
        signed_by: row.get("signed_by")?,
        signed_at: row.get("signed_at")?,
        posting: row.get("posting")?,
        payout: row.get("payout")?,
    })
}

pub(crate) fn statement(read: &Read, id: &Id) -> Result<Option<Statement>, Fault> {
    read.row(STATEMENT, &params![id])?.as_ref().map(statement_of).transpose()
}

pub(crate) fn statement_at(read: &Read, payee: &Id, month: Month) -> Result<Option<Statement>, Fault> {
    read.row(STATEMENT_OF, &params![payee, month.to_string()])?.as_ref().map(statement_of).transpose()
}

/// Signed ones, newest month first.
pub(crate) fn statements_of(read: &Read, payee: &Id) -> Result<Vec<Statement>, Fault> {
    read.rows(STATEMENTS_OF, &params![payee])?.iter().map(statement_of).collect()
}

pub(crate) fn statements_in(read: &Read, month: Month) -> Result<Vec<Statement>, Fault> {
    read.rows(STATEMENTS_IN, &params![month.to_string()])?.iter().map(statement_of).collect()
}

pub(crate) fn statements_after(read: &Read, id: &str) -> Result<Vec<Statement>, Fault> {
    read.rows(STATEMENTS_AFTER, &params![id])?.iter().map(statement_of).collect()
}

/// How many statements of a month wait for a signature.
pub(crate) fn unsigned(read: &Read, month: Month) -> Result<i64, Fault> {
    read.row(UNSIGNED, &params![month.to_string()])?.map_or(Ok(0), |row| row.get("n"))
}

/// Owners with a signed statement.
pub(crate) fn settled_payees(read: &Read) -> Result<Vec<Id>, Fault> {
    read.rows(SETTLED_PAYEES, &[])?.iter().map(|row| row.get("payee")).collect()
}

/// The last month of an owner that is signed.
pub(crate) fn last_signed(read: &Read, payee: &Id) -> Result<Option<Month>, Fault> {
    let Some(row) = read.row(LAST_MONTH, &params![payee])? else { return Ok(None) };
    Ok(row.get::<Option<String>>("month")?.and_then(|text| Month::parse(&text)))
}

/// Writes a statement that is prepared, again if it was before.
pub(crate) fn statement_put(tx: &mut Tx, one: &Statement) -> Result<(), Fault> {
    let settled = &one.text.settled;
    let sql =
        "insert into billing_statement (id, payee, month, state, gross_minor, share_minor, raise_minor, cut_minor, withheld_minor, payable_minor, document,
         hash, prepared_by, prepared_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (id) do update set gross_minor = excluded.gross_minor, share_minor = excluded.share_minor, raise_minor = excluded.raise_minor,
         cut_minor = excluded.cut_minor, withheld_minor = excluded.withheld_minor, payable_minor = excluded.payable_minor, document = excluded.document,
         hash = excluded.hash, prepared_by = excluded.prepared_by, prepared_at = excluded.prepared_at";
    let values = params![
        &one.id,
        &one.text.payee,
        one.text.month.to_string(),
        one.state.as_str(),
        settled.gross_minor,
        settled.share_minor,
        settled.raise_minor,
        settled.cut_minor,
        settled.withheld_minor,
        settled.payable_minor,
        one.text.text(),
        &one.hash,
        &one.prepared_by,
        one.prepared_at,
    ];
    tx.change("billing_statement", sql, &values).map(drop)
}

pub(crate) fn statement_write(tx: &mut Tx, one: &Statement) -> Result<(), Fault> {
    let sql = "update billing_statement set state = $2, signed_by = $3, signed_at = $4, posting = $5, payout = $6 where id = $1";
    let values = params![&one.id, one.state.as_str(), one.signed_by.clone(), one.signed_at, one.posting.clone(), one.payout.clone()];
    tx.change("billing_statement", sql, &values).map(drop)
}

fn dispute_of(row: &Row) -> Result<Dispute, Fault> {
    Ok(Dispute {
        id: row.get("id")?,
        statement: row.get("statement")?,
        line: row.get("line")?,
        reason: row.get("reason")?,
        resolved: row.get::<String>("state")? == "resolved",
        answer: row.get("answer")?,
        adjust_minor: row.get("adjust_minor")?,
        posting: row.get("posting")?,
        raised_by: row.get("raised_by")?,
        raised_at: row.get("raised_at")?,
        resolved_by: row.get("resolved_by")?,
        resolved_at: row.get("resolved_at")?,
    })
}

pub(crate) fn dispute(read: &Read, id: &Id) -> Result<Option<Dispute>, Fault> {
    read.row(DISPUTE, &params![id])?.as_ref().map(dispute_of).transpose()
}

pub(crate) fn disputes_of(read: &Read, statement: &Id) -> Result<Vec<Dispute>, Fault> {
    read.rows(DISPUTES_OF, &params![statement])?.iter().map(dispute_of).collect()
}

pub(crate) fn disputes_open(read: &Read) -> Result<Vec<Dispute>, Fault> {
    read.rows(DISPUTES_OPEN, &[])?.iter().map(dispute_of).collect()
}

pub(crate) fn dispute_insert(tx: &mut Tx, one: &Dispute) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("statement", (&one.statement).into()),
        ("line", (&one.line).into()),
        ("reason", (&one.reason).into()),
        ("state", "open".into()),
        ("answer", "".into()),
        ("adjust_minor", 0i64.into()),
        ("raised_by", (&one.raised_by).into()),
        ("raised_at", one.raised_at.into()),
    ];
    tx.insert("billing_dispute", &columns).map(drop)
}

pub(crate) fn dispute_write(tx: &mut Tx, one: &Dispute) -> Result<(), Fault> {
    let sql = "update billing_dispute set state = $2, answer = $3, adjust_minor = $4, posting = $5, resolved_by = $6, resolved_at = $7 where id = $1";
    let state = if one.resolved { "resolved" } else { "open" };
    let values = params![&one.id, state, &one.answer, one.adjust_minor, one.posting.clone(), one.resolved_by.clone(), one.resolved_at];
    tx.change("billing_dispute", sql, &values).map(drop)
}

fn payout_of(row: &Row) -> Result<Payout, Fault> {
    Ok(Payout {
        id: row.get("id")?,
        number: row.get("number")?,
        answered: row.get::<String>("state")? == "answered",
        total_minor: row.get("total_minor")?,
        hash: row.get("hash")?,
        made_by: row.get("made_by")?,
        made_at: row.get("made_at")?,
    })
}

pub(crate) fn payout(read: &Read, id: &Id) -> Result<Option<Payout>, Fault> {
    read.row(PAYOUT, &params![id])?.as_ref().map(payout_of).transpose()
}

/// Newest first.
pub(crate) fn payouts(read: &Read) -> Result<Vec<Payout>, Fault> {
    read.rows(PAYOUTS, &[])?.iter().map(payout_of).collect()
}

pub(crate) fn payout_insert(tx: &mut Tx, one: &Payout) -> Result<(), Fault> {
    let columns = [
        ("id", (&one.id).into()),
        ("number", (&one.number).into()),
        ("state", "sent".into()),
        ("total_minor", one.total_minor.into()),
        ("hash", (&one.hash).into()),
        ("made_by", (&one.made_by).into()),
        ("made_at", one.made_at.into()),
    ];
    tx.insert("billing_payout", &columns).map(drop)
}

pub(crate) fn payout_answered(tx: &mut Tx, id: &Id) -> Result<(), Fault> {
    tx.change("billing_payout", "update billing_payout set state = 'answered' where id = $1", &params![id]).map(drop)
}

fn item_of(row: &Row) -> Result<Item, Fault> {
    let state: String = row.get("state")?;
    Ok(Item {
        payee: row.get("payee")?,
        reference: row.get("reference")?,
        amount_minor: row.get("amount_minor")?,
        state: ItemState::parse(&state).ok_or_else(|| Fault::new(format!("billing_payout_item.state {state}")))?,
        reason: row.get("reason")?,
    })
}

pub(crate) fn items(read: &Read, payout: &Id) -> Result<Vec<Item>, Fault> {
    read.rows(ITEMS, &params![payout])?.iter().map(item_of).collect()
}

pub(crate) fn item_put(tx: &mut Tx, payout: &Id, item: &Item) -> Result<(), Fault> {
    let sql = "insert into billing_payout_item (payout, payee, reference, amount_minor, state, reason) values ($1, $2, $3, $4, $5, $6)
         on conflict (payout, payee) do update set state = excluded.state, reason = excluded.reason";
    let values = params![payout, &item.payee, &item.reference, item.amount_minor, item.state.as_str(), &item.reason];
    tx.change("billing_payout_item", sql, &values).map(drop)
}
