//! Load and latency benchmark for `OpenIM`'s group API.
//!
//! A profile says what to offer; the engine drives it open loop, the webhook
//! server receives what `OpenIM` calls back, the collector ties both together by
//! operationID, and the analysis says which `timeout` to write for each webhook.
//!
//! Layers (a module imports from lower layers only; `tests/it/layering.rs`):
//! 0 `units` `ids` `clock` `exit` `text` `finding`; 1 `wire` `schedule` `delay` `stats` `slo` `tls`;
//! 2 `profile` `record` `port` `lint` `logs`; 3 `engine` `openim` `webhook` `sim` `setup` `metrics`; 4 `analysis`;
//! 5 `report` `probe` `check`; 6 `app`; 7 `cli`.

pub mod analysis;
pub mod app;
pub mod check;
pub mod cli;
pub mod clock;
pub mod delay;
pub mod engine;
pub mod exit;
pub mod finding;
pub mod ids;
pub mod lint;
pub mod logs;
pub mod metrics;
pub mod openim;
pub mod port;
pub mod probe;
pub mod profile;
pub mod record;
pub mod report;
pub mod schedule;
pub mod setup;
pub mod sim;
pub mod slo;
pub mod stats;
pub mod text;
pub mod tls;
pub mod units;
pub mod webhook;
pub mod wire;
