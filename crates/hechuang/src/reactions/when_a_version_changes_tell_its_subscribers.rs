//! A version of a capability is deprecated, retired, or revised in a way that breaks calls: whoever subscribed it hears of it, one by one.

use capabilities::told::VersionNews;
use desk::Message;
use store::{Event, Tx};
use words::{Bilingual, Fault};

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let news: VersionNews = event.data()?;
    let Some(owner) = capabilities::app_owner(tx, &news.app)? else { return Ok(()) };
    let (title, body) = said(&news);
    let message = Message {
        to: vec![owner],
        kind: "capabilities.subscription".into(),
        subject: news.subscription.to_string(),
        title,
        body,
        link: format!("/capabilities/{}/versions/{}", news.slug, news.major),
        why: Bilingual::new("您的应用订阅了这项能力", "an app of yours has subscribed this capability"),
        due_at: None,
        once: Some(format!("version-news/{}", event.id)),
    };
    desk::notify(tx, message).map(drop)
}

fn said(news: &VersionNews) -> (Bilingual, Bilingual) {
    let (name, breaking) = (format!("{} v{}", news.slug, news.major), news.breaking);
    match (news.what.as_str(), news.sunset_on) {
        ("deprecated", Some(day)) => (
            Bilingual::new(format!("{name} 已弃用"), format!("{name} is deprecated")),
            Bilingual::new(
                format!("{day} 起不再服务，在此之前照常回答；请改用更新的版本。"),
                format!("It answers until {day} and then no more; please move to a newer version."),
            ),
        ),
        ("revised", _) => (
            Bilingual::new(format!("{name} 的接口有不兼容的变化"), format!("{name} has changes that break calls")),
            Bilingual::new(
                format!("能力方发布了新的接口文档，其中 {breaking} 处与原来不兼容；请对照接口文档检查您的调用。"),
                format!("Its owner published another document with {breaking} changes that may break your calls; please compare."),
            ),
        ),
        _ => (
            Bilingual::new(format!("{name} 已下线"), format!("{name} is retired")),
            Bilingual::new("调用不再得到回答；请改用其他版本。", "Calls are no longer answered; please use another version."),
        ),
    }
}
