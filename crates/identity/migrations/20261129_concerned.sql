create table identity_concerned (
  node text not null, person text not null, source text not null, made_at bigint not null, primary key (node, person)
);
create index identity_concerned_person on identity_concerned (person, node);
