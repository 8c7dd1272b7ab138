//! Acceptance scenario 1 over JSON, as its people live it: declared, admitted, incubated, converted, rewarded, returned; every amount to the fen.

use serde_json::{Value, json};

use crate::api::Api;
use crate::ground::House;

/// The team: persona, home unit, its HR, grade, base pay of a month in fen.
const TEAM: [(&str, &str, &str, &str, i64); 3] =
    [("lead", "zj", "hr-zj", "P5", 2_000_000), ("member-lin", "zj", "hr-zj", "P4", 1_650_000), ("member-he", "iot", "hr-iot", "P4", 1_550_000)];
/// Who goes with the result.
const MOVES: &str = "member-lin";
/// Paid months: the first is a part, the last too.
const MONTHS: [&str; 6] = ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03"];

#[test]
fn an_idea_lives_its_whole_life_over_the_api() {
    let mut api = Api::new(House::peopled());
    let project = declare(&mut api);
    team_up(&mut api, &project);
    live_on(&mut api, &project);
    api.house.temp.assert_clean();
    let failed = api.house.world.read(|read| Ok(read.jobs("failed", 10)?)).expect("jobs");
    assert!(failed.is_empty(), "{failed:?}");
}

/// From the screening to the last payment.
pub fn live_on(api: &mut Api, project: &str) {
    screen(api, project);
    panel(api, project, 5, 82);
    admit(api, project);
    onboard(api, project);
    start(api, project);
    back(api, project);
    let deferred = incubate(api, project);
    leave_incubation(api, project);
    panel(api, project, 7, 85);
    convert(api, project, &deferred);
    award(api, project);
    go_home(api, project);
    last_part(api, project);
}

/// A text of at least so many characters.
fn long(text: &str) -> String {
    text.repeat(40usize.div_ceil(text.chars().count()))
}

pub fn state(api: &mut Api, who: &str, case: &str) -> String {
    api.get(who, &format!("/cases/{case}"))["state"].as_str().unwrap_or_default().to_owned()
}

pub fn declare(api: &mut Api) -> String {
    let base = api.node("hz-space");
    api.refused_as("lead", "/projects", json!({ "base": "group/nowhere" }), 422, "input-invalid");
    let draft = json!({ "base": base, "channel": "self" });
    api.key_is_taken("lead", "/projects", &draft, &json!({ "base": base, "channel": "challenge" }));
    let made = api.does("lead", "/projects", draft);
    let project = made["id"].as_str().expect("an id").to_owned();
    assert_eq!(made["state"], "draft");
    let wrong = api.refused("lead", &format!("/cases/{project}/forms/application"), json!({ "title": "短", "duration_months": 99 }), 422);
    let pointers: Vec<&str> = wrong["errors"].as_array().into_iter().flatten().filter_map(|error| error["pointer"].as_str()).collect();
    assert_eq!(pointers, ["/duration_months"], "{wrong}");
    let wanting = api.refused("lead", &format!("/cases/{project}/forms/application/completion"), json!({}), 422);
    assert!(wanting["errors"].as_array().is_some_and(|errors| errors.len() > 10), "every required field is named: {wanting}");
    assert!(api.blocked("lead", &project, "submit").len() >= 2, "the form and the signatures");
    api.fills("lead", &project, "application", None, application(&base));
    project
}

pub fn application(base: &str) -> Value {
    let text = long("消火栓水压远程感知，减少人工巡检。");
    json!({
        "title": "智慧消防栓监测", "summary": "给消火栓装上窄带物联网水压传感器", "channel": "self", "line": "everyone", "domains": ["iot", "city"],
        "problem": text, "solution": text, "maturity": "technology", "stage": "seed", "base": base, "team_strengths": text, "full_time": true,
        "plan": text, "duration_months": 8, "milestones": ["完成现场试点"], "grant": { "minor": 30_000_000, "asset": { "code": "CNY", "scale": 2 } },
        "value": text, "original": true, "rules_read": true, "public_ok": true,
    })
}

pub fn team_up(api: &mut Api, project: &str) {
    for (member, ..) in &TEAM[1..] {
        let person = api.person(member);
        api.does("lead", &format!("/cases/{project}/members"), json!({ "person_id": person }));
        api.refused_as("lead", &format!("/cases/{project}/members"), json!({ "person_id": person }), 422, "programme-already-member");
        api.signs(member, project, "team_consent");
    }
    api.blocked("lead", project, "submit");
    api.signs("lead", project, "team_consent");
    api.moves("lead", project, "submit", "");
    assert_eq!(state(api, "lead", project), "screening");
    api.refused("lead", &format!("/cases/{project}/forms/application"), json!({ "title": "换一个题目试试" }), 409);
}

fn screen(api: &mut Api, project: &str) {
    api.refused("lead", &format!("/cases/{project}/moves"), json!({ "move": "pass_screen" }), 403);
    api.refused("backer", &format!("/cases/{project}/moves"), json!({ "move": "pass_screen" }), 404);
    let missing = api.blocked("operator-hz", project, "return_to_author");
    assert_eq!(missing.len(), 1, "a reason: {missing:?}");
    api.moves("operator-hz", project, "return_to_author", "请补充试点单位");
    api.fills("lead", project, "application", None, json!({ "value": long("试点单位为杭州市消防支队。") }));
    api.moves("lead", project, "submit", "");
    api.moves("operator-hz", project, "pass_screen", "");
    assert_eq!(state(api, "lead", project), "entry_review");
}

/// The panel is drawn; everybody accepts, declares, scores and signs; the office counts.
fn panel(api: &mut Api, project: &str, size: usize, mark: i64) {
    api.wait_days(1);
    let page = api.get("office", &format!("/cases/{project}"));
    let open = page["rounds"].as_array().into_iter().flatten().find(|round| round["state"] == "reviewing");
    let round = open.and_then(|round| round["id"].as_str()).unwrap_or_else(|| panic!("no open round: {}", page["rounds"])).to_owned();
    let early = api.refused("office", &format!("/rounds/{round}/closing"), json!({}), 409);
    assert!(early["detail"].as_str().is_some_and(|text| !text.is_empty()), "{early}");
    let experts: Vec<String> = (1..=20).map(|n| format!("expert-{n:02}")).collect();
    let mut seats = 0;
    for expert in &experts {
        let mine = api.get(expert, "/reviews");
        for line in mine["items"].as_array().cloned().unwrap_or_default() {
            let seat = line["id"].as_str().expect("a seat").to_owned();
            judge(api, expert, &seat, mark);
            seats += 1;
        }
    }
    assert_eq!(seats, size, "the panel as the definition says");
    api.does("office", &format!("/rounds/{round}/closing"), json!({}));
}

fn judge(api: &mut Api, expert: &str, seat: &str, mark: i64) {
    let sheet = api.get(expert, &format!("/reviews/{seat}"));
    assert!(sheet["material"].is_null(), "nothing is read before the declaration");
    api.does(expert, &format!("/reviews/{seat}/acceptance"), json!({}));
    api.refused(expert, &format!("/reviews/{seat}/declaration"), json!({ "no_conflict": false }), 422);
    api.does(expert, &format!("/reviews/{seat}/declaration"), json!({ "no_conflict": true, "statement": "无利害关系" }));
    let sheet = api.get(expert, &format!("/reviews/{seat}"));
    assert!(!sheet["material"].is_null(), "then it is");
    let criteria = sheet["criteria"].as_array().expect("criteria");
    let scaled = |one: &Value, part: i64| {
        let (min, max) = (one["min"].as_i64().unwrap_or(0), one["max"].as_i64().unwrap_or(100));
        json!({ "criterion": one["id"], "points": min + (max - min) * part / 100, "comment": "思路清晰，验证充分" })
    };
    let marks: Vec<Value> = criteria.iter().map(|one| scaled(one, mark)).collect();
    api.does(expert, &format!("/reviews/{seat}/draft"), json!({ "marks": &marks[..1] }));
    api.refused(expert, &format!("/reviews/{seat}/signature"), json!({ "marks": &marks[..1] }), 422);
    let sheet = json!({ "marks": marks });
    if api.get(expert, &format!("/reviews/{seat}"))["proved"] == false {
        api.prove(expert);
    }
    api.does(expert, &format!("/reviews/{seat}/signature"), sheet.clone());
    api.refused(expert, &format!("/reviews/{seat}/signature"), sheet, 409);
}

/// Admitted; somebody objects to the notice, which blocks the start until it is answered and the days are over.
fn admit(api: &mut Api, project: &str) {
    api.moves("office", project, "admit", "");
    assert_eq!(state(api, "lead", project), "onboarding");
    let letters = api.get("lead", &format!("/cases/{project}"))["letters"].clone();
    assert!(letters.as_object().is_some_and(|letters| !letters.is_empty()), "a letter states results and reasons: {letters}");
    let page = api.get("lead", &format!("/cases/{project}"));
    let notice = page["notices"][0]["id"].as_str().unwrap_or_else(|| panic!("{}", page["notices"])).to_owned();
    let objection = api.does("backer", &format!("/notices/{notice}/objections"), json!({ "reason": "与我司在研项目相近，请核对" }));
    api.wait_days(7);
    let missing = api.blocked("operator-hz", project, "start");
    assert!(missing.iter().any(|sentence| sentence.contains("公示")), "{missing:?}");
    let id = objection["id"].as_str().expect("an objection");
    api.does("office", &format!("/objections/{id}/answers"), json!({ "verdict": "rejected", "reason": "对象与技术路线不同" }));
}

fn positions(api: &mut Api, project: &str) -> Vec<(usize, String)> {
    let children = api.get("office", &format!("/cases/{project}"))["children"].clone();
    let ids: Vec<String> = children
        .as_array()
        .into_iter()
        .flatten()
        .filter(|child| child["definition"] == "person.post")
        .filter_map(|child| child["id"].as_str().map(str::to_owned))
        .collect();
    let holders: Vec<Value> = ids.iter().map(|id| api.get("office", &format!("/cases/{id}"))["about"].clone()).collect();
    let at = |holder: &Value| TEAM.iter().position(|(member, ..)| api.house.world.persons[*member].as_str() == holder.as_str().unwrap_or_default());
    holders.iter().zip(ids).map(|(holder, id)| (at(holder).expect("a member"), id)).collect()
}

fn onboard(api: &mut Api, project: &str) {
    let mentor = api.person("mentor");
    api.does("operator-hz", &format!("/cases/{project}/mentor"), json!({ "person": mentor }));
    api.does("operator-hz", &format!("/cases/{project}/space"), json!({ "space": "A区 12 号工位" }));
    api.does("operator-hz", &format!("/cases/{project}/retention"), json!({ "until": "2028-08-31" }));
    for (member, ..) in TEAM {
        api.signs(member, project, "incubation_agreement");
        api.signs(member, project, "pay_variation_agreement");
    }
    for (at, position) in positions(api, project) {
        let (_, _, hr, ..) = TEAM[at];
        let missing = api.blocked(hr, &position, "second");
        assert!(!missing.is_empty(), "pay is not frozen yet");
        freeze(api, at, &position);
        api.moves(hr, &position, "second", "");
        assert_eq!(state(api, hr, &position), "seconded");
    }
}

/// HR of the home unit freezes grade and base pay.
fn freeze(api: &mut Api, at: usize, position: &str) {
    let (_, _, hr, grade, base_minor) = TEAM[at];
    let base = format!("{}.{:02}", base_minor / 100, base_minor % 100);
    api.does(hr, &format!("/people/freezings/{position}"), json!({ "grade": grade, "base_yuan": base }));
}

fn start(api: &mut Api, project: &str) {
    let before = api.available("fund:rd");
    api.moves("operator-hz", project, "start", "");
    assert_eq!(state(api, "lead", project), "incubating");
    assert_eq!(before - api.available("fund:rd"), 30_000_000, "the grant is committed, 300,000.00 yuan");
    assert_eq!(api.available(&format!("project:{project}:grant")), 30_000_000);
}

/// What each stakes: within the season grant of 1,000 and at most 500 a project.
const STAKES: [(&str, i64); 3] = [("backer", 300), ("staff-01", 500), ("staff-02", 50)];

fn child(api: &mut Api, project: &str, definition: &str) -> String {
    let children = api.get("office", &format!("/cases/{project}"))["children"].clone();
    let found = children.as_array().into_iter().flatten().find(|child| child["definition"] == definition);
    found.and_then(|child| child["id"].as_str()).unwrap_or_else(|| panic!("no {definition}: {children}")).to_owned()
}

fn back(api: &mut Api, project: &str) {
    let round = child(api, project, "hemi.round");
    let stakes = format!("/hemi/rounds/{round}/stakes");
    api.refused("backer", &stakes, json!({ "amount": 10 }), 404);
    api.moves("office", &round, "open", "");
    for (backer, amount) in STAKES {
        api.does(backer, &stakes, json!({ "amount": amount }));
        let person = api.person(backer);
        assert_eq!(api.available(&format!("hemi:wallet:{person}")), 1000 - amount, "{backer}");
    }
    api.refused_as("lead", &stakes, json!({ "amount": 10 }), 422, "hemi-own-project");
    api.refused_as("mentor", &stakes, json!({ "amount": 10 }), 422, "hemi-mentor");
    for wrong in [json!({ "amount": 0 }), json!({ "amount": -5 }), json!({ "amount": "many" }), json!({}), json!({ "amount": 1.5 })] {
        api.refused("backer", &stakes, wrong, 422);
    }
    let too_much = api.refused("staff-03", &stakes, json!({ "amount": 501 }), 422);
    assert_eq!(too_much["code"], "hemi-stake-too-large", "{too_much}");
}

/// Due for so many days of a month, paid at 70 %, both rounded half up; the rest is deferred.
fn expected(base: i64, days: i64, month_days: i64) -> (i64, i64, i64) {
    let due = (base * days * 2 + month_days) / (month_days * 2);
    let paid = (due * 70 * 2 + 100) / 200;
    (due, paid, due - paid)
}

/// Six months: check-ins, mentor sessions, pay. Gives what is deferred for each member.
fn incubate(api: &mut Api, project: &str) -> [i64; 3] {
    let (mut deferred, mut paid) = ([0; 3], 0);
    let began = api.house.temp.clock.now().day();
    for (n, month) in (1i64..).zip(MONTHS) {
        let next = words::Day::parse(&format!("{month}-01")).expect("a day").last_of_month().plus_days(1);
        if n == 1 {
            assert!(began < next, "the story is on time: {began}");
        }
        api.wait_until(&next.to_string());
        api.fills("lead", project, "check_in", Some(n), json!({ "progress": long("按计划推进，完成联调。"), "status": "on_track", "next": "继续试点工作" }));
        let session = json!({ "held_on": next, "minutes": 60, "place": "on_site", "topics": long("讨论试点数据"), "advice": "聚焦误报率" });
        api.fills("mentor", project, "mentor_session", Some(n), session);
        if n == 1 {
            first_part(api, &mut deferred, &mut paid);
        }
        for (unit, hr) in [("zj", "hr-zj"), ("iot", "hr-iot")] {
            let lines = pay(api, unit, hr, month);
            check_lines(&lines, api, &mut deferred, &mut paid);
        }
    }
    for (at, (member, ..)) in TEAM.iter().enumerate() {
        let person = api.person(member);
        assert_eq!(api.available(&format!("deferred_pay:{person}:{project}")), deferred[at], "{member}");
    }
    assert_eq!(api.available("payable:payroll"), paid, "what was paid is payable, to the fen");
    deferred
}

/// The days of September after the secondment, if there are any.
fn first_part(api: &mut Api, deferred: &mut [i64; 3], paid: &mut i64) {
    for (unit, hr) in [("zj", "hr-zj"), ("iot", "hr-iot")] {
        let lines = pay(api, unit, hr, "2026-09");
        check_lines(&lines, api, deferred, paid);
    }
}

fn check_lines(lines: &[Value], api: &Api, deferred: &mut [i64; 3], paid: &mut i64) {
    for line in lines {
        let minor = |name: &str| line[name]["minor"].as_i64().expect("an amount");
        let at = TEAM.iter().position(|(member, ..)| api.person(member) == line["person"]).expect("a member");
        let (days, month_days) = (line["days"].as_i64().expect("days"), line["month_days"].as_i64().expect("days"));
        assert_eq!((minor("due"), minor("paid"), minor("deferred")), expected(TEAM[at].4, days, month_days), "{line}");
        deferred[at] += minor("deferred");
        *paid += minor("paid");
    }
}

/// Prepared by HR, confirmed by another person, handed over once; gives the lines.
fn pay(api: &mut Api, unit: &str, hr: &str, month: &str) -> Vec<Value> {
    let node = api.node(unit);
    let run = api.does(hr, "/people/pay", json!({ "unit": node, "month": month }))["id"].as_str().expect("a run").to_owned();
    api.refused(hr, &format!("/people/pay/{run}/confirmation"), json!({}), 403);
    api.refused_as("finance", &format!("/people/pay/{run}/export"), json!({}), 409, "people-run-state");
    api.does("finance", &format!("/people/pay/{run}/confirmation"), json!({}));
    api.does("finance", &format!("/people/pay/{run}/export"), json!({}));
    api.refused_as("finance", &format!("/people/pay/{run}/confirmation"), json!({}), 409, "people-run-state");
    api.refused_as(hr, "/people/pay", json!({ "unit": node, "month": month }), 409, "people-nothing-to-pay");
    let seen = api.get("finance", &format!("/people/pay/{run}/file"));
    seen["lines"].as_array().cloned().unwrap_or_default()
}

fn leave_incubation(api: &mut Api, project: &str) {
    let planned = api.does("lead", &format!("/cases/{project}/milestones"), json!({ "title_zh": "完成现场试点", "due": "2027-04-20" }));
    let missing = api.blocked("lead", project, "prepare_exit");
    assert!(missing.len() >= 3, "application, milestone, mentor's opinion: {missing:?}");
    let today = api.now().day();
    let milestone = json!({ "title": "完成现场试点", "due": today, "result": long("试点报告"), "met": "met" });
    api.fills("lead", project, "milestone", Some(1), milestone);
    let id = planned["id"].as_str().expect("an obligation");
    api.does("lead", &format!("/obligations/{id}/completion"), json!({ "evidence": "试点报告 v1.0" }));
    api.fills("mentor", project, "mentor_opinion", None, json!({ "verdict": "ready", "reasons": long("数据支持出孵"), "maturity": "product" }));
    let exit = json!({
        "route": "internal", "results": long("三个区试点，误报率低于千分之一。"), "users": long("消防支队反馈"), "maturity": "product",
        "next_year": long("推广到全省。"), "stay": "return",
    });
    api.fills("lead", project, "exit_application", None, exit);
    let open: Vec<Value> = api.get("lead", &format!("/cases/{project}"))["obligations"].as_array().cloned().unwrap_or_default();
    for one in open.iter().filter(|one| one["kind"] == "milestone" && one["state"] == "open") {
        let id = one["id"].as_str().expect("an obligation");
        api.does("lead", &format!("/obligations/{id}/completion"), json!({ "evidence": "试点报告 v1.0" }));
    }
    api.moves("lead", project, "prepare_exit", "");
    let round = child(api, project, "hemi.round");
    api.refused_as("backer", &format!("/hemi/rounds/{round}/stakes"), json!({ "amount": 1 }), 409, "hemi-round-not-open");
    api.blocked("operator-hz", project, "to_exit_review");
    api.does("operator-hz", &format!("/cases/{project}/roadshow"), json!({ "evidence": "路演集训签到表" }));
    let deliverables = json!({ "list": ["水压传感器固件", "平台接口"], "ip": "发明专利一项", "how_to": long("按交接手册操作。") });
    api.fills("lead", project, "deliverables", None, deliverables);
    api.moves("operator-hz", project, "to_exit_review", "");
}

fn convert(api: &mut Api, project: &str, deferred: &[i64; 3]) {
    api.blocked("office", project, "choose_internal");
    let unit = api.node("gov");
    api.does("office", &format!("/cases/{project}/application-unit"), json!({ "unit": unit }));
    api.signs("unit-gov", project, "intent");
    api.moves("office", project, "choose_internal", "");
    let (owner, today) = (api.person("unit-gov"), api.now().day());
    api.blocked("unit-gov", project, "confirm_transfer");
    let acceptance = json!({
        "unit": unit, "owner": owner, "checked": ["deliverables", "documents", "ip", "trained"], "use": long("接入城市消防平台。"), "accepted_on": today,
    });
    api.fills("unit-gov", project, "transfer_acceptance", None, acceptance);
    api.signs("unit-gov", project, "transfer_acceptance");
    // The days of this month until the conversion are made up with the rest.
    let before = api.available("payable:payroll");
    api.moves("unit-gov", project, "confirm_transfer", "");
    api.wait_days(1);
    let page = api.get("lead", &format!("/cases/{project}"));
    assert_eq!((page["state"].as_str(), page["outcome"].as_str(), page["route"].as_str()), (Some("graduated_internal"), Some("success"), Some("internal")));
    for (member, ..) in TEAM {
        let person = api.person(member);
        assert_eq!(api.available(&format!("deferred_pay:{person}:{project}")), 0, "{member}: one run, and nothing is left");
    }
    let released: i64 = deferred.iter().sum();
    assert!(api.available("payable:payroll") >= before + released, "the deferred part is payable: {before} + {released}");
    for (backer, amount) in STAKES {
        let person = api.person(backer);
        assert_eq!(api.available(&format!("hemi:wallet:{person}")), 1000 + amount, "{backer}: doubled");
        assert_eq!(api.available(&format!("hemi:stake:{project}:{person}")), 0);
    }
    let showcase = api.get("backer", "/showcase");
    assert!(showcase["results"].as_array().is_some_and(|results| results.iter().any(|one| one["case"] == project)), "the result is on show: {showcase}");
}

fn award(api: &mut Api, project: &str) {
    let award = child(api, project, "award");
    let team: Vec<String> = TEAM.iter().map(|(member, ..)| api.person(member)).collect();
    api.blocked("office", &award, "nominate");
    let case = json!({ "scheme": "conversion", "reasons": long("全省推广的示范成果。"), "benefit": long("年节约巡检费用"), "people": team });
    api.fills("lead", &award, "award_case", None, case);
    api.moves("office", &award, "nominate", "");
    panel(api, &award, 5, 85);
    let grade = |score: i64, amount: &str| json!({ "score": score, "amount": amount, "statement": "按综合评定等级给予奖励" });
    api.refused_as("office", &format!("/awards/{award}/grade"), grade(85, "500000.01"), 422, "awards-over-level");
    api.does("office", &format!("/awards/{award}/grade"), grade(85, "500000.00"));
    let share = |at: usize, percent: &str| json!({ "person": team[at], "percent": percent });
    api.refused("lead", &format!("/awards/{award}/shares"), json!({ "shares": [share(0, "50"), share(1, "25"), share(2, "24.99")] }), 422);
    api.does("lead", &format!("/awards/{award}/shares"), json!({ "shares": [share(0, "40"), share(1, "33.33"), share(2, "26.67")] }));
    for (member, ..) in TEAM {
        let proposal = api.get(member, &format!("/awards/{award}"))["proposal"].clone();
        api.does(member, &format!("/awards/{award}/agreement"), json!({ "proposal": proposal }));
    }
    api.moves("office", &award, "grade", "");
    api.blocked("finance", &award, "pay");
    api.wait_days(7);
    let fund = api.available("fund:incentive");
    api.moves("finance", &award, "pay", "");
    assert_eq!(fund - api.available("fund:incentive"), 50_000_000, "500,000.00 yuan");
    for (person, share) in team.iter().zip([20_000_000, 16_665_000, 13_335_000]) {
        assert_eq!(api.available(&format!("payable:{person}")), share, "to the fen");
    }
    let seen = api.get("office", &format!("/awards/{award}"));
    assert_eq!((seen["awarded"]["minor"].as_i64(), seen["cap"]["minor"].as_i64()), (Some(50_000_000), Some(200_000_000)), "within 2,000,000.00 in all");
}

/// One goes with the result; the others choose to go back, and get the same grade or a better one.
fn go_home(api: &mut Api, project: &str) {
    for (at, position) in positions(api, project) {
        let (member, _, hr, grade, _) = TEAM[at];
        assert_eq!(state(api, member, &position), "choosing");
        if member == MOVES {
            go_with_it(api, member, hr, &position);
            continue;
        }
        api.refused(hr, &format!("/people/positions/{position}/restoration"), json!({ "grade": grade }), 409);
        api.does(member, &format!("/people/positions/{position}/choice"), json!({ "choice": "return" }));
        api.refused_as(hr, &format!("/people/positions/{position}/restoration"), json!({ "grade": "P3" }), 422, "people-grade-below");
        api.does(hr, &format!("/people/positions/{position}/restoration"), json!({ "grade": grade }));
        let seen = api.get(member, &format!("/people/positions/{position}"));
        assert_eq!((seen["new_grade"].as_str(), seen["state"].as_str()), (Some(grade), Some("restored")), "{seen}");
        assert_eq!(state(api, hr, &position), "restored");
    }
}

/// The receiving unit sees the position of somebody, with its grade and pay, only once they have signed to come.
fn go_with_it(api: &mut Api, member: &str, hr: &str, position: &str) {
    let unit = api.node("gov");
    api.does(member, &format!("/people/positions/{position}/choice"), json!({ "choice": "transfer" }));
    api.refused(hr, &format!("/people/positions/{position}/transfer"), json!({ "unit": unit }), 409);
    api.hides("unit-gov", &format!("/cases/{position}"));
    api.signs(member, position, "transfer");
    api.signs("unit-gov", position, "transfer");
    api.does(hr, &format!("/people/positions/{position}/transfer"), json!({ "unit": unit }));
    assert_eq!(state(api, hr, position), "transferred");
    api.hides("unit-gov", &format!("/cases/{position}"));
}

/// The days of the last month until the conversion: the project has succeeded, so nothing of them stays deferred.
fn last_part(api: &mut Api, project: &str) {
    let before = api.available("payable:payroll");
    let mut due = 0;
    api.wait_until("2027-05-03");
    for (unit, hr) in [("zj", "hr-zj"), ("iot", "hr-iot")] {
        for line in pay(api, unit, hr, "2027-04") {
            let at = TEAM.iter().position(|(member, ..)| api.person(member) == line["person"]).expect("a member");
            let (days, month_days) = (line["days"].as_i64().expect("days"), line["month_days"].as_i64().expect("days"));
            assert!(days < month_days, "not the whole month: {line}");
            let (whole, _, rest) = expected(TEAM[at].4, days, month_days);
            // One line withholds 30 % as ever, another makes them up at once.
            let made_up = line["kind"] == "release";
            let wanted = if made_up { (0, rest) } else { (whole, whole - rest) };
            assert_eq!((line["due"]["minor"].as_i64(), line["paid"]["minor"].as_i64()), (Some(wanted.0), Some(wanted.1)), "{line}");
            due += wanted.0;
        }
    }
    for (member, ..) in TEAM {
        let person = api.person(member);
        assert_eq!(api.available(&format!("deferred_pay:{person}:{project}")), 0, "{member}");
    }
    assert_eq!(api.available("payable:payroll") - before, due, "all of it is payable");
}
