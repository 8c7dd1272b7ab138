//! The scene: people in units, teams that apply, experts among the people, and the conflicts that follow from both.

use std::collections::BTreeMap;

use benches::Dice;
use review::{CandidateConflict, Conflict, Criterion, Pool, RoundDraft, RubricSpec, Severity, Terms};
use words::{Id, Instant, Node};

/// Units among which the people are spread.
const UNITS: usize = 51;
const TEAM: usize = 5;

/// How big it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) people: usize,
    pub(crate) experts: usize,
    pub(crate) projects: usize,
}

impl Size {
    /// Open reviews of one expert at most: a quarter more than the mean of 20.
    pub(crate) fn cap(self) -> i64 {
        (self.projects * 5 * 5 / 4).div_ceil(self.experts) as i64
    }
}

/// People by number; the first of them are the experts.
pub(crate) struct Scene {
    size: Size,
    unit_of: Vec<usize>,
    teams: Vec<Vec<usize>>,
    /// Expert and person who once worked together.
    past: BTreeMap<usize, Vec<usize>>,
}

impl Scene {
    /// The same scene for the same seed.
    pub(crate) fn rolled(size: Size, seed: u64) -> Self {
        let mut dice = Dice::seeded(seed);
        let unit_of = (0..size.people).map(|_| dice.below(UNITS)).collect();
        let teams = (0..size.projects).map(|_| (0..TEAM).map(|_| dice.below(size.people)).collect()).collect();
        let mut past: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for expert in 0..size.experts {
            for _ in 0..20 {
                past.entry(dice.below(size.people)).or_default().push(expert);
            }
        }
        Self { size, unit_of, teams, past }
    }

    /// One round a project: experts of a member's unit and of the team itself are blocked, those who worked with a member before are blocked too.
    pub(crate) fn drafts(&self, now: Instant) -> Vec<RoundDraft> {
        let pool = Pool::of((0..self.size.experts).map(person));
        let mut experts_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for expert in 0..self.size.experts {
            experts_of.entry(self.unit_of[expert]).or_default().push(expert);
        }
        self.teams.iter().enumerate().map(|(n, team)| self.draft(n, team, &pool, &experts_of, now)).collect()
    }

    fn draft(&self, n: usize, team: &[usize], pool: &Pool, experts_of: &BTreeMap<usize, Vec<usize>>, now: Instant) -> RoundDraft {
        let mut conflicts: BTreeMap<(usize, &str), CandidateConflict> = BTreeMap::new();
        let mut note = |expert: usize, kind: &'static str, source: String| {
            let conflict = Conflict { kind: kind.into(), severity: Severity::Block, reason: "on record".into(), source };
            conflicts.entry((expert, kind)).or_insert(CandidateConflict { person: person(expert), conflict });
        };
        let lead = self.unit_of[team[0]];
        experts_of.get(&lead).into_iter().flatten().for_each(|expert| note(*expert, "same_unit", format!("unit_{lead}")));
        for member in team {
            self.past.get(member).into_iter().flatten().for_each(|expert| note(*expert, "past_team", format!("rel_{expert}_{member}")));
            if *member < self.size.experts {
                note(*member, "own_team", format!("prj_{n}"));
            }
        }
        RoundDraft {
            subject: format!("prj_{n:05}"),
            gate: "entry_review".into(),
            node: Node::group().below(&format!("unit_{lead}")),
            rubric: rubric(),
            terms: Terms { load_cap: self.size.cap(), ..Terms::median(5, 6_000) },
            due_at: now.plus_seconds(10 * 86_400),
            appointed: vec![],
            pool: pool.clone(),
            conflicts: conflicts.into_values().collect(),
            observers: vec![],
        }
    }
}

fn person(n: usize) -> Id {
    Id::fixed(format!("per_{n:05}"))
}

fn rubric() -> RubricSpec {
    let criterion = |id: &str, weight_bp: i64| Criterion { id: id.into(), weight_bp, min: 0, max: 10, required: true, independent: false, meets_at: None };
    RubricSpec { id: "entry".into(), version: "v1".into(), criteria: vec![criterion("fit", 4_000), criterion("value", 6_000)] }
}
