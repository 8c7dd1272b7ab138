//! The door: route table, replies with two faces, templates, texts, validation.
