-- Who acts for a firm from outside; a row for each spell, from the invitation or the request on.
create table identity_member (
    id text primary key,
    firm text not null references identity_party (id),
    person text not null references identity_person (id),
    role text not null,
    state text not null,
    made_by text not null,
    made_at bigint not null,
    began_at bigint,
    ended_by text,
    ended_at bigint
);
create index identity_member_firm on identity_member (firm, id);
create index identity_member_person on identity_member (person, id);
