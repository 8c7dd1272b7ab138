//! Technology sharing of the demo: components that a team and a research centre offer, one in use elsewhere, one request that waits, one refused, one component withdrawn.

use portal::{ComponentForm, RequestForm};
use programme::SaveAnswers;
use serde_json::{Map, json};
use words::{Fault, Id};

use super::{World, act};

pub(super) fn at_the_end(world: &World) -> Result<(), Fault> {
    let access =
        offer(world, "lead", ("消防物联接入组件", "Hydrant access", "service", "zj"), "消防栓、烟感等终端经NB-IoT接入，统一清洗、去重与告警，提供样例代码。")?;
    document(world, "lead", &access)?;
    let flow = offer(
        world,
        "expert-09",
        ("区域人流预测模型", "Crowd forecast", "model", "szrd"),
        "按匿名化的基站统计预测区域人流，十五分钟粒度，附评测集与训练脚本。",
    )?;
    let old = offer(world, "expert-09", ("旧版人流统计脚本", "Old crowd scripts", "tool", "szrd"), "按小时汇总区域人流的脚本，已由区域人流预测模型取代。")?;
    let used = ask(world, "member-he", &access, "在园区消防改造中接入消防栓水压", "智慧园区消防改造")?;
    let refused = ask(world, "developer", &flow, "在外部小程序里展示商圈人流", "商圈小程序")?;
    ask(world, "expert-04", &access, "接入广东试点小区的烟感终端", "广东试点小区")?;
    act::make_move(world, &world.acting_as("lead")?, &used, "grant", "")?;
    act::make_move(world, &world.acting_as("expert-09")?, &refused, "refuse", "示范：只限集团内部使用")?;
    say_where(world, "member-he", &used)?;
    act::make_move(world, &world.acting_as("member-he")?, &used, "put_to_use", "")?;
    act::make_move(world, &world.acting_as("expert-09")?, &old, "withdraw", "示范：由区域人流预测模型取代")
}

fn offer(world: &World, key: &str, (title, title_en, kind, unit): (&str, &str, &str, &str), summary: &str) -> Result<Id, Fault> {
    let who = world.acting_as(key)?;
    let form = ComponentForm {
        title: title.into(),
        title_en: title_en.into(),
        kind: kind.into(),
        summary: summary.into(),
        terms: "示范：集团内部免费使用，可以修改，修改请回馈；对外使用须另行商定。".into(),
        unit: unit.into(),
        contact: "示范：单位技术部".into(),
        documentation: String::new(),
    };
    world.write("lived.offer_component", move |tx| portal::offer_component(tx, &who, &form).map(|case| case.id))
}

fn document(world: &World, key: &str, component: &Id) -> Result<(), Fault> {
    let (who, component) = (world.acting_as(key)?, component.clone());
    let text = "示范：接入手册\n1. 终端入网\n2. 数据格式\n3. 告警规则\n";
    let file = desk::check_file("接入手册.txt", text.into()).map_err(|refusal| Fault::new(format!("{refusal:?}")))?;
    world.write("lived.add_document", move |tx| portal::add_document(tx, &who, &component, "接入手册", &file).map(drop))
}

fn ask(world: &World, key: &str, component: &Id, purpose: &str, project: &str) -> Result<Id, Fault> {
    let (who, component) = (world.acting_as(key)?, component.clone());
    let form = RequestForm { purpose: purpose.into(), project: project.into() };
    world.write("lived.request_component", move |tx| portal::request_component(tx, &who, &component, &form).map(|case| case.id))
}

fn say_where(world: &World, key: &str, request: &Id) -> Result<(), Fault> {
    let (who, request, today) = (world.acting_as(key)?, request.clone(), world.clock.now().day());
    let answers: Map<_, _> = [("place", json!("智慧园区平台的消防模块")), ("since", json!(today)), ("saved", json!("省去终端接入与清洗的开发，约三人月"))]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let save = SaveAnswers { form: "technology_use".into(), ordinal: Some(0), answers, complete: true, revision: None };
    world.write("lived.technology_use", move |tx| programme::save_answers(tx, &who, &request, save.clone()).map(drop))
}
