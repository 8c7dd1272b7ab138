//! Use cases on a real temporary database: one file a story.

mod bulk;
mod draw;
mod panel;
mod recusal;
mod scoring;
mod stage;
mod texts;
