create table tariffs_quote (
    id text primary key,
    person text not null,
    book text not null,
    version text not null,
    question text not null,
    before_minor bigint,
    after_minor bigint not null,
    saved_minor bigint not null,
    bill text not null,
    made_on text not null,
    made_at bigint not null
);
create index tariffs_quote_person on tariffs_quote (person, id);
create index tariffs_quote_book on tariffs_quote (book, made_on, id);
create table tariffs_order (
    id text primary key,
    quote text not null references tariffs_quote (id),
    person text not null,
    book text not null,
    state text not null,
    placed_on text not null,
    placed_at bigint not null,
    withdrawn_on text
);
create unique index tariffs_order_quote on tariffs_order (quote);
create index tariffs_order_book on tariffs_order (book, placed_on, id);
create index tariffs_order_person on tariffs_order (person, id);
create table tariffs_upgrade (
    id text primary key,
    person text not null,
    firm text not null,
    contract text not null,
    contract_until text not null,
    mbps bigint not null,
    to_mbps bigint not null,
    saved_minor bigint not null,
    state text not null,
    case_id text,
    number text,
    reason text not null,
    applied_on text not null,
    applied_at bigint not null,
    decided_on text
);
create index tariffs_upgrade_contract on tariffs_upgrade (contract, state);
create index tariffs_upgrade_person on tariffs_upgrade (person, id);
create index tariffs_upgrade_decided on tariffs_upgrade (state, decided_on, id);
create index tariffs_upgrade_case on tariffs_upgrade (case_id);
