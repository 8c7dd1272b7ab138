//! All looks of a request see one moment, until something is written in it.

use super::*;

const BOOKS: &str = "select count(*) as n from shelf_book";

/// Somebody else adds a book meanwhile.
fn another_adds(temp: &Temp) {
    std::thread::scope(|scope| drop(scope.spawn(|| add(temp, "彷徨").expect("a book")).join()));
}

#[test]
fn looks_of_one_moment_see_the_same() {
    let temp = shelf();
    let seen = temp.db.at_one_moment(|| {
        let before = count(&temp, BOOKS);
        another_adds(&temp);
        (before, count(&temp, BOOKS))
    });
    assert_eq!(seen, (0, 0));
    assert_eq!(count(&temp, BOOKS), 1, "the moment is over");
}

#[test]
fn what_was_written_in_a_moment_is_seen_in_it() {
    let temp = shelf();
    let seen = temp.db.at_one_moment(|| {
        let before = count(&temp, BOOKS);
        add(&temp, "呐喊").expect("a book");
        let after = count(&temp, BOOKS);
        another_adds(&temp);
        (before, after, count(&temp, BOOKS))
    });
    assert_eq!(seen, (0, 1, 1));
}

#[test]
fn a_look_that_breaks_does_not_break_the_moment() {
    let temp = shelf();
    temp.db.at_one_moment(|| {
        let broken = temp.db.read::<(), Never>(|read| Ok(read.rows("select no_column from shelf_book", &[]).map(drop)?));
        assert!(broken.is_err());
        let panicked = temp.db.read::<(), Never>(|_| panic!("as told"));
        assert!(panicked.is_err());
        assert_eq!(count(&temp, BOOKS), 0);
        let within = temp.db.read::<_, Never>(|read| Ok((read.row(BOOKS, &[])?.is_some(), count(&temp, BOOKS))));
        assert_eq!(within.expect("a look within a look"), (true, 0));
    });
    let gone = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        temp.db.at_one_moment(|| {
            count(&temp, BOOKS);
            panic!("as told")
        })
    }));
    assert!(gone.is_err());
    another_adds(&temp);
    assert_eq!(count(&temp, BOOKS), 1, "no moment is left open on this thread");
}
