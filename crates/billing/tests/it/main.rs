//! Use cases of billing on a real database, with the ledger book and the price book of the pack and a meter that tests write.

mod invoices;
mod metered;
mod pages;
mod parties;
mod property;
mod settlement;
mod wallets;
mod world;
