//! Data sets of the demo: the bases of Suzhou and Zhuhai host one each (示范), and bring them live with the operator's yes.

use ::datasets::{DatasetDraft, Table, read_columns};
use words::{Acting, Failure, Fault, Id};

use super::{World, act};
use crate::ground::Ground;

/// A data set with who hosts it.
struct Hosted {
    persona: &'static str,
    base: &'static str,
    slug: &'static str,
    name: (&'static str, &'static str),
    about: (&'static str, &'static str),
    columns: &'static str,
    file: &'static str,
}

const ALL: [Hosted; 2] = [
    Hosted {
        persona: "expert-09",
        base: "suz-bigdata",
        slug: "sz-parking",
        name: ("苏州公共停车场（示范）", "Public car parks of Suzhou (demo)"),
        about: ("示范数据：停车场的行政区、车位、空位与每小时收费。", "Demo data: district, spaces, free spaces and fee an hour of car parks."),
        columns: "lot | text | 停车场 | Car park | yes | no\ndistrict | text | 区 | District | yes | no\nspaces | whole | 车位数 | Spaces | yes | no\nfree_now | whole | 空位 | Free now | yes | no\nfee | decimal | 每小时收费（元） | Fee an hour, yuan | yes | no\nopened_on | day | 启用日期 | Opened on | yes | no\nkeeper | text | 管理员 | Keeper | no | mask",
        file: include_str!("data/suzhou_parking.csv"),
    },
    Hosted {
        persona: "expert-04",
        base: "zh-city",
        slug: "zh-visitors",
        name: ("珠海景区客流（示范）", "Visitors of Zhuhai’s scenic areas (demo)"),
        about: ("示范数据：各景区每日客流、外地占比与天气。", "Demo data: visitors a day, the share from elsewhere, and the weather."),
        columns: "day | day | 日期 | Day | yes | no\nscenic_area | text | 景区 | Scenic area | yes | no\nvisitors | whole | 客流（人次） | Visitors | yes | no\nfrom_outside_percent | decimal | 外地占比（%） | From elsewhere, % | yes | no\nweather | text | 天气 | Weather | yes | no",
        file: include_str!("data/zhuhai_visitors.csv"),
    },
];

pub(super) fn at_the_end(world: &World) -> Result<(), Fault> {
    ALL.iter().try_for_each(|one| host(world, one))
}

fn host(world: &World, one: &Hosted) -> Result<(), Fault> {
    let (who, node) = runs_the_base(world, one)?;
    let columns = read_columns(one.columns).map_err(|refusal| Fault::new(format!("{}: {refusal:?}", one.slug)))?;
    let table = Table::check(&columns, one.file.as_bytes()).map_err(|refusal| Fault::new(format!("{}: {refusal:?}", one.slug)))?;
    let draft = DatasetDraft {
        slug: one.slug.into(),
        node,
        zh: one.name.0.into(),
        en: one.name.1.into(),
        about_zh: one.about.0.into(),
        about_en: one.about.1.into(),
        licence: "CC BY 4.0（示范）".into(),
        terms: "示范数据，由程序生成，不代表实际情况；使用时注明来源。".into(),
        source: "示范：随演示环境生成".into(),
        columns,
    };
    let owner = who.clone();
    world.write("lived.host_dataset", move |tx| ::datasets::host_dataset::<Ground>(tx, &owner, &draft, &table).map(drop))?;
    let case = world.read(|read| version(read, one.slug))?;
    for name in ["publish", "ask_live"] {
        act::make_move(world, &who, &case, name, "")?;
    }
    act::make_move(world, &world.acting_as("capability-operator")?, &case, "go_live", "")
}

/// The case that moves version 1.
fn version(read: &store::Read, slug: &str) -> words::Outcome<Id, words::Never> {
    let sought = programme::CaseQuery { definition: "capability.version".into(), limit: 1_000, ..programme::CaseQuery::default() };
    let name = ::datasets::dataset(read, slug)?.map(|set| format!("{} v1", set.zh)).unwrap_or_default();
    programme::find_cases(read, &sought)?.into_iter().find(|case| case.title == name).map(|case| case.id).ok_or(Failure::Absent)
}

/// The persona operates the base from now on.
fn runs_the_base(world: &World, one: &Hosted) -> Result<(Acting, words::Node), Fault> {
    let node = world.pack.node_of(one.base).ok_or_else(|| Fault::new(format!("no base {}", one.base)))?;
    let (person, at, from) = (world.person(one.persona)?, node.clone(), world.clock.now());
    world.write("lived.grant", move |tx| identity::grant_system(tx, &person, "base.operator", &at, from, None, "演示数据 / demo data").map(drop))?;
    Ok((world.acting_as(one.persona)?, node))
}
