//! Pages composed from the domains: shell, workbench, search, boards, public programme.
