//! A world with two developers and their apps; what counts is written into a table.

use std::collections::{BTreeMap, BTreeSet};

use messages::{
    Asks, Message, Messages, PartsUsed, Purpose, Send, SendDraft, SendRefusal, Sender, Simulated, Text, TextDraft, TextKind, TextState, Unconnected,
};
use store::testing::{Temp, temp};
use store::{Migration, Part, Read, Tx, params};
use words::{Acting, Failure, Fault, Grant, Id, Never, Node, Outcome, Refusal};

pub struct Ground;

/// Apps 1 (sandbox) and 2 (live) are of developer 1, app 3 (sandbox) of developer 2.
pub fn sender(n: u8) -> Sender {
    Sender { app: app(n), name: format!("应用{n}"), owner: person(if n == 3 { 2 } else { 1 }), live: n == 2 }
}

impl Asks for Ground {
    fn sender(_: &Read, id: &Id) -> Result<Option<Sender>, Fault> {
        Ok((1..=3).map(sender).find(|sender| sender.app == *id))
    }

    fn senders_of(_: &Read, person: &Id) -> Result<Vec<Sender>, Fault> {
        Ok((1..=3).map(sender).filter(|sender| sender.owner == *person).collect())
    }

    /// An app with a purse has money for so many parts; others have no end of it.
    fn set_aside(tx: &mut Tx, app: &Id, parts: i64) -> Outcome<(), messages::SendRefusal> {
        let row = tx.row("select parts from meter_purse where app = $1", &params![app])?;
        let Some(left) = row.map(|row| row.get::<i64>("parts")).transpose()? else { return Ok(()) };
        if left < parts {
            return Err(messages::SendRefusal::WalletShort.into());
        }
        tx.execute("update meter_purse set parts = parts - $2 where app = $1", &params![app, parts]).map(drop).map_err(Failure::from)
    }

    fn free_again(tx: &mut Tx, app: &Id, parts: i64) -> Result<(), Fault> {
        tx.execute("update meter_purse set parts = parts + $2 where app = $1", &params![app, parts]).map(drop)
    }

    fn meter(tx: &mut Tx, app: &Id, used: &[PartsUsed]) -> Result<(), Fault> {
        for one in used {
            tx.execute("insert into meter_parts (message, app, parts, kind) values ($1, $2, $3, $4)", &params![&one.message, app, one.parts, one.kind])?;
        }
        Ok(())
    }

    fn names(_: &Read, people: &[Id]) -> Result<BTreeMap<Id, String>, Fault> {
        Ok(people.iter().map(|person| (person.clone(), "刘晨".to_owned())).collect())
    }
}

static METER: Part = Part {
    migrations: &[Migration {
        name: "20260101_meter",
        sql: "create table meter_parts (message text primary key, app text not null, parts bigint not null, kind text not null);\ncreate table meter_purse (app text primary key, parts bigint not null);\n",
    }],
    free: &[("meter_parts", "a test"), ("meter_purse", "a test")],
    ..Part::named("meter")
};
static PART: Part = Messages::<Ground>::PART;

pub fn world() -> Temp {
    temp(&[&webkit::PART, &METER, &PART])
}

pub fn app(n: u8) -> Id {
    Id::new("app", 1, [n; 10])
}

pub fn person(n: u8) -> Id {
    Id::new("per", 1, [n; 10])
}

fn acting(person: Id, rights: &[&str]) -> Acting {
    let rights: BTreeSet<String> = rights.iter().map(|right| (*right).to_owned()).collect();
    Acting {
        person,
        grants: vec![Grant { role: "some".into(), node: Node::group(), rights, office: false, but: BTreeSet::new(), deputy_for: None }],
        proved_at: None,
        scopes: None,
    }
}

pub fn developer(n: u8) -> Acting {
    acting(person(n), &[])
}

pub fn reviewer() -> Acting {
    acting(person(9), messages::rights::ALL)
}

/// As a gateway comes in.
pub fn gateway() -> Acting {
    acting(Id::fixed("gtw_house"), &[webkit::SERVE])
}

pub fn tried<T: std::marker::Send + 'static, R: Refusal>(
    world: &Temp,
    case: impl FnMut(&mut Tx) -> Outcome<T, R> + std::marker::Send + 'static,
) -> Result<T, Failure<R>> {
    world.db.write("test", case)
}

#[track_caller]
pub fn done<T: std::marker::Send + 'static, R: Refusal>(world: &Temp, case: impl FnMut(&mut Tx) -> Outcome<T, R> + std::marker::Send + 'static) -> T {
    tried(world, case).map_err(Failure::into_fault).expect("done")
}

#[track_caller]
pub fn refusal<T: std::fmt::Debug, R>(outcome: Result<T, Failure<R>>) -> R {
    match outcome {
        Err(Failure::Refused(refusal)) => refusal,
        Err(_) => panic!("another failure"),
        Ok(value) => panic!("{value:?}"),
    }
}

pub fn seen<T>(world: &Temp, look: impl FnOnce(&Read) -> Result<T, Fault>) -> T {
    world.db.read::<_, Never>(|read| Ok(look(read)?)).map_err(Failure::into_fault).expect("seen")
}

pub fn draft(kind: TextKind, body: &str) -> TextDraft {
    TextDraft { kind, purpose: Purpose::Verification, name: "登录".into(), body: body.into() }
}

/// Submitted by developer 1; approved, if so.
pub fn text(world: &Temp, kind: TextKind, body: &str, approved: bool) -> Text {
    let draft = draft(kind, body);
    let text = done(world, move |tx| messages::submit_text(tx, &developer(1), &draft));
    let (id, case) = (text.id.clone(), Id::new("case", text.made_at.millis(), [text.id.as_str().as_bytes()[10]; 10]));
    if approved {
        done(world, move |tx| {
            messages::note_case(tx, &Acting::system("test"), &id, &case)?;
            messages::decide_text(tx, &Acting::system("test"), &case, TextState::Approved, "")
        });
    }
    text
}

/// The signature and template of most tests, approved.
pub fn texts(world: &Temp) -> (Text, Text) {
    (text(world, TextKind::Template, "验证码 {code}，5 分钟内有效。", true), text(world, TextKind::Signature, "和创", true))
}

pub fn to(texts: &(Text, Text), numbers: &[&str]) -> SendDraft {
    SendDraft {
        template: texts.0.id.clone(),
        signature: texts.1.id.clone(),
        parameters: BTreeMap::from([("code".to_owned(), "4711".to_owned())]),
        numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
    }
}

pub fn send(world: &Temp, n: u8, draft: SendDraft) -> Result<(Send, Vec<Message>), Failure<SendRefusal>> {
    let sender = sender(n);
    tried(world, move |tx| match sender.live {
        true => messages::send_messages::<Ground>(tx, &Unconnected, &sender, &draft),
        false => messages::send_messages::<Ground>(tx, &Simulated, &sender, &draft),
    })
}

/// An app has money for so many parts.
pub fn purse(world: &Temp, n: u8, parts: i64) {
    let sql = "insert into meter_purse (app, parts) values ($1, $2) on conflict (app) do update set parts = excluded.parts";
    done(world, move |tx| Ok::<_, Failure<Never>>(tx.execute(sql, &params![app(n), parts])?));
}

/// For how many parts it still has money.
pub fn left(world: &Temp, n: u8) -> Option<i64> {
    seen(world, |read| read.row("select parts from meter_purse where app = $1", &params![app(n)])?.map(|row| row.get("parts")).transpose())
}

/// Parts that count, of an app.
pub fn counted(world: &Temp, n: u8) -> i64 {
    seen(world, |read| {
        let row = read.row("select cast(coalesce(sum(parts), 0) as bigint) as n from meter_parts where app = $1", &params![app(n)])?;
        row.map_or(Ok(0), |row| row.get("n"))
    })
}

/// States and codes of the messages of a send.
pub fn fates(world: &Temp, send: &Id) -> Vec<(String, String)> {
    seen(world, |read| {
        let rows = read.rows("select state, code from messages_message where send = $1 order by nth", &params![send])?;
        rows.iter().map(|row| Ok((row.get("state")?, row.get("code")?))).collect()
    })
}
