//! The inbox: each message once, read and unread, nobody else's.

use desk::{Message, inbox, mark_all_read, notify, open_message, unread_count};
use store::testing::Temp;
use words::Never;

use crate::place::{both, id, place, read, write};

pub fn message(to: &[&str], once: Option<&str>) -> Message {
    Message {
        to: to.iter().map(|name| id(name)).collect(),
        kind: "programme.moved".into(),
        subject: "case_1".into(),
        title: both("项目已进入孵化"),
        body: both("下一步：签署协议"),
        link: "/projects/case_1".into(),
        why: both("您是项目成员"),
        due_at: None,
        once: once.map(str::to_owned),
    }
}

pub fn send(temp: &Temp, message: Message) -> usize {
    write::<_, Never>(temp, move |tx| Ok(notify(tx, message.clone())?)).unwrap()
}

#[test]
fn a_key_reaches_a_person_once() {
    let temp = place();
    assert_eq!(send(&temp, message(&["per_chen", "per_chen", "per_li", "sys_clock"], Some("moved/1"))), 2);
    assert_eq!(send(&temp, message(&["per_chen", "per_wu"], Some("moved/1"))), 1);
    assert_eq!(send(&temp, message(&["per_chen"], None)), 1);
    assert_eq!(send(&temp, message(&[], None)), 0);
    let unread = |name: &str| read(&temp, |r| Ok(unread_count(r, &id(name))?));
    assert_eq!((unread("per_chen"), unread("per_li"), unread("per_wu")), (2, 1, 1));
    temp.assert_clean();
}

#[test]
fn opening_and_marking_make_read() {
    let temp = place();
    for _ in 0..3 {
        send(&temp, message(&["per_chen"], None));
    }
    let list = |unread: bool, before: Option<&str>| read(&temp, |r| Ok(inbox(r, &id("per_chen"), unread, before, 2)?));
    let first = list(false, None);
    assert_eq!(list(false, Some(first[1].id.as_str())).len(), 1, "the cursor goes on");
    let open = |name: &'static str| {
        let item = first[0].id.clone();
        write::<_, Never>(&temp, move |tx| open_message(tx, &id(name), &item))
    };
    assert!(open("per_li").is_err(), "somebody else's is absent");
    assert_eq!(open("per_chen").unwrap().link, "/projects/case_1");
    assert_eq!(list(true, None).len(), 2);
    assert_eq!(write::<_, Never>(&temp, |tx| Ok(mark_all_read(tx, &id("per_chen"))?)).unwrap(), 2);
    assert!(list(true, None).is_empty());
    temp.assert_clean();
}
