create table bench_account (id text primary key, balance bigint not null);
create table bench_entry (id text primary key, debit text not null, credit text not null, amount bigint not null);
