//! Statistics behind every printed bound: pure functions on counts.
//!
//! `bounds` holds the one-sided 95 % bounds of a misfire share (single and spells),
//! `spells` the declustering that feeds them in constant memory, `order` the bounds of
//! quantiles and which quantiles a sample supports, `dispersion` whether slow callbacks
//! come one by one, `bootstrap` the comparison of two halves of a run, `band` what chance makes of a single second,
//! `tail` what lies beyond the data, `comparison` and `newcombe` the difference of runs, `curve` a run's percentile curve with
//! its interval, `needed` how much longer a run
//! would have to be.
//! What the figures mean for a timeout is left to `analysis`.

pub mod band;
pub mod bootstrap;
pub mod bounds;
pub mod comparison;
pub mod curve;
pub mod dispersion;
pub mod needed;
pub mod newcombe;
pub mod order;
pub mod spells;
pub mod tail;
pub mod timeline;

/// Confidence of every one-sided bound that is printed.
pub const CONFIDENCE: f64 = 0.95;
