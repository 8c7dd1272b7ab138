create table capabilities_subscription (
    id text primary key,
    app text not null references capabilities_app (id),
    capability text not null references capabilities_capability (id),
    plan text not null,
    wanted_plan text,
    state text not null,
    revision bigint not null,
    for_case text,
    pay_percent bigint not null,
    discount_until text,
    asked_at bigint not null,
    began_at bigint,
    ended_at bigint
);
create index capabilities_subscription_app on capabilities_subscription (app, id);
create index capabilities_subscription_capability on capabilities_subscription (capability, id);
create index capabilities_subscription_case on capabilities_subscription (for_case, id);
create table capabilities_subscribed_quota (
    app text not null references capabilities_app (id),
    capability text not null references capabilities_capability (id),
    month text not null,
    granted bigint not null,
    leased bigint not null,
    told bigint not null,
    primary key (app, capability, month)
);
create table capabilities_subscribed_lease (
    id text primary key,
    app text not null references capabilities_app (id),
    capability text not null references capabilities_capability (id),
    month text not null,
    gateway text not null,
    units bigint not null,
    at bigint not null
);
create index capabilities_subscribed_lease_app on capabilities_subscribed_lease (app, capability, month, id);
