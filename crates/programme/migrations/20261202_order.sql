-- Lists of one kind go along it, newest first, instead of sorting all cases of the kind.
create index programme_case_kind on programme_case (definition, id);
