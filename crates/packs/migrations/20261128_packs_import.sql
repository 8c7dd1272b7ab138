create table packs_reign (
    id text not null primary key,
    version_id text not null,
    at bigint not null
);
create index packs_reign_at on packs_reign (at);
create table packs_import (
    id text not null primary key,
    pack text not null,
    version text not null,
    hash text not null,
    name text not null,
    mistakes bigint not null,
    state text not null,
    reason text not null,
    rehearsed_by text not null,
    rehearsed_at bigint not null,
    proposed_by text,
    proposed_at bigint,
    decided_by text,
    decided_at bigint
);
create index packs_import_by_state on packs_import (state, id);
create table packs_import_file (
    import_id text not null,
    path text not null,
    body blob not null,
    primary key (import_id, path)
);
create index packs_change_by_target on packs_change (kind, target, id);
