//! A real `OpenIM` deployment (or the simulator behind a socket) as a target: load calls,
//! tokens, users, preflight, set-up and clean-up.
//!
//! Promises exact stamps on load calls (own connection pool), that no secret or token is
//! ever printed, and that connections are made directly: `HTTP_PROXY`, `HTTPS_PROXY` and
//! `ALL_PROXY` are ignored for every target, so that a proxy is never measured by mistake.
//! Receiving callbacks is the webhook server's work; pacing the load is the engine's.

pub mod admin;
pub mod base_url;
pub mod cleanup;
pub mod client;
mod gzip;
mod pace;
pub mod pool;
pub mod preflight;
mod requests;
pub mod safety;
pub mod secret;
pub mod setup_groups;
pub mod token;

pub use crate::tls;
pub use crate::tls::TlsOptions;
pub use admin::{Admin, AdminConfig, AdminError};
pub use base_url::BaseUrl;
pub use client::OpenimClient;
pub use secret::Secret;
