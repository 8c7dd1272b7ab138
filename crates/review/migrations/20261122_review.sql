create table review_pool (id text primary key, members text not null);
create table review_round (
  id text primary key, subject text not null, gate text not null, node text not null, rubric text not null, terms text not null,
  state text not null, due_at bigint not null, extensions bigint not null, opened_by text not null, opened_at bigint not null,
  closed_at bigint, result text, feedback_at bigint, ended_reason text
);
create index review_round_subject on review_round (subject, gate, id);
create index review_round_state on review_round (state, due_at);
create table review_draw (
  round text not null, freeze_no bigint not null, pool text not null, salt text not null, seats bigint not null, kept_out text not null,
  excluded_counts text not null, excluded_hash text not null, eligible bigint not null, eligible_hash text not null, frozen_at bigint,
  frozen_event text, seal_batch bigint, seal_hash text, nonces text not null, seed text, passed_over text not null, used bigint not null,
  drawn_at bigint, primary key (round, freeze_no)
);
create table review_observer (
  round text not null, person text not null, place bigint not null, commitment text, committed_at bigint, nonce text, revealed_at bigint,
  primary key (round, person)
);
create table review_candidate (
  round text not null, person text not null, kind text not null, severity text not null, source text not null, reason text not null,
  freeze_no bigint not null, noted_at bigint not null, primary key (round, person, kind, source)
);
create table review_assignment (
  id text primary key, round text not null, person text not null, ticket text, freeze_no bigint not null, position bigint not null, replaces text,
  state text not null, is_open bigint not null, invited_at bigint not null, answered_at bigint, declared_at bigint, vote text, dissent text,
  abstain_reason text, asks_extension bigint not null, signed_at bigint, signed_hash text, on_time bigint, ended_at bigint, ended_reason text,
  distance bigint, quality bigint
);
create unique index review_assignment_round on review_assignment (round, person);
create index review_assignment_person on review_assignment (person, id);
create index review_assignment_open on review_assignment (is_open, person);
create table review_score (
  assignment text not null, criterion text not null, points bigint, comment text not null, saved_at bigint not null,
  primary key (assignment, criterion)
);
create table review_recusal (
  id text primary key, round text not null, person text not null, asked_by text not null, asked_at bigint not null, answer_by bigint not null,
  state text not null, answered_by text, answered_at bigint, answer text
);
create index review_recusal_round on review_recusal (round, state);
