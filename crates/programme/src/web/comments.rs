//! Comments on a case: read by whoever sees it, written by whoever takes part; edited and withdrawn with what was before kept.

use desk::{Comment, PastText};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Read;
use webkit::{Access, Answer, Call, Reply, Routes};
use words::{Acting, Fault, Id, Never, Outcome};

use super::DoneView;
use crate::case::Case;
use crate::ops::may_comment;
use crate::{comment_on, edit_comment_on, may_see, sql, withdraw_comment_on};

/// Comments on a page.
const PAGE: i64 = 100;

pub(super) fn add(routes: Routes) -> Routes {
    let text = &["desk-comment-text", "desk-comment-removed", "desk-comment-not-yours"];
    routes
        .get("/cases/{id}/comments", "programme.comment.list", Access::Person, list)
        .template("programme/comments.html")
        .post("/cases/{id}/comments", "programme.comment.make", Access::Person, make)
        .refusals(&["desk-comment-text"])
        .post("/cases/{id}/comments/{comment}/edits", "programme.comment.edit", Access::Person, edit)
        .refusals(text)
        .post("/cases/{id}/comments/{comment}/withdrawal", "programme.comment.withdraw", Access::Person, withdraw)
        .refusals(&["desk-comment-removed", "desk-reason-needed"])
}

/// A comment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct CommentView {
    /// The comment.
    #[serde(flatten)]
    comment: Comment,
    /// Name of its author.
    author_name: String,
    /// Earlier texts, oldest first.
    past: Vec<PastText>,
    /// May whoever looks edit it?
    mine: bool,
    /// May whoever looks take it away?
    may_withdraw: bool,
}

/// Where to go on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct CommentsQuery {
    /// Id of the last comment of the page before.
    cursor: Option<String>,
}

/// Comments of a case.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CommentsView {
    /// Oldest first.
    comments: Vec<CommentView>,
    /// May whoever looks say something?
    may_comment: bool,
    /// Id of the case.
    id: Id,
    /// Its title.
    title: String,
}

/// The newest comments of a case, for its page.
pub(super) fn newest(read: &Read, who: &Acting, case: &Case) -> Result<Vec<CommentView>, Fault> {
    views(read, who, case, desk::newest_comments(read, case.id.as_str(), PAGE)?)
}

fn views(read: &Read, who: &Acting, case: &Case, found: Vec<Comment>) -> Result<Vec<CommentView>, Fault> {
    let authors: Vec<Id> = found.iter().map(|comment| comment.author.clone()).collect();
    let names = identity::person_names(read, &authors)?;
    let moderates = who.can(desk::rights::MODERATE, &case.node);
    let view = |comment: Comment| {
        let (own, there) = (comment.author == who.person, comment.removed_at.is_none());
        Ok(CommentView {
            author_name: names.get(&comment.author).cloned().unwrap_or_default(),
            past: if comment.revision > 1 { desk::comment_past(read, &comment.id)? } else { Vec::new() },
            mine: own && there,
            may_withdraw: there && (own || moderates),
            comment,
        })
    };
    found.into_iter().map(view).collect()
}

fn list(call: &Call, query: CommentsQuery) -> Answer<CommentsView> {
    let (who, id) = (call.acting()?, call.id("id")?);
    let (view, next) = call.read(|read| -> Outcome<_, Never> {
        let case: Case = sql::case(read, &id)?;
        may_see::<Never>(read, &who, &case)?;
        let comments = views(read, &who, &case, desk::comments(read, case.id.as_str(), query.cursor.as_deref(), PAGE)?)?;
        let next = comments.last().filter(|_| comments.len() as i64 == PAGE).map(|last| last.comment.id.to_string());
        Ok((CommentsView { may_comment: may_comment(read, &who, &case)?, comments, id: case.id, title: case.title }, next))
    })?;
    Ok(Reply::page("programme/comments.html", view).next(next))
}

/// A comment to make.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct CommentForm {
    /// Text; `@name` mentions somebody of the case.
    #[schemars(length(min = 1, max = 4_000))]
    body: String,
}

fn place(id: &Id) -> String {
    format!("/cases/{id}#comments")
}

fn make(call: &Call, form: CommentForm) -> Answer<Comment> {
    let (who, id) = (call.acting()?, call.id("id")?);
    call.rate(&format!("comment:{}", who.person), 30)?;
    call.write("programme.comment", move |tx| {
        let made = comment_on(tx, &who, &id, &form.body)?;
        Ok(Reply::created(place(&id), made).say("programme-said-comment"))
    })
}

fn edit(call: &Call, form: CommentForm) -> Answer<Comment> {
    let (who, id, comment) = (call.acting()?, call.id("id")?, call.id("comment")?);
    call.write("programme.edit_comment", move |tx| {
        let edited = edit_comment_on(tx, &who, &id, &comment, &form.body)?;
        Ok(Reply::done(place(&id), edited).say("programme-said-comment-edited"))
    })
}

/// Why a comment goes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(super) struct WithdrawalForm {
    /// Why.
    #[schemars(length(min = 1, max = 2_000))]
    reason: String,
}

fn withdraw(call: &Call, form: WithdrawalForm) -> Answer<DoneView> {
    let (who, id, comment) = (call.acting()?, call.id("id")?, call.id("comment")?);
    call.write("programme.withdraw_comment", move |tx| {
        withdraw_comment_on(tx, &who, &id, &comment, &form.reason)?;
        Ok(Reply::done(place(&id), DoneView::yes()).say("programme-said-comment-withdrawn"))
    })
}
