//! The stage of the tests: a database, experts, an office, a rubric, and shortcuts that unwrap.

use std::collections::BTreeSet;

use review::*;
use store::testing::{Temp, temp};
use store::{Read, Tx};
use words::{Acting, Failure, Grant, Id, Instant, Never, Node, Outcome, Refusal};

pub struct Stage {
    pub temp: Temp,
}

pub fn stage() -> Stage {
    Stage { temp: temp(&[&PART]) }
}

pub fn person(name: &str) -> Id {
    Id::fixed(format!("per_{name}"))
}

pub fn experts(count: usize) -> Vec<Id> {
    (1..=count).map(|n| person(&format!("expert{n:04}"))).collect()
}

pub fn node() -> Node {
    Node::group().below("zj").below("hz")
}

/// Someone without any right, proved at the start of the tests.
pub fn acting(who: &Id, now: Instant) -> Acting {
    Acting { person: who.clone(), grants: vec![], proved_at: Some(now), scopes: None }
}

pub fn office() -> Acting {
    let grant = Grant {
        role: "office".into(),
        node: node(),
        rights: BTreeSet::from([rights::MANAGE.to_owned()]),
        deputy_for: None,
        office: false,
        but: Default::default(),
    };
    Acting { person: person("office"), grants: vec![grant], proved_at: None, scopes: None }
}

pub fn rubric() -> RubricSpec {
    let criterion = |id: &str, weight_bp: i64, independent: bool| Criterion {
        id: id.into(),
        weight_bp,
        min: 0,
        max: 10,
        required: !independent,
        independent,
        meets_at: Some(6),
    };
    RubricSpec {
        id: "entry".into(),
        version: "v1".into(),
        criteria: vec![criterion("fit", 4_000, false), criterion("value", 6_000, false), criterion("risk", 0, true)],
    }
}

pub fn draft(subject: &str, pool: &Pool, now: Instant) -> RoundDraft {
    RoundDraft {
        subject: subject.into(),
        gate: "entry_review".into(),
        node: node(),
        rubric: rubric(),
        terms: Terms::median(5, 6_000),
        due_at: now.plus_seconds(10 * 86_400),
        appointed: vec![],
        pool: pool.clone(),
        conflicts: vec![],
        observers: vec![],
    }
}

pub fn conflict(who: &Id, kind: &str, severity: Severity) -> CandidateConflict {
    CandidateConflict { person: who.clone(), conflict: Conflict { kind: kind.into(), severity, reason: "on record".into(), source: "rel_1".into() } }
}

/// Marks of 0 to 10 for the two summed criteria.
pub fn marks(fit: i64, value: i64, comment: &str) -> SheetDraft {
    let mark = |points: i64| Mark { points: Some(points), comment: comment.into() };
    SheetDraft { marks: [("fit".into(), mark(fit)), ("value".into(), mark(value))].into(), ..SheetDraft::default() }
}

impl Stage {
    pub fn now(&self) -> Instant {
        self.temp.clock.now()
    }

    pub fn write<T: Send + 'static, R: Send + 'static>(&self, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> Outcome<T, R> {
        self.temp.db.write("test", case)
    }

    pub fn done<T: Send + 'static, R: Refusal>(&self, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> T {
        self.write(case).map_err(Failure::into_fault).expect("the use case succeeds")
    }

    /// The code of the refusal, or the name of another failure.
    pub fn code<T: Send + 'static, R: Refusal>(&self, case: impl FnMut(&mut Tx) -> Outcome<T, R> + Send + 'static) -> &'static str {
        match self.write(case) {
            Ok(_) => "ok",
            Err(Failure::Refused(refusal)) => refusal.code(),
            Err(Failure::Absent) => "absent",
            Err(Failure::Denied(_)) => "denied",
            Err(Failure::Stale) => "stale",
            Err(Failure::Broken(fault)) => panic!("{fault}"),
        }
    }

    pub fn see<T>(&self, look: impl FnOnce(&Read) -> Result<T, words::Fault>) -> T {
        self.temp.db.read::<_, Never>(|read| Ok(look(read)?)).map_err(Failure::into_fault).expect("reading")
    }

    /// Opens a round and lets it be drawn.
    pub fn opened(&self, draft: RoundDraft) -> Id {
        let round = self.done(move |tx| open_round(tx, &office(), &draft)).id;
        self.settle();
        round
    }

    /// Lets jobs run; a draw may wait a second for its seal.
    pub fn settle(&self) {
        self.temp.run_until(self.now().plus_seconds(3));
    }

    /// Assignment and person of everyone who sits, in the order of the draw.
    pub fn sitting(&self, round: &Id) -> Vec<(Id, Id)> {
        let panel = self.see(|read| panel(read, Some(&office()), round));
        let sits = panel.into_iter().filter(|member| member.state.sits());
        sits.map(|member| (member.assignment.expect("for the office"), member.person.expect("for the office"))).collect()
    }

    pub fn accept_and_declare(&self, assignment: &Id, who: &Id) {
        let (id, acting) = (assignment.clone(), acting(who, self.now()));
        self.done(move |tx| {
            accept_assignment(tx, &acting, &id)?;
            declare_no_conflict(tx, &acting, &id, "")
        });
    }

    pub fn sign(&self, assignment: &Id, who: &Id, sheet: SheetDraft) {
        self.accept_and_declare(assignment, who);
        let (id, acting) = (assignment.clone(), acting(who, self.now()));
        self.done(move |tx| sign_review(tx, &acting, &id, &sheet));
    }

    pub fn view(&self, round: &Id) -> RoundView {
        self.see(|read| round_view(read, round)).expect("the round")
    }

    pub fn events(&self, kind: &str) -> Vec<store::Event> {
        self.temp.db.seal().expect("sealing");
        self.see(|read| read.events_since(0, 10_000)).into_iter().filter(|event| event.kind == kind).collect()
    }
}
