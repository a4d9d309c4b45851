//! The record of a run: versioned data on disk, the only thing that passes from
//! running to judging.
//!
//! `model` is its shape, `write` writes it as the run goes (one flush a second),
//! `read` reads it back, also when the run was killed.

pub mod model;
pub mod read;

pub use model::{Exceedance, Header, SecondRow};
