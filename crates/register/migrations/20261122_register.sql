create table register_kind (kind text primary key, zh text not null, en text not null, fields text not null);
create table register_record (
  id text primary key, kind text not null, key text not null, node text not null, zh text not null, en text not null, body text not null,
  found text not null, readers text not null, state text not null, revision bigint not null, made_by text not null, made_at bigint not null,
  changed_by text not null, changed_at bigint not null
);
create unique index register_record_key on register_record (kind, key);
create index register_record_node on register_record (node, kind, key);
create table register_fact (
  id text primary key, key text not null, scope text not null, as_of text not null, value text not null, unit text not null, source text not null,
  place text not null, quote text not null, zh text not null, en text not null, contradicts text, made_by text not null, made_at bigint not null
);
create unique index register_fact_once on register_fact (key, scope, as_of, source, place);
create index register_fact_contradicts on register_fact (contradicts);
