//! Somebody no longer belongs to a firm, or develops for it no more: apps of theirs that it pays for go to the manager who has been there longest, and are
//! closed if there is none. The firm goes on paying, and hears that somebody who is gone may still know the keys.

use desk::Message;
use identity::told::{MemberChanged, MemberEnded};
use identity::{FirmRole, Member};
use store::{Event, Tell, Tx};
use words::{Acting, Bilingual, Fault, Id};

pub(super) const KINDS: [&str; 2] = [MemberChanged::KIND, MemberEnded::KIND];

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let (firm, person) = match event.kind.as_str() {
        MemberChanged::KIND => event.data::<MemberChanged>().map(|told| (told.firm, told.person))?,
        _ => event.data::<MemberEnded>().map(|told| (told.firm, told.person))?,
    };
    let members = identity::members_of_firm(tx, &firm)?;
    let develops = |member: &Member| member.person == person && member.role != FirmRole::Finance;
    let theirs = capabilities::apps_of(tx, &person)?.into_iter().filter(|app| app.payer.as_ref() == Some(&firm)).count();
    if theirs == 0 || members.iter().any(develops) {
        return Ok(());
    }
    let heir = members.into_iter().find(|member| member.role == FirmRole::Manager && member.person != person).map(|member| member.person);
    capabilities::hand_over_apps(tx, &Acting::system("reaction"), &person, &firm, heir.as_ref())?;
    heir.map_or(Ok(()), |heir| tell(tx, event, heir, &firm, theirs))
}

fn tell(tx: &mut Tx, event: &Event, heir: Id, firm: &Id, count: usize) -> Result<(), Fault> {
    let message = Message {
        to: vec![heir],
        kind: "firm.members".into(),
        subject: firm.to_string(),
        title: Bilingual::new(format!("{count} 个企业应用转到您名下"), format!("{count} apps of the firm are yours now")),
        body: Bilingual::new(
            "原来的开发不再为企业开发应用，但可能仍知道密钥。请逐个轮换。",
            "Whoever made them develops no more for the firm, and may still know the keys. Roll each of them.",
        ),
        link: "/apps".into(),
        why: Bilingual::new("您是企业的管理员", "you manage the firm"),
        due_at: None,
        once: Some(format!("firm-apps/{}", event.id)),
    };
    desk::notify(tx, message).map(drop)
}
