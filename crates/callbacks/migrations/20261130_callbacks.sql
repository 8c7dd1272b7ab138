create table callbacks_endpoint (
    id text primary key,
    owner text not null,
    url text not null,
    about text not null,
    kinds text not null,
    state text not null,
    reason text not null,
    secret blob not null,
    old_secret blob,
    old_until bigint,
    made_at bigint not null
);
create index callbacks_endpoint_owner on callbacks_endpoint (owner, id);
create table callbacks_site (
    id text primary key,
    source text not null
);
create table callbacks_event (
    id text primary key,
    owner text not null,
    kind text not null,
    body text not null,
    made_at bigint not null
);
create index callbacks_event_made on callbacks_event (made_at);
create table callbacks_delivery (
    id text primary key,
    endpoint text not null references callbacks_endpoint (id),
    event text not null references callbacks_event (id),
    state text not null,
    attempts bigint not null,
    next_at bigint not null,
    made_at bigint not null
);
create index callbacks_delivery_due on callbacks_delivery (state, next_at);
create index callbacks_delivery_endpoint on callbacks_delivery (endpoint, id);
create index callbacks_delivery_event on callbacks_delivery (event);
create table callbacks_attempt (
    delivery text not null references callbacks_delivery (id),
    number bigint not null,
    at bigint not null,
    took_ms bigint not null,
    status bigint,
    said text not null,
    primary key (delivery, number)
);
