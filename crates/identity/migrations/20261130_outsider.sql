create table identity_outsider (
    person text primary key references identity_person (id),
    kind text not null,
    real_name text not null,
    checked_by text,
    checked_at bigint,
    registered_at bigint not null
);
create index identity_outsider_state on identity_outsider (real_name, person);
