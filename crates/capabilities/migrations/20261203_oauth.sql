create table capabilities_signer (
    id text primary key,
    sealed blob not null,
    public_key text not null,
    made_at bigint not null,
    ends_at bigint
);
create table capabilities_assertion (
    id text primary key,
    ends_at bigint not null
);
create index capabilities_assertion_end on capabilities_assertion (ends_at);
