create table billing_subscription (
    id text primary key,
    customer text not null,
    subject text not null,
    meters text not null,
    book text not null,
    plan text,
    mode text not null,
    payee text,
    off_millionths bigint,
    off_until text,
    from_at bigint not null,
    end_at bigint,
    opened_at bigint not null
);
create index billing_subscription_customer on billing_subscription (customer, id);
create index billing_subscription_subject on billing_subscription (subject, from_at);
create table billing_customer (
    id text primary key,
    suspended_at bigint,
    invoice text
);
create table billing_counter (
    series text primary key,
    last bigint not null
);
create table billing_run (
    month text primary key,
    state text not null,
    after_customer text not null,
    customers bigint not null,
    charges bigint not null,
    invoices bigint not null,
    total_minor bigint not null,
    problems text not null,
    begun_by text not null,
    begun_at bigint not null,
    final_at bigint not null,
    done_at bigint
);
create table billing_invoice (
    id text primary key,
    number text not null,
    reference text not null,
    customer text not null,
    period text not null,
    net_minor bigint not null,
    tax_minor bigint not null,
    total_minor bigint not null,
    paid_minor bigint not null,
    state text not null,
    due_on text not null,
    document text not null,
    hash text not null,
    posting text,
    made_at bigint not null,
    reminded bigint not null,
    paid_at bigint
);
create unique index billing_invoice_number on billing_invoice (number);
create unique index billing_invoice_reference on billing_invoice (reference);
create unique index billing_invoice_customer on billing_invoice (customer, period);
create index billing_invoice_period on billing_invoice (period, id);
create index billing_invoice_state on billing_invoice (state, id);
create table billing_credit (
    id text primary key,
    number text not null,
    invoice text not null references billing_invoice (id),
    reason text not null,
    again bigint not null,
    total_minor bigint not null,
    hash text not null,
    posting text not null,
    lot text,
    made_by text not null,
    made_at bigint not null
);
create unique index billing_credit_number on billing_credit (number);
create unique index billing_credit_invoice on billing_credit (invoice);
create table billing_charge (
    id text primary key,
    subscription text not null references billing_subscription (id),
    customer text not null,
    payee text,
    mode text not null,
    period text not null,
    source text not null,
    part bigint not null,
    net_minor bigint not null,
    tax_minor bigint not null,
    total_minor bigint not null,
    drawn_minor bigint not null,
    calls bigint not null,
    units bigint not null,
    detail text not null,
    invoice text,
    voided bigint not null,
    settled text,
    posting text,
    made_at bigint not null
);
create unique index billing_charge_once on billing_charge (subscription, period, source, part);
create index billing_charge_source on billing_charge (source, id);
create index billing_charge_period on billing_charge (period, id);
create index billing_charge_invoice on billing_charge (invoice);
create index billing_charge_payee on billing_charge (payee, settled, period);
create table billing_lot (
    id text primary key,
    customer text not null,
    priority bigint not null,
    expires_on text,
    subjects text not null,
    origin text not null,
    amount_minor bigint not null,
    left_minor bigint not null,
    reason text not null,
    made_at bigint not null
);
create index billing_lot_customer on billing_lot (customer, id);
create table billing_held (
    subject text not null,
    lot text not null references billing_lot (id),
    held_minor bigint not null,
    primary key (subject, lot)
);
create table billing_reserve (
    subject text not null,
    meter text not null,
    month text not null,
    calls bigint not null,
    limit_minor bigint not null,
    primary key (subject, meter, month)
);
create table billing_budget (
    subject text primary key,
    customer text not null,
    budget_minor bigint not null,
    hard bigint not null,
    month text not null,
    told bigint not null,
    set_by text not null,
    set_at bigint not null
);
create table billing_topup (
    id text primary key,
    customer text not null,
    reference text not null,
    amount_minor bigint not null,
    paid_minor bigint not null,
    state text not null,
    asked_by text not null,
    asked_at bigint not null
);
create unique index billing_topup_reference on billing_topup (reference);
create index billing_topup_customer on billing_topup (customer, id);
create table billing_import (
    id text primary key,
    name text not null,
    hash text not null,
    rows bigint not null,
    taken bigint not null,
    listed bigint not null,
    made_by text not null,
    made_at bigint not null
);
create unique index billing_import_hash on billing_import (hash);
create table billing_receipt (
    id text primary key,
    statement text not null references billing_import (id),
    bank_number text not null,
    paid_on text not null,
    amount_minor bigint not null,
    left_minor bigint not null,
    memo text not null,
    state text not null,
    reason text not null,
    assigned_by text,
    assigned_at bigint
);
create unique index billing_receipt_bank on billing_receipt (bank_number);
create index billing_receipt_state on billing_receipt (state, id);
create table billing_payment (
    id text primary key,
    receipt text not null references billing_receipt (id),
    what text not null,
    target text not null,
    amount_minor bigint not null,
    posting text not null,
    made_at bigint not null
);
create index billing_payment_receipt on billing_payment (receipt, id);
create index billing_payment_target on billing_payment (target, id);
create table billing_contract (
    id text primary key,
    payee text not null,
    subscription text,
    share_bp bigint not null,
    guarantee_minor bigint not null,
    cap_minor bigint,
    withheld_bp bigint not null,
    from_month text not null,
    reason text not null,
    state text not null,
    proposed_by text not null,
    proposed_at bigint not null,
    decided_by text,
    decided_at bigint
);
create index billing_contract_payee on billing_contract (payee, from_month);
create table billing_statement (
    id text primary key,
    payee text not null,
    month text not null,
    state text not null,
    gross_minor bigint not null,
    share_minor bigint not null,
    raise_minor bigint not null,
    cut_minor bigint not null,
    withheld_minor bigint not null,
    payable_minor bigint not null,
    document text not null,
    hash text not null,
    prepared_by text not null,
    prepared_at bigint not null,
    signed_by text,
    signed_at bigint,
    posting text,
    payout text
);
create unique index billing_statement_payee on billing_statement (payee, month);
create index billing_statement_month on billing_statement (month, id);
create table billing_dispute (
    id text primary key,
    statement text not null references billing_statement (id),
    line text not null,
    reason text not null,
    state text not null,
    answer text not null,
    adjust_minor bigint not null,
    posting text,
    raised_by text not null,
    raised_at bigint not null,
    resolved_by text,
    resolved_at bigint
);
create index billing_dispute_statement on billing_dispute (statement, id);
create table billing_payout (
    id text primary key,
    number text not null,
    state text not null,
    total_minor bigint not null,
    hash text not null,
    made_by text not null,
    made_at bigint not null
);
create unique index billing_payout_number on billing_payout (number);
create table billing_payout_item (
    payout text not null references billing_payout (id),
    payee text not null,
    reference text not null,
    amount_minor bigint not null,
    state text not null,
    reason text not null,
    primary key (payout, payee)
);
create unique index billing_payout_item_reference on billing_payout_item (reference);
