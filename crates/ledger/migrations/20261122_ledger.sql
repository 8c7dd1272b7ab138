-- Append-only: the truth. One row a leg; its id is the posting's id, a dot and the number of the leg.
-- `posted` is what moved, `pending` by how much the held amount changed; `*_entry` numbers the entries of each account without a gap;
-- `*_prev` is the account's entry before, so a statement is a walk and needs no index of its own.
create table ledger_transfer (
  id text primary key, batch text not null, kind text not null, refers text, template text not null,
  asset text not null, debit text not null, credit text not null, posted bigint not null, pending bigint not null,
  debit_entry bigint not null, debit_after bigint not null, debit_prev text,
  credit_entry bigint not null, credit_after bigint not null, credit_prev text,
  guards bigint, effective text not null, made_at bigint not null, cause_kind text not null, cause_id text not null,
  made_by text not null, posting_key text, content text, note text
);
create unique index ledger_transfer_key on ledger_transfer (posting_key);
-- A projection of the transfers, written in the same transaction.
create table ledger_account (
  path text primary key, asset text not null, standing text not null, debits_bound bigint not null, credits_bound bigint not null,
  dr_posted bigint not null, cr_posted bigint not null, dr_pending bigint not null, cr_pending bigint not null,
  entries bigint not null, last_transfer text, last_at bigint not null, opened_at bigint not null
);
create table ledger_hold (
  id text primary key, state text not null, expires_at bigint not null, made_at bigint not null, resolved_by text, resolved_at bigint
);
-- What one transaction posted; numbered and chained when it is sealed.
create table ledger_batch (
  id text primary key, first_id text not null, last_id text not null, transfers bigint not null, content text not null, made_at bigint not null,
  seq_from bigint, seq_to bigint, prev_hash text, hash text
);
create unique index ledger_batch_seq on ledger_batch (seq_to);
create index ledger_batch_open on ledger_batch (made_at, id) where hash is null;
create table ledger_period (
  month text primary key, closed_at bigint not null, closed_by text not null, hash text not null
);
