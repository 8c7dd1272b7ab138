create table capabilities_credential (
    id text primary key references capabilities_key (id),
    kind text not null,
    sealed blob,
    secret_hash text,
    jwks text
);
