create table desk_document (
  id text primary key, subject text not null, node text not null, kind text not null, title text not null, readers text not null,
  version bigint not null, made_by text not null, made_at bigint not null, removed_at bigint, removed_by text, removed_reason text
);
create index desk_document_subject on desk_document (subject, kind, id);
create table desk_version (
  document text not null, version bigint not null, file text not null, name text not null, media text not null, size bigint not null,
  sha256 text not null, note text not null, made_by text not null, made_at bigint not null, primary key (document, version)
);
create table desk_file (id text primary key, content blob not null);
create table desk_signature (
  id text primary key, subject text not null, kind text not null, node text not null, person text not null, on_behalf_of text,
  text_sha256 text not null, signed_at bigint not null, superseded_at bigint
);
create index desk_signature_subject on desk_signature (subject, kind, id);
create index desk_signature_person on desk_signature (person, id);
create unique index desk_signature_once on desk_signature (subject, kind, person, coalesce(on_behalf_of, '')) where superseded_at is null;
create table desk_notice (
  id text primary key, subject text not null, node text not null, kind text not null, title_zh text not null, title_en text not null,
  body_zh text not null, body_en text not null, link text, from_on text not null, until_on text not null, state text not null,
  corrects text, reason text, published_by text not null, published_at bigint not null, ended_at bigint
);
create index desk_notice_subject on desk_notice (subject, id);
create index desk_notice_state on desk_notice (state, id);
create table desk_objection (
  id text primary key, notice text not null, person text not null, reason text not null, made_at bigint not null, state text not null,
  answer text, answered_by text, answered_at bigint
);
create index desk_objection_notice on desk_objection (notice, id);
create table desk_anchor (batch bigint primary key, seq_to bigint not null, hash text not null, made_at bigint not null);
create table desk_comment (
  id text primary key, subject text not null, node text not null, author text not null, body text not null, revision bigint not null,
  made_at bigint not null, edited_at bigint, removed_at bigint, removed_by text, removed_reason text
);
create index desk_comment_subject on desk_comment (subject, id);
create table desk_comment_past (
  comment_id text not null, revision bigint not null, body text not null, at bigint not null, primary key (comment_id, revision)
);
create table desk_follow (subject text not null, person text not null, made_at bigint not null, primary key (subject, person));
create index desk_follow_person on desk_follow (person, subject);
create table desk_message (
  id text primary key, kind text not null, subject text not null, title_zh text not null, title_en text not null, body_zh text not null,
  body_en text not null, why_zh text not null, why_en text not null, link text not null, due_at bigint, made_at bigint not null
);
create table desk_inbox (
  id text primary key, person text not null, message text not null, once text, made_at bigint not null, read_at bigint
);
create index desk_inbox_person on desk_inbox (person, id);
create index desk_inbox_unread on desk_inbox (person, read_at, id);
create unique index desk_inbox_once on desk_inbox (person, once);
create table desk_message_kind (kind text primary key, zh text not null, en text not null, mandatory bigint not null, by_mail bigint not null);
create table desk_mail_wish (person text not null, kind text not null, by_mail bigint not null, primary key (person, kind));
create table desk_mail (
  id text primary key, message text not null, person text not null, state text not null, attempts bigint not null, last_error text not null,
  made_at bigint not null, sent_at bigint
);
create index desk_mail_state on desk_mail (state, id);
create table desk_switch (name text primary key, is_on bigint not null);
create table desk_todo (
  key text primary key, owner_person text, owner_role text, owner_node text, node text not null, subject text not null, title_zh text not null,
  title_en text not null, link text not null, due_at bigint, state text not null, made_at bigint not null, ended_at bigint, moved_from text
);
create index desk_todo_person on desk_todo (state, owner_person, due_at);
create index desk_todo_role on desk_todo (state, owner_role, owner_node);
create index desk_todo_subject on desk_todo (subject, key);
create table desk_search_doc (
  id text primary key, kind text not null, node text not null, title text not null, body text not null, link text not null,
  readers text not null, weight bigint not null
);
create table desk_search_term (term text not null, doc text not null, in_title bigint not null, primary key (term, doc));
create index desk_search_term_doc on desk_search_term (doc);
