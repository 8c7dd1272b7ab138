//! Data sets through their use cases, pages and what is served, on a real database.

mod hosting;
mod served;
mod world;
