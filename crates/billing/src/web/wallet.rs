//! A customer's wallet: lots, top-ups with their references, what wallets paid, budgets.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Problem, Reply};
use words::{Acting, Amount, Bilingual, Day, Id, Instant, Never, Outcome};

use super::form::{BudgetForm, GiftForm, PartyQuery, TopUpForm, fen, id};
use super::mine::Whose;
use crate::asks::{Asks, address};
use crate::drafts::Prices;
use crate::lot::Origin;
use crate::month::Month;
use crate::ops::sweep::spent;
use crate::refusal::WalletRefusal;
use crate::top_up::TopUpState;
use crate::value::cny;
use crate::{GiftDraft, sql, sql_wallet};

/// A lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct LotView {
    /// Id.
    pub id: Id,
    /// Where it comes from.
    pub origin: Origin,
    /// What it began with.
    pub amount: Amount,
    /// What is left and not set aside.
    pub left: Amount,
    /// Last day.
    pub expires_on: Option<Day>,
    /// Made at.
    pub made_at: Instant,
}

/// A top-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct TopUpView {
    /// What to write on the transfer.
    pub reference: String,
    /// Wished.
    pub amount: Amount,
    /// Came.
    pub paid: Amount,
    /// State.
    pub state: TopUpState,
    /// Asked at.
    pub asked_at: Instant,
}

/// What a wallet paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct DrawView {
    /// Subscription.
    pub subscription: Id,
    /// Month of use.
    pub source: Month,
    /// Units.
    pub units: i64,
    /// Amount.
    pub total: Amount,
    /// What was short.
    pub open: Amount,
    /// Made at.
    pub made_at: Instant,
}

/// A budget of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct BudgetView {
    /// App.
    pub subject: String,
    /// Its name.
    pub name: Bilingual,
    /// Spent this month.
    pub spent: Amount,
    /// Budget.
    pub budget: Option<Amount>,
    /// Does it hold?
    pub hard: bool,
    /// Percent that is spent.
    pub percent: Option<i64>,
}

/// A wallet.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WalletView {
    /// Whose it is.
    pub whose: Whose,
    /// What may still be spent.
    pub free: Amount,
    /// Set aside for calls that were admitted.
    pub held: Amount,
    /// What was short.
    pub short: Amount,
    /// Lots, newest first.
    pub lots: Vec<LotView>,
    /// Top-ups, newest first.
    pub top_ups: Vec<TopUpView>,
    /// What was paid, newest first.
    pub draws: Vec<DrawView>,
    /// Budgets.
    pub budgets: Vec<BudgetView>,
}

pub(crate) fn show<A: Asks>(call: &Call, query: PartyQuery) -> Answer<WalletView> {
    let who = call.acting()?;
    let view = call.read(|read| look::<A>(read, &who, query.party.as_deref()))?;
    Ok(Reply::page("billing/wallet.html", view))
}

fn look<A: Asks>(read: &Read, who: &Acting, named: Option<&str>) -> Outcome<WalletView, Never> {
    let (whose, prices, today) = (Whose::of::<A>(read, who, named)?, Prices::of::<A>(read)?, read.now().day());
    let (customer, zero) = (whose.party.id.clone(), || cny(0));
    let short = cny(sql::short_minor(read, &customer)?);
    let mut view = WalletView { whose, free: zero(), held: zero(), short, lots: Vec::new(), top_ups: Vec::new(), draws: Vec::new(), budgets: Vec::new() };
    for lot in sql_wallet::lots_all(read, &customer, "~", 100)? {
        view.free.minor += if lot.expires_on.is_none_or(|last| today <= last) { lot.left_minor } else { 0 };
        let (amount, left) = (cny(lot.amount_minor), cny(lot.left_minor));
        view.lots.push(LotView { id: lot.id, origin: lot.origin, amount, left, expires_on: lot.expires_on, made_at: lot.made_at });
    }
    for one in sql_wallet::top_ups(read, &customer)? {
        let (amount, paid) = (cny(one.amount_minor), cny(one.paid_minor));
        view.top_ups.push(TopUpView { reference: one.reference, amount, paid, state: one.state, asked_at: one.asked_at });
    }
    for one in sql::charges_drawn(read, &customer, "~", 50)? {
        let (total, open) = (cny(one.money.total), cny(one.open_minor()));
        view.draws.push(DrawView { subscription: one.subscription, source: one.source, units: one.sum.units, total, open, made_at: one.made_at });
    }
    budgets::<A>(read, &prices, &customer, &mut view)?;
    Ok(view)
}

fn budgets<A: Asks>(read: &Read, prices: &Prices, customer: &Id, view: &mut WalletView) -> Result<(), words::Fault> {
    let mut subjects: Vec<String> =
        sql::of_customer(read, customer)?.into_iter().filter(|one| one.end.is_none_or(|end| read.now() < end)).map(|one| one.subject).collect();
    subjects.sort();
    subjects.dedup();
    subjects.truncate(100);
    let names = A::subjects(read, &subjects)?;
    for subject in subjects {
        let (budget, minor) = (sql_wallet::budget(read, &subject)?, spent::<A>(read, prices, &subject)?);
        view.held.minor += sql_wallet::held(read, &subject)?.iter().map(|(_, minor)| minor).sum::<i64>();
        let set = budget.as_ref().map(|budget| budget.budget_minor).filter(|minor| *minor < i64::MAX);
        let name = names.get(&subject).cloned().unwrap_or_else(|| subject.clone());
        let percent = set.and_then(|set| i64::try_from(i128::from(minor) * 100 / i128::from(set.max(1))).ok());
        let hard = budget.is_some_and(|budget| budget.hard);
        view.budgets.push(BudgetView { subject, name: Bilingual::new(&name, &name), spent: cny(minor), budget: set.map(cny), hard, percent });
    }
    Ok(())
}

/// A top-up that was asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TopUpAsked {
    /// What to write on the transfer.
    pub reference: String,
}

pub(crate) fn top_up<A: Asks>(call: &Call, form: TopUpForm) -> Answer<TopUpAsked> {
    let who = call.acting()?;
    call.write("billing.ask_top_up", move |tx| {
        let amount = fen(&form.amount).ok_or(WalletRefusal::Amount)?;
        let asked = crate::ask_top_up::<A>(tx, &who, &id(&form.customer), amount)?;
        Ok(Reply::created(address("/billing/wallet", &asked.customer, &who.person), TopUpAsked { reference: asked.reference }).say("billing-said-asked"))
    })
}

/// A budget that was set.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BudgetKept {
    /// App.
    pub subject: String,
}

pub(crate) fn budget<A: Asks>(call: &Call, form: BudgetForm) -> Answer<BudgetKept> {
    let who = call.acting()?;
    call.write("billing.set_budget", move |tx| {
        let text = form.amount.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let amount = text.map(|text| fen(text).ok_or(WalletRefusal::Amount)).transpose()?;
        let budget = crate::set_budget::<A>(tx, &who, &form.subject, amount, form.hard)?;
        Ok(Reply::done(address("/billing/wallet", &budget.customer, &who.person), BudgetKept { subject: budget.subject }).say("billing-said-budget"))
    })
}

/// A lot that was given.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LotGiven {
    /// Which.
    pub lot: Id,
}

pub(crate) fn give<A: Asks>(call: &Call, form: GiftForm) -> Result<Reply<LotGiven>, Problem> {
    let who = call.acting()?;
    call.write("billing.give_lot", move |tx| {
        let amount_minor = fen(&form.amount).ok_or(WalletRefusal::Amount)?;
        let gift = GiftDraft { customer: id(&form.customer), amount_minor, expires_on: form.expires_on, subjects: Vec::new(), reason: form.reason.clone() };
        let lot = crate::give_lot::<A>(tx, &who, &gift)?;
        Ok(Reply::created("/billing/office", LotGiven { lot }).say("billing-said-given"))
    })
}
