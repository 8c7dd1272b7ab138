//! A part of two nouns: notes that can be listed, shown and made, and a few routes that misbehave.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::testing::{Temp, temp};
use store::{Db, Tell, params};
use webkit::testing::Client;
use webkit::{Access, Answer, App, AppOptions, Call, Cell, Chrome, Credential, Dynamic, Gate, Nothing, Reply, Routes, Sheet, Texts, Upload, Visitor};
use words::{Acting, Amount, Asset, Day, Failure, Fault, Grant, Id, Node, Outcome, Refusal};

pub const PART: store::Part = store::Part {
    migrations: &[store::Migration {
        name: "1_note",
        sql: "create table note_note (id text not null primary key, title text not null, amount_minor bigint not null);\n",
    }],
    tables: &[store::Table { name: "note_note", key: &["id"] }],
    ..store::Part::named("note")
};

const TEXTS: Texts = Texts {
    zh: "notes-title = 便笺\nfield-title = 标题\nfield-due = 截止日\ncol-title = 标题\ncol-amount = 金额\nnote-made = 便笺已保存\nproblem-note-taken = 标题“{ $title }”已经用过\nproblem-note-taken-detail = 请换一个标题。\n",
    en: "notes-title = Notes\nfield-title = Title\nfield-due = Due\ncol-title = Title\ncol-amount = Amount\nnote-made = The note was saved\nproblem-note-taken = The title “{ $title }” is taken\nproblem-note-taken-detail = Please choose another.\n",
};

const LIST: &str = r#"{% extends "base.html" %}{% import "ui.html" as ui %}
{% block title %}{{ t("notes-title") }}{% endblock %}
{% block content %}{{ ui.head(t("notes-title"), [{"href": "/", "label": "x"}]) }}{{ ui.errors() }}
{% if view.notes %}<ul>{% for note in view.notes %}<li>{{ note.title }} <b>{{ note.amount|money }}</b> {{ note.amount|compact }} {{ note.due|day("long") }} {{ note.due|remaining }} {{ note.made_at|when }}</li>{% endfor %}</ul>{% else %}{{ ui.empty(t("notes-title")) }}{% endif %}
<form method="post" action="/notes" data-guard>{{ ui.csrf() }}{{ ui.back() }}
{{ ui.field("title", t("col-title"), required=true, hint="a<b", maxlength=20) }}
{{ ui.field("due", t("col-title"), type="date") }}
{{ ui.textarea("text", "text") }}{{ ui.select("colour", "colour", [{"value": "red", "label": {"zh": "红", "en": "red"}}, {"value": "blue", "label": "blue"}], blank="-") }}
{{ ui.choice("tags", "tags", [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}], several=true) }}{{ ui.checkbox("agree", "agree") }}{{ ui.checkbox("kept", "kept", default=true) }}
<button class="btn pri">{{ icon("plus") }}</button></form>
{{ ui.button_form("/notes/x", "x", confirm="sure?", icon_name="trash", values={"a": 1}) }}{{ ui.tag("green", "ok") }}{{ ui.pager() }}{{ ui.exports() }}{{ ui.copy("x") }}{{ ui.steps([{"label": "1", "state": "done"}, {"label": "2", "state": "current"}]) }}
{% endblock %}"#;

const BROKEN: &str = r#"{{ view.no_such_field }}"#;

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NoteView {
    id: Id,
    title: String,
    amount: Amount,
    due: Option<Day>,
    made_at: words::Instant,
}

#[derive(Debug, Serialize, JsonSchema)]
struct NotesView {
    notes: Vec<NoteView>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Colour {
    Red,
    Blue,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[allow(dead_code)]
struct NoteForm {
    /// What it says on top.
    #[schemars(length(min = 2, max = 20))]
    title: String,
    #[schemars(range(min = 0, max = 1_000_000))]
    #[serde(default)]
    amount_minor: i64,
    due: Option<Day>,
    text: Option<String>,
    colour: Option<Colour>,
    #[serde(default)]
    tags: Vec<String>,
    agree: Option<bool>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Filter {
    #[schemars(range(max = 100))]
    limit: Option<u32>,
}

#[derive(Debug)]
struct Taken(String);

impl Refusal for Taken {
    fn code(&self) -> &'static str {
        "note-taken"
    }
    fn field(&self) -> Option<String> {
        Some("/title".into())
    }
    fn args(&self) -> Vec<(&'static str, String)> {
        vec![("title", self.0.clone())]
    }
    fn status(&self) -> u16 {
        409
    }
}

#[derive(Serialize)]
struct Made {
    note: Id,
}

impl Tell for Made {
    const KIND: &'static str = "note.made";
    fn node(&self) -> Node {
        Node::group()
    }
    fn subject(&self) -> String {
        self.note.to_string()
    }
}

pub fn routes() -> Routes {
    Routes::new("note")
        .get("/notes", "note.list", Access::Public, list)
        .template("note/list.html")
        .post("/notes", "note.make", Access::Person, make)
        .refusals(&["note-taken"])
        .get("/notes/{id}", "note.show", Access::Public, show)
        .put("/notes/{id}", "note.change", Access::Person, change)
        .delete("/notes/{id}", "note.remove", Access::Right("note.remove"), |call: &Call, _: Nothing| {
            Ok(Reply::done("/notes", call.path_text("id").to_owned()))
        })
        .get("/panic", "note.panic", Access::Public, |_: &Call, _: Nothing| -> Answer<Value> { panic!("on purpose") })
        .get("/broken-page", "note.broken", Access::Public, |_: &Call, _: Nothing| Ok(Reply::page("note/broken.html", json!({}))))
        .get("/fault", "note.fault", Access::Public, |call: &Call, _: Nothing| {
            Ok(Reply::json(call.read::<Value, Taken>(|read| Ok(json!(read.row("select nonsense", &[])?.is_some())))?))
        })
        .get("/value", "note.value", Access::Public, |call: &Call, _: Nothing| Ok(Reply::json(call.app::<Arc<Mutex<i32>>>()?.lock().map_or(0, |n| *n))))
        .post("/files", "note.files", Access::Public, |_: &Call, upload: Upload<Filter>| {
            Ok(Reply::json(
                json!({ "limit": upload.fields.limit, "files": upload.files.iter().map(|file| (file.name.clone(), file.bytes.len())).collect::<Vec<_>>() }),
            ))
        })
        .post("/any", "note.any", Access::Public, |_: &Call, fields: Dynamic| Ok(Reply::json(Value::Object(fields))))
        .get("/file", "note.file", Access::Public, |_: &Call, _: Nothing| -> Answer<()> { Ok(Reply::file("报告 1.txt", "text/plain", b"hello".to_vec())) })
        .post("/knock", "note.knock", Access::Public, |call: &Call, _: Nothing| call.rate("knock", 2).map(|()| Reply::json(true)))
}

fn list(call: &Call, filter: Filter) -> Answer<NotesView> {
    let notes = call.read::<_, Taken>(|read| {
        let rows = read.rows("select id, title, amount_minor from note_note order by id limit $1", &params![filter.limit.unwrap_or(50)])?;
        rows.iter().map(|row| Ok(view(row.get("id")?, row.get("title")?, row.get("amount_minor")?, read.now()))).collect::<Outcome<Vec<_>, _>>()
    })?;
    let sheet =
        Sheet::new("notes", &["col-title", "col-amount"]).rows(notes.iter().map(|note: &NoteView| vec![Cell::from(&note.title), note.amount.clone().into()]));
    Ok(Reply::page("note/list.html", NotesView { notes }).sheet(sheet).next(Some("abc".into())))
}

fn show(call: &Call, _: Nothing) -> Answer<NoteView> {
    let id = call.id("id")?;
    let note = call.read::<_, Taken>(|read| {
        let row = read.row("select title, amount_minor from note_note where id = $1", &params![&id])?.ok_or(Failure::Absent)?;
        Ok(view(id.clone(), row.get("title")?, row.get("amount_minor")?, read.now()))
    })?;
    Ok(Reply::json(note).etag(1))
}

fn make(call: &Call, form: NoteForm) -> Answer<NoteView> {
    let who = call.acting()?;
    call.write("note.make", move |tx| {
        if tx.row("select id from note_note where title = $1", &params![&form.title])?.is_some() {
            return Err(Taken(form.title.clone()).into());
        }
        let id = tx.id("note");
        tx.insert("note_note", &[("id", (&id).into()), ("title", (&form.title).into()), ("amount_minor", form.amount_minor.into())])?;
        tx.tell(&who, &Made { note: id.clone() })?;
        Ok(Reply::created("/notes", view(id, form.title.clone(), form.amount_minor, tx.now())).say("note-made"))
    })
}

fn change(call: &Call, form: NoteForm) -> Answer<String> {
    let stale = call.if_match().is_some_and(|version| version != "1");
    call.write::<_, Taken>("note.change", move |_| if stale { Err(Failure::Stale) } else { Ok(Reply::done("/notes", form.title.clone())) })
}

fn view(id: Id, title: String, minor: i64, made_at: words::Instant) -> NoteView {
    NoteView { id, title, amount: Amount { minor, asset: Asset::cny() }, due: Day::parse("2026-09-11").ok(), made_at }
}

struct Doorman;

impl Gate for Doorman {
    fn who(&self, _: &Db, credential: Credential) -> Result<Option<Visitor>, Fault> {
        let (Credential::Session(name) | Credential::Bearer(name)) = credential;
        let rights: BTreeSet<String> = ["note.remove".to_owned()].into_iter().filter(|_| name == "chief").collect();
        let grant = Grant { role: "r".into(), node: Node::group(), rights, deputy_for: None, office: false, but: Default::default() };
        let acting = Acting { person: Id::fixed(format!("per_{name}")), grants: vec![grant], proved_at: None, scopes: None };
        let known = ["chen", "chief"].contains(&name.as_str());
        Ok(known.then(|| Visitor { acting, session_id: format!("ses_{name}"), name, lang: None, theme: None }))
    }
}

struct Frame;

impl Chrome for Frame {
    fn chrome(&self, call: &Call) -> Value {
        json!({ "console": call.who().is_some(), "nav": [{ "href": "/notes", "label": call.text("notes-title"), "icon": "file", "count": 3 }], "search": "/search", "inbox": { "href": "/inbox", "count": 2 } })
    }
}

pub struct House {
    pub temp: Temp,
    pub app: App,
}

pub fn house() -> House {
    let temp = temp(&[&webkit::PART, &PART]);
    let options = AppOptions::new(temp.db.clone())
        .part(routes(), &[("note/list.html", LIST), ("note/broken.html", BROKEN)], TEXTS)
        .gate(Doorman)
        .chrome(Frame)
        .value(Arc::new(Mutex::new(7)));
    let app = App::new(options).unwrap_or_else(|mistake| panic!("{mistake}"));
    House { temp, app }
}

impl House {
    pub fn stranger(&self) -> Client {
        Client::new(&self.app)
    }

    pub fn chen(&self) -> Client {
        Client::session(&self.app, "chen")
    }

    pub fn count(&self) -> i64 {
        self.temp.db.read::<i64, Taken>(|read| Ok(read.row("select count(*) as n from note_note", &[])?.map_or(Ok(0), |row| row.get("n"))?)).unwrap_or(-1)
    }
}
