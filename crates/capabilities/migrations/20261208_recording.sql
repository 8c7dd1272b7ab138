create table capabilities_recording (
    app text primary key references capabilities_app (id),
    until_at bigint not null
);
create table capabilities_record (
    request text primary key,
    app text not null,
    sealed blob not null,
    ends_at bigint not null
);
create index capabilities_record_end on capabilities_record (ends_at);
create index capabilities_record_app on capabilities_record (app, request);
