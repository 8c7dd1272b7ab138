create table packs_version (
    id text not null primary key,
    pack text not null,
    version text not null,
    hash text not null,
    note text not null,
    installed_by text not null,
    installed_at bigint not null
);
create unique index packs_version_once on packs_version (pack, version);
create table packs_file (
    version_id text not null,
    path text not null,
    body blob not null,
    primary key (version_id, path)
);
create table packs_head (
    name text not null primary key,
    version_id text not null,
    stamp text not null
);
create table packs_change (
    id text not null primary key,
    kind text not null,
    node text not null,
    target text not null,
    body text not null,
    from_day text not null,
    reason text not null,
    state text not null,
    proposed_by text not null,
    proposed_at bigint not null,
    decided_by text,
    decided_at bigint
);
create index packs_change_by_state on packs_change (state, decided_at, id);
