//! JSON for scripts, `summary.json` first, and the schemas of it.

use schemars::JsonSchema;
use serde::Serialize;

use super::{RenderError, Renderer, Report, Summary};

/// What a record of callbacks that were only watched says nothing about.
const UNKNOWN_WHERE_WATCHED: [&str; 5] = ["calls", "calls_total", "rates", "callbacks", "cleanup"];

/// JSON, indented, with a final newline.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Renderer for Json {
    fn render(&self, report: &Report) -> Result<Vec<u8>, RenderError> {
        let summary = &report.summary;
        if summary.observed.is_none() {
            return Ok(pretty(summary)?.into_bytes());
        }
        // Zeros would look as if calls had been counted.
        let mut value = serde_json::to_value(summary)?;
        if let Some(fields) = value.as_object_mut() {
            UNKNOWN_WHERE_WATCHED.iter().for_each(|name| drop(fields.remove(*name)));
        }
        Ok(pretty(&value)?.into_bytes())
    }
}

/// The JSON schema of `summary.json`.
///
/// # Errors
/// Never in practice: a schema is plain data.
pub fn schema() -> Result<String, RenderError> {
    schema_of::<Summary>()
}

/// A value, indented, with a final newline.
pub(super) fn pretty(value: &impl Serialize) -> Result<String, RenderError> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}

/// The schema of a type, as it is committed and printed.
pub(super) fn schema_of<T: JsonSchema>() -> Result<String, RenderError> {
    pretty(&schemars::schema_for!(T))
}
