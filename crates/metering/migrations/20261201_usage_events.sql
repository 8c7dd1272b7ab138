create table metering_event (
    sender text not null,
    source text not null,
    id text not null,
    body_hash text not null,
    subject text not null,
    meter text not null,
    dims text not null,
    at bigint not null,
    units bigint not null,
    outcome text not null,
    primary key (sender, source, id)
);
create index metering_event_subject on metering_event (subject, at, id);
create index metering_event_at on metering_event (at);
create table metering_quarantine (
    id text primary key,
    sender text not null,
    source text not null,
    event text not null,
    doubt text not null,
    body text not null,
    units bigint not null,
    counted_at bigint not null,
    state text not null,
    note text not null,
    decided_by text,
    decided_at bigint,
    made_at bigint not null
);
create index metering_quarantine_sender on metering_quarantine (sender, state, id);
create index metering_quarantine_state on metering_quarantine (state, id);
create index metering_quarantine_counted on metering_quarantine (counted_at);
