//! Real addresses for the patterns of the route table: each `{name}` filled from the lived programme.

use packs::Ending;

use crate::ground::{House, case_of};

/// An address for this pattern, or nothing if the lived programme holds no such thing. `who` is whose own things are taken where they are personal.
pub fn address(house: &House, pattern: &str, who: &str) -> Option<String> {
    if let Some(query) = with_query(house, pattern) {
        return query;
    }
    if !pattern.contains('{') {
        return Some(pattern.to_owned());
    }
    let mut filled = pattern.to_owned();
    for (name, value) in values(house, pattern, who) {
        filled = filled.replace(&format!("{{{name}}}"), &value?);
    }
    (!filled.contains('{')).then_some(filled)
}

/// Patterns that say nothing without a query.
fn with_query(house: &House, pattern: &str) -> Option<Option<String>> {
    match pattern {
        "/setup" => {
            let (admin, person) = (house.world.acting_as("admin").ok()?, house.world.person("expert-20").ok()?);
            let roles = house.world.roles.clone();
            let token =
                house.temp.db.write("identity.offer_setup", move |tx| identity::offer_setup(tx, &admin, &roles, &person, identity::AlsoGone::default())).ok();
            Some(token.map(|token| format!("/setup?token={token}")))
        }
        "/ledger/journal" => Some(Some("/ledger/journal?form=hledger".into())),
        "/cases/similar" => Some(Some("/cases/similar?title=%E6%99%BA%E6%85%A7%E6%B6%88%E9%98%B2".into())),
        "/people/suggest" => Some(Some("/people/suggest?q=%E6%9E%97%E6%99%93".into())),
        "/tariffs/books/{book}" => Some(Some("/tariffs/books/idd?ask=true&target=d01&minutes=3".into())),
        "/tariffs/upgrade" => Some(Some("/tariffs/upgrade?mbps=200&contract_until=2099-12-31".into())),
        "/billing/replay" => Some(Some("/billing/replay?book=capability".into())),
        "/tariffs/replay" => Some(Some("/tariffs/replay?book=idd&from=2017-01-01".into())),
        "/search" => Some(Some("/search?q=%E6%B6%88%E9%98%B2".into())),
        _ => None,
    }
}

fn values(house: &House, pattern: &str, who: &str) -> Vec<(&'static str, Option<String>)> {
    let own = house.world.persons.get(who).map(|person| person.as_str().to_owned()).unwrap_or_default();
    let fixed = |text: &str| Some(text.to_owned());
    let first = |sql: &str| house.first(sql, &[]);
    let mine = |sql: &str, any: &str| house.first(sql, &[&own]).or_else(|| house.first(any, &[]));
    let project = || Some(house.project().as_str().to_owned());
    let under = |start: &str| pattern.starts_with(start);
    match pattern {
        "/login/providers/{provider}/return" => vec![("provider", fixed("none-is-configured"))],
        "/problems/{code}" => vec![("code", fixed("programme-blocked"))],
        "/inbox/{id}" => {
            vec![("id", mine("select id as it from desk_inbox where person = $1 order by id limit 1", "select id as it from desk_inbox order by id limit 1"))]
        }
        "/files/{id}" => vec![("id", first("select id as it from desk_document where removed_at is null order by id limit 1"))],
        "/notices/{id}" => vec![("id", first("select id as it from desk_notice order by id limit 1"))],
        "/projects/{id}" => vec![("id", project())],
        _ if under("/projects/imports/{id}") => vec![("id", first("select id as it from programme_import order by id limit 1"))],
        "/people/pay/{id}/file" => vec![("id", first("select id as it from people_run order by id limit 1"))],
        "/people/pay/{id}" => vec![("id", first("select id as it from people_run order by id limit 1"))],
        "/people/freezings/{id}" => vec![("id", first("select id as it from people_position order by id limit 1"))],
        "/people/positions/{id}" => {
            vec![(
                "id",
                mine("select id as it from people_position where person = $1 order by id limit 1", "select id as it from people_position order by id limit 1"),
            )]
        }
        "/tariffs/benefits/{book}" => vec![("book", fixed("line"))],
        "/tariffs/quotes/{id}" => {
            vec![(
                "id",
                mine("select id as it from tariffs_quote where person = $1 order by id limit 1", "select id as it from tariffs_quote order by id limit 1"),
            )]
        }
        "/billing/invoices/{id}" => vec![(
            "id",
            mine("select id as it from billing_invoice where customer = $1 order by id limit 1", "select id as it from billing_invoice order by id limit 1"),
        )],
        "/billing/usage/{id}/{month}" => vec![
            ("id", first("select subscription as it from billing_charge order by id limit 1")),
            ("month", first("select source as it from billing_charge order by id limit 1")),
        ],
        "/billing/statements/{id}" => vec![("id", first("select id as it from billing_statement order by id limit 1"))],
        "/billing/payouts/{id}" => vec![("id", first("select id as it from billing_payout order by id limit 1"))],
        "/awards/{id}" => vec![("id", first("select id as it from awards_award order by id limit 1"))],
        "/hemi/rounds/{id}" => vec![("id", first("select id as it from hemi_round order by id limit 1"))],
        _ if under("/registers/{kind}/{key}") => vec![
            ("kind", first("select kind as it from register_record order by id limit 1")),
            ("key", first("select key as it from register_record order by id limit 1")),
        ],
        _ if under("/registers/{kind}") => vec![("kind", first("select kind as it from register_kind order by kind limit 1"))],
        "/facts/{key}" => vec![("key", first("select key as it from register_fact order by key limit 1"))],
        "/programme/{key}" => vec![("key", fixed("goal"))],
        "/bases/{key}" => vec![("key", fixed("hz-space"))],
        "/platforms/{key}" => vec![("key", house.world.pack.facts.platforms.first().map(|fact| fact.key.trim_start_matches("platform.").to_owned()))],
        "/callbacks/{id}" => {
            vec![(
                "id",
                mine(
                    "select id as it from callbacks_endpoint where owner = $1 order by id limit 1",
                    "select id as it from callbacks_endpoint order by id limit 1",
                ),
            )]
        }
        "/quarantine/{id}" => vec![("id", first("select id as it from metering_quarantine order by id limit 1"))],
        "/served/tariffs/measures/{book}" => vec![("book", fixed("idd"))],
        "/messages/texts/{id}" => vec![("id", first("select id as it from messages_text order by id limit 1"))],
        "/messages/sends/{id}" | "/served/messages/sends/{id}" => vec![("id", first("select id as it from messages_send order by id limit 1"))],
        "/callback-deliveries/{id}" => vec![("id", first("select id as it from callbacks_delivery order by id limit 1"))],
        "/firms/{id}" => vec![("id", first("select firm as it from identity_member order by id limit 1"))],
        _ if under("/apps/{id}") => {
            vec![(
                "id",
                mine("select id as it from capabilities_app where owner = $1 order by id limit 1", "select id as it from capabilities_app order by id limit 1"),
            )]
        }
        "/subscriptions/{id}" => vec![("id", first("select id as it from capabilities_subscription order by id limit 1"))],
        "/calls/{request}" => vec![("request", called(house))],
        _ if under("/capabilities/{slug}") => vec![("slug", fixed("echo")), ("major", fixed("1"))],
        "/served/samples/{name}/{*path}" => vec![("name", fixed("hydrant-v1")), ("*path", fixed("hydrants/XF-000731"))],
        "/questions/{id}" => vec![("id", first("select id as it from community_question where state = 'shown' order by id limit 1"))],
        "/listed-apps/{id}" => {
            vec![("id", first("select id as it from programme_case where definition = 'app.listing' and state = 'listed' order by id limit 1"))]
        }
        _ if under("/datasets/{slug}") || under("/served/datasets/{slug}") => {
            vec![("slug", first("select slug as it from datasets_set order by slug limit 1"))]
        }
        _ if under("/technology/{id}") => vec![
            ("id", first("select id as it from programme_case where definition = 'technology.component' and state = 'offered' order by id limit 1")),
            ("document", first("select id as it from desk_document where kind = 'technology_document' order by id limit 1")),
        ],
        "/showcase/{case}" => vec![("case", project())],
        "/reviews/{id}" => {
            vec![(
                "id",
                mine(
                    "select id as it from review_assignment where person = $1 order by id desc limit 1",
                    "select id as it from review_assignment order by id desc limit 1",
                ),
            )]
        }
        "/rounds/{id}" => vec![("id", first("select id as it from review_round order by id limit 1"))],
        "/ledger/postings/{id}" => vec![("id", first("select id as it from ledger_transfer order by id limit 1"))],
        "/ledger/months/{month}" => vec![("month", fixed("2027-06"))],
        "/audit/events/{id}" => vec![("id", first("select id as it from store_event order by id limit 1"))],
        "/audit/{*subject}" => vec![("*subject", project())],
        "/admin/params/{key}" => vec![("key", fixed("pay_ratio"))],
        "/admin/packs/imports/{id}" => vec![("id", Some(sent(house)))],
        "/admin/changes/{id}" => vec![("id", Some(proposed(house)))],
        _ if under("/admin/packs/{pack}") => vec![("pack", fixed("shuangchuang")), ("kind", fixed("form")), ("key", fixed("check_in"))],
        "/cases/{id}/letters/{move}" => vec![("id", project()), ("move", letter(house))],
        _ if under("/admin/people/{id}") => vec![("id", Some(house.world.persons["lead"].as_str().to_owned())), ("form", fixed("relation"))],
        _ if under("/admin/definitions/") => vec![("definition", fixed("incubation.self"))],
        "/cases/{id}/forms/{form}" => vec![("id", Some(case_of(&house.world, Ending::Incubating).id.as_str().to_owned())), ("form", fixed("check_in"))],
        _ if under("/cases/{id}") => vec![("id", project()), ("form", fixed("application")), ("document", fixed("team_consent"))],
        _ => Vec::new(),
    }
}

/// A pack that was sent by the office; sent now if there is none.
fn sent(house: &House) -> String {
    house.first("select id as it from packs_import order by id limit 1", &[]).unwrap_or_else(|| {
        let who = house.world.acting_as("office").expect("an official");
        let upload = packs::Upload::of("shuangchuang.zip", &house.world.pack, 0);
        let kept = house.temp.db.write("packs.rehearse_import", move |tx| packs::rehearse_import(tx, &who, &upload));
        kept.map_err(words::Failure::into_fault).expect("it is kept").id.to_string()
    })
}

/// A call of the first app through the gateway; made now if there is none. Nothing where there is no app.
fn called(house: &House) -> Option<String> {
    if let Some(known) = house.first("select request as it from metering_call order by request limit 1", &[]) {
        return Some(known);
    }
    let (app, key) = (
        house.first("select app as it from capabilities_key order by id limit 1", &[])?,
        house.first("select id as it from capabilities_key order by id limit 1", &[])?,
    );
    let now = house.temp.clock.now();
    let request = words::Id::new("req", now.millis(), [7; 10]);
    let admitted = metering::Admitted {
        at_us: now.micros(),
        app: app.into(),
        key: key.into(),
        meter: "echo.calls".into(),
        dims: "v1 GET /anything".into(),
        request: request.clone(),
    };
    let settled = metering::Settled { of: 1, ending: metering::Ending::Answered, status: 200, bytes_in: 0, bytes_out: 400, wait_us: 900, total_us: 1_000 };
    let log = metering::LogId { gateway: words::Id::new("gtw", 1, [1; 10]), epoch: 1, lane: 0 };
    let shipment = metering::Shipment { log, first: 1, entries: vec![metering::Entry::Admitted(admitted), metering::Entry::Settled(settled)] };
    let taken = house.temp.db.write("metering.take_shipment", move |tx| metering::take_shipment(tx, &shipment));
    taken.map_err(words::Failure::into_fault).expect("it is taken in");
    Some(request.to_string())
}

/// A change that waits; proposed now if there is none.
fn proposed(house: &House) -> String {
    house.first("select id as it from packs_change order by id limit 1", &[]).unwrap_or_else(|| {
        let who = house.world.acting_as("office").expect("an official");
        let rubric = house.world.pack.rubric("entry.v1").expect("a rubric").written();
        let draft = packs::ChangeDraft {
            kind: packs::ChangeKind::Rubric,
            node: words::Node::group(),
            target: "entry.v1".into(),
            body: rubric.replace("Real need", "A real need"),
            from: house.temp.clock.now().day(),
            reason: "说得更清楚".into(),
        };
        let change = house.temp.db.write("packs.propose_change", move |tx| packs::propose_change(tx, &who, draft.clone()));
        change.map_err(words::Failure::into_fault).expect("it is proposed").id.to_string()
    })
}

/// A move of the project that wrote a letter, as its page says.
fn letter(house: &House) -> Option<String> {
    let page = house.client("office").get_json(&format!("/cases/{}", house.project())).json();
    page["letters"].as_object()?.keys().next().cloned()
}
