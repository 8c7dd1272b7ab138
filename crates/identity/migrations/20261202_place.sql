-- Units and bases are found without going through thousands of cases.
create index identity_node_kind on identity_node (kind, path);
