create table capabilities_token (
    id text primary key,
    app text not null references capabilities_app (id),
    capability text not null,
    hash text not null,
    ends_at bigint not null
);
create index capabilities_token_end on capabilities_token (ends_at, id);
