//! The ground: database, transactions, events, jobs, timers, sealing, personal data.
