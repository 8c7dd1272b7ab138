//! To-dos: by person and by role, most urgent first, moved when somebody leaves.

use desk::{
    Owner, TodoDraft, my_todo_count, my_todo_sum, my_todos, todo, todo_at, todo_done, todo_move, todos_about, todos_dropped_of, todos_move_all, todos_of,
};
use store::testing::Temp;
use words::{Acting, Instant, Never, Node};

use crate::place::{both, id, node, official, person, place, read, told, write};

fn open(temp: &Temp, key: &'static str, owner: Owner, due_at: Option<Instant>) {
    let draft =
        TodoDraft { key: key.into(), owner, title: both("签署协议"), link: "/projects/case_1".into(), due_at, subject: "case_1".into(), node: node() };
    write::<_, Never>(temp, move |tx| Ok(todo(tx, &Acting::system("reaction"), &draft)?)).unwrap();
}

fn chen() -> Owner {
    Owner::Person(id("per_chen"))
}

fn role(role: &str, node: Node) -> Owner {
    Owner::Role { role: role.into(), node }
}

fn keys(todos: Vec<desk::Todo>) -> Vec<String> {
    todos.into_iter().map(|todo| todo.key).collect()
}

#[test]
fn a_person_sees_their_own_and_those_of_their_roles() {
    let temp = place();
    let now = temp.clock.now();
    open(&temp, "a", chen(), None);
    open(&temp, "b", chen(), Some(now.plus_seconds(60)));
    open(&temp, "c", role("office", node()), Some(now.plus_seconds(30)));
    open(&temp, "d", role("office", Node::group().below("bj")), None);
    open(&temp, "e", role("hr", node()), None);
    open(&temp, "f", role("office", Node::at("group/zj-other")), None);
    let roles = [("office".to_owned(), Node::group().below("zj"))];
    assert_eq!(keys(read(&temp, |r| Ok(todos_of(r, &id("per_chen"), &roles, 10)?))), ["c", "b", "a"], "namesakes of the node are not below it");
    assert_eq!(keys(read(&temp, |r| Ok(my_todos(r, &official("wu", &[]), 10)?))), ["c", "d", "f"]);
    temp.clock.set(now.plus_seconds(31));
    assert!(read(&temp, |r| Ok(todo_at(r, "c")?)).unwrap().overdue && !read(&temp, |r| Ok(todo_at(r, "b")?)).unwrap().overdue);
    temp.assert_clean();
}

#[test]
fn the_most_urgent_of_an_office_are_shown_although_others_are_not_theirs() {
    let temp = place();
    let (now, barred) = (temp.clock.now(), node().below("near"));
    for n in 0..4 {
        open(&temp, ["n0", "n1", "n2", "n3"][n], role("office", barred.clone()), Some(now.plus_seconds(n as i64)));
    }
    open(&temp, "y", role("office", node()), None);
    open(&temp, "x", role("office", node()), Some(now.plus_seconds(99)));
    let mut who = official("wu", &[]);
    who.grants.iter_mut().for_each(|grant| grant.but = [barred.clone()].into());
    assert_eq!(keys(read(&temp, |r| Ok(my_todos(r, &who, 2)?))), ["x", "y"], "what has a date comes first");
    assert_eq!(read(&temp, |r| Ok(my_todo_count(r, &who, 1)?)), 1);
    let sum = read(&temp, |r| Ok(my_todo_sum(r, &who, 10, 2)?));
    assert_eq!((keys(sum.first), sum.count), (vec!["x".to_owned(), "y".to_owned()], read(&temp, |r| Ok(my_todo_count(r, &who, 10)?))));
    assert_eq!(read(&temp, |r| Ok(my_todo_count(r, &official("wu", &[]), 100)?)), 6);
}

#[test]
fn done_moved_dropped_and_opened_again() {
    let temp = place();
    open(&temp, "a", chen(), None);
    open(&temp, "b", chen(), None);
    let done = |key: &'static str| write::<_, Never>(&temp, move |tx| Ok(todo_done(tx, &person("chen"), key)?)).unwrap();
    assert!(done("a") && !done("a") && !done("nothing"));
    open(&temp, "a", chen(), None);
    assert_eq!(read(&temp, |r| Ok(todo_at(r, "a")?)).unwrap().state, "open");
    let moved = write::<_, Never>(&temp, |tx| todo_move(tx, &person("wu"), "a", &Owner::Person(id("per_li")))).unwrap();
    assert_eq!((moved.owner, moved.moved_from.as_deref()), (Owner::Person(id("per_li")), Some("per_chen")));
    let leaver = |from: &'static str| write::<_, Never>(&temp, move |tx| todos_move_all(tx, &person("wu"), &id(from), &role("office", node()))).unwrap();
    assert_eq!((leaver("per_chen"), leaver("per_chen")), (1, 0));
    assert_eq!(write::<_, Never>(&temp, |tx| Ok(todos_dropped_of(tx, &person("wu"), "case_1")?)).unwrap(), 2);
    assert!(read(&temp, |r| Ok(todos_about(r, "case_1")?)).iter().all(|todo| todo.state == "dropped"));
    assert_eq!(told(&temp, "case_1").iter().filter(|kind| *kind == "desk.todo_moved").count(), 2);
    temp.assert_clean();
}
