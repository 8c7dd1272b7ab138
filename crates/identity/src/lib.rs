//! People, organisations, roles on nodes, relations, sessions.
