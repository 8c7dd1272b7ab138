create table programme_import (
  id text primary key, name text not null, sha256 text not null, target text not null, state text not null, row_count bigint not null, ignored text not null,
  made_by text not null, made_at bigint not null, taken_by text, done_at bigint
);
create table programme_import_row (
  import text not null, number bigint not null, state text not null, digest text not null, draft text not null, mistakes text not null,
  warnings text not null, case_id text, primary key (import, number)
);
create unique index programme_import_row_taken on programme_import_row (digest) where case_id is not null;
create index programme_import_row_case on programme_import_row (case_id);
create index programme_import_row_state on programme_import_row (import, state, number);
