create table capabilities_gateway (
    id text primary key,
    name text not null,
    address text not null,
    apart bigint not null,
    change_number bigint not null,
    key_count bigint not null,
    version text not null,
    clock_off_ms bigint not null,
    began_at bigint not null,
    seen_at bigint not null,
    stopped_at bigint
);
