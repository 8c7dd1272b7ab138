-- What an employee sees of all cases is found by these, without a walk along the others.
create index programme_case_node on programme_case (node);
create index programme_case_about on programme_case (about) where about is not null;
