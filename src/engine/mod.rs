//! The engine: lets calls go at their intended starts and tells what became of them.
//!
//! `driver` runs a plan (`Drive::run`): `pacing` waits for each start, `work` chooses what
//! a call does, `call` carries it, `caller` repeats it, `closed` is the closed loop, `blocks` reserves IDs
//! before they are used. Every released call ends in exactly one `Ended` or `Censored`.
//! What `OpenIM` speaks, how it is reached and what the figures mean is decided elsewhere.

pub mod blocks;
mod call;
mod caller;
#[cfg(test)]
mod caller_tests;
mod closed;
pub mod collector;
pub mod driver;
pub mod observer;
pub mod pacing;
pub mod phases;
#[cfg(test)]
mod tests;
pub mod work;

pub use blocks::Reserve;
pub use driver::{Drive, DriveEnd, DriveError, EndedBy};
pub use work::{GroupUse, SetupGroup, WorkConfig, WorkError, WorkSource, setup_needs};
