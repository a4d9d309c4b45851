//! The simulator behind its socket, with a small webhook server on the other side.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod capacity;
mod create;
mod deadlines;
mod events;
mod exact;
mod extras;
mod failures;
mod flows;
mod go_client;
pub mod logs;
pub mod rig;
