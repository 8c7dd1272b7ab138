create table people_position (
    id text primary key,
    person text not null,
    project text not null,
    number text not null,
    title text not null,
    project_node text not null,
    home text not null,
    city text not null,
    grade text not null,
    base_minor bigint not null,
    space text,
    retention_ends_on text,
    state text not null,
    seconded_on text,
    ended_on text,
    outcome text,
    release_bp bigint,
    choose_by text,
    choice text,
    choice_by_default bigint not null,
    left_on text,
    return_ends_on text,
    return_asked_on text,
    new_grade text,
    new_unit text,
    frozen_at bigint not null,
    closed_at bigint
);
create index people_position_person on people_position (person, id);
create index people_position_project on people_position (project, id);
create index people_position_home on people_position (home, id);
create table people_run (
    id text primary key,
    kind text not null,
    unit text not null,
    project text,
    month text not null,
    state text not null,
    line_count bigint not null,
    due_minor bigint not null,
    paid_minor bigint not null,
    deferred_minor bigint not null,
    reason text not null,
    prepared_by text not null,
    prepared_at bigint not null,
    confirmed_by text,
    confirmed_at bigint,
    exported_at bigint,
    reversed_by text,
    reversed_at bigint,
    hash text not null
);
create index people_run_unit on people_run (unit, id);
create table people_line (
    id text primary key,
    run text not null references people_run (id),
    kind text not null,
    position text not null references people_position (id),
    person text not null,
    project text not null,
    home text not null,
    month text not null,
    from_on text not null,
    to_on text not null,
    days bigint not null,
    month_days bigint not null,
    base_minor bigint not null,
    due_minor bigint not null,
    paid_minor bigint not null,
    deferred_minor bigint not null,
    posting text
);
create index people_line_run on people_line (run, id);
create index people_line_position on people_line (position, month);
