//! Messages of the demo: a developer's signature and templates, reviewed by the operator, and what a sandbox app sent with them to the magic numbers.

use std::collections::BTreeMap;

use capabilities::{AppDraft, Environment};
use messages::{Purpose, SendDraft, Simulated, Text, TextDraft, TextKind};
use words::{Failure, Fault, Id, Outcome};

use super::{World, act};
use crate::ground::Ground;

const APP: &str = "访客登记（沙箱）";

pub(super) fn at_the_end(world: &World) -> Result<(), Fault> {
    let signature = submit(world, TextKind::Signature, Purpose::Notice, "签名", "广州社区互联")?;
    let code = submit(world, TextKind::Template, Purpose::Verification, "登录验证码", "验证码 {code}，{minutes} 分钟内有效，请勿告诉他人。")?;
    let visit = submit(world, TextKind::Template, Purpose::Notice, "访客到访", "您有访客 {name} 于 {time} 到访，请到大堂接待。")?;
    let opening = submit(world, TextKind::Template, Purpose::Marketing, "双创周邀请", "{name} 您好，双创周本月开幕，欢迎到场体验。退订回TD")?;
    world.settle_jobs()?;
    for text in [&signature, &code] {
        review(world, text, "approve", "")?;
    }
    review(world, &opening, "return", "示范：推广短信请写明主办单位和时间、地点，再提交一次")?;
    let app = app(world)?;
    send(world, &app, (&code, &signature), &[("code", "4711"), ("minutes", "5")], &["19900000001", "19900000002", "19900000003", "13800138000"])?;
    send(world, &app, (&visit, &signature), &[("name", "李工"), ("time", "14:30")], &["19900000005", "19900000007"])?;
    world.settle_jobs()?;
    send(world, &app, (&visit, &signature), &[("name", "何经理"), ("time", "16:00")], &["19900000007", "+85291234567"])
}

fn submit(world: &World, kind: TextKind, purpose: Purpose, name: &str, body: &str) -> Result<Text, Fault> {
    let who = world.acting_as("developer")?;
    let draft = TextDraft { kind, purpose, name: name.into(), body: body.into() };
    world.write("lived.submit_text", move |tx| messages::submit_text(tx, &who, &draft))
}

fn review(world: &World, text: &Text, name: &'static str, reason: &'static str) -> Result<(), Fault> {
    let operator = world.acting_as("capability-operator")?;
    let there = world.read(|read| Ok(messages::text(read, &text.id)?))?;
    let case = there.and_then(|text| text.case).ok_or_else(|| Fault::new(format!("{} has no case", text.id)))?;
    act::make_move(world, &operator, &case, name, reason)?;
    world.settle_jobs()
}

fn app(world: &World) -> Result<Id, Fault> {
    let who = world.acting_as("developer")?;
    let draft = AppDraft { name: APP.into(), environment: Environment::Sandbox, payer: None };
    world.write("lived.message_app", move |tx| capabilities::make_app(tx, &who, &draft, "试用密钥").map(|(app, _)| app.id))
}

fn send(world: &World, app: &Id, (template, signature): (&Text, &Text), values: &[(&str, &str)], numbers: &[&str]) -> Result<(), Fault> {
    let draft = SendDraft {
        template: template.id.clone(),
        signature: signature.id.clone(),
        parameters: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>(),
        numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
    };
    let app = app.clone();
    world.write("lived.send", move |tx| -> Outcome<(), messages::SendRefusal> {
        let sender = <Ground as messages::Asks>::sender(tx, &app)?.ok_or(Failure::Absent)?;
        messages::send_messages::<Ground>(tx, &Simulated, &sender, &draft).map(drop)
    })
}
