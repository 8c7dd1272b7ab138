-- Apps that a firm pays for; all others are paid by their owners. Beside the app, since a column more would change the hash of every row.
create table capabilities_payer (
    app text primary key references capabilities_app (id),
    firm text not null
);
create index capabilities_payer_firm on capabilities_payer (firm, app);
