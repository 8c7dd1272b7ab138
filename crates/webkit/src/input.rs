//! What a handler takes: a struct of fields, nothing, a free map, or fields with files.
//!
//! Invariant: a handler only ever sees input that its own schema has admitted.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::Problem;

/// What a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Fields: query, form or JSON body.
    Fields,
    /// Fields and files: `multipart/form-data`.
    Upload,
}

/// Input that has passed the schema.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The fields.
    pub fields: Value,
    /// The files.
    pub files: Vec<UploadedFile>,
}

/// Takes no input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Nothing {}

/// Takes any fields: forms whose fields are named by a pack, which then checks them.
pub type Dynamic = Map<String, Value>;

/// A file that came with a form, held in memory; the sum is bounded by 20 MiB.
#[derive(Clone, PartialEq, Eq)]
pub struct UploadedFile {
    /// Name of the form field.
    pub field: String,
    /// Last part of the name that the caller gave; never a path.
    pub name: String,
    /// Media type that the caller claimed; check the content.
    pub media_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for UploadedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({}, {} bytes)", self.field, self.name, self.media_type, self.bytes.len())
    }
}

/// Takes fields and files.
#[derive(Debug, Clone)]
pub struct Upload<F = Dynamic> {
    /// The fields.
    pub fields: F,
    /// The files, in the order of the form; empty file inputs are left out.
    pub files: Vec<UploadedFile>,
}

impl<F> Upload<F> {
    /// The first file of a form field.
    pub fn file(&self, field: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|file| file.field == field)
    }
}

/// What a handler may take. Every `Deserialize + JsonSchema` struct is one.
pub trait Input: Sized + Send + 'static {
    /// With files or without.
    const TAKES: Takes;
    /// Schema of the fields.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
    /// Reads what the schema has admitted.
    fn read(given: Given) -> Result<Self, Problem>;
}

impl<T: DeserializeOwned + JsonSchema + Send + 'static> Input for T {
    const TAKES: Takes = Takes::Fields;

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }

    fn read(given: Given) -> Result<Self, Problem> {
        serde_json::from_value(given.fields).map_err(|mistake| Problem::new(422, "input-not-understood").arg("message", mistake))
    }
}

impl<F: DeserializeOwned + JsonSchema + Send + 'static> Input for Upload<F> {
    const TAKES: Takes = Takes::Upload;

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<F>()
    }

    fn read(given: Given) -> Result<Self, Problem> {
        let files = given.files;
        F::read(Given { fields: given.fields, files: Vec::new() }).map(|fields| Upload { fields, files })
    }
}
