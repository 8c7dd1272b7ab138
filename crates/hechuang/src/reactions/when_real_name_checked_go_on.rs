//! The real name of somebody from outside was checked: they hear of it, and subscriptions that waited for it go on or are declined.

use desk::Message;
use identity::told::RealNameChecked;
use store::{Event, Tx};
use words::{Bilingual, Failure, Fault};

use crate::ground::Ground;

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let checked: RealNameChecked = event.data()?;
    let title = if checked.fits {
        Bilingual::new("实名认证已通过", "Your real name was checked")
    } else {
        Bilingual::new("实名认证未通过", "Your real name did not fit")
    };
    let message = Message {
        to: vec![checked.person.clone()],
        kind: "capabilities.subscription".into(),
        subject: checked.person.to_string(),
        title,
        body: Bilingual::new(&checked.reason, &checked.reason),
        link: "/me/real-name".into(),
        why: Bilingual::new("您提交了实名信息", "you handed it in"),
        due_at: None,
        once: Some(format!("real-name/{}", event.id)),
    };
    desk::notify(tx, message)?;
    capabilities::name_checked::<Ground>(tx, &checked.person, checked.fits, &checked.reason).map_err(Failure::into_fault)
}
