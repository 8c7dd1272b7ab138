create table identity_link (
  id text primary key, person text not null references identity_person (id), provider text not null, made_at bigint not null, used_at bigint,
  subject text not null
);
create unique index identity_link_subject on identity_link (subject);
create index identity_link_person on identity_link (person, made_at);
