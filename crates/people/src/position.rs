//! A position that is kept while its holder incubates a project: what was frozen, where it stands, how it ends. Pure.
//!
//! Invariant: the grade given on return is never below the frozen one, whatever became of the project; nothing else about the outcome is kept (S-073).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Day, Id, Instant, Node, days_between};

use crate::refusal::PostRefusal;

macro_rules! named {
    ($(#[$doc:meta])+ $name:ident { $($(#[$variant_doc:meta])+ $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])+ $variant),* }

        impl $name {
            /// As stored.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// Reads it.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use named;

named! {
    /// State of a position, as in `person.post`.
    PositionState {
        /// Frozen, not left yet.
        OnPost = "on_post",
        /// Away in incubation; the home unit pays 70 %.
        Seconded = "seconded",
        /// The project is concluded, or they left it: the holder chooses.
        Choosing = "choosing",
        /// Away with a venture; may come back.
        OnLeave = "on_leave",
        /// Back at the home unit.
        Restored = "restored",
        /// Gone with the result to the unit that took it.
        Transferred = "transferred",
        /// Did not come back, or renounced it.
        Separated = "separated",
        /// Never left the post after all.
        NeverSeconded = "never_seconded",
    }
}

named! {
    /// Why the incubation ended for the holder.
    Outcome {
        /// The result is converted inside.
        Internal = "internal",
        /// A venture goes on with it.
        Venture = "venture",
        /// The project ended without either.
        Failure = "failure",
        /// They left the team early.
        Left = "left",
    }
}

named! {
    /// What the holder chooses.
    Choice {
        /// Back to the home unit.
        Return = "return",
        /// With the result into the unit that took it.
        Transfer = "transfer",
        /// Out with the venture.
        Venture = "venture",
    }
}

/// A position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Id: that of its case, if it has one (`person.post`).
    pub id: Id,
    /// Holder.
    pub person: Id,
    /// Project.
    pub project: Id,
    /// Number of the project.
    pub number: String,
    /// Title of the project.
    pub title: String,
    /// Node of the project.
    pub project_node: Node,
    /// Unit that keeps the position and pays.
    pub home: Node,
    /// City whose minimum wage holds.
    pub city: String,
    /// Frozen grade.
    pub grade: String,
    /// Frozen fixed monthly pay, fen.
    pub base_minor: i64,
    /// Space they moved into.
    pub space: Option<String>,
    /// Until when the personnel relation is kept.
    pub retention_ends_on: Option<Day>,
    /// State.
    pub state: PositionState,
    /// First day away.
    pub seconded_on: Option<Day>,
    /// Last day paid under the incubation rule.
    pub ended_on: Option<Day>,
    /// Why it ended.
    pub outcome: Option<Outcome>,
    /// What part of deferred pay is made up, in ten-thousandths; `None` while that is open.
    pub release_bp: Option<i64>,
    /// Last day to choose.
    pub choose_by: Option<Day>,
    /// What they chose.
    pub choice: Option<Choice>,
    /// The day passed and return was noted for them.
    pub choice_by_default: bool,
    /// First day away with the venture.
    pub left_on: Option<Day>,
    /// Last day on which they may ask to come back, included.
    pub return_ends_on: Option<Day>,
    /// When they asked to come back.
    pub return_asked_on: Option<Day>,
    /// Grade after return.
    pub new_grade: Option<String>,
    /// Unit after transfer.
    pub new_unit: Option<Node>,
    /// Frozen at.
    pub frozen_at: Instant,
    /// Ended at.
    pub closed_at: Option<Instant>,
}

impl Position {
    /// Where its case lies: rights are asked here, so that whoever is too near to it has none.
    pub fn node(&self) -> Node {
        self.home.below(self.id.as_str())
    }

    /// Refuses unless the position is in this state.
    pub fn must_be(&self, state: PositionState) -> Result<(), PostRefusal> {
        if self.state == state { Ok(()) } else { Err(PostRefusal::State { state: self.state.as_str().into() }) }
    }

    /// May the holder choose this today? What is offered depends on the outcome.
    pub fn admit_choice(&self, choice: Choice, today: Day) -> Result<(), PostRefusal> {
        self.must_be(PositionState::Choosing)?;
        if let Some(by) = self.choose_by.filter(|by| today > *by) {
            return Err(PostRefusal::ChoiceLate { by: by.to_string(), days: days_between(by, today) });
        }
        let offered = match choice {
            Choice::Return => true,
            Choice::Transfer => self.outcome == Some(Outcome::Internal),
            Choice::Venture => self.outcome == Some(Outcome::Venture),
        };
        if offered { Ok(()) } else { Err(PostRefusal::NotOffered { choice: choice.as_str().into() }) }
    }

    /// May they ask to come back today? Either the venture failed or the window holds, its last day included (R-06, scenario 9).
    pub fn admit_return(&self, venture_failed: bool, either: bool, today: Day) -> Result<(), PostRefusal> {
        self.must_be(PositionState::OnLeave)?;
        let (Some(left), Some(last)) = (self.left_on, self.return_ends_on) else {
            return Err(PostRefusal::State { state: self.state.as_str().into() });
        };
        let within = today <= last;
        let allowed = if either { venture_failed || within } else { venture_failed && within };
        if allowed {
            return Ok(());
        }
        if within {
            return Err(PostRefusal::VentureNotFailed);
        }
        Err(PostRefusal::ReturnLate { left: left.to_string(), last: last.to_string(), days: days_between(left, today), window: days_between(left, last) })
    }
}

/// The order of grades: which is not below which. From the pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grades(pub BTreeMap<String, i64>);

impl Grades {
    /// Grades from the lowest to the highest.
    pub fn rising(names: &[&str]) -> Self {
        Self((0..).zip(names).map(|(rank, name)| ((*name).to_owned(), rank)).collect())
    }

    /// The grade offered must not be below the frozen one.
    pub fn admit(&self, offered: &str, frozen: &str) -> Result<(), PostRefusal> {
        let rank = |grade: &str| self.0.get(grade).copied().ok_or_else(|| PostRefusal::GradeUnknown { grade: grade.into() });
        if offered == frozen || rank(offered)? >= rank(frozen)? {
            Ok(())
        } else {
            Err(PostRefusal::GradeBelow { offered: offered.into(), frozen: frozen.into() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    pub(crate) fn on_leave() -> Position {
        Position {
            id: Id::fixed("pos_1"),
            person: Id::fixed("per_1"),
            project: Id::fixed("case_1"),
            number: String::new(),
            title: String::new(),
            project_node: Node::group(),
            home: Node::group(),
            city: "hangzhou".into(),
            grade: "P5".into(),
            base_minor: 2_000_000,
            space: None,
            retention_ends_on: None,
            state: PositionState::OnLeave,
            seconded_on: None,
            ended_on: None,
            outcome: Some(Outcome::Venture),
            release_bp: None,
            choose_by: None,
            choice: None,
            choice_by_default: false,
            left_on: Some(day("2027-01-15")),
            return_ends_on: Some(day("2029-01-15")),
            return_asked_on: None,
            new_grade: None,
            new_unit: None,
            frozen_at: Instant::from_micros(0),
            closed_at: None,
        }
    }

    /// Scenario 9: accepted on the last day, refused the next with the counted days.
    #[test]
    fn the_last_day_of_the_window_counts() {
        let position = on_leave();
        assert_eq!(position.admit_return(false, true, day("2029-01-15")), Ok(()));
        let late = PostRefusal::ReturnLate { left: "2027-01-15".into(), last: "2029-01-15".into(), days: 732, window: 731 };
        assert_eq!(position.admit_return(false, true, day("2029-01-16")), Err(late.clone()));
        assert_eq!(position.admit_return(true, true, day("2030-01-16")), Ok(()));
        assert_eq!(position.admit_return(false, false, day("2028-01-16")), Err(PostRefusal::VentureNotFailed));
        assert_eq!(position.admit_return(true, false, day("2029-01-16")), Err(late));
    }

    #[test]
    fn what_may_be_chosen_follows_from_the_outcome() {
        let choosing = |outcome| Position { state: PositionState::Choosing, outcome: Some(outcome), choose_by: Some(day("2026-12-31")), ..on_leave() };
        let may = |outcome, choice| choosing(outcome).admit_choice(choice, day("2026-12-31")).is_ok();
        for outcome in [Outcome::Internal, Outcome::Venture, Outcome::Failure, Outcome::Left] {
            assert!(may(outcome, Choice::Return));
            assert_eq!(may(outcome, Choice::Transfer), outcome == Outcome::Internal);
            assert_eq!(may(outcome, Choice::Venture), outcome == Outcome::Venture);
        }
        let late = choosing(Outcome::Internal).admit_choice(Choice::Return, day("2027-01-02"));
        assert_eq!(late, Err(PostRefusal::ChoiceLate { by: "2026-12-31".into(), days: 2 }));
    }

    #[test]
    fn the_grade_is_never_below_the_frozen_one() {
        let grades = Grades::rising(&["P4", "P5", "P6"]);
        assert_eq!(grades.admit("P5", "P5"), Ok(()));
        assert_eq!(grades.admit("P6", "P5"), Ok(()));
        assert_eq!(grades.admit("P4", "P5"), Err(PostRefusal::GradeBelow { offered: "P4".into(), frozen: "P5".into() }));
        assert_eq!(grades.admit("X", "P5"), Err(PostRefusal::GradeUnknown { grade: "X".into() }));
    }
}
