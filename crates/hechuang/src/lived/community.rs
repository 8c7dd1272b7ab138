//! The developer community of the demo: questions with answers, one accepted, one reported; and a developer's app that is listed.

use ::community::QuestionDraft;
use words::{Fault, Id, Outcome};

use super::{World, act};
use crate::ground::Ground;

pub(super) fn at_the_end(world: &World) -> Result<(), Fault> {
    let receipt = ask(world, "developer", "message", "沙箱里怎样收到“未送达”的回执？", "用 19900000002 发送后一直是已送达，想测试失败的情形。")?;
    let told = answer(world, "capability-operator", &receipt, "号码末位决定结果：页面“短信”列出了全部特殊号码，未送达用 19900000003。")?;
    let (who, question) = (world.acting_as("developer")?, receipt.clone());
    world.write("lived.accept", move |tx| ::community::accept_answer(tx, &who, &question, Some(&told)).map(drop))?;
    ask(world, "public", "tariff", "试算结果里的“调整前”取哪一天的价目？", "同一个国家两次试算的调整前金额不同，请问以哪天为准。")?;
    let noise = answer(world, "public", &receipt, "示范：加群领流量，点击链接")?;
    let who = world.acting_as("developer")?;
    world.write("lived.report", move |tx| ::community::report::<Ground>(tx, &who, &receipt, Some(&noise), "广告，与问题无关"))?;
    world.settle_jobs()?;
    list(world)
}

fn ask(world: &World, key: &str, capability: &str, title: &str, body: &str) -> Result<Id, Fault> {
    let who = world.acting_as(key)?;
    let draft = QuestionDraft { capability: capability.into(), title: title.into(), body: body.into() };
    world.write("lived.ask", move |tx| ::community::ask_question::<Ground>(tx, &who, &draft).map(|question| question.id))
}

fn answer(world: &World, key: &str, question: &Id, body: &'static str) -> Result<Id, Fault> {
    let (who, question) = (world.acting_as(key)?, question.clone());
    world.write("lived.answer", move |tx| ::community::answer_question(tx, &who, &question, body).map(|answer| answer.id))
}

/// The developer's live app is put up, and the operator agrees.
fn list(world: &World) -> Result<(), Fault> {
    let who = world.acting_as("developer")?;
    let owner = who.person.clone();
    let app = world.read(move |read| {
        let live = capabilities::apps_of(read, &owner)?.into_iter().find(|app| app.environment == capabilities::Environment::Live);
        live.map(|app| app.id).ok_or(words::Failure::Absent)
    })?;
    let form = portal::ListingForm {
        title: "智慧社区（示范）".into(),
        summary: "住户在小程序里报修、查访客、试算国际长途话费；用开放能力做成。".into(),
        url: String::new(),
    };
    let case = world.write("lived.put_up", move |tx| -> Outcome<Id, portal::ListingRefusal> { portal::put_up(tx, &who, &app, &form).map(|case| case.id) })?;
    act::make_move(world, &world.acting_as("capability-operator")?, &case, "list", "")
}
