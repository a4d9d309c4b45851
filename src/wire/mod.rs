//! What `OpenIM` speaks, as data: versions, webhook keys, API envelope, callbacks,
//! answers, failure causes, `webhooks.yml`.
//!
//! Pure: no sockets, no files. Facts were read in `OpenIM`'s source and measured on
//! running servers of six builds; where a fact depends on the version, `Build` says how.

pub mod answer;
pub mod api;
pub mod callback;
pub mod decision;
pub mod failure;
pub mod flow;
pub mod gojson;
pub mod goread;
pub mod key;
pub mod version;
pub mod webhooks_yml;

pub use failure::FailureKind;
pub use key::{Kind, WebhookKey};
pub use version::{Build, OpenimVersion, Wording};
