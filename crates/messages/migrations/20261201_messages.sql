create table messages_text (
    id text primary key,
    owner text not null,
    kind text not null,
    purpose text not null,
    name text not null,
    body text not null,
    state text not null,
    reason text not null,
    for_case text,
    made_at bigint not null,
    decided_at bigint
);
create index messages_text_owner on messages_text (owner, id);
create index messages_text_state on messages_text (state, id);
create index messages_text_case on messages_text (for_case);
create table messages_send (
    id text primary key,
    app text not null,
    owner text not null,
    environment text not null,
    template text not null references messages_text (id),
    signature text not null references messages_text (id),
    encoding text not null,
    parts_each bigint not null,
    numbers bigint not null,
    refused bigint not null,
    made_at bigint not null
);
create index messages_send_app on messages_send (app, id);
create table messages_message (
    id text primary key,
    send text not null references messages_send (id),
    nth bigint not null,
    app text not null,
    masked text not null,
    number_hash text not null,
    network text not null,
    parts bigint not null,
    state text not null,
    code text not null,
    made_at bigint not null,
    reported_at bigint
);
create index messages_message_send on messages_message (send, nth);
create index messages_message_app on messages_message (app, id);
create table messages_opt_out (
    id text primary key,
    owner text not null,
    environment text not null,
    number_hash text not null,
    masked text not null,
    said text not null,
    made_at bigint not null
);
create unique index messages_opt_out_number on messages_opt_out (owner, environment, number_hash);
