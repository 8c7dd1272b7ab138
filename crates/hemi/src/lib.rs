//! Backing with 和米: equal season grants, stakes, settlement; no way to buy, transfer or cash out.
