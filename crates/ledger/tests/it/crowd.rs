//! Many at once on one account: nothing lost, nothing twice, no account below its bound.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::{bench, posting};

#[test]
fn many_callers_on_one_hot_account_never_overdraw_it() {
    let bench = bench();
    bench.post(posting("unit.appropriate", "budget").id("unit", "zj").amount("amount", 100)).expect("a budget");
    let done = AtomicI64::new(0);
    std::thread::scope(|scope| {
        for caller in 0..6 {
            let (bench, done) = (&bench, &done);
            scope.spawn(move || {
                for n in 0..10 {
                    // Two callers ask for the same thing: one of them gets the posting of the other.
                    let key = format!("escrow:{}:{n}", caller / 2);
                    let asked = posting("bounty.escrow", &key).id("unit", "zj").id("case", format!("cas_{}_{n}", caller / 2)).amount("amount", 4);
                    match bench.post(asked) {
                        Ok(posted) if !posted.repeated => drop(done.fetch_add(4, Ordering::SeqCst)),
                        Ok(_) => {}
                        Err(words::Failure::Refused(refusal)) => assert!(matches!(refusal, ledger::LedgerRefusal::Short { .. }), "{refusal:?}"),
                        Err(other) => panic!("{other:?}"),
                    }
                }
            });
        }
    });
    assert_eq!((done.load(Ordering::SeqCst), bench.at("unit:zj:budget")), (100, 0));
    bench.assert_sound();
}
