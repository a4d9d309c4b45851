//! A finding: something the reader should know, as a value.
//!
//! One type for preflight, validity and diagnosis, so that every renderer shows
//! them alike. Codes are stable: scripts may test for them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad it is. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// May mislead or break.
    Warning,
    /// Breaks.
    Error,
}

/// Something the reader should know, with evidence and what to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable name, `snake_case`.
    pub code: String,
    /// How bad.
    pub severity: Severity,
    /// Where: a webhook key, a profile key, a file; empty for the run as a whole.
    pub place: String,
    /// What was seen, with figures, one or two sentences.
    pub what: String,
    /// Facts that support it, one a line.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// What to do next.
    pub do_next: String,
}

impl Finding {
    /// A finding without evidence lines.
    #[must_use]
    pub fn new(
        code: &str,
        severity: Severity,
        place: impl Into<String>,
        what: impl Into<String>,
        do_next: impl Into<String>,
    ) -> Finding {
        Finding {
            code: code.to_owned(),
            severity,
            place: place.into(),
            what: what.into(),
            evidence: Vec::new(),
            do_next: do_next.into(),
        }
    }

    /// The same finding with evidence lines.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Vec<String>) -> Finding {
        self.evidence = evidence;
        self
    }
}
