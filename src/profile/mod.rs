//! Profiles: what a run is to do, as a TOML file, and the plan it resolves to.
//!
//! `model` is the file's shape with its defaults, `load` merges defaults < file <
//! environment < flags, `plan` validates and resolves, `footprint` says what a run will
//! leave behind and what confidence it can reach.

pub mod model;
pub mod plan;

pub use model::Profile;
pub use plan::RunPlan;
