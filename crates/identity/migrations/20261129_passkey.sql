create table identity_passkey (
  id text primary key, person text not null references identity_person (id), credential text not null, public_key blob not null,
  counter bigint not null, made_at bigint not null, used_at bigint, stopped_at bigint, name text not null
);
create unique index identity_passkey_credential on identity_passkey (credential);
create index identity_passkey_person on identity_passkey (person, made_at);
create table identity_ceremony (
  hash text primary key, purpose text not null, browser text not null, person text, body blob not null, ends_at bigint not null
);
create index identity_ceremony_ends on identity_ceremony (ends_at);
