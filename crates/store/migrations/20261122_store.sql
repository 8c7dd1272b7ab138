create table store_event (
  id text primary key, seq bigint, at bigint not null, kind text not null, actor text not null, on_behalf_of text,
  node text not null, subject text not null, data text not null, rows text not null, cause text
);
create unique index store_event_seq on store_event (seq);
create index store_event_subject on store_event (subject, seq);
create index store_event_kind on store_event (kind, seq);
create index store_event_actor on store_event (actor, seq);
create table store_seal (
  batch bigint primary key, seq_from bigint not null, seq_to bigint not null, prev_hash text not null, hash text not null, at bigint not null
);
create index store_seal_from on store_seal (seq_from);
create table store_lock (name text primary key);
insert into store_lock (name) values ('seal');
create table store_job (
  id text primary key, name text not null, job_key text not null, due_at bigint not null, body text not null, cause text,
  state text not null, attempts bigint not null, last_error text not null, made_at bigint not null
);
create unique index store_job_name on store_job (name, job_key);
create index store_job_due on store_job (state, due_at);
create table store_personal (person text not null, field text not null, sealed blob not null, primary key (person, field));
create table store_personal_key (person text primary key, sealed_key blob not null);
create table store_erasure (person text primary key, at bigint not null);
