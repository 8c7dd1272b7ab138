//! What owners are owed goes into a payout file for the bank; its answer says what was paid. No money moves here.
//!
//! Asks the ledger; tells `PayoutSent`, `PayoutAnswered`. Invariant: the clearing account of a file holds what the bank has not answered, and ends at zero;
//! what was not paid is to be paid again.

use std::collections::BTreeMap;

use ledger::Posting;
use store::Tx;
use webkit::Grid;
use words::{Acting, Failure, Id, Node, Outcome};

use crate::asks::Asks;
use crate::charge::hash;
use crate::reference::reference;
use crate::refusal::SettlementRefusal;
use crate::statement::{Item, ItemState, Payout};
use crate::told::{PayoutAnswered, PayoutSent};
use crate::{rights, sql, sql_settle, value};

/// Most rows of a file: as many as a posting has parties.
const MOST_ROWS: usize = 1_000;

/// Makes a file of everything that is to be paid to owners with a signed statement.
pub fn send_payout<A: Asks>(tx: &mut Tx, who: &Acting) -> Outcome<Payout, SettlementRefusal> {
    who.may(rights::SETTLE, &Node::group())?;
    let mut owed = Vec::new();
    for payee in sql_settle::settled_payees(tx)? {
        let minor = ledger::available(tx, &format!("payable:{payee}"))?;
        if minor > 0 && owed.len() < MOST_ROWS {
            owed.push((payee, minor));
        }
    }
    if owed.is_empty() {
        return Err(SettlementRefusal::NothingPayable.into());
    }
    let count = i64::try_from(owed.len()).unwrap_or(0);
    let first = sql::numbers(tx, "reference", count)?;
    let year = tx.now().day().parts().0;
    let number = format!("HCP-{year}-{:04}", sql::numbers(tx, &format!("HCP-{year}"), 1)?);
    let item = |(nth, (payee, amount_minor)): (i64, (Id, i64))| Item {
        payee,
        reference: reference(first + nth),
        amount_minor,
        state: ItemState::Sent,
        reason: String::new(),
    };
    let items: Vec<Item> = (0i64..).zip(owed).map(item).collect();
    let id = tx.id("pyt");
    let parts = items.iter().map(|item| (item.payee.to_string(), item.amount_minor)).collect();
    let book = A::book(tx)?;
    value::post(tx, &book, who, Posting::new("payout.send", format!("payout.send:{id}"), "billing.payout", &id).id("payout", &id).parts("payees", parts))?;
    let rows: Vec<String> = items.iter().map(|item| format!("{}\t{}\t{}\n", item.reference, item.payee, item.amount_minor)).collect();
    let total_minor = items.iter().map(|item| item.amount_minor).sum();
    let payout = Payout { id, number, answered: false, total_minor, hash: hash(&rows.concat()), made_by: who.person.clone(), made_at: tx.now() };
    sql_settle::payout_insert(tx, &payout)?;
    items.iter().try_for_each(|item| sql_settle::item_put(tx, &payout.id, item))?;
    tx.tell(who, &PayoutSent { payout: payout.id.clone(), total_minor, hash: payout.hash.clone() })?;
    Ok(payout)
}

/// What the bank says of a row: was it paid, and what else it says.
pub type BankAnswers = BTreeMap<String, (bool, String)>;

/// Reads the bank's answer: columns 付款参考号 reference, 结果 result (成功/success, 失败/failed), 说明 reason.
pub fn read_answers(grid: &Grid) -> Result<BankAnswers, SettlementRefusal> {
    let place = |names: [&str; 2]| grid.head.iter().position(|head| names.iter().any(|name| head.trim().eq_ignore_ascii_case(name)));
    let wrong = |what: &str| SettlementRefusal::ReturnFile { what: what.to_owned() };
    let reference = place(["付款参考号", "reference"]).ok_or_else(|| wrong("付款参考号"))?;
    let result = place(["结果", "result"]).ok_or_else(|| wrong("结果"))?;
    let reason = place(["说明", "reason"]);
    let mut answers = BankAnswers::new();
    for (row, cells) in &grid.rows {
        let cell = |at: usize| cells.get(at).map(|text| text.trim()).unwrap_or_default();
        let paid = match cell(result).to_ascii_lowercase().as_str() {
            "成功" | "success" | "paid" => true,
            "失败" | "failed" | "fail" => false,
            _ => return Err(wrong(&format!("{row}"))),
        };
        let said: String = reason.map(cell).unwrap_or_default().chars().take(200).collect();
        answers.insert(cell(reference).to_owned(), (paid, said));
    }
    Ok(answers)
}

/// Takes the bank's answer in. Rows that were answered before are left alone, so a file may come again; rows that are missing stay open.
pub fn answer_payout<A: Asks>(tx: &mut Tx, who: &Acting, payout: &Id, answers: &BankAnswers) -> Outcome<Payout, SettlementRefusal> {
    who.may(rights::SETTLE, &Node::group())?;
    let mut payout = sql_settle::payout(tx, payout)?.ok_or(Failure::Absent)?;
    let items = sql_settle::items(tx, &payout.id)?;
    if !items.iter().any(|item| answers.contains_key(&item.reference)) {
        return Err(SettlementRefusal::ReturnFile { what: payout.number }.into());
    }
    let (mut paid, mut failed, mut changed, mut open) = (Vec::new(), Vec::new(), Vec::new(), false);
    for mut item in items.into_iter().filter(|item| item.state == ItemState::Sent) {
        match answers.get(&item.reference) {
            Some((ok, reason)) => {
                (item.state, item.reason) = (if *ok { ItemState::Paid } else { ItemState::Failed }, reason.clone());
                if *ok { &mut paid } else { &mut failed }.push((item.payee.to_string(), item.amount_minor));
                changed.push(item);
            }
            None => open = true,
        }
    }
    if changed.is_empty() {
        return Ok(payout);
    }
    let counts = (paid.len(), failed.len());
    let key = format!("payout.answer:{}:{}", payout.id, changed[0].reference);
    let posting = Posting::new("payout.answer", key, "billing.payout", &payout.id)
        .id("payout", &payout.id)
        .parts("paid", value::some(paid, "none"))
        .parts("failed", value::some(failed, "none"));
    let book = A::book(tx)?;
    value::post(tx, &book, who, posting)?;
    changed.iter().try_for_each(|item| sql_settle::item_put(tx, &payout.id, item))?;
    if !open {
        payout.answered = true;
        sql_settle::payout_answered(tx, &payout.id)?;
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(0);
    tx.tell(who, &PayoutAnswered { payout: payout.id.clone(), paid: count(counts.0), failed: count(counts.1) })?;
    Ok(payout)
}
