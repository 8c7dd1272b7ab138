//! Something happened to what a developer has here: their endpoints for callbacks are sent to.

use billing::told::{BudgetReached, CustomerReminded, CustomerResumed, CustomerSuspended, InvoiceCredited, InvoiceMade, InvoicePaid, LotMade, StatementSigned};
use capabilities::told::{
    AppClosed, KeyMade, KeyRevoked, QuotaUsed, SubscriptionBegan, SubscriptionChanged, SubscriptionEnded, SubscriptionTerms, VersionNews,
};
use messages::told::{DeliveryReported, OptedOut, TextDecided};
use serde_json::{Value, json};
use store::{Event, Tell, Tx};
use words::{Bilingual, Fault, Id};

pub(super) const KINDS: [&str; 20] = [
    AppClosed::KIND,
    KeyMade::KIND,
    KeyRevoked::KIND,
    SubscriptionBegan::KIND,
    SubscriptionChanged::KIND,
    SubscriptionEnded::KIND,
    QuotaUsed::KIND,
    InvoiceMade::KIND,
    InvoicePaid::KIND,
    InvoiceCredited::KIND,
    CustomerReminded::KIND,
    CustomerSuspended::KIND,
    CustomerResumed::KIND,
    BudgetReached::KIND,
    LotMade::KIND,
    StatementSigned::KIND,
    VersionNews::KIND,
    DeliveryReported::KIND,
    OptedOut::KIND,
    TextDecided::KIND,
];

/// The kinds of events that can be asked for.
pub(crate) fn callback_kinds() -> Vec<callbacks::Kind> {
    let kind = |kind, zh, en| callbacks::Kind { kind, name: Bilingual::new(zh, en) };
    vec![
        kind("app.closed", "应用已关闭", "An app was closed"),
        kind("key.made", "有了新密钥", "There is a new key"),
        kind("key.revoked", "密钥已吊销", "A key was killed"),
        kind("subscription.began", "订阅已生效", "A subscription is in force"),
        kind("subscription.changed", "订阅的套餐或优惠变更", "Plan or discount of a subscription changed"),
        kind("subscription.ended", "订阅已结束", "A subscription is over"),
        kind("version.deprecated", "订阅的能力版本已弃用", "A version of what is subscribed is deprecated"),
        kind("version.retired", "订阅的能力版本已下线", "A version of what is subscribed is retired"),
        kind("version.revised", "订阅的能力版本有不兼容的变化", "A version of what is subscribed has breaking changes"),
        kind("subscription.quota_used", "订阅额度用到 80% 或用完", "80 % of a subscription's quota is used, or all of it"),
        kind("invoice.made", "新账单", "There is a new invoice"),
        kind("invoice.paid", "账单已付清", "An invoice is paid"),
        kind("invoice.credited", "账单已红冲", "An invoice was taken back"),
        kind("invoice.overdue", "账单已逾期", "An invoice is overdue"),
        kind("customer.suspended", "欠费停用", "Calls are refused until what is owed is paid"),
        kind("customer.resumed", "恢复使用", "Calls are admitted again"),
        kind("budget.reached", "预算已用到", "A part of a budget is spent"),
        kind("wallet.loaded", "钱包到账", "A wallet has new money"),
        kind("message.reported", "短信回执", "Delivery reports of messages"),
        kind("message.opted_out", "有号码退订", "A number opted out of one's messages"),
        kind("message.text_decided", "短信模板或签名已审核", "A template or signature of messages was reviewed"),
        kind("statement.signed", "结算单已签发", "A statement of an owner is signed"),
    ]
}

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let Some((kind, owner, data)) = what(tx, event)? else { return Ok(()) };
    let message = callbacks::Message { id: event.id.clone(), owner, kind: kind.into(), subject: event.subject.clone(), at: event.at, data };
    callbacks::publish(tx, &message)
}

/// Kind, whose it is, facts.
fn what(tx: &Tx, event: &Event) -> Result<Option<(&'static str, Id, Value)>, Fault> {
    if let Some(of_messages) = of_messages(tx, event)? {
        return Ok(Some(of_messages));
    }
    if let Some(of_bills) = of_bills(tx, event)? {
        return Ok(Some(of_bills));
    }
    let (kind, app, data) = match event.kind.as_str() {
        AppClosed::KIND => {
            let told: AppClosed = event.data()?;
            ("app.closed", told.app.clone(), json!({ "app": told.app }))
        }
        KeyMade::KIND => {
            let told: KeyMade = event.data()?;
            ("key.made", told.app.clone(), json!({ "key": told.key, "app": told.app, "replaces": told.replaces, "kind": told.kind }))
        }
        KeyRevoked::KIND => {
            let told: KeyRevoked = event.data()?;
            ("key.revoked", told.app.clone(), json!({ "key": told.key, "app": told.app }))
        }
        SubscriptionBegan::KIND => {
            let told: SubscriptionBegan = event.data()?;
            ("subscription.began", told.terms.app.clone(), terms(&told.subscription, &told.terms))
        }
        SubscriptionChanged::KIND => {
            let told: SubscriptionChanged = event.data()?;
            let mut data = terms(&told.subscription, &told.terms);
            (data["what"], data["plan_before"]) = (told.what.into(), told.plan_before.into());
            ("subscription.changed", told.terms.app, data)
        }
        SubscriptionEnded::KIND => {
            let told: SubscriptionEnded = event.data()?;
            let data = json!({ "subscription": told.subscription, "app": told.app, "capability": told.slug, "plan": told.plan, "at": told.at });
            ("subscription.ended", told.app, data)
        }
        QuotaUsed::KIND => {
            let told: QuotaUsed = event.data()?;
            let data = json!({ "subscription": told.subscription, "app": told.app, "capability": told.slug, "month": told.month, "percent": told.percent,
                "quota": told.quota });
            ("subscription.quota_used", told.app, data)
        }
        VersionNews::KIND => {
            let told: VersionNews = event.data()?;
            let kind = match told.what.as_str() {
                "deprecated" => "version.deprecated",
                "retired" => "version.retired",
                _ => "version.revised",
            };
            let data = json!({ "subscription": told.subscription, "app": told.app, "capability": told.slug, "version": told.major,
                "sunset_on": told.sunset_on, "breaking": told.breaking });
            (kind, told.app, data)
        }
        _ => return Ok(None),
    };
    Ok(capabilities::app_owner(tx, &app)?.map(|owner| (kind, owner, data)))
}

/// What developers hear of the terms of a subscription.
fn terms(subscription: &Id, terms: &SubscriptionTerms) -> Value {
    json!({ "subscription": subscription, "app": terms.app, "capability": terms.slug, "plan": terms.plan, "since": terms.since,
        "pay_percent": terms.pay_percent, "discount_until": terms.discount_until })
}

/// What became of messages, of their texts, and who opted out.
fn of_messages(tx: &Tx, event: &Event) -> Result<Option<(&'static str, Id, Value)>, Fault> {
    Ok(match event.kind.as_str() {
        DeliveryReported::KIND => {
            let told: DeliveryReported = event.data()?;
            let data = json!({ "send": told.send, "app": told.app, "reports": told.reports });
            capabilities::app_owner(tx, &told.app)?.map(|owner| ("message.reported", owner, data))
        }
        OptedOut::KIND => {
            let told: OptedOut = event.data()?;
            Some(("message.opted_out", told.owner, json!({ "environment": told.environment, "number": told.number })))
        }
        TextDecided::KIND => {
            let told: TextDecided = event.data()?;
            Some(("message.text_decided", told.owner, json!({ "text": told.text, "state": told.state, "reason": told.reason })))
        }
        _ => None,
    })
}

/// What concerns who pays, or who is paid.
fn of_bills(tx: &Tx, event: &Event) -> Result<Option<(&'static str, Id, Value)>, Fault> {
    let invoice = |kind, invoice: Id, customer: Id| (kind, customer, json!({ "invoice": invoice }));
    Ok(Some(match event.kind.as_str() {
        InvoiceMade::KIND => {
            let told: InvoiceMade = event.data()?;
            ("invoice.made", told.customer, json!({ "invoice": told.invoice, "number": told.number, "total_minor": told.total_minor }))
        }
        InvoicePaid::KIND => {
            let told: InvoicePaid = event.data()?;
            invoice("invoice.paid", told.invoice, told.customer)
        }
        InvoiceCredited::KIND => {
            let told: InvoiceCredited = event.data()?;
            let Some(customer) = billing::customer_of(tx, &told.invoice)? else { return Ok(None) };
            ("invoice.credited", customer, json!({ "invoice": told.invoice, "number": told.number, "total_minor": told.total_minor }))
        }
        CustomerReminded::KIND => {
            let told: CustomerReminded = event.data()?;
            invoice("invoice.overdue", told.invoice, told.customer)
        }
        CustomerSuspended::KIND => {
            let told: CustomerSuspended = event.data()?;
            ("customer.suspended", told.customer, json!({ "invoice": told.invoice, "apps": told.subjects }))
        }
        CustomerResumed::KIND => {
            let told: CustomerResumed = event.data()?;
            ("customer.resumed", told.customer, json!({ "apps": told.subjects }))
        }
        BudgetReached::KIND => {
            let told: BudgetReached = event.data()?;
            let Some(owner) = capabilities::app_owner(tx, &Id::fixed(told.subject.clone()))? else { return Ok(None) };
            ("budget.reached", owner, json!({ "app": told.subject, "percent": told.percent }))
        }
        LotMade::KIND => {
            let told: LotMade = event.data()?;
            ("wallet.loaded", told.customer, json!({ "amount_minor": told.amount_minor, "origin": told.origin }))
        }
        StatementSigned::KIND => {
            let told: StatementSigned = event.data()?;
            ("statement.signed", told.payee, json!({ "statement": told.statement, "payable_minor": told.payable_minor }))
        }
        _ => return Ok(None),
    }))
}
