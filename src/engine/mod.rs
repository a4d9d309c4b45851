//! The engine: lets calls go at their intended starts and tells what became of them.
//!
//! `pacing` waits for a start, `work` chooses what each call does, `driver` runs the open
//! loop, `closed` the closed one, `call` carries a single call, `blocks` reserves IDs.
//! What OpenIM speaks, how it is reached and what the figures mean is decided elsewhere.

pub mod pacing;
