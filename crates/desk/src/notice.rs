//! Public notices (公示) with a period in which anybody signed in may object.
//!
//! Pure. Invariant: nothing is clear before the last day (inclusive, Shanghai) is over, nor while an objection is open.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use words::{Bilingual, Day, Id, Instant, Node, Refusal, days_between};

use crate::bounds::{TITLE, filled};

const LONGEST_BODY: usize = 20_000;
const LONGEST_PERIOD: i64 = 366;

/// A notice to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeDraft {
    /// What it is about.
    pub subject: String,
    /// Where.
    pub node: Node,
    /// Kind as its owner calls it: `entry_result`.
    pub kind: String,
    /// Title.
    pub title: Bilingual,
    /// Text; blank lines part paragraphs.
    pub body: Bilingual,
    /// Where more can be read: `/projects/prj_…`.
    pub link: Option<String>,
    /// First day.
    pub from: Day,
    /// Last day, inclusive.
    pub until: Day,
}

impl NoticeDraft {
    /// The draft with its texts trimmed, or what is wrong with it.
    pub(crate) fn admit(mut self, today: Day) -> Result<Self, NoticeRefusal> {
        let text = |text: &str, longest| filled(text, longest).ok_or(NoticeRefusal::TextNeeded);
        self.title = Bilingual::new(text(&self.title.zh, TITLE)?, text(&self.title.en, TITLE)?);
        self.body = Bilingual::new(text(&self.body.zh, LONGEST_BODY)?, text(&self.body.en, LONGEST_BODY)?);
        if self.until < self.from || days_between(self.from, self.until) > LONGEST_PERIOD {
            return Err(NoticeRefusal::Period);
        }
        if self.until < today { Err(NoticeRefusal::Past) } else { Ok(self) }
    }
}

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// Published; the last day is not over.
    Open,
    /// The last day is over.
    Ended,
    /// A corrected one took its place.
    Corrected,
    /// Withdrawn.
    Withdrawn,
}

impl NoticeState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            NoticeState::Open => "open",
            NoticeState::Ended => "ended",
            NoticeState::Corrected => "corrected",
            NoticeState::Withdrawn => "withdrawn",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [NoticeState::Open, NoticeState::Ended, NoticeState::Corrected, NoticeState::Withdrawn].into_iter().find(|state| state.as_str() == text)
    }

    /// Does it stand?
    pub fn stands(self) -> bool {
        matches!(self, NoticeState::Open | NoticeState::Ended)
    }
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// Id.
    pub id: Id,
    /// What it is about.
    pub subject: String,
    /// Where.
    pub node: Node,
    /// Kind.
    pub kind: String,
    /// Title.
    pub title: Bilingual,
    /// Text.
    pub body: Bilingual,
    /// Where more can be read.
    pub link: Option<String>,
    /// First day.
    pub from: Day,
    /// Last day, inclusive.
    pub until: Day,
    /// What became of it.
    pub state: NoticeState,
    /// The notice that it corrects.
    pub corrects: Option<Id>,
    /// Why it was corrected or withdrawn.
    pub reason: Option<String>,
    /// When it was published.
    pub published_at: Instant,
}

impl Notice {
    /// May one object at this moment?
    pub fn takes_objections(&self, now: Instant) -> bool {
        self.state == NoticeState::Open && self.from.start() <= now && now < self.until.end()
    }
}

/// How an objection was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The objector is right.
    Upheld,
    /// The objector is not right.
    Rejected,
}

impl Verdict {
    /// `upheld` or `rejected`.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Upheld => "upheld",
            Verdict::Rejected => "rejected",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Verdict::Upheld, Verdict::Rejected].into_iter().find(|verdict| verdict.as_str() == text)
    }
}

/// An objection. Who raised it is only shown to those who may answer it; the reason to everybody once it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Objection {
    /// Id.
    pub id: Id,
    /// Notice.
    pub notice: Id,
    /// Who; nothing for those who may not know.
    pub person: Option<Id>,
    /// Why they object.
    pub reason: Option<String>,
    /// When.
    pub made_at: Instant,
    /// Nothing while it is open.
    pub verdict: Option<Verdict>,
    /// Reasons of the answer.
    pub answer: Option<String>,
    /// When it was answered.
    pub answered_at: Option<Instant>,
}

/// Whether notices are in the way of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Clear {
    /// Last day of the notice that ends last; nothing if none was published.
    pub until: Option<Day>,
    /// Objections without an answer.
    pub open_objections: i64,
    /// Objections that were right; what follows from them is the owner's matter.
    pub upheld: i64,
    /// Is the period over and no objection open?
    pub clear: bool,
}

impl Clear {
    /// From the last day and the objections.
    pub(crate) fn at(now: Instant, until: Option<Day>, open_objections: i64, upheld: i64) -> Self {
        let clear = open_objections == 0 && until.is_some_and(|day| day.end() <= now);
        Self { until, open_objections, upheld, clear }
    }
}

/// The head of the log as it was published: with it anybody can notice later that the log was rewritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Anchor {
    /// Number of the seal.
    pub batch: i64,
    /// Last event under it.
    pub seq_to: i64,
    /// Its hash.
    pub hash: String,
    /// When it was published.
    pub made_at: Instant,
}

/// Why a notice is not published, corrected or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeRefusal {
    /// Title or text is missing in a language, or too long.
    TextNeeded,
    /// The last day is before the first, or the period is longer than a year.
    Period,
    /// The last day is over.
    Past,
    /// It does not stand any more.
    Replaced,
    /// Without a reason nothing is corrected.
    ReasonNeeded,
}

impl Refusal for NoticeRefusal {
    fn code(&self) -> &'static str {
        match self {
            NoticeRefusal::TextNeeded => "desk-notice-text",
            NoticeRefusal::Period => "desk-notice-period",
            NoticeRefusal::Past => "desk-notice-past",
            NoticeRefusal::Replaced => "desk-notice-replaced",
            NoticeRefusal::ReasonNeeded => "desk-reason-needed",
        }
    }

    fn field(&self) -> Option<String> {
        match self {
            NoticeRefusal::TextNeeded => Some("/body".into()),
            NoticeRefusal::Period | NoticeRefusal::Past => Some("/until".into()),
            NoticeRefusal::Replaced => None,
            NoticeRefusal::ReasonNeeded => Some("/reason".into()),
        }
    }

    fn status(&self) -> u16 {
        if *self == NoticeRefusal::Replaced { 409 } else { 422 }
    }
}

/// Why an objection, or its answer, is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectionRefusal {
    /// Nobody objects without a reason, nor answers without one.
    ReasonNeeded,
    /// Outside the period.
    Closed {
        /// First day.
        from: Day,
        /// Last day.
        until: Day,
    },
    /// Their own objection is still open.
    ObjectedAlready,
    /// It was answered.
    AnsweredAlready,
    /// Nobody answers their own objection.
    OwnObjection,
}

impl Refusal for ObjectionRefusal {
    fn code(&self) -> &'static str {
        match self {
            ObjectionRefusal::ReasonNeeded => "desk-reason-needed",
            ObjectionRefusal::Closed { .. } => "desk-notice-closed",
            ObjectionRefusal::ObjectedAlready => "desk-objected-already",
            ObjectionRefusal::AnsweredAlready => "desk-answered-already",
            ObjectionRefusal::OwnObjection => "desk-own-objection",
        }
    }

    fn field(&self) -> Option<String> {
        (*self == ObjectionRefusal::ReasonNeeded).then(|| "/reason".into())
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            ObjectionRefusal::Closed { from, until } => vec![("from", from.to_string()), ("until", until.to_string())],
            _ => Vec::new(),
        }
    }

    fn status(&self) -> u16 {
        if *self == ObjectionRefusal::ReasonNeeded { 422 } else { 409 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_only_after_the_last_day_and_without_open_objections() {
        let day = Day::parse("2026-09-05").unwrap();
        let (before, after) = (day.end().plus_seconds(-1), day.end());
        let table = [(before, Some(day), 0, false), (after, Some(day), 0, true), (after, Some(day), 1, false), (after, None, 0, false)];
        for (now, until, open, wanted) in table {
            assert_eq!(Clear::at(now, until, open, 0).clear, wanted, "{now} {until:?} {open}");
        }
    }

    #[test]
    fn drafts_need_both_languages_and_a_period_that_is_not_over() {
        let day = |text| Day::parse(text).unwrap();
        let both = |text: &str| Bilingual::new(text, text);
        let draft = |title: Bilingual, from, until| NoticeDraft {
            subject: "case_1".into(),
            node: Node::group(),
            kind: "result".into(),
            title,
            body: both("x"),
            link: None,
            from: day(from),
            until: day(until),
        };
        let today = day("2026-09-01");
        let table = [
            (draft(both("t"), "2026-09-01", "2026-09-05"), None),
            (draft(both("t"), "2026-08-01", "2026-09-01"), None),
            (draft(Bilingual::new("标题", ""), "2026-09-01", "2026-09-05"), Some(NoticeRefusal::TextNeeded)),
            (draft(both("t"), "2026-09-05", "2026-09-04"), Some(NoticeRefusal::Period)),
            (draft(both("t"), "2026-08-01", "2026-08-31"), Some(NoticeRefusal::Past)),
        ];
        for (draft, wanted) in table {
            assert_eq!(draft.clone().admit(today).err(), wanted, "{draft:?}");
        }
    }
}
