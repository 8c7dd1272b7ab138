//! A world with an owner, two apps and a base; capabilities and what counts are written into tables.

use std::collections::{BTreeMap, BTreeSet};

use datasets::{Asks, DatasetRefusal, Datasets, Kept, Publication, RowsRefusal, Standing};
use store::testing::{Temp, temp};
use store::{Db, Migration, Part, Read, Tx, params};
use webkit::{App, AppOptions, Credential, Gate, Visitor};
use words::{Acting, Bilingual, Failure, Fault, Grant, Id, Node, Outcome};

pub struct Ground;

impl Asks for Ground {
    fn publish(tx: &mut Tx, _: &Acting, one: Publication) -> Outcome<(), DatasetRefusal> {
        if tx.row("select slug from test_capability where slug = $1", &params![&one.slug])?.is_some() || one.slug.len() < 3 {
            return Err(DatasetRefusal::Slug { slug: one.slug }.into());
        }
        tx.execute(
            "insert into test_capability (slug, upstream, document, standing) values ($1, $2, $3, 'draft')",
            &params![&one.slug, &one.upstream, &one.document],
        )?;
        Ok(())
    }
    /// App 1 is of the sandbox, app 2 live.
    fn is_live(_: &Read, id: &Id) -> Result<Option<bool>, Fault> {
        Ok([1, 2].into_iter().find(|n| app(*n) == *id).map(|n| n == 2))
    }
    /// Nobody can pay more than 150 rows at once.
    fn meter(tx: &mut Tx, slug: &str, app: &Id, request: &str, rows: i64) -> Outcome<(), RowsRefusal> {
        if rows > 150 {
            return Err(RowsRefusal::LimitReached.into());
        }
        let sql = "insert into test_metered (request, slug, app, rows_given) values ($1, $2, $3, $4) on conflict (request) do nothing";
        tx.execute(sql, &params![request, slug, app, rows]).map(drop).map_err(Failure::from)
    }
    fn standing(read: &Read) -> Result<BTreeMap<String, Standing>, Fault> {
        let rows = read.rows("select slug, standing from test_capability order by slug", &[])?;
        let of = |text: String| if text == "live" { Standing::Live } else { Standing::Draft };
        rows.iter().map(|row| Ok((row.get("slug")?, of(row.get("standing")?)))).collect()
    }
    fn places(_: &Read) -> Result<Vec<(Node, Bilingual)>, Fault> {
        Ok(vec![(base(), Bilingual::new("苏州大数据创新基地", "Suzhou big data base")), (Node::at("group/zj"), Bilingual::new("浙江", "Zhejiang"))])
    }
    fn names(_: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        Ok(people.iter().map(|person| (person.clone(), "周航".to_owned())).collect())
    }
}

static CAPABILITIES: Part = Part {
    migrations: &[Migration {
        name: "20260101_test",
        sql: "create table test_capability (slug text primary key, upstream text not null, document text not null, standing text not null);\ncreate table test_metered (request text primary key, slug text not null, app text not null, rows_given bigint not null);\n",
    }],
    free: &[("test_capability", "a test"), ("test_metered", "a test")],
    ..Part::named("test")
};
static PART: Part = Datasets::<Ground>::PART;

pub fn world() -> Temp {
    temp(&[&webkit::PART, &desk::PART, &CAPABILITIES, &PART])
}

pub fn base() -> Node {
    Node::at("group/szrd/suz-bigdata")
}

pub fn app(n: u8) -> Id {
    Id::new("app", 1, [n; 10])
}

fn acting(n: u8, node: Node, rights: &[&str]) -> Acting {
    let rights: BTreeSet<String> = rights.iter().map(|right| (*right).to_owned()).collect();
    let grants = vec![Grant { role: "some".into(), node, rights, office: false, but: BTreeSet::new(), deputy_for: None }];
    Acting { person: Id::new("per", 1, [n; 10]), grants, proved_at: None, scopes: None }
}

struct Door;

impl Gate for Door {
    fn who(&self, _: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(name) | Credential::Bearer(name)) = credential;
        let acting = match name.as_str() {
            "owner" => acting(1, base(), datasets::rights::ALL),
            "other" => acting(2, base(), datasets::rights::ALL),
            "gateway" => acting(3, Node::group(), &[webkit::SERVE]),
            _ => acting(4, Node::group(), &[]),
        };
        Ok(Some(Visitor { acting, session_id: name.clone(), name, lang: None, theme: None }))
    }
}

pub fn door(world: &Temp) -> App {
    let options = AppOptions::new(world.db.clone()).part(Datasets::<Ground>::routes(), datasets::TEMPLATES, datasets::TEXTS).value(Kept::default()).gate(Door);
    App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"))
}

pub const COLUMNS: &str = "district | text | 区 | District | yes | no\nspaces | whole | 车位数 | Spaces | yes | no\nfee | decimal | 每小时收费 | Fee | yes | no\nopened_on | day | 启用日期 | Opened on | yes | no\nkeeper | text | 管理员 | Keeper | no | mask\nphone | text | 电话 | Phone | no | drop";
pub const FILE: &str = "区,车位数,每小时收费,启用日期,管理员,电话\n姑苏区,120,5.50,2020-05-01,王晓琳,13800138000\n吴中区,80,4,2021-03-01,陈思远,13900139000\n姑苏区,300,6,2019-01-01,林晓,\n";

pub fn fields<'a>(text: &'a str, columns: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("slug", "sz-parking"),
        ("node", "group/szrd/suz-bigdata"),
        ("zh", "公共停车场"),
        ("en", "Public car parks"),
        ("about_zh", ""),
        ("about_en", ""),
        ("licence", "CC BY 4.0"),
        ("source", "示范数据"),
        ("terms", "注明来源"),
        ("columns", columns),
        ("text", text),
        ("_back", "/datasets/new"),
    ]
}
