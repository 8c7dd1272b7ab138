#![doc = include_str!("../README.md")]

mod asks;
mod bound;
mod budget;
mod charge;
mod checks;
mod conserve;
mod contract;
mod details;
mod drafts;
mod due;
mod lot;
mod month;
mod ops;
mod receipt;
mod reference;
mod refusal;
mod reserves;
pub mod rights;
mod sql;
mod sql_count;
mod sql_invoice;
mod sql_receipt;
mod sql_settle;
mod sql_wallet;
mod statement;
mod subscription;
pub mod told;
mod top_up;
mod value;
mod wallet;
mod web;

use std::marker::PhantomData;

use store::{Check, JobKind, Migration, Part, Read, Table, Tx};
use words::{Fault, Id};

pub use asks::{Asks, Sum, Terms, Totals, Used};
pub use budget::Budget;
pub use charge::{Charge, Credit, Document, Invoice, InvoiceState, Run, TaxSum, Trouble};
pub use conserve::{Conservation, Law, conservation};
pub use contract::{Contract, ContractState, Earned, Settled, ShareTerms, SharedLine, settle};
pub use details::{Details, is_credit_code};
pub use due::{Charged, Detail, Draft, Due, Line, Money, TaxOf, due};
pub use lot::{Lot, Origin};
pub use month::Month;
pub use ops::assign_receipt::{Assignment, assign_receipt};
pub use ops::begin_run::begin_run;
pub use ops::close_period::close_period;
pub use ops::contract::{ContractDraft, decide_contract, propose_contract};
pub use ops::credit_invoice::credit_invoice;
pub use ops::dispute::{dispute_line, resolve_dispute};
pub use ops::note_used::note_used;
pub use ops::open_subscription::{end_subscription, open_subscription};
pub use ops::payout::{BankAnswers, answer_payout, read_answers, send_payout};
pub use ops::put_details::put_details;
pub use ops::reserve::{Reserved, release, reserve, reserve_whole};
pub use ops::set_budget::{drop_budget, set_budget};
pub use ops::start::start_billing;
pub use ops::statement::{prepare_statements, sign_statement};
pub use ops::take_statement::{StatementDraft, take_statement};
pub use ops::top_up::{GiftDraft, ask_top_up, give_lot};
pub use receipt::{BankRow, Receipt, RowEnd, RowResult};
pub use reference::{reference, references};
pub use refusal::*;
pub use statement::{Dispute, Item, ItemState, Payout, Statement, StatementState};
pub use subscription::{Discount, Opening, PaidBy, Payee, Subscription};
pub use top_up::{TopUp, TopUpState};

/// Templates of the pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("billing/parts.html", include_str!("../templates/parts.html")),
    ("billing/bills.html", include_str!("../templates/bills.html")),
    ("billing/invoice.html", include_str!("../templates/invoice.html")),
    ("billing/usage.html", include_str!("../templates/usage.html")),
    ("billing/wallet.html", include_str!("../templates/wallet.html")),
    ("billing/office.html", include_str!("../templates/office.html")),
    ("billing/credits.html", include_str!("../templates/credits.html")),
    ("billing/titles.html", include_str!("../templates/titles.html")),
    ("billing/receipts.html", include_str!("../templates/receipts.html")),
    ("billing/conservation.html", include_str!("../templates/conservation.html")),
    ("billing/replay.html", include_str!("../templates/replay.html")),
    ("billing/statements.html", include_str!("../templates/statements.html")),
    ("billing/statement.html", include_str!("../templates/statement.html")),
    ("billing/settlement.html", include_str!("../templates/settlement.html")),
    ("billing/payout.html", include_str!("../templates/payout.html")),
];

/// Texts. Those of the engine `rating`, which explain lines, come with `tariffs`.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

const fn table(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key }
}

const MIGRATIONS: &[Migration] = &[
    Migration { name: "20261130_billing", sql: include_str!("../migrations/20261130_billing.sql") },
    Migration { name: "20261204_beside", sql: include_str!("../migrations/20261204_beside.sql") },
];

/// What was charged for months from one to another, without tax, fen: by the meters of the subscriptions.
pub fn earned_by_meters(read: &Read, from: Month, to: Month) -> Result<Vec<(Vec<String>, i64)>, Fault> {
    sql::earned(read, from, to)
}

/// The newest invoices of a customer, for callers above that have their own right to see them.
pub fn invoices_of(read: &Read, customer: &Id) -> Result<Vec<Invoice>, Fault> {
    sql_invoice::of_customer(read, customer, "~", 100)
}

/// Who pays an invoice, for callers above.
pub fn customer_of(read: &Read, invoice: &Id) -> Result<Option<Id>, Fault> {
    Ok(sql_invoice::invoice(read, invoice)?.map(|invoice| invoice.document.customer))
}

/// What is metered of a customer, for callers above.
pub fn subjects_of(read: &Read, customer: &Id) -> Result<Vec<String>, Fault> {
    let live = sql::of_customer(read, customer)?.into_iter().filter(|one| one.end.is_none_or(|end| read.now() < end));
    let subjects: std::collections::BTreeSet<String> = live.map(|one| one.subject).collect();
    Ok(subjects.into_iter().collect())
}

/// Lots of a customer that are not empty, for callers above.
pub fn lots_of(read: &Read, customer: &Id) -> Result<Vec<Lot>, Fault> {
    sql_wallet::lots(read, customer)
}

/// What wallets of a customer were short of, fen, for callers above.
pub fn short_of(read: &Read, customer: &Id) -> Result<i64, Fault> {
    sql::short_minor(read, customer)
}

/// Statements of a month, for callers above.
pub fn statements_in(read: &Read, month: Month) -> Result<Vec<Statement>, Fault> {
    sql_settle::statements_in(read, month)
}

/// Rows of a payout file, for callers above.
pub fn payout_items(read: &Read, payout: &Id) -> Result<Vec<Item>, Fault> {
    sql_settle::items(read, payout)
}

/// Receipts that wait for a person, the oldest first, for callers above.
pub fn receipts_listed(read: &Read) -> Result<Vec<Receipt>, Fault> {
    sql_receipt::listed(read, "", 200)
}

/// Was a customer suspended for not paying?
pub fn is_suspended(read: &Read, customer: &Id) -> Result<bool, Fault> {
    Ok(sql::suspended(read, customer)?.is_some())
}

/// Are calls of a subject refused, since whoever pays for it by invoice has not? Plans that the pack keeps are not.
pub fn is_barred<A: Asks>(read: &Read, subject: &str) -> Result<bool, Fault> {
    ops::remind::is_barred::<A>(read, subject)
}

/// Subjects with a spending limit that holds.
pub fn limited_subjects(read: &Read) -> Result<Vec<String>, Fault> {
    sql_wallet::limited(read)
}

/// Has a subject a spending limit that holds?
pub fn is_limited(read: &Read, subject: &str) -> Result<bool, Fault> {
    Ok(sql_wallet::budget(read, subject)?.is_some_and(|budget| budget.hard))
}

/// Is money of a wallet set aside for a subject, or will some be needed for what it used in months that are not billed? Until then nobody else pays for it.
pub fn is_unsettled<A: Asks>(tx: &Tx, subject: &str) -> Result<bool, Fault> {
    let held = sql_wallet::held(tx, subject)?.iter().any(|(_, minor)| *minor > 0);
    Ok(held || wallet::needed(tx, &drafts::Prices::of::<A>(tx)?, subject, None)? > 0)
}

/// Subjects of all customers that are suspended, as [`is_barred`] says of each.
pub fn barred_subjects<A: Asks>(read: &Read) -> Result<Vec<String>, Fault> {
    ops::remind::barred::<A>(read)
}

/// The crate wired to what it asks: `Billing::<Ground>::PART`, `Billing::<Ground>::routes()`.
pub struct Billing<A>(PhantomData<fn() -> A>);

impl<A: Asks> Billing<A> {
    /// What this crate brings to the store.
    pub const PART: Part = Part {
        migrations: MIGRATIONS,
        tables: &[
            table("billing_beside", &["subject", "month"]),
            table("billing_subscription", &["id"]),
            table("billing_customer", &["id"]),
            table("billing_counter", &["series"]),
            table("billing_run", &["month"]),
            table("billing_invoice", &["id"]),
            table("billing_credit", &["id"]),
            table("billing_charge", &["id"]),
            table("billing_lot", &["id"]),
            table("billing_held", &["subject", "lot"]),
            table("billing_reserve", &["subject", "meter", "month"]),
            table("billing_budget", &["subject"]),
            table("billing_topup", &["id"]),
            table("billing_import", &["id"]),
            table("billing_receipt", &["id"]),
            table("billing_payment", &["id"]),
            table("billing_contract", &["id"]),
            table("billing_statement", &["id"]),
            table("billing_dispute", &["id"]),
            table("billing_payout", &["id"]),
            table("billing_payout_item", &["payout", "payee"]),
        ],
        jobs: &[
            JobKind { name: ops::start::JOB, run: ops::start::month::<A> },
            JobKind { name: ops::step_run::JOB, run: ops::step_run::step::<A> },
            JobKind { name: ops::sweep::JOB, run: ops::sweep::sweep::<A> },
            JobKind { name: ops::remind::JOB, run: ops::remind::remind::<A> },
        ],
        checks: &[
            Check { name: "billing invoices", run: checks::invoices },
            Check { name: "billing credit notes", run: checks::credits },
            Check { name: "billing wallets", run: checks::wallets },
            Check { name: "billing receipts", run: checks::receipts },
            Check { name: "billing statements", run: checks::statements },
            Check { name: "billing conservation", run: checks::conserved::<A> },
        ],
        ..Part::named("billing")
    };

    /// Pages and API.
    pub fn routes() -> webkit::Routes {
        web::routes::<A>()
    }
}

#[cfg(test)]
mod tests {
    use store::Part;
    use store::testing::temp;

    #[test]
    fn every_sentence_compiles() {
        static PART: Part = Part { migrations: super::MIGRATIONS, free: &[("billing_subscription", "a test")], ..Part::named("billing") };
        let temp = temp(&[&PART]);
        for sentences in
            [super::sql::ALL, super::sql_count::ALL, super::sql_invoice::ALL, super::sql_receipt::ALL, super::sql_settle::ALL, super::sql_wallet::ALL]
        {
            temp.prepares(sentences);
        }
    }
}
