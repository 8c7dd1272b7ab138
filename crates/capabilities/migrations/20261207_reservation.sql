create table capabilities_reservation (
    id text primary key,
    capability text not null references capabilities_capability (id),
    app text not null references capabilities_app (id),
    meter text not null,
    month text not null,
    units bigint not null,
    left_units bigint not null,
    expires_at bigint not null,
    made_by text not null,
    made_at bigint not null
);
create index capabilities_reservation_app on capabilities_reservation (app, expires_at);
