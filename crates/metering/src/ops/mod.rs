//! What is done with the words of this crate, one use case a file.

pub(crate) mod close_log;
pub(crate) mod decide_event;
pub(crate) mod lose_entries;
pub(crate) mod take_events;
pub(crate) mod take_shipment;
