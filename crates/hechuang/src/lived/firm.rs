//! A firm of the demo: its manager registered from outside and had the papers checked, the developer belongs to it, and an app of theirs is paid by it.

use capabilities::{AppDraft, Environment};
use identity::{ActorKind, FirmRole, LoginSecret, RealNameDraft, RegistrationDraft};
use words::{Failure, Fault, Id, Lang, Outcome};

use super::World;

const NAME: &str = "示范·社区互联科技有限公司";
/// A credit code that proves itself; of nobody.
const CODE: &str = "91440101MA0DEM0XX3";
const LOGIN: &str = "luojia";

pub(super) fn at_the_end(world: &World) -> Result<(), Fault> {
    let manager = found(world)?;
    world.settle_jobs()?;
    let firm = join(world, &manager)?;
    let who = world.acting_as("developer")?;
    let draft = AppDraft { name: "园区巡检（企业付费）".into(), environment: Environment::Live, payer: Some(firm) };
    world.write("lived.app", move |tx| capabilities::make_app(tx, &who, &draft, "正式密钥").map(drop))?;
    world.settle_jobs()
}

/// Somebody registers for the firm and hands in its papers, which an administrator compares.
fn found(world: &World) -> Result<Id, Fault> {
    let draft = RegistrationDraft::parse(ActorKind::Startup, "何青（示范）", Some("heqing@example.com"), None, Some(NAME), Lang::Zh);
    let papers = RealNameDraft::parse(ActorKind::Startup, None, Some(NAME), Some(CODE));
    let (draft, papers) = draft.and_then(|draft| Ok((draft, papers?))).map_err(|mistakes| Fault::new(format!("{mistakes:?}")))?;
    let person = world.write("lived.register", move |tx| {
        identity::register_outside(tx, &draft, "heqing", &LoginSecret::Later, "public", "demo").map(|session| session.person)
    })?;
    let (roles, admin, id) = (world.roles.clone(), world.acting_as("admin")?, person.clone());
    world.write("lived.real_name", move |tx| -> Outcome<(), identity::RealNameRefusal> {
        let who = identity::acting_for(tx, &roles, &id)?;
        identity::ask_real_name(tx, &who, &papers)?;
        identity::check_real_name(tx, &admin, &id, true, "").map(drop)
    })?;
    Ok(person)
}

/// The manager invites the developer, who agrees.
fn join(world: &World, manager: &Id) -> Result<Id, Fault> {
    let (roles, manager, developer) = (world.roles.clone(), manager.clone(), world.acting_as("developer")?);
    world.write("lived.firm", move |tx| -> Outcome<Id, identity::FirmRefusal> {
        let system = words::Acting::system("setup");
        identity::register_login(tx, &system, &developer.person, LOGIN, &LoginSecret::Later).map_err(|failure| Failure::Broken(failure.into_fault()))?;
        let who = identity::acting_for(tx, &roles, &manager)?;
        let firm = identity::firms_of(tx, &manager)?.into_iter().next().ok_or_else(|| Fault::new("no firm was founded"))?.firm;
        let invited = identity::invite_member(tx, &who, &firm, LOGIN, FirmRole::Manager)?;
        identity::accept_invitation(tx, &developer, &invited.id)?;
        Ok(firm)
    })
}
