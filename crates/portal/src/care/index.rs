//! Where the administration begins: what whoever looks may see to, with what waits.

use schemars::JsonSchema;
use serde::Serialize;
use store::Read;
use webkit::{Answer, Call, Nothing, Problem, Reply};
use words::{Acting, Fault, Id, Never};

use crate::rights;
use crate::shell::{ADMIN, holds_any};

/// A place of the administration.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlaceView {
    /// Address.
    href: &'static str,
    /// Text key; `<key>-text` says what it is for.
    label: &'static str,
    /// Icon.
    icon: &'static str,
    /// How many things wait there.
    waiting: i64,
}

/// The places.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AdminView {
    /// Those that whoever looks may enter.
    places: Vec<PlaceView>,
    /// The pack that a newer program brought and that waits for two people.
    built_in: Option<BuiltInView>,
}

/// A pack that came with the program and is not in force.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BuiltInView {
    /// The upload on whose page it is compared, proposed and put in force.
    id: Id,
    /// Its number.
    version: String,
}

fn built_in(read: &Read) -> Result<Option<BuiltInView>, Fault> {
    let open = |one: &packs::PackImport| matches!(one.state, packs::ImportState::Rehearsed | packs::ImportState::Proposed);
    let found = packs::imports(read, None)?.into_iter().find(|one| open(one) && one.rehearsed_by.as_str().starts_with("sys_"));
    Ok(found.map(|one| BuiltInView { id: one.id, version: one.version }))
}

const PLACES: [(&str, &str, &str, &str); 11] = [
    ("/admin/people", "portal-admin-people", "users", "identity.people"),
    ("/admin/units", "portal-admin-units", "building", "identity.units"),
    ("/admin/grants", "portal-admin-grants", "lock", "identity.grant"),
    ("/admin/params", "portal-admin-params", "gear", rights::PARAMS),
    ("/admin/packs", "portal-admin-packs", "folder", rights::PACKS),
    ("/admin/jobs", "portal-admin-jobs", "clock", rights::JOBS),
    ("/admin/mail", "portal-admin-mail", "inbox", "desk.mail"),
    ("/admin/health", "portal-admin-health", "chart", rights::JOBS),
    ("/admin/gateway", "portal-admin-gateway", "plug", "capabilities.run"),
    ("/admin/quarantine", "portal-admin-quarantine", "inbox", "capabilities.run"),
    ("/audit", "portal-nav-audit", "shield", rights::AUDIT),
];

pub(super) fn show(call: &Call, _: Nothing) -> Answer<AdminView> {
    let who = call.acting()?;
    if !holds_any(&who, ADMIN) {
        return Err(Problem::new(403, "denied").arg("right", "identity.admin").arg("node", "*"));
    }
    let view = call.read::<_, Never>(|read| Ok(view(read, &who)?))?;
    Ok(Reply::page("portal/admin.html", view))
}

fn view(read: &Read, who: &Acting) -> Result<AdminView, Fault> {
    let mut places = Vec::new();
    for (href, label, icon, right) in PLACES {
        let reads_packs = href == "/admin/packs" && holds_any(who, &[rights::PARAMS, rights::AUDIT]);
        if !holds_any(who, &[right]) && !reads_packs {
            continue;
        }
        let waiting = match href {
            "/admin/jobs" => read.jobs("failed", 100)?.len(),
            "/admin/params" => waiting(read, true)?,
            "/admin/packs" => waiting(read, false)? + packs::imports(read, Some(packs::ImportState::Proposed))?.len(),
            _ => 0,
        };
        places.push(PlaceView { href, label, icon, waiting: waiting as i64 });
    }
    let reads_packs = holds_any(who, &[rights::PACKS, rights::PARAMS, rights::AUDIT]);
    Ok(AdminView { places, built_in: if reads_packs { built_in(read)? } else { None } })
}

/// Changes that wait for a second person: of parameters, or of everything else.
fn waiting(read: &Read, params: bool) -> Result<usize, Fault> {
    let proposed = packs::changes(read, Some(packs::ChangeState::Proposed), None)?;
    Ok(proposed.iter().filter(|change| (change.kind == packs::ChangeKind::Param) == params).count())
}
