//! Pages and API of billing. Parse, do, show.

mod credits;
mod form;
mod mine;
mod office;
mod report;
mod settle;
mod wallet;

use webkit::{Access, Routes};

use crate::asks::Asks;
use crate::rights;

pub(crate) fn routes<A: Asks>() -> Routes {
    customer::<A>(finance::<A>(settlement::<A>(Routes::new("billing"))))
}

/// What customers pay.
fn customer<A: Asks>(routes: Routes) -> Routes {
    routes
        .get("/billing", "billing.bill.list", Access::Person, mine::bills::<A>)
        .template("billing/bills.html")
        .get("/billing/invoices/{id}", "billing.invoice.show", Access::Person, mine::invoice::<A>)
        .template("billing/invoice.html")
        .get("/billing/usage/{id}/{month}", "billing.usage.show", Access::Person, mine::usage::<A>)
        .template("billing/usage.html")
        .put("/billing/details", "billing.details.keep", Access::Person, mine::keep_details::<A>)
        .refusals(&["billing-title-needed", "billing-tax-number"])
        .get("/billing/wallet", "billing.wallet.show", Access::Person, wallet::show::<A>)
        .template("billing/wallet.html")
        .post("/billing/topups", "billing.topup.ask", Access::Person, wallet::top_up::<A>)
        .refusals(&["billing-amount-wrong"])
        .put("/billing/budget", "billing.budget.set", Access::Person, wallet::budget::<A>)
        .refusals(&["billing-amount-wrong"])
}

/// What finance does.
fn finance<A: Asks>(routes: Routes) -> Routes {
    routes
        .get("/billing/office", "billing.office.show", Access::Right(rights::SEE), office::show::<A>)
        .template("billing/office.html")
        .post("/billing/runs", "billing.run.begin", Access::Right(rights::RUN), office::begin::<A>)
        .refusals(&["billing-month-not-over", "billing-month-out-of-order"])
        .post("/billing/invoices/{id}/credit", "billing.invoice.credit", Access::Right(rights::RUN), mine::credit::<A>)
        .refusals(&["billing-reason-needed", "billing-credited", "billing-invoice-settled", "billing-invoice-empty"])
        .get("/billing/credits", "billing.credit.list", Access::Right(rights::SEE), credits::list::<A>)
        .template("billing/credits.html")
        .get("/billing/office/titles", "billing.title.list", Access::Right(rights::RUN), office::titles::<A>)
        .template("billing/titles.html")
        .post("/billing/lots", "billing.lot.give", Access::Right(rights::RUN), wallet::give::<A>)
        .refusals(&["billing-amount-wrong", "billing-grant-reason", "billing-expiry-wrong"])
        .get("/billing/office/receipts", "billing.receipt.list", Access::Right(rights::RUN), office::receipts::<A>)
        .template("billing/receipts.html")
        .get("/billing/office/columns", "billing.receipt.columns", Access::Right(rights::RUN), office::template::<A>)
        .template("billing/receipts.html")
        .post("/billing/office/receipts", "billing.receipt.take", Access::Right(rights::RUN), office::take::<A>)
        .template("billing/receipts.html")
        .refusals(&["billing-statement-unreadable", "billing-statement-too-many"])
        .post("/billing/receipts/{id}/assignment", "billing.receipt.assign", Access::Right(rights::RUN), office::assign::<A>)
        .refusals(&["billing-assign-reason", "billing-receipt-assigned", "billing-target-unknown", "billing-nothing-owed"])
        .get("/billing/conservation", "billing.report.show", Access::Right(rights::SEE), report::report::<A>)
        .template("billing/conservation.html")
        .post("/billing/closings", "billing.month.close", Access::Right(rights::SIGN), report::close::<A>)
        .refusals(&["billing-month-not-billed", "billing-month-not-signed", "billing-not-conserved", "billing-month-not-over"])
        .get("/billing/replay", "billing.replay", Access::Right(rights::SEE), report::replay::<A>)
        .template("billing/replay.html")
}

/// What owners are owed.
fn settlement<A: Asks>(routes: Routes) -> Routes {
    let contract = &["billing-terms-wrong", "billing-settlement-reason", "billing-payee-unknown", "billing-contract-month"];
    let dispute = &["billing-dispute-line", "billing-settlement-reason", "billing-disputed"];
    let answer = &["billing-dispute-resolved", "billing-settlement-reason", "billing-adjust-wrong", "billing-paid-out"];
    routes
        .get("/billing/statements", "billing.statement.list", Access::Person, settle::mine::<A>)
        .template("billing/statements.html")
        .get("/billing/statements/{id}", "billing.statement.show", Access::Person, settle::show::<A>)
        .template("billing/statement.html")
        .post("/billing/statements/{id}/disputes", "billing.dispute.raise", Access::Person, settle::dispute::<A>)
        .refusals(dispute)
        .post("/billing/statements/{id}/signature", "billing.statement.sign", Access::Right(rights::SIGN), settle::sign::<A>)
        .refusals(&["billing-statement-signed", "billing-second-person", "billing-statement-changed"])
        .post("/billing/disputes/{id}/answer", "billing.dispute.answer", Access::Right(rights::SIGN), settle::answer::<A>)
        .refusals(answer)
        .get("/billing/settlement", "billing.settlement.show", Access::Right(rights::SEE), settle::settlement::<A>)
        .template("billing/settlement.html")
        .post("/billing/settlement", "billing.settlement.prepare", Access::Right(rights::SETTLE), settle::prepare::<A>)
        .refusals(&["billing-settlement-not-billed"])
        .post("/billing/contracts", "billing.contract.propose", Access::Right(rights::SETTLE), settle::propose)
        .refusals(contract)
        .post("/billing/contracts/{id}/decision", "billing.contract.decide", Access::Right(rights::SIGN), settle::decide)
        .refusals(&["billing-contract-decided", "billing-second-person", "billing-contract-month"])
        .post("/billing/payouts", "billing.payout.send", Access::Right(rights::SETTLE), settle::send::<A>)
        .refusals(&["billing-nothing-payable"])
        .get("/billing/payouts/{id}", "billing.payout.show", Access::Right(rights::SETTLE), settle::payout::<A>)
        .template("billing/payout.html")
        .post("/billing/payouts/{id}/answer", "billing.payout.answer", Access::Right(rights::SETTLE), settle::answered::<A>)
        .refusals(&["billing-return-file"])
}
