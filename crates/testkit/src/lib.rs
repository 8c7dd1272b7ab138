//! For tests: databases, frozen clock, a browser-like client.
