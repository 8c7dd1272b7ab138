//! What each act of the simulation does, by the use cases that a person would use.

use desk::SignDraft;
use programme::{CaseRefusal, MoveDraft, OpenCase, SaveAnswers};
use review::{Mark, SheetDraft, Which};
use serde_json::{Map, Value, json};
use words::{Acting, Day, Failure, Fault, Id, Node, Outcome};

use super::World;
use super::fill::{self, Source};
use super::positions;
use super::script::Act;

/// Does it.
pub(super) fn perform(world: &mut World, idea: usize, act: Act) -> Result<(), Fault> {
    // In a long simulation everybody may be away: then nobody declares the idea.
    let open = !world.cases.contains_key(&idea);
    if open && (act != Act::Declare || lead(world, idea).is_err()) {
        return Ok(());
    }
    match act {
        Act::Declare => declare(world, idea),
        Act::Team => team(world, idea),
        Act::Submit => step(world, idea, "lead", "submit", ""),
        Act::Return => step(world, idea, "operator", "return_to_author", "请补充目标用户与已做的验证"),
        Act::Screen => step(world, idea, "operator", "pass_screen", ""),
        Act::Accept => accept(world, idea),
        Act::Judge(pass) => judge(world, idea, pass),
        Act::Admit => step(world, idea, "office", "admit", ""),
        Act::Decline => step(world, idea, "office", "decline", "与现有产品重合度高，建议转为需求反馈"),
        Act::Withdraw => step(world, idea, "lead", "withdraw", ""),
        Act::Onboard => onboard(world, idea),
        Act::Second => positions::second(world, idea),
        Act::Start => start(world, idea),
        Act::Stake => positions::stake(world, idea),
        Act::Month => month(world, idea),
        Act::Milestone => milestone(world, idea),
        Act::PrepareExit => prepare_exit(world, idea),
        Act::ToExit => to_exit(world, idea),
        Act::Extend => step(world, idea, "office", "extend", "试点样本不足，补充两个月数据后再评"),
        Act::ChooseInternal => choose_internal(world, idea),
        Act::Confirm => confirm(world, idea),
        Act::ChooseVenture => choose_venture(world, idea),
        Act::Choose => positions::choose(world, idea),
        Act::Award(stage) => positions::award(world, idea, stage),
        Act::Terminate => step(world, idea, "office", "terminate", "试验数据不支持预期，经与团队商定终止"),
        Act::Close => close(world, idea),
    }
}

/// Who plays a part for an idea.
pub(super) fn player(world: &World, idea: usize, part: &str) -> Result<Acting, Fault> {
    match part {
        "lead" => world.acting(&lead(world, idea)?),
        "operator" => {
            let base = base(world, idea)?;
            let holders = world.read(|read| Ok(identity::holders_of(read, "base.operator", &base)?))?;
            world.acting(holders.first().ok_or_else(|| Fault::new(format!("{base} has no operator")))?)
        }
        key => world.acting_as(key),
    }
}

pub(super) fn case_of(world: &World, idea: usize) -> Result<Id, Fault> {
    world.cases.get(&idea).cloned().ok_or_else(|| Fault::new("the idea was not declared yet"))
}

pub(super) fn base(world: &World, idea: usize) -> Result<Node, Fault> {
    let key = &world.idea(idea).base;
    world.pack.node_of(key).ok_or_else(|| Fault::new(format!("no base {key}")))
}

/// Who declared it; before that the persona told of, or somebody free of the unit, or else of another one.
fn lead(world: &World, idea: usize) -> Result<Id, Fault> {
    if let Some(case) = world.cases.get(&idea) {
        return Ok(world.read(|read| programme::case(read, case))?.lead);
    }
    let told = world.idea(idea);
    if let Some(key) = &told.lead {
        let person = world.person(key)?;
        if !takes_part(world, &person)? {
            return Ok(person);
        }
    }
    let near = colleagues(world, idea, Some(&told.unit), 1)?.pop();
    let free = near.map_or_else(|| colleagues(world, idea, None, 1).map(|mut far| far.pop()), |near| Ok(Some(near)))?;
    free.ok_or_else(|| Fault::new("everybody takes part in a project already"))
}

/// So many of the staff of a unit (or of all) who hold no office and take part in no running project, starting at another one for each idea.
fn colleagues(world: &World, idea: usize, unit: Option<&str>, most: usize) -> Result<Vec<Id>, Fault> {
    let plain = |persona: &&packs::Persona| {
        unit.is_none_or(|unit| persona.unit.as_deref() == Some(unit))
            && !persona.outside
            && persona.base_pay.is_some_and(|pay| pay >= 800_000)
            && persona.roles.iter().all(|role| role.role == "staff")
    };
    let keys: Vec<&str> = world.pack.personas.iter().filter(plain).map(|persona| persona.key.as_str()).collect();
    let from = idea % keys.len().max(1);
    let mut free = Vec::new();
    for key in keys[from..].iter().chain(&keys[..from]) {
        if free.len() == most {
            break;
        }
        let person = world.person(key)?;
        if is_early(world.idea(idea).ending) || !takes_part(world, &person)? {
            free.push(person);
        }
    }
    Ok(free)
}

/// In a running project that will be admitted: such people are away, others may declare again.
fn takes_part(world: &World, person: &Id) -> Result<bool, Fault> {
    let query = programme::CaseQuery { definition: "incubation.self".into(), person: Some(person.clone()), limit: 100, ..Default::default() };
    let cases = world.read(|read| Ok(programme::find_cases(read, &query)?))?;
    let admitted = |id: &Id| world.cases.iter().find(|(_, case)| *case == id).is_some_and(|(idea, _)| !is_early(world.idea(*idea).ending));
    Ok(cases.iter().any(|case| case.closed_at.is_none() && admitted(&case.id)))
}

/// Does the idea's life end before anybody is let go for it?
fn is_early(ending: packs::Ending) -> bool {
    use packs::Ending::*;
    matches!(ending, Draft | Returned | Screening | EntryReview | Rejected | Withdrawn | Notice)
}

/// A move by somebody.
pub(super) fn step(world: &World, idea: usize, part: &str, name: &'static str, reason: &'static str) -> Result<(), Fault> {
    let (who, case) = (player(world, idea, part)?, case_of(world, idea)?);
    make_move(world, &who, &case, name, reason)
}

pub(super) fn make_move(world: &World, who: &Acting, case: &Id, name: &'static str, reason: &'static str) -> Result<(), Fault> {
    let (who, case) = (who.clone(), case.clone());
    world.write("programme.move", move |tx| programme::move_case(tx, &who, &case, name, MoveDraft { reason: reason.into(), revision: None }).map(drop))?;
    world.settle_jobs()
}

fn declare(world: &mut World, idea: usize) -> Result<(), Fault> {
    let (who, base) = (player(world, idea, "lead")?, base(world, idea)?);
    let lead = who.person.clone();
    let opened = world.write("programme.open_case", move |tx| {
        let open = OpenCase {
            definition: "incubation.self".into(),
            title: String::new(),
            base: base.clone(),
            parent: None,
            lead: lead.clone(),
            about: None,
            team: true,
        };
        programme::open_case(tx, &who, open)
    })?;
    world.cases.insert(idea, opened.id);
    fill_in(world, idea, "lead", "application", None)
}

/// Somebody fills in a form of the case, complete.
pub(super) fn fill_in(world: &World, idea: usize, part: &str, form: &'static str, ordinal: Option<i64>) -> Result<(), Fault> {
    let who = player(world, idea, part)?;
    fill_in_as(world, idea, &who, &case_of(world, idea)?, form, ordinal)
}

pub(super) fn fill_in_as(world: &World, idea: usize, who: &Acting, case: &Id, form: &'static str, ordinal: Option<i64>) -> Result<(), Fault> {
    let answers = answers(world, idea, form)?;
    let (who, case) = (who.clone(), case.clone());
    let save = SaveAnswers { form: form.into(), ordinal: ordinal.or(Some(0)), answers, complete: true, revision: None };
    world.write("programme.save_answers", move |tx| programme::save_answers(tx, &who, &case, save.clone()).map(drop))
}

fn answers(world: &World, idea: usize, form: &str) -> Result<Map<String, Value>, Fault> {
    let (lead, base) = (lead(world, idea)?, base(world, idea)?);
    let told = world.idea(idea);
    let unit = world.pack.node_of(&told.unit).unwrap_or_else(Node::group);
    let form = world.pack.form(form).ok_or_else(|| Fault::new(format!("no form {form}")))?;
    Ok(fill::answers(form, &Source { idea: told, lead: &lead, base: &base, unit: &unit, today: world.clock.now().day() }))
}

/// A member says in the form where they go.
pub(super) fn choose_form(world: &World, who: &Acting, case: &Id, choice: &str) -> Result<(), Fault> {
    let answers: Map<String, Value> = [("choice".to_owned(), json!(choice))].into_iter().collect();
    let (who, case) = (who.clone(), case.clone());
    let save = SaveAnswers { form: "member_choice".into(), ordinal: Some(0), answers, complete: true, revision: None };
    world.write("programme.save_answers", move |tx| programme::save_answers(tx, &who, &case, save.clone()).map(drop))
}

fn team(world: &World, idea: usize) -> Result<(), Fault> {
    let (lead, case) = (player(world, idea, "lead")?, case_of(world, idea)?);
    let unit = world.idea(idea).unit.clone();
    let others: Vec<Id> = colleagues(world, idea, Some(&unit), 3)?.into_iter().filter(|person| *person != lead.person).take(2).collect();
    for person in &others {
        let (lead, case, person) = (lead.clone(), case.clone(), person.clone());
        world.write("programme.invite", move |tx| programme::invite_member(tx, &lead, &case, &person))?;
    }
    for person in &others {
        let (who, case) = (world.acting(person)?, case.clone());
        world.write("programme.answer_invitation", move |tx| programme::answer_invitation(tx, &who, &case, true))?;
    }
    for person in others.iter().chain([&lead.person]) {
        sign(world, &case, person, "team_consent")?;
    }
    Ok(())
}

/// Somebody signs a document of a case.
pub(super) fn sign(world: &World, case: &Id, person: &Id, document: &'static str) -> Result<(), Fault> {
    let (who, case) = (world.acting(person)?, case.clone());
    world.write("desk.sign", move |tx| sign_in(tx, &who, &case, document))
}

/// The same within a transaction.
pub(super) fn sign_in(tx: &mut store::Tx, who: &Acting, case: &Id, document: &str) -> Outcome<(), desk::SignRefusal> {
    let node = programme::case(tx, case).map_err(|failure| Failure::Broken(failure.into_fault()))?.node;
    let text_sha256 = programme::document_sha256(tx, document)?;
    desk::sign(tx, who, SignDraft { subject: case.to_string(), node, kind: document.into(), text_sha256, on_behalf_of: None }).map(drop)
}

/// The team of a case: everybody who counts.
pub(super) fn members(world: &World, case: &Id) -> Result<Vec<Id>, Fault> {
    let members = world.read(|read| Ok(programme::members(read, case)?))?;
    Ok(members.into_iter().filter(|member| member.state == "consented").map(|member| member.person).collect())
}

fn open_round(world: &World, case: &Id) -> Result<review::RoundView, Fault> {
    let rounds = world.read(|read| Ok(review::open_rounds_of(read, case.as_str())?))?;
    rounds.into_iter().next().ok_or_else(|| Fault::new("no open round"))
}

/// The panel that sits, as the office sees it.
fn panel(world: &World, round: &Id) -> Result<Vec<(Id, Id)>, Fault> {
    let office = world.acting_as("office")?;
    let members = world.read(|read| Ok(review::panel(read, Some(&office), round)?))?;
    Ok(members.into_iter().filter(|member| member.state.sits()).filter_map(|member| Some((member.assignment?, member.person?))).collect())
}

fn accept(world: &World, idea: usize) -> Result<(), Fault> {
    accept_case(world, &case_of(world, idea)?)
}

pub(super) fn accept_case(world: &World, case: &Id) -> Result<(), Fault> {
    // The draw waits for the first seal after the list was frozen.
    world.run_until(world.clock.now().plus_seconds(5))?;
    let round = open_round(world, case)?;
    for (seat, person) in panel(world, &round.id)? {
        let (who, other, seat2) = (world.acting(&person)?, world.acting(&person)?, seat.clone());
        world.write("review.accept", move |tx| review::accept_assignment(tx, &who, &seat))?;
        world.write("review.declare", move |tx| review::declare_no_conflict(tx, &other, &seat2, "本人与申报团队无利害关系"))?;
    }
    Ok(())
}

fn judge(world: &World, idea: usize, pass: bool) -> Result<(), Fault> {
    judge_case(world, &case_of(world, idea)?, pass)
}

/// Everybody who has work left scores and signs, then the office counts.
pub(super) fn judge_case(world: &World, case: &Id, pass: bool) -> Result<(), Fault> {
    let round = open_round(world, case)?;
    for (seat, person) in panel(world, &round.id)? {
        let open = world.read(|read| Ok(review::assignments_of(read, &person, Which::Open, None, 200)?))?;
        if !open.items.iter().any(|line| line.id == seat) {
            continue;
        }
        let (who, sheet) = (world.acting(&person)?, sheet(world, &round.rubric, pass));
        world.write("review.sign", move |tx| review::sign_review(tx, &who, &seat, &sheet))?;
    }
    let office = world.acting_as("office")?;
    world.write("review.close", move |tx| review::close_round(tx, &office, &round.id).map(drop))?;
    world.settle_jobs()
}

/// Marks between two thirds and the whole of the scale, or below the middle.
fn sheet(world: &World, rubric: &review::RubricSpec, pass: bool) -> SheetDraft {
    let mark = |criterion: &review::Criterion| {
        let span = criterion.max - criterion.min;
        let chance = i64::try_from(world.below(34)).unwrap_or(0);
        let share = if pass { 70 + chance.min(30) } else { 15 + chance };
        let points = criterion.min + span * share / 100;
        let comment = if pass { "思路清晰，验证充分" } else { "验证不足，建议补充对照试验" };
        (criterion.id.clone(), Mark { points: Some(points), comment: comment.into() })
    };
    SheetDraft { marks: rubric.criteria.iter().map(mark).collect(), vote: None, dissent: None }
}

/// Mentor, space, agreements, frozen pay; each member's retention ends in three years at the latest.
fn onboard(world: &World, idea: usize) -> Result<(), Fault> {
    let (operator, case) = (player(world, idea, "operator")?, case_of(world, idea)?);
    let mentor = world.person("mentor")?;
    let (who, id) = (operator.clone(), case.clone());
    world.write("programme.assign_mentor", move |tx| programme::assign_mentor(tx, &who, &id, &mentor))?;
    set(world, &operator, &case, "space", None, json!("A区 12 号工位"), "入驻登记表")?;
    let team = members(world, &case)?;
    for person in &team {
        sign(world, &case, person, "incubation_agreement")?;
        sign(world, &case, person, "pay_variation_agreement")?;
    }
    positions::freeze(world, idea, &team)?;
    let until = world.clock.now().day().plus_days(700);
    for person in &team {
        set(world, &operator, &case, "retention_end", Some(person), json!(until.to_string()), "脱岗协议")?;
    }
    world.settle_jobs()
}

/// A fact with its evidence.
pub(super) fn set(world: &World, who: &Acting, case: &Id, name: &'static str, about: Option<&Id>, value: Value, evidence: &'static str) -> Result<(), Fault> {
    let (who, case, about) = (who.clone(), case.clone(), about.cloned());
    world.write("programme.set_fact", move |tx| -> Outcome<(), CaseRefusal> {
        programme::set_fact(tx, &who, &case, name, about.as_ref(), value.clone(), evidence)
    })
}

fn start(world: &World, idea: usize) -> Result<(), Fault> {
    step(world, idea, "operator", "start", "")?;
    let case = case_of(world, idea)?;
    let rounds = world.read(|read| Ok(programme::children(read, &case, Some("hemi.round"))?))?;
    let office = world.acting_as("office")?;
    for round in rounds {
        make_move(world, &office, &round.id, "open", "")?;
    }
    milestone_set(world, idea)
}

/// The lead plans one milestone.
fn milestone_set(world: &World, idea: usize) -> Result<(), Fault> {
    let (lead, case) = (player(world, idea, "lead")?, case_of(world, idea)?);
    let due = world.clock.now().plus_seconds(120 * 86_400);
    world
        .write("programme.plan_milestone", move |tx| programme::plan_milestone(tx, &lead, &case, "完成现场试点", "Finish the field trial", Some(due)).map(drop))
}

fn month(world: &World, idea: usize) -> Result<(), Fault> {
    let case = case_of(world, idea)?;
    fill_in(world, idea, "lead", "check_in", next(world, &case, "check_in")?)?;
    fill_in_as(world, idea, &world.acting_as("mentor")?, &case, "mentor_session", next(world, &case, "mentor_session")?)?;
    positions::pay(world, idea)?;
    world.settle_jobs()
}

/// The number of the next sheet of a form that recurs.
fn next(world: &World, case: &Id, form: &str) -> Result<Option<i64>, Fault> {
    let sheets = world.read(|read| Ok(programme::answers(read, case)?))?;
    Ok(Some(sheets.iter().filter(|sheet| sheet.form == form).map(|sheet| sheet.ordinal).max().unwrap_or(0) + 1))
}

fn milestone(world: &World, idea: usize) -> Result<(), Fault> {
    fill_in(world, idea, "lead", "milestone", Some(1))?;
    let (lead, case) = (player(world, idea, "lead")?, case_of(world, idea)?);
    let open: Vec<Id> = world
        .read(|read| Ok(programme::obligations(read, &case)?))?
        .into_iter()
        .filter(|one| one.kind == "milestone" && one.state == "open")
        .map(|one| one.id)
        .collect();
    for id in open {
        let lead = lead.clone();
        world.write("programme.discharge", move |tx| programme::discharge(tx, &lead, &id, "试点报告 v1.0"))?;
    }
    Ok(())
}

fn prepare_exit(world: &World, idea: usize) -> Result<(), Fault> {
    let case = case_of(world, idea)?;
    fill_in_as(world, idea, &world.acting_as("mentor")?, &case, "mentor_opinion", next(world, &case, "mentor_opinion")?)?;
    fill_in(world, idea, "lead", "exit_application", None)?;
    step(world, idea, "lead", "prepare_exit", "")
}

fn to_exit(world: &World, idea: usize) -> Result<(), Fault> {
    let (operator, case) = (player(world, idea, "operator")?, case_of(world, idea)?);
    for person in members(world, &case)? {
        set(world, &operator, &case, "roadshow_trained", Some(&person), json!(true), "路演集训签到表")?;
    }
    fill_in(world, idea, "lead", "deliverables", None)?;
    step(world, idea, "operator", "to_exit_review", "")
}

fn choose_internal(world: &World, idea: usize) -> Result<(), Fault> {
    let (office, case) = (world.acting_as("office")?, case_of(world, idea)?);
    let unit = world.person("unit-gov")?;
    let (id, person) = (case.clone(), unit.clone());
    world.write("programme.name_application_unit", move |tx| programme::name_application_unit(tx, &office, &id, &person))?;
    sign(world, &case, &unit, "intent")?;
    step(world, idea, "office", "choose_internal", "")
}

fn confirm(world: &World, idea: usize) -> Result<(), Fault> {
    let (unit, case) = (world.acting_as("unit-gov")?, case_of(world, idea)?);
    fill_in_as(world, idea, &unit, &case, "transfer_acceptance", None)?;
    sign(world, &case, &unit.person, "transfer_acceptance")?;
    make_move(world, &unit, &case, "confirm_transfer", "")
}

fn choose_venture(world: &World, idea: usize) -> Result<(), Fault> {
    let (office, case) = (world.acting_as("office")?, case_of(world, idea)?);
    set(world, &office, &case, "company_registered", None, json!(true), "营业执照副本")?;
    for person in members(world, &case)? {
        sign(world, &case, &person, "return_right")?;
    }
    step(world, idea, "office", "choose_venture", "")
}

fn close(world: &World, idea: usize) -> Result<(), Fault> {
    fill_in(world, idea, "lead", "lessons", None)?;
    positions::choose(world, idea)?;
    step(world, idea, "office", "finish_closing", "")
}

/// The first day of the month before the present one of the simulation.
pub(super) fn last_month(world: &World) -> Day {
    world.clock.now().day().first_of_month().plus_days(-1).first_of_month()
}
