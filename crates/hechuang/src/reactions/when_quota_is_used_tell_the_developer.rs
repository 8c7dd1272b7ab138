//! The quota of a subscription is nearly or wholly used: its developer hears of it, by message and mail.

use capabilities::told::QuotaUsed;
use desk::Message;
use store::{Event, Tx};
use words::{Bilingual, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let used: QuotaUsed = event.data()?;
    let Some(owner) = capabilities::app_owner(tx, &used.app)? else { return Ok(()) };
    let (slug, month, quota) = (&used.slug, &used.month, used.quota);
    let (title, body) = if used.percent < 100 {
        let title = Bilingual::new(format!("{slug} 的额度已用 {}%", used.percent), format!("{} % of the quota of {slug} is used", used.percent));
        let body = Bilingual::new(
            format!("{month} 的 {quota} 次额度，已用或已分给网关 {}%；用完后到下月才恢复，需要时请更换套餐。", used.percent),
            format!(
                "{} % of the {quota} calls of {month} are used or held by gateways. Once used up they are there again next month; change the plan if you need more.",
                used.percent
            ),
        );
        (title, body)
    } else {
        let title = Bilingual::new(format!("{slug} 的额度已用完"), format!("The quota of {slug} is used up"));
        let body = Bilingual::new(
            format!("{month} 的 {quota} 次额度已用完，到下月恢复之前调用会被拒绝；可以更换套餐。"),
            format!("All {quota} calls of {month} are used: calls are refused until next month, or until the plan is larger."),
        );
        (title, body)
    };
    let message = Message {
        to: vec![owner],
        kind: "capabilities.subscription".into(),
        subject: used.subscription.to_string(),
        title,
        body,
        link: format!("/subscriptions/{}", used.subscription),
        why: Bilingual::new("这是您应用的订阅", "it is a subscription of your app"),
        due_at: None,
        once: Some(format!("quota-used/{}", event.id)),
    };
    desk::notify(tx, message).map(drop)
}
