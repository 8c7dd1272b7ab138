create table community_question (
    id text primary key,
    capability text not null,
    person text not null,
    title text not null,
    body text not null,
    folded text not null,
    state text not null,
    reason text not null,
    accepted text,
    answers bigint not null,
    made_at bigint not null
);
create index community_question_capability on community_question (capability, id);
create index community_question_person on community_question (person, id);
create table community_answer (
    id text primary key,
    question text not null references community_question (id),
    person text not null,
    body text not null,
    state text not null,
    reason text not null,
    made_at bigint not null
);
create index community_answer_question on community_answer (question, id);
create table community_report (
    id text primary key,
    subject text not null,
    question text not null references community_question (id),
    person text not null,
    reason text not null,
    state text not null,
    made_at bigint not null
);
create unique index community_report_once on community_report (subject, person);
create index community_report_state on community_report (state, id);
