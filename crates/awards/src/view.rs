//! What awards look like from outside, and the look-ups that make them.
//!
//! Invariant: a nomination is seen by its members and the office; a graded award by everybody signed in (it is in public notice); shares and parts by
//! members, the office and, once graded, finance only.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use words::{Acting, Amount, Bilingual, Day, Failure, Fault, Id, Instant, Never, Outcome};

use crate::asks::Asks;
use crate::award::{Award, AwardState, NoticeState, Share, Terms, cny, parts, percent};
use crate::{rights, sql, value};

/// An award in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AwardCard {
    /// Id.
    pub id: Id,
    /// Project.
    pub project: Id,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Scheme.
    pub scheme: String,
    /// What it is called.
    pub scheme_name: Bilingual,
    /// State.
    pub state: AwardState,
    /// Name of the level, once graded.
    pub level: Option<Bilingual>,
    /// Amount.
    pub amount: Option<Amount>,
    /// Public notice.
    pub notice: NoticeState,
    /// Last day of the notice.
    pub notice_until: Option<Day>,
    /// Decided at.
    pub decided_at: Option<Instant>,
}

/// A member's share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShareView {
    /// Who.
    pub person: Id,
    /// Name, or the id.
    pub name: String,
    /// Of 10,000.
    pub basis_points: Option<i64>,
    /// `33.34`
    pub percent: Option<String>,
    /// Agreed at.
    pub agreed_at: Option<Instant>,
    /// What it comes to, once the amount is known.
    pub part: Option<Amount>,
    /// Paid.
    pub paid: Option<Amount>,
}

/// A level that may be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LevelView {
    /// Least score.
    pub min_score: i64,
    /// Name.
    pub name: Bilingual,
    /// Largest amount.
    pub amount: Amount,
}

/// What who looks may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AwardMoves {
    /// Grade.
    pub grade: bool,
    /// Propose shares.
    pub propose: bool,
    /// Agree to the shares.
    pub agree: bool,
    /// Decide and pay; what is missing, `missing` says.
    pub decide: bool,
    /// Refuse.
    pub refuse: bool,
    /// Reverse.
    pub reverse: bool,
}

/// An award with what the one who looks may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AwardView {
    /// The award.
    pub award: AwardCard,
    /// Score.
    pub score: Option<i64>,
    /// Statement of reasons.
    pub statement: String,
    /// Why it was refused or reversed.
    pub reason: String,
    /// Number of the proposal that stands; 0 if none.
    pub proposal: i64,
    /// Shares, for members and the office.
    pub shares: Vec<ShareView>,
    /// Ceiling of the project.
    pub cap: Amount,
    /// Awarded to the project by all schemes.
    pub awarded: Amount,
    /// Levels of the pack, for who grades.
    pub levels: Vec<LevelView>,
    /// Posting behind it, once paid.
    pub posting: Option<Id>,
    /// Codes of what keeps it from being paid now, in order.
    pub missing: Vec<String>,
    /// What may be done.
    pub moves: AwardMoves,
}

/// What the schemes are called.
type Schemes = BTreeMap<String, Bilingual>;

fn card(award: &Award, schemes: &Schemes) -> AwardCard {
    AwardCard {
        id: award.id.clone(),
        project: award.project.clone(),
        number: award.number.clone(),
        title: award.title.clone(),
        scheme: award.scheme.clone(),
        scheme_name: schemes.get(&award.scheme).cloned().unwrap_or_else(|| Bilingual::new(&award.scheme, &award.scheme)),
        state: award.state,
        level: award.level.is_some().then(|| award.level_name.clone()),
        amount: award.amount_minor.map(cny),
        notice: award.notice,
        notice_until: award.notice_until,
        decided_at: award.decided_at,
    }
}

fn is_office(who: &Acting, award: &Award) -> bool {
    [rights::OPEN, rights::DECIDE, rights::READ].iter().any(|right| who.can(right, &award.node))
}

/// Awards that who looks may see, newest first: 50 and the cursor of the next page.
pub fn awards<A: Asks>(read: &Read, who: &Acting, state: Option<AwardState>, cursor: Option<&str>) -> Outcome<(Vec<AwardCard>, Option<String>), Never> {
    let own: BTreeSet<Id> = sql::awards_of_person(read, &who.person)?.into_iter().collect();
    let schemes = A::schemes(read)?;
    let mut shown = Vec::new();
    let mut before = cursor.unwrap_or("~").to_owned();
    loop {
        let some = sql::awards(read, state, &before, 100)?;
        let Some(last) = some.last() else { return Ok((shown, None)) };
        before = last.id.to_string();
        for award in &some {
            let public = matches!(award.state, AwardState::Graded | AwardState::Paid);
            if public || own.contains(&award.id) || is_office(who, award) {
                if shown.len() == 50 {
                    let next = shown.last().map(|card: &AwardCard| card.id.to_string());
                    return Ok((shown, next));
                }
                shown.push(card(award, &schemes));
            }
        }
    }
}

/// Awards of a project: the card that its page shows. Nominations are left out for those who may not see them.
pub fn awards_of_project<A: Asks>(read: &Read, who: Option<&Acting>, project: &Id) -> Outcome<Vec<AwardCard>, Never> {
    let seen = |award: &&Award| matches!(award.state, AwardState::Graded | AwardState::Paid) || who.is_some_and(|who| is_office(who, award));
    let schemes = A::schemes(read)?;
    Ok(sql::awards_of_project(read, project)?.iter().filter(seen).map(|award| card(award, &schemes)).collect())
}

/// Awarded to a project by all schemes and not reversed, fen: for guards (`sum(awards)`).
pub fn awarded(read: &Read, project: &Id) -> Outcome<i64, Never> {
    Ok(value::awarded(read, project)?)
}

/// Sum of the shares that are proposed and agreed by all, basis points; 0 until then: for guards (`sum(shares) == 1`).
pub fn agreed_shares(read: &Read, award: &Id) -> Outcome<i64, Never> {
    let shares = sql::shares(read, award)?;
    let all = shares.iter().all(|share| share.agreed_at.is_some());
    Ok(if all { shares.iter().filter_map(|share| share.basis_points).sum() } else { 0 })
}

/// An award.
pub fn award<A: Asks>(read: &Read, who: &Acting, id: &Id) -> Outcome<AwardView, Never> {
    let award = sql::award(read, id)?.ok_or(Failure::Absent)?;
    let shares = sql::shares(read, &award.id)?;
    let (member, office) = (shares.iter().any(|share| share.person == who.person), is_office(who, &award));
    let public = matches!(award.state, AwardState::Graded | AwardState::Paid);
    if !(public || member || office) {
        return Err(Failure::Absent);
    }
    let terms = A::terms(read)?;
    // Finance sees whom it pays, once there is something to pay.
    let inside = member || office || (public && who.can(rights::PAY, &award.node));
    Ok(AwardView {
        award: card(&award, &A::schemes(read)?),
        score: award.score.filter(|_| inside),
        moves: moves(&award, &shares, who),
        missing: if inside { missing(&award, &shares) } else { Vec::new() },
        shares: if inside { share_views::<A>(read, award.amount_minor, &shares)? } else { Vec::new() },
        cap: cny(terms.cap_minor),
        awarded: cny(value::awarded(read, &award.project)?),
        levels: if office { level_views(&terms) } else { Vec::new() },
        proposal: award.proposal,
        statement: award.statement,
        reason: award.reason,
        posting: award.posting.filter(|_| inside),
    })
}

fn level_views(terms: &Terms) -> Vec<LevelView> {
    terms.levels.iter().map(|level| LevelView { min_score: level.min_score, name: level.name.clone(), amount: cny(level.amount_minor) }).collect()
}

fn share_views<A: Asks>(read: &Read, amount_minor: Option<i64>, shares: &[Share]) -> Result<Vec<ShareView>, Fault> {
    let names = A::names(read, &shares.iter().map(|share| share.person.clone()).collect::<Vec<_>>())?;
    let parts = amount_minor.and_then(|amount| parts(amount, shares)).unwrap_or_default();
    let view = |(at, share): (usize, &Share)| ShareView {
        part: parts.get(at).copied().map(cny),
        name: names.get(&share.person).cloned().unwrap_or_else(|| share.person.to_string()),
        person: share.person.clone(),
        basis_points: share.basis_points,
        percent: share.basis_points.map(|points| percent(points.into())),
        agreed_at: share.agreed_at,
        paid: share.paid_minor.map(cny),
    };
    Ok(shares.iter().enumerate().map(view).collect())
}

/// What keeps a graded award from being paid, whoever decides: codes of the refusals.
fn missing(award: &Award, shares: &[Share]) -> Vec<String> {
    if !matches!(award.state, AwardState::Nominated | AwardState::Graded) {
        return Vec::new();
    }
    let reasons = [
        ("awards-missing-grade", award.state == AwardState::Nominated),
        ("awards-missing-shares", award.proposal == 0),
        ("awards-missing-agreement", award.proposal > 0 && shares.iter().any(|share| share.agreed_at.is_none())),
        ("awards-missing-notice", award.notice != NoticeState::Clear),
    ];
    reasons.into_iter().filter(|(_, holds)| *holds).map(|(code, _)| code.to_owned()).collect()
}

fn moves(award: &Award, shares: &[Share], who: &Acting) -> AwardMoves {
    let open = matches!(award.state, AwardState::Nominated | AwardState::Graded);
    let (may_open, may_decide) = (who.can(rights::OPEN, &award.node), who.can(rights::DECIDE, &award.node));
    let mine = shares.iter().find(|share| share.person == who.person);
    AwardMoves {
        grade: open && may_open,
        propose: open && (may_open || award.lead == who.person),
        agree: open && award.proposal > 0 && mine.is_some_and(|share| share.agreed_at.is_none()),
        decide: may_decide && award.admit_decision(shares, &who.person).is_ok(),
        refuse: open && may_decide,
        reverse: may_decide && award.state == AwardState::Paid && award.decided_by.as_ref() != Some(&who.person),
    }
}
