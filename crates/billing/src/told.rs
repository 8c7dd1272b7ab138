//! What this crate tells upstairs. One struct a kind; fields are only ever added.

use store::told;
use words::{Id, Node};

told! {
    /// A subscription is billed from now on.
    SubscriptionOpened = "billing.subscription_opened", subscription, |_| Node::group(), {
        /// Which.
        subscription: Id,
        /// Who pays.
        customer: Id,
        /// What is metered.
        subject: String,
    };
    /// A subscription is billed no longer.
    SubscriptionEnded = "billing.subscription_ended", subscription, |_| Node::group(), {
        /// Which.
        subscription: Id,
    };
    /// The billing of a month began.
    RunBegun = "billing.run_begun", month, |_| Node::group(), {
        /// Month.
        month: String,
    };
    /// Customers were billed; the rows of their charges are sealed with this.
    RunStepped = "billing.run_stepped", month, |_| Node::group(), {
        /// Month.
        month: String,
        /// Up to which customer.
        after: String,
    };
    /// A month is billed.
    RunDone = "billing.run_done", month, |_| Node::group(), {
        /// Month.
        month: String,
        /// How many invoices.
        invoices: i64,
        /// Fen.
        total_minor: i64,
    };
    /// An invoice was made.
    InvoiceMade = "billing.invoice_made", invoice, |_| Node::group(), {
        /// Which.
        invoice: Id,
        /// Number.
        number: String,
        /// Who pays.
        customer: Id,
        /// Fen.
        total_minor: i64,
        /// SHA-256 of its text.
        hash: String,
    };
    /// An invoice is paid.
    InvoicePaid = "billing.invoice_paid", invoice, |_| Node::group(), {
        /// Which.
        invoice: Id,
        /// Who paid.
        customer: Id,
    };
    /// An invoice was taken back.
    InvoiceCredited = "billing.invoice_credited", invoice, |_| Node::group(), {
        /// Which.
        invoice: Id,
        /// Number of the note.
        number: String,
        /// Fen.
        total_minor: i64,
    };
    /// A customer was reminded of an invoice.
    CustomerReminded = "billing.customer_reminded", invoice, |_| Node::group(), {
        /// Which.
        invoice: Id,
        /// Who.
        customer: Id,
        /// The how manieth time.
        nth: i64,
    };
    /// A customer did not pay and may not call.
    CustomerSuspended = "billing.customer_suspended", customer, |_| Node::group(), {
        /// Who.
        customer: Id,
        /// Invoice that is owed.
        invoice: Id,
        /// What is metered of theirs.
        subjects: Vec<String>,
    };
    /// A customer has paid and may call again.
    CustomerResumed = "billing.customer_resumed", customer, |_| Node::group(), {
        /// Who.
        customer: Id,
        /// What is metered of theirs.
        subjects: Vec<String>,
    };
    /// Details of a customer or payee were changed; they lie apart.
    DetailsChanged = "billing.details_changed", party, |_| Node::group(), {
        /// Whose.
        party: Id,
    };
    /// A wallet paid for what was used.
    UsageDrawn = "billing.usage_drawn", charge, |_| Node::group(), {
        /// Which charge.
        charge: Id,
        /// Who paid.
        customer: Id,
        /// Fen.
        drawn_minor: i64,
        /// What was short, fen.
        open_minor: i64,
    };
    /// A wallet has a new lot.
    LotMade = "billing.lot_made", lot, |_| Node::group(), {
        /// Which.
        lot: Id,
        /// Whose.
        customer: Id,
        /// Fen.
        amount_minor: i64,
        /// Where it comes from.
        origin: String,
    };
    /// What was left of a lot is over.
    LotExpired = "billing.lot_expired", lot, |_| Node::group(), {
        /// Which.
        lot: Id,
        /// Fen.
        amount_minor: i64,
    };
    /// Somebody wishes to pay into a wallet.
    TopUpAsked = "billing.top_up_asked", top_up, |_| Node::group(), {
        /// Which.
        top_up: Id,
        /// Whose.
        customer: Id,
        /// Fen.
        amount_minor: i64,
    };
    /// A budget was set.
    BudgetSet = "billing.budget_set", subject, |_| Node::group(), {
        /// What is metered.
        subject: String,
        /// Fen.
        budget_minor: i64,
        /// Does it hold?
        hard: bool,
    };
    /// A part of a budget is spent.
    BudgetReached = "billing.budget_reached", subject, |_| Node::group(), {
        /// What is metered.
        subject: String,
        /// Percent.
        percent: i64,
    };
    /// A bank statement was taken in.
    StatementTaken = "billing.statement_taken", statement, |_| Node::group(), {
        /// Which.
        statement: Id,
        /// Rows that are new.
        taken: i64,
        /// Of them, those that nobody claims.
        listed: i64,
    };
    /// A receipt was assigned by a person.
    ReceiptAssigned = "billing.receipt_assigned", receipt, |_| Node::group(), {
        /// Which.
        receipt: Id,
        /// To what.
        target: String,
        /// Why.
        reason: String,
    };
    /// A contract was proposed.
    ContractProposed = "billing.contract_proposed", contract, |_| Node::group(), {
        /// Which.
        contract: Id,
        /// With whom.
        payee: Id,
    };
    /// A contract was decided by another person.
    ContractDecided = "billing.contract_decided", contract, |_| Node::group(), {
        /// Which.
        contract: Id,
        /// Agreed?
        agreed: bool,
    };
    /// Statements of a month were prepared.
    StatementsPrepared = "billing.statements_prepared", month, |_| Node::group(), {
        /// Month.
        month: String,
        /// How many.
        count: i64,
    };
    /// A statement was signed and posted.
    StatementSigned = "billing.statement_signed", statement, |_| Node::group(), {
        /// Which.
        statement: Id,
        /// Whose.
        payee: Id,
        /// Fen.
        payable_minor: i64,
        /// SHA-256 of its text.
        hash: String,
    };
    /// An owner disputes a line.
    LineDisputed = "billing.line_disputed", statement, |_| Node::group(), {
        /// Which.
        statement: Id,
        /// Which dispute.
        dispute: Id,
    };
    /// A dispute is answered.
    DisputeResolved = "billing.dispute_resolved", statement, |_| Node::group(), {
        /// Which.
        statement: Id,
        /// Which dispute.
        dispute: Id,
        /// Fen more (less, if below zero).
        adjust_minor: i64,
    };
    /// A payout file was made.
    PayoutSent = "billing.payout_sent", payout, |_| Node::group(), {
        /// Which.
        payout: Id,
        /// Fen.
        total_minor: i64,
        /// SHA-256 of the file.
        hash: String,
    };
    /// The bank answered a payout file.
    PayoutAnswered = "billing.payout_answered", payout, |_| Node::group(), {
        /// Which.
        payout: Id,
        /// Rows that were paid.
        paid: i64,
        /// Rows that were not.
        failed: i64,
    };
}
