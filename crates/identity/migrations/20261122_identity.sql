create table identity_party (
  id text primary key, kind text not null, handle text not null, zh text, en text, uscc text, state text not null, made_at bigint not null
);
create unique index identity_party_handle on identity_party (handle);
create unique index identity_party_uscc on identity_party (uscc);
create table identity_person (
  id text primary key references identity_party (id), lang text not null, theme text not null, left_on text, erased_at bigint
);
create table identity_found (
  term text not null, person text not null, primary key (term, person)
);
create index identity_found_person on identity_found (person);
create table identity_node (
  path text primary key, parent text, kind text not null, zh text not null, en text not null, city text, closed_on text, made_at bigint not null
);
create index identity_node_parent on identity_node (parent, path);
create table identity_membership (
  id text primary key, person text not null references identity_person (id), node text not null,
  from_on text not null, to_on text, grade text, position text, made_at bigint not null
);
create index identity_membership_person on identity_membership (person, from_on);
create index identity_membership_node on identity_membership (node, person);
create table identity_grant (
  id text primary key, person text not null references identity_person (id), role text not null, node text not null,
  from_at bigint not null, to_at bigint, granted_by text not null, reason text not null, deputy_of text,
  ended_by text, ended_reason text, made_at bigint not null
);
create index identity_grant_person on identity_grant (person, from_at);
create index identity_grant_role on identity_grant (role, node);
create index identity_grant_node on identity_grant (node, id);
create table identity_deputy (
  id text primary key, official text not null references identity_person (id), rank bigint not null,
  deputy text not null references identity_person (id), ended_at bigint, made_at bigint not null
);
create index identity_deputy_official on identity_deputy (official, rank);
create index identity_deputy_deputy on identity_deputy (deputy);
create table identity_absence (
  id text primary key, official text not null references identity_person (id), kind text not null, node text,
  from_on text not null, to_on text, reason text not null, made_by text not null, made_at bigint not null
);
create index identity_absence_official on identity_absence (official, from_on);
create table identity_relation (
  id text primary key, kind text not null, a text not null, b text not null, from_on text not null, to_on text,
  source text not null, severity text not null, made_by text not null, made_at bigint not null
);
create index identity_relation_a on identity_relation (a, b);
create index identity_relation_b on identity_relation (b, a);
create table identity_login (
  person text primary key references identity_person (id), name text not null, secret text not null, changed_at bigint not null
);
create unique index identity_login_name on identity_login (name);
create table identity_session (
  id text primary key, person text not null references identity_person (id), hash text not null,
  made_at bigint not null, seen_at bigint not null, ends_at bigint not null, proved_at bigint, agent text not null
);
create unique index identity_session_hash on identity_session (hash);
create index identity_session_person on identity_session (person, made_at);
create table identity_token (
  id text primary key, person text not null references identity_person (id), name text not null, hash text not null,
  scopes text not null, made_at bigint not null, ends_at bigint not null, revoked_at bigint
);
create unique index identity_token_hash on identity_token (hash);
create index identity_token_person on identity_token (person, made_at);
create table identity_proof (
  holder text primary key, proved_at bigint not null
);
create table identity_totp (
  person text primary key references identity_person (id), secret blob not null, made_at bigint not null,
  confirmed_at bigint, last_step bigint not null
);
create table identity_recovery (
  id text primary key, person text not null references identity_person (id), hash text not null, used_at bigint
);
create index identity_recovery_person on identity_recovery (person);
create table identity_setup (
  hash text primary key, person text, made_at bigint not null, ends_at bigint not null, used_at bigint
);
