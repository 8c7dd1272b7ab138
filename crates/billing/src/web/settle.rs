//! Owners of capabilities see their statements and dispute lines; operators prepare, sign, agree to contracts, pay out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Grid, Nothing, Problem, Reply, Sheet, Upload};
use words::{Acting, Amount, Failure, Fault, Id, Instant, Never, Node, Outcome};

use super::form::{AnswerForm, ContractForm, DecisionForm, DisputeForm, FileForm, MonthForm, MonthQuery, fen, id};
use super::mine::{Party, party};
use crate::asks::{Asks, parties};
use crate::contract::{Contract, ContractState, Settled};
use crate::month::Month;
use crate::ops::put_details::details_of;
use crate::refusal::SettlementRefusal;
use crate::statement::{Dispute, ItemState, Payout, Statement, StatementState};
use crate::value::cny;
use crate::{read_answers, rights, sql, sql_settle};

/// A statement in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct StatementCard {
    /// Id.
    pub id: Id,
    /// Owner.
    pub payee: Party,
    /// Month.
    pub month: Month,
    /// Earned without tax.
    pub gross: Amount,
    /// To be paid.
    pub payable: Amount,
    /// State.
    pub state: StatementState,
    /// May whoever looks sign it?
    pub may_sign: bool,
}

fn card(statement: &Statement, names: &BTreeMap<Id, String>, who: &Acting) -> StatementCard {
    let (text, prepared) = (&statement.text, statement.state == StatementState::Prepared);
    StatementCard {
        id: statement.id.clone(),
        payee: party(names, &text.payee),
        month: text.month,
        gross: cny(text.settled.gross_minor),
        payable: cny(text.settled.payable_minor),
        state: statement.state,
        may_sign: prepared && statement.prepared_by != who.person && who.can(rights::SIGN, &Node::group()),
    }
}

/// One's own statements.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StatementsView {
    /// Signed ones, newest month first.
    pub statements: Vec<StatementCard>,
}

pub(crate) fn mine<A: Asks>(call: &Call, _: Nothing) -> Answer<StatementsView> {
    let who = call.acting()?;
    let view = call.read::<_, Never>(|read| {
        let own = parties::<A>(read, &who)?;
        let names = A::names(read, &own)?;
        let mut statements = Vec::new();
        for payee in &own {
            statements.extend(sql_settle::statements_of(read, payee)?.iter().map(|one| card(one, &names, &who)));
        }
        Ok(StatementsView { statements })
    })?;
    let row = |one: &StatementCard| vec![one.month.to_string().into(), (&one.payee.name).into(), one.gross.clone().into(), one.payable.clone().into()];
    let sheet = Sheet::new("statements", &["billing-month", "billing-payee", "billing-gross", "billing-payable"]).rows(view.statements.iter().map(row));
    Ok(Reply::page("billing/statements.html", view).sheet(sheet))
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct DisputeView {
    /// Id.
    pub id: Id,
    /// Statement.
    pub statement: Id,
    /// Subscription of the line.
    pub line: Id,
    /// What the owner says.
    pub reason: String,
    /// Is it answered?
    pub resolved: bool,
    /// What is answered.
    pub answer: String,
    /// More (less, below zero).
    pub adjust: Amount,
    /// Raised at.
    pub raised_at: Instant,
}

fn dispute_view(one: Dispute) -> DisputeView {
    DisputeView {
        id: one.id,
        statement: one.statement,
        line: one.line,
        reason: one.reason,
        resolved: one.resolved,
        answer: one.answer,
        adjust: cny(one.adjust_minor),
        raised_at: one.raised_at,
    }
}

/// A statement.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StatementView {
    /// In short.
    pub statement: StatementCard,
    /// What it comes to.
    pub settled: Settled,
    /// Names of what was metered, by subscription.
    pub subjects: BTreeMap<Id, String>,
    /// SHA-256 of its text.
    pub hash: String,
    /// Signed at.
    pub signed_at: Option<Instant>,
    /// Posting.
    pub posting: Option<Id>,
    /// Disputes.
    pub disputes: Vec<DisputeView>,
    /// May whoever looks dispute lines?
    pub may_dispute: bool,
    /// May whoever looks answer disputes?
    pub may_answer: bool,
}

pub(crate) fn show<A: Asks>(call: &Call, _: Nothing) -> Answer<StatementView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let view = call.read(|read| one::<A>(read, &who, &id))?;
    let row = |line: &crate::SharedLine| {
        let name = view.subjects.get(&line.subscription).cloned().unwrap_or_default();
        let share = format!("{}%", crate::contract::percent(line.share_bp));
        vec![name.into(), line.calls.into(), line.units.into(), cny(line.gross_minor).into(), share.into(), cny(line.share_minor).into()]
    };
    let columns = ["billing-app", "billing-calls", "billing-units", "billing-gross", "billing-share", "billing-amount"];
    let sheet = Sheet::new(format!("statement-{}", view.statement.month), &columns).rows(view.settled.lines.iter().map(row));
    Ok(Reply::page("billing/statement.html", view).sheet(sheet))
}

fn one<A: Asks>(read: &Read, who: &Acting, id: &Id) -> Outcome<StatementView, Never> {
    let statement = sql_settle::statement(read, id)?.ok_or(Failure::Absent)?;
    let (payee, top) = (statement.text.payee.clone(), Node::group());
    let signed = statement.state == StatementState::Signed;
    let own = parties::<A>(read, who)?.contains(&payee);
    let concerned = own && signed;
    if !concerned && !who.can(rights::SEE, &top) {
        return Err(Failure::Absent);
    }
    let names = A::names(read, std::slice::from_ref(&payee))?;
    let disputes = sql_settle::disputes_of(read, id)?.into_iter().map(dispute_view).collect();
    Ok(StatementView {
        statement: card(&statement, &names, who),
        subjects: subjects::<A>(read, &statement.text.settled)?,
        settled: statement.text.settled,
        hash: statement.hash,
        signed_at: statement.signed_at,
        posting: statement.posting,
        disputes,
        may_dispute: own && signed,
        may_answer: who.can(rights::SIGN, &top),
    })
}

fn subjects<A: Asks>(read: &Read, settled: &Settled) -> Result<BTreeMap<Id, String>, Fault> {
    let mut of = Vec::new();
    for line in &settled.lines {
        of.extend(sql::subscription(read, &line.subscription)?.map(|one| (one.id, one.subject)));
    }
    let names = A::subjects(read, &of.iter().map(|(_, subject)| subject.clone()).collect::<Vec<_>>())?;
    Ok(of.into_iter().map(|(id, subject)| (id, names.get(&subject).cloned().unwrap_or(subject))).collect())
}

/// Something that changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Changed {
    /// Which.
    pub id: Id,
}

pub(crate) fn dispute<A: Asks>(call: &Call, form: DisputeForm) -> Answer<Changed> {
    let (who, statement) = (call.acting()?, call.id("id")?);
    call.write("billing.dispute_line", move |tx| {
        let dispute = crate::dispute_line::<A>(tx, &who, &statement, &id(&form.line), &form.reason)?;
        Ok(Reply::created(format!("/billing/statements/{statement}"), Changed { id: dispute.id }).say("billing-said-disputed"))
    })
}

pub(crate) fn answer<A: Asks>(call: &Call, form: AnswerForm) -> Answer<Changed> {
    let (who, dispute) = (call.acting()?, call.id("id")?);
    call.write("billing.resolve_dispute", move |tx| {
        let text = form.amount.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let amount = text.map_or(Ok(0), |text| fen(text).ok_or(SettlementRefusal::Amount))?;
        let resolved = crate::resolve_dispute::<A>(tx, &who, &dispute, &form.reason, amount)?;
        Ok(Reply::done(format!("/billing/statements/{}", resolved.statement), Changed { id: resolved.id }).say("billing-said-resolved"))
    })
}

pub(crate) fn sign<A: Asks>(call: &Call, _: Nothing) -> Answer<Changed> {
    let (who, statement) = (call.acting()?, call.id("id")?);
    call.write("billing.sign_statement", move |tx| {
        let signed = crate::sign_statement::<A>(tx, &who, &statement)?;
        Ok(Reply::done(format!("/billing/statements/{statement}"), Changed { id: signed.id }).say("billing-said-signed"))
    })
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ContractView {
    /// Id.
    pub id: Id,
    /// Owner.
    pub payee: Party,
    /// One subscription; all, if missing.
    pub subscription: Option<Id>,
    /// Percent of what is earned.
    pub share: String,
    /// At least so much a month.
    pub guarantee: Amount,
    /// At most so much a month.
    pub cap: Option<Amount>,
    /// Percent that is withheld.
    pub withheld: String,
    /// First month.
    pub from: Month,
    /// Why.
    pub reason: String,
    /// State.
    pub state: ContractState,
    /// May whoever looks decide it?
    pub may_decide: bool,
}

fn contract_view(one: &Contract, names: &BTreeMap<Id, String>, who: &Acting) -> ContractView {
    ContractView {
        id: one.id.clone(),
        payee: party(names, &one.payee),
        subscription: one.subscription.clone(),
        share: crate::contract::percent(one.terms.share_bp),
        guarantee: cny(one.terms.guarantee_minor),
        cap: one.terms.cap_minor.map(cny),
        withheld: crate::contract::percent(one.terms.withheld_bp),
        from: one.from,
        reason: one.reason.clone(),
        state: one.state,
        may_decide: one.state == ContractState::Proposed && one.proposed_by != who.person && who.can(rights::SIGN, &Node::group()),
    }
}

/// A payout file in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PayoutCard {
    /// Id.
    pub id: Id,
    /// Number.
    pub number: String,
    /// In all.
    pub total: Amount,
    /// Has the bank answered every row?
    pub answered: bool,
    /// SHA-256 over its rows.
    pub hash: String,
    /// Made at.
    pub made_at: Instant,
}

fn payout_card(one: Payout) -> PayoutCard {
    PayoutCard { id: one.id, number: one.number, total: cny(one.total_minor), answered: one.answered, hash: one.hash, made_at: one.made_at }
}

/// The settlement of a month.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SettlementView {
    /// Month.
    pub month: Month,
    /// Is it billed?
    pub billed: bool,
    /// Statements.
    pub statements: Vec<StatementCard>,
    /// Contracts, newest first.
    pub contracts: Vec<ContractView>,
    /// Disputes that wait.
    pub disputes: Vec<DisputeView>,
    /// Payout files, newest first.
    pub payouts: Vec<PayoutCard>,
    /// Owners that a contract can be proposed to.
    pub payees: Vec<Party>,
    /// May whoever looks prepare?
    pub may_settle: bool,
    /// May whoever looks bill?
    pub may_run: bool,
}

pub(crate) fn settlement<A: Asks>(call: &Call, query: MonthQuery) -> Answer<SettlementView> {
    let who = call.acting()?;
    let view = call.read(|read| settlement_of::<A>(read, &who, query.month))?;
    let row = |one: &StatementCard| vec![(&one.payee.name).into(), one.gross.clone().into(), one.payable.clone().into()];
    let sheet = Sheet::new(format!("settlement-{}", view.month), &["billing-payee", "billing-gross", "billing-payable"]).rows(view.statements.iter().map(row));
    Ok(Reply::page("billing/settlement.html", view).sheet(sheet))
}

fn settlement_of<A: Asks>(read: &Read, who: &Acting, month: Option<Month>) -> Outcome<SettlementView, Never> {
    let month = month.unwrap_or(Month::of(read.now().day()).back(1));
    let (statements, contracts) = (sql_settle::statements_in(read, month)?, sql_settle::contracts(read, "~", 100)?);
    let owners = sql::payees(read)?;
    let shown = statements.iter().map(|one| one.text.payee.clone()).chain(contracts.iter().map(|one| one.payee.clone()));
    let names = A::names(read, &shown.chain(owners.iter().cloned()).collect::<Vec<_>>())?;
    Ok(SettlementView {
        month,
        billed: sql::run(read, month)?.is_some_and(|run| run.done),
        statements: statements.iter().map(|one| card(one, &names, who)).collect(),
        contracts: contracts.iter().map(|one| contract_view(one, &names, who)).collect(),
        disputes: sql_settle::disputes_open(read)?.into_iter().map(dispute_view).collect(),
        payouts: sql_settle::payouts(read)?.into_iter().map(payout_card).collect(),
        payees: owners.iter().map(|payee| party(&names, payee)).collect(),
        may_settle: who.can(rights::SETTLE, &Node::group()),
        may_run: who.can(rights::RUN, &Node::group()),
    })
}

/// Statements that were prepared.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Prepared {
    /// How many.
    pub count: i64,
}

pub(crate) fn prepare<A: Asks>(call: &Call, form: MonthForm) -> Answer<Prepared> {
    let who = call.acting()?;
    call.write("billing.prepare_statements", move |tx| {
        let count = crate::prepare_statements::<A>(tx, &who, form.month)?;
        Ok(Reply::done(format!("/billing/settlement?month={}", form.month), Prepared { count }).say("billing-said-prepared"))
    })
}

pub(crate) fn propose(call: &Call, form: ContractForm) -> Answer<Changed> {
    let who = call.acting()?;
    call.write("billing.propose_contract", move |tx| {
        let contract = crate::propose_contract(tx, &who, form.draft().ok_or(SettlementRefusal::Terms)?)?;
        Ok(Reply::created("/billing/settlement", Changed { id: contract.id }).say("billing-said-proposed"))
    })
}

pub(crate) fn decide(call: &Call, form: DecisionForm) -> Answer<Changed> {
    let (who, contract) = (call.acting()?, call.id("id")?);
    call.write("billing.decide_contract", move |tx| {
        let contract = crate::decide_contract(tx, &who, &contract, form.agreed)?;
        Ok(Reply::done("/billing/settlement", Changed { id: contract.id }).say("billing-said-decided"))
    })
}

pub(crate) fn send<A: Asks>(call: &Call, _: Nothing) -> Answer<Changed> {
    let who = call.acting()?;
    call.write("billing.send_payout", move |tx| {
        let payout = crate::send_payout::<A>(tx, &who)?;
        Ok(Reply::created(format!("/billing/payouts/{}", payout.id), Changed { id: payout.id }).say("billing-said-sent"))
    })
}

/// A row of a payout file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ItemView {
    /// Reference.
    pub reference: String,
    /// Whom.
    pub payee: Party,
    /// Account name.
    pub title: String,
    /// Bank.
    pub bank: String,
    /// Account; only its last digits on the page, all of it in the sheet.
    pub account: String,
    /// Amount.
    pub amount: Amount,
    /// State.
    pub state: ItemState,
    /// What the bank said.
    pub reason: String,
}

/// A payout file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PayoutView {
    /// In short.
    pub payout: PayoutCard,
    /// Rows.
    pub items: Vec<ItemView>,
    /// May whoever looks take the bank's answer in?
    pub may_answer: bool,
}

pub(crate) fn payout<A: Asks>(call: &Call, _: Nothing) -> Answer<PayoutView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let (view, accounts) = call.read(|read| payout_of::<A>(read, &who, &id))?;
    let row = |one: &ItemView| {
        let account = accounts.get(&one.payee.id).cloned().unwrap_or_default();
        vec![(&one.reference).into(), (&one.title).into(), (&one.bank).into(), account.into(), one.amount.clone().into()]
    };
    let columns = ["billing-pay-reference", "billing-details-title", "billing-bank", "billing-account", "billing-amount"];
    let sheet = Sheet::new(&view.payout.number, &columns).rows(view.items.iter().map(row));
    Ok(Reply::page("billing/payout.html", view).sheet(sheet))
}

fn payout_of<A: Asks>(read: &Read, who: &Acting, id: &Id) -> Outcome<(PayoutView, BTreeMap<Id, String>), Never> {
    let payout = sql_settle::payout(read, id)?.ok_or(Failure::Absent)?;
    let items = sql_settle::items(read, id)?;
    let payees: Vec<Id> = items.iter().map(|item| item.payee.clone()).collect();
    let (names, details) = (A::names(read, &payees)?, details_of(read, &payees)?);
    let view = |item: crate::Item| {
        let of = details.get(&item.payee).cloned().unwrap_or_default();
        let (title, bank, account) = (of.title.clone(), of.bank.clone(), of.masked_account());
        ItemView {
            reference: item.reference,
            payee: party(&names, &item.payee),
            title,
            bank,
            account,
            amount: cny(item.amount_minor),
            state: item.state,
            reason: item.reason,
        }
    };
    let accounts = details.iter().map(|(payee, of)| (payee.clone(), of.account.clone())).collect();
    let may_answer = !payout.answered && who.can(rights::SETTLE, &Node::group());
    Ok((PayoutView { payout: payout_card(payout), items: items.into_iter().map(view).collect(), may_answer }, accounts))
}

pub(crate) fn answered<A: Asks>(call: &Call, upload: Upload<FileForm>) -> Answer<Changed> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let wrong = |what: &str| Problem::from(Failure::Refused(SettlementRefusal::ReturnFile { what: what.to_owned() }));
    let file = upload.file("file").ok_or_else(|| wrong("文件"))?;
    let grid = Grid::read(&file.bytes, 5_000).map_err(|_| wrong("CSV / XLSX"))?;
    let answers = read_answers(&grid).map_err(|refusal| Problem::from(Failure::Refused(refusal)))?;
    call.write("billing.answer_payout", move |tx| {
        let payout = crate::answer_payout::<A>(tx, &who, &id, &answers)?;
        Ok(Reply::done(format!("/billing/payouts/{id}"), Changed { id: payout.id }).say("billing-said-answered"))
    })
}
