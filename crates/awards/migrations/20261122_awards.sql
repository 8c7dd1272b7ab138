create table awards_award (
    id text primary key,
    project text not null,
    number text not null,
    title text not null,
    node text not null,
    scheme text not null,
    lead text not null,
    state text not null,
    score bigint,
    level text,
    level_zh text not null,
    level_en text not null,
    amount_minor bigint,
    statement text not null,
    graded_by text,
    graded_at bigint,
    proposal bigint not null,
    notice text not null,
    notice_until text,
    decided_by text,
    decided_at bigint,
    reason text not null,
    posting text,
    opened_at bigint not null
);
create index awards_award_project on awards_award (project, id);
create index awards_award_state on awards_award (state, id);
create table awards_share (
    award text not null references awards_award (id),
    person text not null,
    basis_points bigint,
    agreed_at bigint,
    paid_minor bigint,
    primary key (award, person)
);
create index awards_share_person on awards_share (person, award);
