create table capabilities_plan (
    app text primary key references capabilities_app (id),
    plan text not null,
    since_at bigint not null
);
create table capabilities_quota (
    app text not null references capabilities_app (id),
    month text not null,
    granted bigint not null,
    leased bigint not null,
    primary key (app, month)
);
create table capabilities_lease (
    id text primary key,
    app text not null references capabilities_app (id),
    month text not null,
    gateway text not null,
    units bigint not null,
    at bigint not null
);
create index capabilities_lease_app on capabilities_lease (app, month, id);
