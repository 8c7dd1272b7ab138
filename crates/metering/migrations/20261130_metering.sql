create table metering_log (
    gateway text not null,
    epoch bigint not null,
    lane bigint not null,
    next_seq bigint not null,
    admitted bigint not null,
    settled bigint not null,
    refusals bigint not null,
    at_kill bigint not null,
    lost bigint not null,
    orphans bigint not null,
    taken_at bigint not null,
    closed_at bigint,
    primary key (gateway, epoch, lane)
);
create table metering_lost (
    gateway text not null,
    epoch bigint not null,
    lane bigint not null,
    first_seq bigint not null,
    next_seq bigint not null,
    at bigint not null,
    primary key (gateway, epoch, lane, first_seq)
);
create table metering_open (
    gateway text not null,
    epoch bigint not null,
    lane bigint not null,
    seq bigint not null,
    request text not null,
    app text not null,
    access_key text not null,
    meter text not null,
    dims text not null,
    at bigint not null,
    at_kill bigint not null,
    primary key (gateway, epoch, lane, seq)
);
create index metering_open_at_kill on metering_open (at_kill, at);
create table metering_call (
    request text primary key,
    app text not null,
    access_key text not null,
    meter text not null,
    dims text not null,
    at bigint not null,
    outcome text not null,
    status bigint not null,
    bytes_in bigint not null,
    bytes_out bigint not null,
    wait_us bigint not null,
    total_us bigint not null
);
create index metering_call_app on metering_call (app, request);
create table metering_rollup (
    subject text not null,
    meter text not null,
    dims text not null,
    hour bigint not null,
    accepted bigint not null,
    billable bigint not null,
    free bigint not null,
    ignored bigint not null,
    units bigint not null,
    units_accepted bigint not null,
    s2 bigint not null,
    s3 bigint not null,
    s4 bigint not null,
    s5 bigint not null,
    bytes_in bigint not null,
    bytes_out bigint not null,
    w1 bigint not null,
    w2 bigint not null,
    w4 bigint not null,
    w8 bigint not null,
    w16 bigint not null,
    w32 bigint not null,
    w64 bigint not null,
    w128 bigint not null,
    w256 bigint not null,
    w512 bigint not null,
    w1024 bigint not null,
    w2048 bigint not null,
    w4096 bigint not null,
    w8192 bigint not null,
    w16384 bigint not null,
    wmore bigint not null,
    primary key (subject, meter, dims, hour)
);
create index metering_rollup_meter on metering_rollup (meter, hour);
create index metering_rollup_hour on metering_rollup (hour);
create table metering_reason (
    subject text not null,
    meter text not null,
    dims text not null,
    hour bigint not null,
    kind text not null,
    reason text not null,
    count bigint not null,
    units bigint not null,
    primary key (subject, meter, dims, hour, kind, reason)
);
create index metering_reason_hour on metering_reason (hour);
create table metering_term (
    name text primary key,
    value bigint not null
);
