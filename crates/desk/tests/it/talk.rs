//! Comments and followers.

use desk::{CommentDraft, CommentRefusal, LONGEST_COMMENT, comment, comment_past, comments, edit_comment, follow, followers, inbox, remove_comment, unfollow};
use store::testing::Temp;
use words::{Failure, Never, Outcome};

use crate::place::{both, id, node, official, person, place, read, told, write};

fn say(temp: &Temp, name: &'static str, body: &str) -> Outcome<desk::Comment, CommentRefusal> {
    let draft = CommentDraft { subject: "case_1".into(), node: node(), body: body.into(), about: both("智慧消防"), link: "/projects/case_1".into() };
    write(temp, move |tx| comment(tx, &person(name), &draft))
}

#[test]
fn followers_hear_of_a_comment_and_its_author_does_not() {
    let temp = place();
    write::<_, Never>(&temp, |tx| Ok(follow(tx, &person("li"), "case_1")?)).unwrap();
    say(&temp, "chen", "请看附件").unwrap();
    assert_eq!(read(&temp, |r| Ok(followers(r, "case_1")?)), [id("per_chen"), id("per_li")]);
    let of = |name: &str| read(&temp, |r| Ok(inbox(r, &id(name), false, None, 10)?));
    assert_eq!((of("per_li").len(), of("per_chen").len()), (1, 0));
    assert_eq!(of("per_li")[0].title.zh, "《智慧消防》有新的评论");
    write::<_, Never>(&temp, |tx| Ok(unfollow(tx, &person("li"), "case_1")?)).unwrap();
    say(&temp, "chen", "再看").unwrap();
    assert_eq!(of("per_li").len(), 1);
    temp.assert_clean();
}

#[test]
fn a_comment_is_edited_with_history_and_removed_with_a_reason() {
    let temp = place();
    assert_eq!(say(&temp, "chen", " "), Err(Failure::Refused(CommentRefusal::Text)));
    assert_eq!(say(&temp, "chen", &"长".repeat(LONGEST_COMMENT + 1)), Err(Failure::Refused(CommentRefusal::Text)));
    let made = say(&temp, "chen", "一").unwrap();
    let edit = |name: &'static str, body: &'static str| {
        let id = made.id.clone();
        write(&temp, move |tx| edit_comment(tx, &person(name), &id, body))
    };
    assert_eq!(edit("li", "二"), Err(Failure::Refused(CommentRefusal::NotYours)));
    assert_eq!(edit("chen", "二").unwrap().revision, 2);
    let past = read(&temp, |r| Ok(comment_past(r, &made.id)?));
    assert_eq!((past.len(), past[0].body.as_str()), (1, "一"));
    let remove = |who: words::Acting, reason: &'static str| {
        let id = made.id.clone();
        write(&temp, move |tx| remove_comment(tx, &who, &id, reason))
    };
    assert!(matches!(remove(person("li"), "不当"), Err(Failure::Denied(_))));
    remove(official("wu", &["desk.moderate"]), "不当").unwrap();
    assert_eq!(edit("chen", "三"), Err(Failure::Refused(CommentRefusal::Removed)));
    let left = read(&temp, |r| Ok(comments(r, "case_1", None, 10)?)).remove(0);
    assert_eq!((left.body.as_str(), left.removed_reason.as_deref()), ("", Some("不当")));
    assert!(read(&temp, |r| Ok(comment_past(r, &made.id)?)).is_empty());
    assert_eq!(told(&temp, "case_1"), ["desk.commented", "desk.comment_edited", "desk.comment_removed"]);
    temp.assert_clean();
}
