create table webkit_idempotency (
  actor text not null,
  key_text text not null,
  step bigint not null,
  request_hash text not null,
  reply blob not null,
  kept_at bigint not null,
  primary key (actor, key_text, step)
);
