//! Terms with an owner are proposed by one person and agreed to by another.
//!
//! Tells `ContractProposed`, `ContractDecided`. Invariant: terms never reach into a month of the owner that is signed.

use store::Tx;
use words::{Acting, Failure, Id, Node, Outcome};

use crate::contract::{Contract, ContractState, ShareTerms};
use crate::month::Month;
use crate::refusal::SettlementRefusal;
use crate::told::{ContractDecided, ContractProposed};
use crate::{rights, sql, sql_settle};

/// Terms to be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractDraft {
    /// Owner.
    pub payee: Id,
    /// One subscription; all, if missing.
    pub subscription: Option<Id>,
    /// Terms.
    pub terms: ShareTerms,
    /// First month.
    pub from: Month,
    /// Why.
    pub reason: String,
}

/// Proposes terms.
pub fn propose_contract(tx: &mut Tx, who: &Acting, draft: ContractDraft) -> Outcome<Contract, SettlementRefusal> {
    who.may(rights::SETTLE, &Node::group())?;
    if !draft.terms.is_sound() {
        return Err(SettlementRefusal::Terms.into());
    }
    if draft.reason.trim().is_empty() {
        return Err(SettlementRefusal::ReasonNeeded.into());
    }
    let own = sql::subscriptions_of_payee(tx, &draft.payee)?;
    if own.is_empty() || draft.subscription.as_ref().is_some_and(|one| !own.contains(one)) {
        return Err(SettlementRefusal::Payee.into());
    }
    check_month(tx, &draft.payee, draft.from)?;
    let contract = Contract {
        id: tx.id("ctr"),
        payee: draft.payee,
        subscription: draft.subscription,
        terms: draft.terms,
        from: draft.from,
        reason: draft.reason.trim().to_owned(),
        state: ContractState::Proposed,
        proposed_by: who.person.clone(),
        decided_by: None,
    };
    sql_settle::contract_insert(tx, &contract)?;
    tx.tell(who, &ContractProposed { contract: contract.id.clone(), payee: contract.payee.clone() })?;
    Ok(contract)
}

fn check_month(tx: &Tx, payee: &Id, from: Month) -> Outcome<(), SettlementRefusal> {
    match sql_settle::last_signed(tx, payee)? {
        Some(last) if from <= last => Err(SettlementRefusal::FromMonth { month: last.to_string() }.into()),
        _ => Ok(()),
    }
}

/// Agrees to terms that another person proposed, or refuses them.
pub fn decide_contract(tx: &mut Tx, who: &Acting, contract: &Id, agreed: bool) -> Outcome<Contract, SettlementRefusal> {
    who.may(rights::SIGN, &Node::group())?;
    let mut contract = sql_settle::contract(tx, contract)?.ok_or(Failure::Absent)?;
    if contract.state != ContractState::Proposed {
        return Err(SettlementRefusal::Decided.into());
    }
    if contract.proposed_by == who.person {
        return Err(SettlementRefusal::SecondPerson.into());
    }
    if agreed {
        check_month(tx, &contract.payee, contract.from)?;
    }
    contract.state = if agreed { ContractState::Agreed } else { ContractState::Refused };
    contract.decided_by = Some(who.person.clone());
    sql_settle::contract_write(tx, &contract)?;
    tx.tell(who, &ContractDecided { contract: contract.id.clone(), agreed })?;
    Ok(contract)
}
