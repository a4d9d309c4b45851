//! The webhook server: what `OpenIM` calls back to.
//!
//! `server` listens and stamps, a `Responder` says what is answered: `host` by the
//! profile's delay models and faults, `proxy` by the user's own server, `scripted` for tests.
//! Events go into an `EventSink`; tying callbacks to calls is the collector's part.

mod bind;
mod body;
mod connection;
mod events;
mod forward;
mod gate;
mod handling;
pub mod heartbeat;
pub mod hlog_file;
pub mod host;
mod passed_on;
pub mod proxy;
mod responder;
mod route;
pub mod scripted;
pub mod server;
mod service;
mod stamped;
mod stats;

#[cfg(test)]
mod tests;

pub use bind::{BindError, bind};
pub use gate::Gate;
pub use host::{FaultWindow, HostConfig, HostError, HostResponder};
pub use proxy::{ProxyConfig, ProxyError, ProxyResponder};
pub use responder::{Callback, Passing, Reply, Responder};
pub use scripted::Scripted;
pub use server::{Scope, ServerConfig, ServerEnd, ServerError, serve};
pub use stats::ServerStats;
