#![doc = include_str!("../README.md")]

mod bounds;
mod comment;
mod document;
mod file;
mod finding;
mod letter;
mod letters;
mod message;
mod notice;
mod ops;
pub mod rights;
mod signature;
mod smtp;
mod sql_document;
mod sql_inbox;
mod sql_notice;
mod sql_search;
mod sql_talk;
mod sql_todo;
mod todo;
pub mod told;
mod web;

pub use comment::{Comment, CommentDraft, CommentRefusal, LONGEST_COMMENT, PastText};
pub use document::{AttachDraft, Content, Document, FileRefusal, PUBLIC, Version, may_read_plainly};
pub use file::{CheckedFile, FileKind, MAX_FILE_BYTES, check_file, sha256_hex};
pub use finding::{Doc, Hit, Likeness, readable_by};
pub use message::{InboxItem, Mail, MailRefusal, Message, MessageKind, Wish};
pub use notice::{Anchor, Clear, Notice, NoticeDraft, NoticeRefusal, NoticeState, Objection, ObjectionRefusal, Verdict};
pub use ops::anchor::{anchor, anchors, disable_anchors, enable_anchors};
pub use ops::answer_objection::answer_objection;
pub use ops::attach::{attach, attach_version};
pub use ops::choose_mail::{choose_mail, declare_message_kinds, mail_wishes};
pub use ops::comment::{comment, comment_past, comments, edit_comment, newest_comments, remove_comment};
pub use ops::correct_notice::{correct_notice, withdraw_notice};
pub use ops::follow::{follow, followed_by, followers, unfollow};
pub use ops::index::{index, unindex};
pub use ops::notify::notify;
pub use ops::object::object;
pub use ops::publish_notice::{notice, notice_clear, notice_clear_of, notices, notices_of, objections, publish};
pub use ops::read_inbox::{inbox, mark_all_read, open_message, unread_count};
pub use ops::remove_document::remove_document;
pub use ops::search::{search, similar};
pub use ops::send_mail::{mail_job, mails, resend_mail, switch_mail};
pub use ops::show_document::{document, document_content, document_versions, documents};
pub use ops::sign::{sign, sign_all, signatures, signatures_many, text_changed};
pub use ops::todo::{
    TodoSum, my_todo_count, my_todo_sum, my_todos, todo, todo_at, todo_done, todo_dropped, todo_move, todos_about, todos_dropped_of, todos_move_all, todos_of,
};
pub use signature::{SignDraft, SignRefusal, Signature};
pub use smtp::{MailServer, Protection};
pub use todo::{Owner, Todo, TodoDraft};
pub use web::{FileRule, routes, routes_with};

/// Texts of the pages, the refusals, and of what this crate sends.
pub const TEXTS: webkit::Texts = webkit::Texts { zh: include_str!("../locales/zh.ftl"), en: include_str!("../locales/en.ftl") };

/// The pages.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("desk/inbox.html", include_str!("../templates/desk/inbox.html")),
    ("desk/wishes.html", include_str!("../templates/desk/wishes.html")),
    ("desk/notices.html", include_str!("../templates/desk/notices.html")),
    ("desk/notice.html", include_str!("../templates/desk/notice.html")),
    ("desk/mails.html", include_str!("../templates/desk/mails.html")),
];

/// What this crate brings to the store.
pub const PART: store::Part = store::Part {
    name: "desk",
    migrations: &[
        store::Migration { name: "20261122_desk", sql: include_str!("../migrations/20261122_desk.sql") },
        store::Migration { name: "20261201_todo_order", sql: include_str!("../migrations/20261201_todo_order.sql") },
    ],
    tables: &[
        store::Table { name: "desk_document", key: &["id"] },
        store::Table { name: "desk_version", key: &["document", "version"] },
        store::Table { name: "desk_signature", key: &["id"] },
        store::Table { name: "desk_notice", key: &["id"] },
        store::Table { name: "desk_objection", key: &["id"] },
        store::Table { name: "desk_anchor", key: &["batch"] },
        store::Table { name: "desk_comment", key: &["id"] },
        store::Table { name: "desk_comment_past", key: &["comment_id", "revision"] },
        store::Table { name: "desk_follow", key: &["subject", "person"] },
        store::Table { name: "desk_message", key: &["id"] },
        store::Table { name: "desk_inbox", key: &["id"] },
        store::Table { name: "desk_message_kind", key: &["kind"] },
        store::Table { name: "desk_mail_wish", key: &["person", "kind"] },
        store::Table { name: "desk_mail", key: &["id"] },
        store::Table { name: "desk_switch", key: &["name"] },
        store::Table { name: "desk_todo", key: &["key"] },
    ],
    free: &[
        ("desk_file", "large contents: `desk files` hashes each and compares it with the covered desk_version"),
        ("desk_search_doc", "an index over what others keep: each of them can index it again"),
        ("desk_search_term", "rebuilt by `desk search index` from desk_search_doc"),
    ],
    jobs: &[store::JobKind { name: "desk.end_notice", run: ops::end_notice::end_notice }, store::JobKind { name: "desk.anchor", run: ops::anchor::run_anchor }],
    checks: &[
        store::Check { name: "desk files", run: ops::show_document::check_files },
        store::Check { name: "desk search index", run: ops::index::check_index },
        store::Check { name: "desk anchors", run: ops::anchor::check_anchors },
    ],
};
