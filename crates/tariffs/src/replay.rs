//! What usages would have cost under each version of a book: those of the quotes that were kept, and any that are pasted in. Changes nothing.

use rating::{Book, RateRefusal, Tally, Terms, Usage, rate};
use schemars::JsonSchema;
use serde::Serialize;
use words::{Amount, Bilingual, Day, Instant, Refusal};

use crate::question::Question;
use crate::quote;

/// A refusal in a replay, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unpriced {
    /// Code.
    pub code: String,
    /// How many.
    pub count: i64,
}

/// One version in a replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Replay {
    /// Key of the version.
    pub version: String,
    /// Name.
    pub name: Bilingual,
    /// Its first day.
    pub from: Day,
    /// Questions and usages that it prices.
    pub priced: i64,
    /// What they cost.
    pub total: Amount,
    /// Those that it does not price, by reason.
    pub unpriced: Vec<Unpriced>,
}

/// Replays questions, each a bill of its own, and usages, together one bill of this day, under every version.
pub fn replay(book: &Book, questions: &[Question], usages: &[Usage<'_>], day: Day) -> Vec<Replay> {
    let one = |version: &rating::Version| {
        let mut replay = Replay {
            version: version.key.clone(),
            name: Bilingual::new(&version.zh, &version.en),
            from: version.from,
            priced: 0,
            total: Amount { minor: 0, asset: book.asset().clone() },
            unpriced: Vec::new(),
        };
        let Some(only) = book.under(&version.key) else { return replay };
        for question in questions {
            replay.note(quote::priced(&only, version, question, false).map(|rated| rated.total.minor), 1);
        }
        let (fine, wrong): (Vec<&Usage>, Vec<&Usage>) = usages.iter().partition(|usage| Tally::new().add(&only, usage).is_ok());
        let fine: Vec<Usage> = fine.into_iter().cloned().collect();
        if !fine.is_empty() {
            replay.note(rate(&only, &fine, &Terms::on(day)).map(|rated| rated.total.minor), i64::try_from(fine.len()).unwrap_or(i64::MAX));
        }
        for usage in wrong {
            replay.note(Tally::new().add(&only, usage).map(|()| 0), 0);
        }
        replay
    };
    book.versions().iter().map(one).collect()
}

impl Replay {
    fn note(&mut self, minor: Result<i64, RateRefusal>, count: i64) {
        let sum = minor.and_then(|minor| self.total.minor.checked_add(minor).ok_or(RateRefusal::TooLarge));
        match sum {
            Ok(sum) => (self.total.minor, self.priced) = (sum, self.priced + count),
            Err(refusal) => match self.unpriced.iter_mut().find(|one| one.code == refusal.code()) {
                Some(one) => one.count += 1,
                None => self.unpriced.push(Unpriced { code: refusal.code().into(), count: 1 }),
            },
        }
    }
}

/// Reads lines of `meter,moment,quantity,target`; gives the numbers of the lines that are none.
pub(crate) fn read_usages(text: &str) -> (Vec<Usage<'static>>, Vec<i64>) {
    let (mut usages, mut wrong) = (Vec::new(), Vec::new());
    for (nth, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match read_line(line) {
            Some(usage) => usages.push(usage),
            None => wrong.push(i64::try_from(nth + 1).unwrap_or(i64::MAX)),
        }
    }
    (usages, wrong)
}

fn read_line(line: &str) -> Option<Usage<'static>> {
    let mut fields = line.split(',').map(str::trim);
    let (meter, moment, quantity) = (fields.next()?, fields.next()?, fields.next()?);
    let target = fields.next().unwrap_or("").to_owned();
    let at = Instant::parse(moment).ok().or_else(|| Day::parse(moment).ok().map(Day::start))?;
    let quantity = quantity.parse().ok()?;
    (!meter.is_empty() && fields.next().is_none()).then(|| Usage { meter: meter.to_owned().into(), at, quantity, target: target.into() })
}
