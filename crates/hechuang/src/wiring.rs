//! Joins the crates: parts for the store, routes, templates and texts for the door, roles from the pack in force.

use std::sync::{Arc, Mutex, PoisonError};

use store::{Db, Options, OuterJob, Part, Place};
use webkit::{App, AppOptions, Texts};
use words::{Acting, Failure, Fault, IfAny, Never};

use crate::config::Config;
use crate::data_plane;
use crate::ground::Ground;
use crate::ground_search;
use crate::house_gate::{self, HouseGate};
use crate::places::places;
use crate::reactions;

/// What every crate brings to the store, lower floors first.
pub const PARTS: &[&Part] = &[
    &webkit::PART,
    &packs::PART,
    &review::PART,
    &ledger::PART,
    &metering::PART,
    &register::PART,
    &desk::PART,
    &identity::PART,
    &programme::PART,
    &people::People::<Ground>::PART,
    &awards::Awards::<Ground>::PART,
    &hemi::Hemi::<Ground>::PART,
    &tariffs::Tariffs::<Ground>::PART,
    &callbacks::PART,
    &capabilities::Capabilities::<Ground>::PART,
    &billing::Billing::<Ground>::PART,
    &messages::Messages::<Ground>::PART,
    &datasets::Datasets::<Ground>::PART,
    &community::Community::<Ground>::PART,
];

/// Options of the database that the configuration names.
pub fn options(config: &Config) -> Options {
    let mut options = Options::at(&config.server.data, PARTS.to_vec());
    if !config.server.database.is_empty() {
        options.place = Place::Postgres(config.server.database.clone());
    }
    options.reactions = reactions::all();
    options.outer = outer_jobs(config);
    options
}

/// The address that people type.
pub(crate) fn public_url(config: &Config) -> String {
    let server = &config.server;
    let port = || server.listen.rsplit_once(':').map_or("8080", |(_, port)| port);
    match server.hosts.first() {
        _ if !server.url.is_empty() => server.url.trim_end_matches('/').to_owned(),
        Some(host) => format!("https://{host}"),
        None => format!("http://localhost:{}", port()),
    }
}

/// Where passkeys are made for.
pub fn place(config: &Config) -> Result<identity::Place, Fault> {
    identity::Place::of(&public_url(config)).map_err(|mistake| Fault::new(format!("server.url: {}", mistake.0)))
}

/// Identity providers; all that is wrong with them is told together.
pub fn providers(config: &Config) -> Result<identity::Providers, Fault> {
    let mut wrong = Vec::new();
    let mut drafts = Vec::new();
    for (key, provider) in &config.oidc {
        match provider_of(key, provider) {
            Ok(draft) => drafts.push(draft),
            Err(mistake) => wrong.push(mistake),
        }
    }
    match identity::Providers::of(drafts) {
        Ok(providers) if wrong.is_empty() => Ok(providers),
        Ok(_) => Err(Fault::new(wrong.join("\n"))),
        Err(more) => Err(Fault::new([wrong, more].concat().join("\n"))),
    }
}

fn provider_of(key: &str, provider: &crate::config::Oidc) -> Result<identity::ProviderDraft, String> {
    let secret = match provider.client_secret_file.as_str() {
        "" => provider.client_secret.clone(),
        file => std::fs::read_to_string(file).map_err(|error| format!("oidc.{key}.client_secret_file: {file}: {error}"))?.trim().to_owned(),
    };
    Ok(identity::ProviderDraft {
        key: key.to_owned(),
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.clone(),
        client_secret: (!secret.is_empty()).then_some(secret),
        scopes: provider.scopes.clone(),
        name: words::Bilingual::new(&provider.zh, &provider.en),
        find: match provider.find {
            crate::config::Find::Linked => identity::Find::Linked,
            crate::config::Find::Email => identity::Find::Email,
            crate::config::Find::StaffNo => identity::Find::StaffNo(provider.staff_claim.clone()),
        },
        create: provider.create,
    })
}

/// Mail, if a server is configured.
fn outer_jobs(config: &Config) -> Vec<OuterJob> {
    let smtp = &config.smtp;
    if smtp.host.is_empty() {
        return Vec::new();
    }
    let protection = if smtp.port == 465 { desk::Protection::Tls } else { desk::Protection::StartTls };
    let login = (!smtp.user.is_empty()).then(|| (smtp.user.clone(), smtp.password.clone()));
    let server = desk::MailServer {
        host: smtp.host.clone(),
        port: smtp.port,
        protection,
        login,
        from: smtp.from.clone(),
        from_name: "和创 Hechuang".into(),
        site: public_url(config),
    };
    vec![desk::mail_job(server)]
}

/// Opens (and makes, and migrates) the database; an empty one gets the built-in pack.
pub fn open(config: &Config) -> Result<Db, Fault> {
    let db = Db::open(options(config))?;
    ensure_pack(&db)?;
    data_plane::ensure_builtins(&db)?;
    let (mail, site) = (!config.smtp.host.is_empty(), public_url(config));
    let started = db.write::<_, Never>("hechuang.start", move |tx| {
        identity::start_sweeping(tx)?;
        desk::enable_anchors(tx)?;
        callbacks::settle_source(tx, &site)?;
        desk::declare_message_kinds(tx, &message_kinds())?;
        metering::set_terms(tx, &data_plane::metering_terms(tx)?)?;
        billing::start_billing(tx)?;
        Ok(desk::switch_mail(tx, mail)?)
    });
    started.map_err(Failure::into_fault)?;
    Ok(db)
}

/// Which addresses events may be sent to.
pub fn callbacks_reach(config: &Config) -> words::Reach {
    words::Reach { private: config.callbacks.private_addresses }
}

/// What people are told of; deadlines, results and invitations cannot be switched off.
fn message_kinds() -> Vec<desk::MessageKind> {
    let kind =
        |kind: &str, zh: &str, en: &str, mandatory| desk::MessageKind { kind: kind.into(), name: words::Bilingual::new(zh, en), mandatory, by_mail: true };
    vec![
        kind("case.moved", "事项进展", "Progress of a case", true),
        kind("case.overdue", "到期", "Due now", true),
        kind("case.reminder", "提醒", "Reminders", false),
        kind("case.invited", "团队邀请", "Invitations to a team", true),
        kind("case.mention", "评论提及", "Mentions in comments", false),
        kind("desk.commented", "评论", "Comments", false),
        kind("case.deputy", "代理与回避", "Deputies and conflicts", true),
        kind("case.team", "团队变化", "Changes of a team", false),
        kind("case.turn", "轮到您办理", "Your turn to act", true),
        kind("people.position", "岗位与薪酬", "Position and pay", true),
        kind("callbacks.paused", "回调暂停", "Callbacks that are paused", true),
        kind("billing.invoice", "新账单", "New invoices", true),
        kind("billing.statement", "结算单签发", "Signed statements", true),
        kind("billing.reminder", "账单逾期提醒", "Overdue invoices", true),
        kind("billing.suspended", "欠费停用与恢复", "Suspension and resumption", true),
        kind("billing.budget", "预算提醒", "Budgets", false),
        kind("firm.members", "企业成员", "Members of a firm", true),
        kind("review.invited", "评审邀请", "Invitations to review", true),
    ]
}

/// An installation without a pack gets the built-in one, through the same door as any other.
pub fn ensure_pack(db: &Db) -> Result<(), Fault> {
    let there = db.read::<_, Never>(|read| Ok(!packs::versions(read)?.is_empty())).map_err(Failure::into_fault)?;
    if there {
        return Ok(());
    }
    let pack = packs::embedded().map_err(|mistakes| Fault::new(format!("the built-in pack: {mistakes}")))?;
    install_pack(db, &Acting::system("setup"), &pack)
}

/// Installs a pack and its lifecycles in one transaction.
pub fn install_pack(db: &Db, who: &Acting, pack: &Arc<packs::Pack>) -> Result<(), Fault> {
    let (who, pack) = (who.clone(), pack.clone());
    let installed = db.write::<_, programme::CaseRefusal>("packs.install", move |tx| {
        packs::install(tx, &who, &pack, "").map_err(|failure| Failure::Broken(failure.into_fault()))?;
        let files: Vec<(String, String)> = pack.texts_under("lifecycles").map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let new = programme::install_definitions(tx, &who, &files)?;
        programme::install_registers(tx, &pack)?;
        Ok(new)
    });
    installed.map(drop).map_err(Failure::into_fault)
}

/// The roles of the pack in force; looked up again when the pack changes.
pub fn roles(db: &Db) -> identity::RoleRights {
    let db = db.clone();
    let kept: Mutex<(String, Arc<identity::Roles>)> = Mutex::default();
    identity::RoleRights::new(move || {
        let now = db.read::<_, Never>(|read| Ok(packs::current(read)?));
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(programme) = now
            && programme.stamp != kept.0
        {
            *kept = (programme.stamp.clone(), Arc::new(roles_of(&programme.pack)));
        }
        kept.1.clone()
    })
}

/// The roles of the pack in force at this moment, for reactions that act as the person who began.
pub(crate) fn roles_now(read: &store::Read) -> Result<identity::RoleRights, Fault> {
    Ok(identity::RoleRights::fixed(roles_of(&packs::current(read)?.pack)))
}

fn roles_of(pack: &packs::Pack) -> identity::Roles {
    let role = |role: &packs::Role| {
        let title = words::Bilingual::new(&role.zh, &role.en);
        (role.key.clone(), identity::Role { title, rights: pack.rights_of(&role.key), kinds: Default::default(), personal: role.personal })
    };
    pack.roles.iter().map(role).collect()
}

/// The door with everything behind it.
pub fn app(db: Db, config: &Config, personas: Option<identity::DemoPersonas>) -> Result<App, Fault> {
    app_beside(db, config, personas, None)
}

/// The same, with a gateway that runs beside it.
pub fn app_beside(db: Db, config: &Config, personas: Option<identity::DemoPersonas>, gateway: Option<gateway::Watch>) -> Result<App, Fault> {
    let (roles, pass) = (roles(&db), house_gate::pass(&db)?);
    let demo = personas.is_some();
    let place = place(config)?;
    let host = place.rp_id.clone();
    let mut options = AppOptions::new(db)
        .part(identity::routes(), identity::TEMPLATES, identity::TEXTS)
        .part(desk::routes_with(may_read_file), desk::TEMPLATES, desk::TEXTS)
        .part(programme::routes(), programme::TEMPLATES, programme::TEXTS)
        .part(people::People::<Ground>::routes(), people::TEMPLATES, people::TEXTS)
        .part(awards::Awards::<Ground>::routes(), awards::TEMPLATES, awards::TEXTS)
        .part(hemi::Hemi::<Ground>::routes(), hemi::TEMPLATES, hemi::TEXTS)
        .part(tariffs::Tariffs::<Ground>::routes(), tariffs::TEMPLATES, tariffs::TEXTS)
        .part(callbacks::routes(), callbacks::TEMPLATES, callbacks::TEXTS)
        .part(capabilities::Capabilities::<Ground>::routes(), capabilities::TEMPLATES, capabilities::TEXTS)
        .part(billing::Billing::<Ground>::routes(), billing::TEMPLATES, billing::TEXTS)
        .part(messages::Messages::<Ground>::routes(), messages::TEMPLATES, messages::TEXTS)
        .part(datasets::Datasets::<Ground>::routes(), datasets::TEMPLATES, datasets::TEXTS)
        .part(community::Community::<Ground>::routes(), community::TEMPLATES, community::TEXTS)
        .part(gateway::routes(), gateway::TEMPLATES, gateway::TEXTS)
        .part(register::routes(), register::TEMPLATES, register::TEXTS)
        .part(portal::routes(), portal::TEMPLATES, portal::TEXTS)
        .part(webkit::Routes::new("engines"), &[], Texts { zh: ENGINES_ZH, en: ENGINES_EN })
        .gate(HouseGate::new(identity::Gate::new(roles.clone()), pass))
        .chrome(portal::Shell)
        .value(portal::Site { icp: config.site.icp.clone(), psb: config.site.psb.clone() })
        .value(portal::Parts(PARTS.to_vec()))
        .value(capabilities::Issuer(public_url(config)))
        .value(capabilities::GatewayAt(data_plane::public_address(config)))
        .value(callbacks::Rules { reach: callbacks_reach(config), kinds: reactions::callback_kinds() })
        .value(messages::Networks::default())
        .value(datasets::Kept::default())
        .value(portal::Hosted(datasets::hosted_by::<Ground>))
        .value(ground_search::finders())
        .value(capabilities::CallsAt(data_plane::own_address(config)))
        .value(roles)
        .value(place)
        .value(providers(config)?)
        .value(places())
        .value(identity::FirstRole("administrator".into()))
        .schemas(form_schemas);
    options = options.value(gateway::Beheld(gateway.clone()));
    if let Some(gateway) = gateway {
        options = options.beside(gateway);
    }
    if let Some(personas) = personas {
        options = options.value(personas);
    }
    if config.site.register {
        options = options.value(portal::Registration { role: "public".into() });
    }
    options.hosts.extend(config.server.hosts.iter().cloned().chain([host]));
    options.https = config.server.https;
    options.demo = demo;
    App::new(options).map_err(Fault::new)
}

/// A file is read by the plain rule, by whoever sees the case it belongs to, and by a reviewer of the case who has declared to have no conflict.
fn may_read_file(read: &store::Read, who: Option<&Acting>, document: &desk::Document) -> Result<bool, Fault> {
    let Some(who) = who.filter(|_| !desk::may_read_plainly(who, document)) else { return Ok(desk::may_read_plainly(who, document)) };
    let subject = words::Id::fixed(document.subject.clone());
    let Some(case) = programme::case(read, &subject).if_any()? else { return Ok(false) };
    if programme::may_see::<Never>(read, who, &case).if_any()?.is_some() {
        return Ok(true);
    }
    for round in review::open_rounds_of(read, subject.as_str())? {
        if review::may_read(read, &who.person, &round.id)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sentences of the engines that have no pages of their own.
const ENGINES_ZH: &str =
    concat!(include_str!("../../packs/locales/zh.ftl"), "\n", include_str!("../../review/locales/zh.ftl"), "\n", include_str!("../../ledger/locales/zh.ftl"));
const ENGINES_EN: &str =
    concat!(include_str!("../../packs/locales/en.ftl"), "\n", include_str!("../../review/locales/en.ftl"), "\n", include_str!("../../ledger/locales/en.ftl"));

/// The forms of the pack as components of the OpenAPI document.
fn form_schemas(db: &Db) -> Result<serde_json::Map<String, serde_json::Value>, Fault> {
    let programme = db.read::<_, Never>(|read| Ok(packs::current(read)?)).map_err(Failure::into_fault)?;
    Ok(programme.pack.forms.iter().map(|form| (format!("Form_{}", form.key()), form.schema())).collect())
}
