create table billing_beside (
    subject text not null,
    month text not null,
    minor bigint not null,
    primary key (subject, month)
);
