create table hemi_season (
    id text primary key,
    name_zh text not null,
    name_en text not null,
    starts_on text not null,
    ends_on text not null,
    grant_each bigint not null,
    pool_each bigint not null,
    opened_by text not null,
    opened_at bigint not null
);
create table hemi_grant (
    season text not null references hemi_season (id),
    person text not null,
    amount bigint not null,
    granted_at bigint not null,
    primary key (season, person)
);
create index hemi_grant_person on hemi_grant (person, granted_at);
create table hemi_round (
    id text primary key,
    project text not null,
    number text not null,
    title text not null,
    node text not null,
    state text not null,
    multiplier bigint not null,
    on_failure text not null,
    stake_min bigint not null,
    stake_max bigint not null,
    held bigint not null,
    backers bigint not null,
    reason text not null,
    made_at bigint not null,
    opened_at bigint,
    settled_at bigint,
    paid_at bigint
);
create index hemi_round_project on hemi_round (project);
create index hemi_round_state on hemi_round (state, id);
create table hemi_barred (
    project text not null,
    person text not null,
    why text not null,
    since_at bigint not null,
    primary key (project, person)
);
create table hemi_stake (
    id text primary key,
    round text not null references hemi_round (id),
    project text not null,
    person text not null,
    amount bigint not null,
    state text not null,
    payout bigint not null,
    made_at bigint not null,
    ended_at bigint
);
create index hemi_stake_round on hemi_stake (round, state, id);
create index hemi_stake_person on hemi_stake (person, made_at);
