//! Delay models: how long a handler or a server's own part takes.
//!
//! Data here, pure and seeded sampling in `sampler`; who waits is somebody else's
//! business, and so is reading the files that `hlog` names.

mod sampler;

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Span;

pub use sampler::{DelayError, DelaySampler, MAX_DELAY};

/// A delay as a profile writes it: `"50ms"` or a table with one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Delay {
    /// The same every time.
    Fixed(Span),
    /// One of the models.
    Model(DelayModel),
}

impl Default for Delay {
    fn default() -> Delay {
        Delay::Fixed(Span::default())
    }
}

impl Delay {
    /// The interval logs that this delay draws from, with their tag, in the order in
    /// which `DelaySampler::with_hlogs` asks for them.
    #[must_use]
    pub fn hlog_files(&self) -> Vec<(&Path, Option<&str>)> {
        match self {
            Delay::Model(DelayModel::Hlog { file, tag }) => vec![(file.as_path(), tag.as_deref())],
            Delay::Model(DelayModel::Mixture(parts)) => {
                parts.iter().flat_map(|p| p.delay.hlog_files()).collect()
            }
            Delay::Model(DelayModel::Stall { base, .. }) => base.hlog_files(),
            Delay::Fixed(_) | Delay::Model(_) => Vec::new(),
        }
    }
}

/// The delay models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DelayModel {
    /// The same every time.
    Constant(Span),
    /// Evenly between `min` and `max`.
    Uniform {
        /// Shortest.
        min: Span,
        /// Longest.
        max: Span,
    },
    /// Log-normal through two of its quantiles.
    Lognormal {
        /// Half are faster.
        median: Span,
        /// One in a hundred is slower; above `median`.
        p99: Span,
    },
    /// Pareto: P(delay > t) = (min / t)^alpha.
    Pareto {
        /// Shortest.
        min: Span,
        /// Tail index, above 0; the smaller the heavier.
        alpha: f64,
        /// Cut there, where given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<Span>,
    },
    /// One of several, by weight.
    Mixture(Vec<MixturePart>),
    /// Drawn from the values of an HdrHistogram interval log.
    Hlog {
        /// The log.
        file: PathBuf,
        /// Only lines with this tag, where given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tag: Option<String>,
    },
    /// A usual delay, and every so often a stall during which nobody is answered.
    Stall {
        /// The usual delay.
        #[serde(default)]
        base: Box<Delay>,
        /// From the start of one stall to the start of the next.
        every: Span,
        /// How long a stall lasts; shorter than `every`.
        duration: Span,
    },
}

/// A part of a mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MixturePart {
    /// Share of the draws, relative to the sum of the weights; above 0.
    pub weight: f64,
    /// Its delay.
    pub delay: Delay,
}
