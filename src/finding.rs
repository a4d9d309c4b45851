//! A finding: something the reader should know, as a value.
//!
//! One type for preflight, validity and diagnosis, so that every renderer shows
//! them alike. Codes are stable: scripts may test for them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use crate::text::{self, Text};

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
    pub what: Text,
    /// Facts that support it, one a line.
    #[serde(default)]
    pub evidence: Vec<Text>,
    /// What to do next.
    pub do_next: Text,
}

impl Finding {
    /// A finding without evidence lines.
    #[must_use]
    pub fn new(
        code: &str,
        severity: Severity,
        place: impl Into<String>,
        what: impl Into<Text>,
        do_next: impl Into<Text>,
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
    pub fn with_evidence(mut self, evidence: Vec<impl Into<Text>>) -> Finding {
        self.evidence = evidence.into_iter().map(Into::into).collect();
        self
    }
}

/// For `#[serde(serialize_with = "finding::kept")]` in records: both languages, so that a later report has them.
///
/// # Errors
/// Those of the serializer.
pub fn kept<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Kept<'a> {
        code: &'a str,
        severity: Severity,
        place: &'a str,
        #[serde(serialize_with = "text::kept")]
        what: &'a Text,
        #[serde(serialize_with = "text::kept_list")]
        evidence: &'a [Text],
        #[serde(serialize_with = "text::kept")]
        do_next: &'a Text,
    }
    serializer.collect_seq(findings.iter().map(|f| Kept {
        code: &f.code,
        severity: f.severity,
        place: &f.place,
        what: &f.what,
        evidence: &f.evidence,
        do_next: &f.do_next,
    }))
}
