//! Public notices: clear only after the last day and with every objection answered.

use desk::{
    NoticeDraft, NoticeRefusal, NoticeState, ObjectionRefusal, Verdict, anchor, anchors, answer_objection, correct_notice, enable_anchors, inbox, notice,
    notice_clear, notice_clear_of, object, objections, publish, withdraw_notice,
};
use store::testing::Temp;
use words::{Acting, Day, Failure, Never};

use crate::place::{both, id, node, official, person, place, read, told, write};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn draft(until: &str) -> NoticeDraft {
    NoticeDraft {
        subject: "case_1".into(),
        node: node(),
        kind: "entry".into(),
        title: both("入孵结果公示"),
        body: both("第一段\n\n第二段"),
        link: Some("/projects/case_1".into()),
        from: day("2026-09-01"),
        until: day(until),
    }
}

fn published(temp: &Temp, until: &'static str) -> desk::Notice {
    write(temp, move |tx| publish(tx, &Acting::system("reaction"), draft(until))).unwrap()
}

fn wu() -> Acting {
    official("wu", &["desk.publish"])
}

fn clear(temp: &Temp) -> bool {
    read(temp, |r| Ok(notice_clear(r, "case_1")?)).clear
}

#[test]
fn clear_only_when_the_last_day_is_over() {
    let temp = place();
    assert!(!clear(&temp), "nothing was published");
    published(&temp, "2026-09-05");
    temp.run_until(day("2026-09-05").end().plus_seconds(-1));
    assert!(!clear(&temp));
    assert_eq!(told(&temp, "case_1"), ["desk.notice_published"]);
    temp.run_until(day("2026-09-05").end());
    assert!(clear(&temp));
    assert!(read(&temp, |r| Ok(notice_clear_of(r, "case_1", "entry")?)).clear);
    assert!(!read(&temp, |r| Ok(notice_clear_of(r, "case_1", "award")?)).clear, "another kind was not published");
    assert_eq!(told(&temp, "case_1"), ["desk.notice_published", "desk.notice_ended"]);
    temp.assert_clean();
}

#[test]
fn an_open_objection_is_in_the_way_until_it_is_answered() {
    let temp = place();
    let notice = published(&temp, "2026-09-05");
    let objecting = |name: &'static str, reason: &'static str| {
        let id = notice.id.clone();
        write(&temp, move |tx| object(tx, &person(name), &id, reason))
    };
    assert_eq!(objecting("zhao", "  "), Err(Failure::Refused(ObjectionRefusal::ReasonNeeded)));
    let objection = objecting("zhao", "与我的项目雷同").unwrap();
    assert_eq!(objecting("zhao", "再说一次"), Err(Failure::Refused(ObjectionRefusal::ObjectedAlready)));
    temp.run_until(day("2026-09-05").end());
    assert!(!clear(&temp));
    assert!(matches!(objecting("qian", "迟了"), Err(Failure::Refused(ObjectionRefusal::Closed { .. }))));
    let answering = |who: Acting, reason: &'static str| {
        let id = objection.id.clone();
        write(&temp, move |tx| answer_objection(tx, &who, &id, Verdict::Rejected, reason))
    };
    assert!(matches!(answering(person("li"), "不"), Err(Failure::Denied(_))));
    assert_eq!(answering(official("zhao", &["desk.publish"]), "不"), Err(Failure::Refused(ObjectionRefusal::OwnObjection)));
    assert_eq!(answering(wu(), ""), Err(Failure::Refused(ObjectionRefusal::ReasonNeeded)));
    answering(wu(), "经比对不雷同").unwrap();
    assert_eq!(answering(wu(), "再答"), Err(Failure::Refused(ObjectionRefusal::AnsweredAlready)));
    assert!(clear(&temp));
    let kinds = ["desk.notice_published", "desk.objection_raised", "desk.notice_ended", "desk.objection_answered", "desk.notice_cleared"];
    assert_eq!(told(&temp, "case_1"), kinds);
    let message = read(&temp, |r| Ok(inbox(r, &id("per_zhao"), false, None, 10)?)).remove(0);
    assert_eq!((message.body.zh.as_str(), message.title.zh.as_str()), ("经比对不雷同", "您对《入孵结果公示》的异议未被采纳"));
    temp.assert_clean();
}

#[test]
fn the_name_of_an_objector_is_for_those_who_answer() {
    let temp = place();
    let notice = published(&temp, "2026-09-05");
    let n = notice.id.clone();
    write(&temp, move |tx| object(tx, &person("zhao"), &n, "理由")).unwrap();
    let seen = |who: Option<Acting>| {
        let found = read(&temp, |r| Ok(objections(r, who.as_ref(), &notice)?)).remove(0);
        (found.person.map(|person| person.to_string()), found.reason.is_some())
    };
    assert_eq!(seen(None), (None, false));
    assert_eq!(seen(Some(person("li"))), (None, false));
    assert_eq!(seen(Some(person("zhao"))), (Some("per_zhao".into()), true));
    assert_eq!(seen(Some(wu())), (Some("per_zhao".into()), true));
    temp.settle();
    let events = read(&temp, |r| Ok(r.events_of("case_1", 0, 10)?));
    assert!(events.iter().all(|event| event.actor.as_str() != "per_zhao" && !event.data.contains("zhao")));
    temp.assert_clean();
}

#[test]
fn a_corrected_notice_begins_anew_and_a_withdrawn_one_is_not_in_the_way() {
    let temp = place();
    let old = published(&temp, "2026-09-05");
    let correcting = |reason: &'static str| {
        let id = old.id.clone();
        write(&temp, move |tx| correct_notice(tx, &wu(), &id, draft("2026-09-08"), reason))
    };
    assert_eq!(correcting(" ").err(), Some(Failure::Refused(NoticeRefusal::ReasonNeeded)));
    let new = correcting("姓名有误").unwrap();
    assert_eq!(correcting("又").err(), Some(Failure::Refused(NoticeRefusal::Replaced)));
    assert_eq!((new.corrects.as_ref(), read(&temp, |r| notice(r, &old.id)).state), (Some(&old.id), NoticeState::Corrected));
    temp.run_until(day("2026-09-05").end());
    assert!(!clear(&temp));
    temp.run_until(day("2026-09-08").end());
    assert!(clear(&temp));
    let id = new.id.clone();
    write(&temp, move |tx| withdraw_notice(tx, &wu(), &id, "撤回")).unwrap();
    assert!(!clear(&temp), "nothing stands");
    assert_eq!(told(&temp, "case_1").last().map(String::as_str), Some("desk.notice_withdrawn"));
    temp.assert_clean();
}

#[test]
fn anchors_are_published_hourly_and_tell_when_the_log_was_rewritten() {
    let temp = place();
    published(&temp, "2026-09-05");
    temp.settle();
    write::<_, Never>(&temp, |tx| Ok(enable_anchors(tx)?)).unwrap();
    let start = temp.clock.now();
    temp.run_until(start.plus_seconds(3 * 3_600));
    let found = read(&temp, |r| Ok(anchors(r, 10)?));
    assert_eq!(found.len(), 1, "an anchor alone is nothing new: {found:?}");
    assert_eq!(write::<_, Never>(&temp, |tx| Ok(anchor(tx, &wu())?)).unwrap(), None);
    published(&temp, "2026-09-06");
    temp.settle();
    assert!(write::<_, Never>(&temp, |tx| Ok(anchor(tx, &wu())?)).unwrap().is_some());
    temp.assert_clean();
    temp.tamper("update store_seal set hash = 'x' where batch = 1");
    assert!(temp.verify().checks.iter().any(|check| check.name == "desk anchors" && !check.findings.is_empty()));
}
