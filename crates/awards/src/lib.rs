//! Graded awards within their ceilings.
