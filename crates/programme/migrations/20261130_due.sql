-- A board shows of each state what is due first.
create index programme_case_due on programme_case (definition, state, due_at, id);
