//! A crowd for figures: as many people, experts and projects as a large programme has, made by the use cases themselves, many in one transaction.
//!
//! Built on a world that is lived already; used by benches and tests, not by the demo. Invariant: nothing is inserted, so `verify` finds nothing.

use std::sync::Arc;

use identity::{MembershipDraft, PersonDraft, RoleRights};
use packs::{Idea, Pack, UnitKind};
use programme::{MoveDraft, OpenCase, SaveAnswers};
use store::Tx;
use words::{Acting, Failure, Fault, Id, Never, Node, Outcome, Refusal};

use super::fill::{self, Source};
use super::{World, act};

/// People in one transaction.
const PEOPLE: usize = 100;
/// Projects in one transaction.
const PROJECTS: usize = 4;
/// Team of a project, its lead included.
const TEAM: usize = 3;

const SURNAMES: [&str; 20] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗"];
const GIVEN: [&str; 20] = ["伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明", "超", "秀英", "建国", "晓东", "雨晨", "志强"];

/// How large it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// People, experts among them.
    pub people: usize,
    /// Experts.
    pub experts: usize,
    /// Projects.
    pub projects: usize,
}

/// Everybody and every project that was added to a world.
pub struct Crowd<'a> {
    world: &'a World,
    people: Vec<Id>,
    projects: Vec<Id>,
}

impl<'a> Crowd<'a> {
    /// People come in with a unit and their role; the first of them are experts, and everybody gets the grant of the season.
    pub fn gather(world: &'a World, size: Size) -> Result<Self, Fault> {
        let units: Vec<Node> = world
            .pack
            .units
            .iter()
            .filter(|unit| matches!(unit.kind, UnitKind::Provincial | UnitKind::Professional | UnitKind::Research))
            .filter_map(|unit| world.pack.node_of(&unit.key))
            .collect();
        let mut people = Vec::with_capacity(size.people);
        while people.len() < size.people {
            let numbers = people.len()..(people.len() + PEOPLE).min(size.people);
            let units = units.clone();
            people.extend(world.write("lived.people", move |tx| come_in(tx, numbers.clone(), size.experts, &units))?);
        }
        let crowd = Self { world, people, projects: Vec::new() };
        crowd.grant_season()?;
        Ok(crowd)
    }

    /// The season that is open is granted to the newcomers.
    fn grant_season(&self) -> Result<(), Fault> {
        let (office, people) = (self.world.acting_as("office")?, self.people.clone());
        self.world.write("lived.season", move |tx| -> Outcome<(), Never> {
            let seasons = hemi::seasons_view(tx, &office)?;
            let season = seasons.seasons.into_iter().next().ok_or(Failure::Absent)?;
            hemi::grant_season(tx, &office, &season.id, &people)
        })?;
        self.world.settle_jobs()
    }

    /// Leads declare that many projects more: filled in, the team consented and signed, submitted.
    pub fn declare(&mut self, projects: usize) -> Result<(), Fault> {
        let last = self.projects.len() + projects;
        let ground = Arc::new(Ground::of(self.world)?);
        while self.projects.len() < last {
            let numbers = self.projects.len()..(self.projects.len() + PROJECTS).min(last);
            let teams: Vec<Vec<Id>> = numbers.clone().map(|number| self.team_of(number)).collect();
            let ground = ground.clone();
            let made = self.world.write("lived.declare", move |tx| -> Outcome<Vec<Id>, Never> {
                numbers.clone().zip(&teams).map(|(number, team)| Ok(sure(ground.declare(tx, number, team))?)).collect()
            })?;
            self.projects.extend(made);
            self.world.settle_jobs()?;
        }
        Ok(())
    }

    fn team_of(&self, number: usize) -> Vec<Id> {
        (0..TEAM).map(|place| self.people[(number * TEAM + place) % self.people.len()].clone()).collect()
    }

    /// The operator passes a project on to the review; the panel is drawn by the jobs that follow.
    pub fn screen(&self, project: &Id) -> Result<(), Fault> {
        let (case, roles) = (project.clone(), self.world.roles.clone());
        self.world.write("lived.screen", move |tx| -> Outcome<(), Never> {
            let base = programme::case(tx, &case)?.base;
            let operator = identity::holders_of(tx, "base.operator", &base)?.into_iter().next().ok_or(Failure::Absent)?;
            let who = acting(tx, &roles, &operator)?;
            sure(programme::move_case(tx, &who, &case, "pass_screen", MoveDraft::default()))?;
            Ok(())
        })
    }

    /// The panel accepts, declares, scores and signs; the office counts and admits: some thirty use cases of fifteen people.
    pub fn judge(&self, project: &Id) -> Result<(), Fault> {
        act::accept_case(self.world, project)?;
        act::judge_case(self.world, project, true)?;
        act::make_move(self.world, &self.world.acting_as("office")?, project, "admit", "")
    }

    /// The people, experts first.
    pub fn people(&self) -> &[Id] {
        &self.people
    }

    /// Who leads the project with this number.
    pub fn lead_of(&self, number: usize) -> &Id {
        &self.people[number * TEAM % self.people.len()]
    }

    /// The projects, oldest first.
    pub fn projects(&self) -> &[Id] {
        &self.projects
    }
}

fn sure<T, R: Refusal>(outcome: Outcome<T, R>) -> Result<T, Fault> {
    outcome.map_err(Failure::into_fault)
}

/// Somebody as one who acts now and has just proved who they are.
fn acting(tx: &Tx, roles: &RoleRights, person: &Id) -> Result<Acting, Fault> {
    let mut acting = identity::acting_for(tx, roles, person)?;
    acting.proved_at = Some(tx.now());
    Ok(acting)
}

fn come_in(tx: &mut Tx, numbers: std::ops::Range<usize>, experts: usize, units: &[Node]) -> Outcome<Vec<Id>, Never> {
    let (now, mut made) = (tx.now(), Vec::new());
    for number in numbers {
        let unit = units[number % units.len()].clone();
        let name = format!("{}{}", SURNAMES[number % SURNAMES.len()], GIVEN[number / SURNAMES.len() % GIVEN.len()]);
        let membership = MembershipDraft { node: unit.clone(), from_on: now.day(), to_on: None, grade: Some("P5".into()), position: None };
        let person = sure(identity::add_person_system(tx, &PersonDraft::named(name), Some(&membership)))?;
        sure(identity::grant_system(tx, &person, "staff", &unit, now, None, "lived"))?;
        if number < experts {
            sure(identity::grant_system(tx, &person, "expert", &Node::group(), now, None, "lived"))?;
        }
        made.push(person);
    }
    Ok(made)
}

/// What declarations are made of.
struct Ground {
    pack: Arc<Pack>,
    roles: RoleRights,
    bases: Vec<Node>,
}

impl Ground {
    /// Bases of the ideas: each has an operator.
    fn of(world: &World) -> Result<Self, Fault> {
        let mut bases: Vec<Node> = world.pack.ideas.iter().filter_map(|idea| world.pack.node_of(&idea.base)).collect();
        bases.sort();
        bases.dedup();
        Ok(Self { pack: world.pack.clone(), roles: world.roles.clone(), bases })
    }

    /// What ten people do over some days, in one transaction.
    fn declare(&self, tx: &mut Tx, number: usize, team: &[Id]) -> Outcome<Id, programme::MoveRefusal> {
        let lead = acting(tx, &self.roles, &team[0])?;
        let base = self.bases[number % self.bases.len()].clone();
        let open = OpenCase {
            definition: "incubation.self".into(),
            title: String::new(),
            base: base.clone(),
            parent: None,
            lead: lead.person.clone(),
            about: None,
            team: true,
        };
        let case = sure(programme::open_case(tx, &lead, open))?.id;
        let answers = self.answers(tx, number, &lead.person, &base)?;
        let save = SaveAnswers { form: "application".into(), ordinal: Some(0), answers, complete: true, revision: None };
        sure(programme::save_answers(tx, &lead, &case, save))?;
        for person in &team[1..] {
            sure(programme::invite_member(tx, &lead, &case, person))?;
            let who = acting(tx, &self.roles, person)?;
            sure(programme::answer_invitation(tx, &who, &case, true))?;
        }
        for person in team {
            let who = acting(tx, &self.roles, person)?;
            sure(act::sign_in(tx, &who, &case, "team_consent"))?;
        }
        programme::move_case(tx, &lead, &case, "submit", MoveDraft::default())?;
        Ok(case)
    }

    fn answers(&self, tx: &Tx, number: usize, lead: &Id, base: &Node) -> Result<serde_json::Map<String, serde_json::Value>, Fault> {
        let mut idea: Idea = self.pack.ideas[number % self.pack.ideas.len()].clone();
        idea.zh = format!("{}·第{}号", idea.zh, number + 1);
        let unit = self.pack.node_of(&idea.unit).unwrap_or_else(Node::group);
        let form = self.pack.form("application").ok_or_else(|| Fault::new("no form application"))?;
        Ok(fill::answers(form, &Source { idea: &idea, lead, base, unit: &unit, today: tx.now().day() }))
    }
}
