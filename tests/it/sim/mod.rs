//! The simulator behind its socket, with a small webhook server on the other side.

mod create;
mod deadlines;
mod failures;
mod flows;
mod rig;
