create table capabilities_certificate (
    id text primary key references capabilities_key (id),
    fingerprint text not null,
    subject text not null,
    not_before bigint not null,
    not_after bigint not null
);
create unique index capabilities_certificate_fingerprint on capabilities_certificate (fingerprint);
