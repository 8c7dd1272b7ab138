//! Somebody asks to join a firm, is invited, let in, has another role or no longer belongs to it: those whom it concerns hear of it.

use desk::Message;
use identity::FirmRole;
use identity::told::{MemberAsked, MemberBegan, MemberChanged, MemberEnded, MemberInvited};
use store::{Event, Read, Tell, Tx};
use words::{Bilingual, Fault, Id};

pub(super) const KINDS: [&str; 5] = [MemberAsked::KIND, MemberInvited::KIND, MemberBegan::KIND, MemberChanged::KIND, MemberEnded::KIND];

/// What is said to whom.
struct News {
    to: Vec<Id>,
    title: Bilingual,
    link: String,
}

pub(super) fn run(tx: &mut Tx, event: &Event) -> Result<(), Fault> {
    let Some(news) = news(tx, event)? else { return Ok(()) };
    let message = Message {
        to: news.to,
        kind: "firm.members".into(),
        subject: event.subject.clone(),
        title: news.title,
        body: Bilingual::default(),
        link: news.link,
        why: Bilingual::new("您是企业的成员、管理员，或受到邀请", "you belong to the firm, manage it, or are invited"),
        due_at: None,
        once: Some(format!("firm/{}", event.id)),
    };
    desk::notify(tx, message).map(drop)
}

fn news(tx: &Tx, event: &Event) -> Result<Option<News>, Fault> {
    let firm_id = Id::fixed(event.subject.clone());
    let Some(firm) = identity::firm(tx, &firm_id)?.map(|firm| firm.name) else { return Ok(None) };
    let (page, list) = (format!("/firms/{firm_id}"), "/firms".to_owned());
    let say = |to: Vec<Id>, zh: String, en: String, link: String| Ok(Some(News { to, title: Bilingual::new(zh, en), link }));
    match event.kind.as_str() {
        MemberAsked::KIND => {
            let name = name(tx, &event.data::<MemberAsked>()?.person)?;
            say(managers(tx, &firm_id)?, format!("{name} 申请加入 {}", firm.zh), format!("{name} asks to join {}", firm.en), page)
        }
        MemberInvited::KIND => {
            let told: MemberInvited = event.data()?;
            let role = role(&told.role);
            say(vec![told.person], format!("{} 邀请您加入（{}）", firm.zh, role.zh), format!("{} invites you ({})", firm.en, role.en), list)
        }
        MemberBegan::KIND => {
            let told: MemberBegan = event.data()?;
            let (name, role) = (name(tx, &told.person)?, role(&told.role));
            let (zh, en) = (format!("{name} 加入了 {}（{}）", firm.zh, role.zh), format!("{name} belongs to {} now ({})", firm.en, role.en));
            say(and_managers(tx, &firm_id, told.person)?, zh, en, page)
        }
        MemberChanged::KIND => {
            let told: MemberChanged = event.data()?;
            let role = role(&told.role);
            let (zh, en) = (format!("您在 {} 的角色改为{}", firm.zh, role.zh), format!("Your role in {} is now: {}", firm.en, role.en));
            say(vec![told.person], zh, en, page)
        }
        MemberEnded::KIND => {
            let told: MemberEnded = event.data()?;
            let name = name(tx, &told.person)?;
            let (zh, en) = match told.was.as_str() {
                "active" => (format!("{name} 不再是 {} 的成员", firm.zh), format!("{name} no longer belongs to {}", firm.en)),
                _ => (format!("{name} 没有加入 {}", firm.zh), format!("{name} does not join {}", firm.en)),
            };
            say(and_managers(tx, &firm_id, told.person)?, zh, en, list)
        }
        _ => Ok(None),
    }
}

fn name(read: &Read, person: &Id) -> Result<String, Fault> {
    Ok(identity::person_names(read, std::slice::from_ref(person))?.remove(person).unwrap_or_else(|| person.to_string()))
}

fn role(role: &str) -> Bilingual {
    match role {
        "manager" => Bilingual::new("管理员", "manager"),
        "finance" => Bilingual::new("财务", "finance"),
        _ => Bilingual::new("开发", "developer"),
    }
}

fn managers(read: &Read, firm: &Id) -> Result<Vec<Id>, Fault> {
    let all = identity::members_of_firm(read, firm)?.into_iter().filter(|member| member.role == FirmRole::Manager);
    Ok(all.map(|member| member.person).collect())
}

fn and_managers(read: &Read, firm: &Id, person: Id) -> Result<Vec<Id>, Fault> {
    let mut all = managers(read, firm)?;
    if !all.contains(&person) {
        all.push(person);
    }
    Ok(all)
}
