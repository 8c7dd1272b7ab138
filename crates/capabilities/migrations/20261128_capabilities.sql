create table capabilities_capability (
    id text primary key,
    slug text not null,
    node text not null,
    owner text not null,
    platform text,
    fact text,
    zh text not null,
    en text not null,
    about_zh text not null,
    about_en text not null,
    made_at bigint not null
);
create unique index capabilities_capability_slug on capabilities_capability (slug);
create index capabilities_capability_owner on capabilities_capability (owner, slug);
create table capabilities_version (
    id text primary key,
    capability text not null references capabilities_capability (id),
    major bigint not null,
    state text not null,
    by_case bigint not null,
    sandbox_upstream text not null,
    live_upstream text not null,
    document text not null,
    document_hash text not null,
    timeout_ms bigint not null,
    body_limit bigint not null,
    sunset_on text,
    entered_at bigint not null,
    made_at bigint not null
);
create unique index capabilities_version_major on capabilities_version (capability, major);
create table capabilities_app (
    id text primary key,
    owner text not null,
    environment text not null,
    name text not null,
    state text not null,
    made_at bigint not null,
    closed_at bigint
);
create index capabilities_app_owner on capabilities_app (owner, id);
create table capabilities_key (
    id text primary key,
    app text not null references capabilities_app (id),
    name text not null,
    prefix text not null,
    hash text not null,
    capabilities text not null,
    nets text not null,
    ends_at bigint,
    revoked_at bigint,
    replaces text,
    made_at bigint not null
);
create unique index capabilities_key_hash on capabilities_key (hash);
create index capabilities_key_app on capabilities_key (app, id);
create table capabilities_head (
    id text primary key,
    version bigint not null
);
create table capabilities_change (
    version bigint primary key,
    kind text not null,
    subject text not null
);
