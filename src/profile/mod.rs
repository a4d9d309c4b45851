//! Profiles: what a run is to do, as a TOML file, and the plan it resolves to.
//!
//! `model` is the file's shape with its defaults, `schema` the same as a JSON schema, `load`
//! merges defaults < file < environment < flags, `check` names what does not fit the shape,
//! `resolve` validates and makes the `plan`, `footprint` says what a run will leave behind and
//! what confidence it can reach. `shipped` holds the profiles that come with the program.

mod check;
pub mod error;
pub mod footprint;
pub mod inputs;
mod layers;
pub mod load;
pub mod model;
pub mod plan;
pub mod resolve;
pub mod schema;
pub mod shipped;
mod tree;
mod validate;

pub use error::ProfileError;
pub use footprint::Footprint;
pub use load::{LoadRequest, Loaded, ProfileSource, load};
pub use model::Profile;
pub use plan::RunPlan;
pub use resolve::{ResolveContext, resolve};
