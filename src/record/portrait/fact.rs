//! A statement of a portrait: known and on what grounds, or unknown and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::say;
use crate::text::Text;

/// Known, or not; `state` says which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Fact<T> {
    /// Found out.
    Known {
        /// What.
        value: T,
        /// What it rests on, a short sentence with figures.
        evidence: Text,
        /// The case that showed it; empty where it was read from `webhooks.yml`.
        #[serde(default)]
        case: String,
    },
    /// Not tried.
    NotMeasured {
        /// What would have it measured: `--slow`, or `--dangerous: ` and what that may do.
        needs: Text,
    },
    /// This deployment cannot show it.
    NotTestable {
        /// Why.
        why: Text,
    },
    /// Tried, but what was seen does not tell.
    Inconclusive {
        /// Why.
        why: Text,
    },
}

impl<T> Default for Fact<T> {
    /// For fields that a file lacks.
    fn default() -> Fact<T> {
        Fact::Inconclusive { why: say!("probe-unsaid") }
    }
}

impl<T> Fact<T> {
    /// The value, where it is known.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Fact::Known { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The case that showed it; empty where none did.
    #[must_use]
    pub fn case(&self) -> &str {
        match self {
            Fact::Known { case, .. } => case,
            _ => "",
        }
    }
}
