//! Statistics behind every printed bound: pure functions on counts.
//!
//! `bounds` holds the one-sided 95 % bounds of a misfire share (single and spells),
//! `spells` the declustering that feeds them in constant memory, `order` the bounds of
//! quantiles and which quantiles a sample supports, `dispersion` whether slow callbacks
//! come one by one, `bootstrap` the comparison of two halves of a run, `tail` what lies beyond the data.
//! What the figures mean for a timeout is left to `analysis`.

pub mod bootstrap;
pub mod bounds;
pub mod dispersion;
pub mod order;
pub mod spells;
pub mod tail;

/// Confidence of every one-sided bound that is printed.
pub const CONFIDENCE: f64 = 0.95;
