create table programme_definition (id text not null, version bigint not null, hash text not null, body text not null, installed_at bigint not null, primary key (id, version));
create table programme_number (prefix text primary key, last bigint not null);
create table programme_case (
  id text primary key, number text not null, definition text not null, version bigint not null, title text not null, summary text not null,
  node text not null, base text not null, state text not null, outcome text, route text, concluded bigint not null, parent text, lead text not null,
  about text, entered_at bigint not null, opened_at bigint not null, closed_at bigint, due_at bigint, revision bigint not null
);
create unique index programme_case_number on programme_case (number);
create index programme_case_parent on programme_case (parent, definition);
create index programme_case_state on programme_case (definition, state, id);
create index programme_case_base on programme_case (base, id);
create index programme_case_lead on programme_case (lead, id);
create table programme_answer (
  id text primary key, case_id text not null, form text not null, ordinal bigint not null, answers text not null, complete bigint not null,
  frozen bigint not null, revision bigint not null, saved_by text not null, saved_at bigint not null
);
create unique index programme_answer_form on programme_answer (case_id, form, ordinal);
create table programme_member (
  case_id text not null, person text not null, role text not null, state text not null, home text not null, joined_at bigint not null, left_at bigint,
  primary key (case_id, person)
);
create index programme_member_person on programme_member (person, case_id);
create table programme_fact (
  case_id text not null, name text not null, about text not null, value text not null, evidence text not null, set_by text not null, set_at bigint not null,
  primary key (case_id, name, about)
);
create table programme_obligation (
  id text primary key, case_id text not null, obligation_key text not null, kind text not null, zh text not null, en text not null, owner_role text not null,
  owner text, form text, due_at bigint, state text not null, evidence text not null, opened_at bigint not null, done_at bigint, done_by text
);
create index programme_obligation_case on programme_obligation (case_id, state);
create index programme_obligation_owner on programme_obligation (owner, state, due_at);
create table programme_move (
  id text primary key, case_id text not null, move text not null, from_state text not null, to_state text not null, at bigint not null, actor text not null,
  reason text not null, definition_hash text not null, guards text not null, effects text not null, rectifies text, rectified_by text
);
create index programme_move_case on programme_move (case_id, at);
