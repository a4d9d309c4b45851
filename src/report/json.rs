//! `summary.json`: the summary as it is, with its schema.

use super::{RenderError, Renderer, Report, Summary};

/// JSON, indented, with a final newline.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Renderer for Json {
    fn render(&self, report: &Report) -> Result<Vec<u8>, RenderError> {
        let summary = &report.summary;
        let mut bytes = serde_json::to_vec_pretty(summary)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// The JSON schema of `summary.json`, indented, with a final newline.
///
/// # Errors
/// Never in practice: a schema is plain data.
pub fn schema() -> Result<String, RenderError> {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(Summary))?;
    text.push('\n');
    Ok(text)
}
