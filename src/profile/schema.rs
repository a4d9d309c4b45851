//! The JSON schema of a profile, generated from `model`.
//!
//! A copy is kept at `profiles/profile.schema.json` for editors; a test holds it equal. The
//! same schema drives the checks of `check`, so that what an editor underlines is what the
//! program refuses.

use std::sync::LazyLock;

use serde_json::Value;

use super::model::Profile;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| schemars::schema_for!(Profile).to_value());

/// The schema.
#[must_use]
pub fn value() -> &'static Value {
    &SCHEMA
}

/// The schema as indented JSON with a final newline, as committed.
#[must_use]
pub fn pretty() -> String {
    format!("{:#}\n", *SCHEMA)
}
