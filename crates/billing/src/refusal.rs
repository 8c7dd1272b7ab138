//! Why billing says no. Each code has two sentences in `locales/`. Amounts in arguments are yuan as people read them.

use words::Refusal;

macro_rules! refusals {
    ($($(#[$doc:meta])+ $name:ident {
        $($(#[$variant_doc:meta])+ $variant:ident $({ $($(#[$arg_doc:meta])+ $arg:ident: $type:ty),+ $(,)? })? = $code:literal, $status:literal $(, $field:literal)?;)+
    })+) => {
        $($(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])+ $variant $({ $($(#[$arg_doc])+ $arg: $type),+ })?),+ }

        impl Refusal for $name {
            fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code),+ }
            }

            fn field(&self) -> Option<String> {
                let field: Option<&str> = match self { $(Self::$variant { .. } => { let fields: &[&str] = &[$($field)?]; fields.first().copied() }),+ };
                field.map(str::to_owned)
            }

            fn args(&self) -> Vec<(&'static str, String)> {
                match self { $(Self::$variant $({ $($arg),+ })? => vec![$($((stringify!($arg), $arg.to_string())),+)?]),+ }
            }

            fn status(&self) -> u16 {
                match self { $(Self::$variant { .. } => $status),+ }
            }
        })+
    };
}

refusals! {
    /// Why a subscription is not opened.
    SubscriptionRefusal {
        /// It prices nothing.
        NoMeters = "billing-no-meters", 422;
        /// The pack has no such price book.
        Book { /** Key. */ book: String } = "billing-book-unknown", 422;
        /// The book has no such plan.
        Plan { /** Plan. */ plan: String } = "billing-plan-unknown", 422;
        /// The book does not price this meter.
        Meter { /** Meter. */ meter: String } = "billing-meter-unpriced", 422;
        /// What is counted by the hour cannot be priced by each use.
        EachUse = "billing-each-use", 422;
        /// What may cost less the more is used cannot be paid before.
        NotBounded = "billing-not-bounded", 422;
        /// Another subscription counts this meter of this subject at that time.
        Overlap { /** The other. */ other: String } = "billing-overlap", 409;
    }
    /// Why a month is not billed or closed.
    RunRefusal {
        /// No such month.
        Month = "billing-month-wrong", 422, "/month";
        /// The month is not over.
        NotOver { /** Month. */ month: String } = "billing-month-not-over", 409, "/month";
        /// A later month is billed already.
        OutOfOrder { /** The later one. */ month: String } = "billing-month-out-of-order", 409, "/month";
        /// The month is not billed yet.
        NotBilled { /** Month. */ month: String } = "billing-month-not-billed", 409;
        /// Statements of the month are not signed.
        NotSigned { /** How many. */ count: i64 } = "billing-month-not-signed", 409;
        /// What was taken in and what was charged do not fit.
        NotConserved { /** What does not fit. */ law: String } = "billing-not-conserved", 409;
    }
    /// Why an invoice is not taken back.
    InvoiceRefusal {
        /// A reason is needed.
        ReasonNeeded = "billing-reason-needed", 422, "/reason";
        /// It was taken back before.
        Credited { /** Number of the note. */ number: String } = "billing-credited", 409;
        /// It was settled with the owner of the capability.
        Settled = "billing-invoice-settled", 409;
        /// Nothing was posted, so nothing can be taken back.
        Empty = "billing-invoice-empty", 409;
    }
    /// Why details are not kept.
    DetailsRefusal {
        /// A title is needed.
        TitleNeeded = "billing-title-needed", 422, "/title";
        /// The number does not prove itself.
        TaxNumber = "billing-tax-number", 422, "/tax_number";
    }
    /// Why a wallet or a budget does not change.
    WalletRefusal {
        /// Not an amount above nothing.
        Amount = "billing-amount-wrong", 422, "/amount";
        /// A reason is needed.
        ReasonNeeded = "billing-grant-reason", 422, "/reason";
        /// The last day is over.
        Expired = "billing-expiry-wrong", 422, "/expires_on";
    }
    /// Why calls are not admitted.
    ReserveRefusal {
        /// The customer is suspended.
        Suspended = "billing-suspended", 402;
        /// The wallet cannot pay one more.
        WalletShort { /** Left, yuan. */ left: String } = "billing-wallet-short", 402;
        /// The spending limit is reached.
        LimitReached { /** Limit, yuan. */ limit: String } = "billing-limit-reached", 402;
    }
    /// Why a bank statement is not taken, or a receipt not assigned.
    ReceiptRefusal {
        /// It is no sheet with the columns that are asked for.
        Unreadable { /** What is missing. */ missing: String } = "billing-statement-unreadable", 422, "/file";
        /// More rows than are taken at once.
        TooMany { /** Most. */ most: usize } = "billing-statement-too-many", 422, "/file";
        /// A reason is needed.
        ReasonNeeded = "billing-assign-reason", 422, "/reason";
        /// Nothing of it is left.
        Assigned = "billing-receipt-assigned", 409;
        /// No such invoice or top-up.
        Target = "billing-target-unknown", 422, "/target";
        /// The invoice is paid or was taken back.
        NothingOwed = "billing-nothing-owed", 409, "/target";
    }
    /// Why a contract or a statement does not move.
    SettlementRefusal {
        /// The terms are none: parts of a hundred, the cap not below the guarantee.
        Terms = "billing-terms-wrong", 422, "/share";
        /// A reason is needed.
        ReasonNeeded = "billing-settlement-reason", 422, "/reason";
        /// The owner, or the subscription, is unknown.
        Payee = "billing-payee-unknown", 422, "/payee";
        /// The first month is settled already.
        FromMonth { /** Last month that is settled. */ month: String } = "billing-contract-month", 409, "/from";
        /// It is decided.
        Decided = "billing-contract-decided", 409;
        /// Another person than who prepared or proposed it.
        SecondPerson = "billing-second-person", 409;
        /// The month is not billed yet.
        NotBilled { /** Month. */ month: String } = "billing-settlement-not-billed", 409, "/month";
        /// It is signed.
        Signed = "billing-statement-signed", 409;
        /// It is not signed yet.
        NotSigned = "billing-statement-not-signed", 409;
        /// What it is made of has changed since it was prepared.
        Changed = "billing-statement-changed", 409;
        /// No such line.
        Line = "billing-dispute-line", 422, "/line";
        /// A dispute of this line is open.
        Disputed = "billing-disputed", 409;
        /// It is resolved.
        Resolved = "billing-dispute-resolved", 409;
        /// Not an amount.
        Amount = "billing-adjust-wrong", 422, "/amount";
        /// Less is to be paid than is taken back.
        PaidOut = "billing-paid-out", 409;
        /// Nothing is to be paid.
        NothingPayable = "billing-nothing-payable", 409;
        /// The file has no row of this payout, or has other columns.
        ReturnFile { /** What is wrong. */ what: String } = "billing-return-file", 422, "/file";
    }
}
