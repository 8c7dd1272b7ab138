create table capabilities_meter (
    meter text primary key,
    capability text not null references capabilities_capability (id),
    zh text not null,
    en text not null,
    made_at bigint not null
);
create index capabilities_meter_capability on capabilities_meter (capability, meter);
