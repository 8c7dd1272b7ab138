//! Positions kept, pay withheld and made up, return and transfer.
