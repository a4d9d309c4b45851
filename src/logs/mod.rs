//! `OpenIM`'s own log, read line by line: what its webhooks took and why calls failed.
//!
//! Text and JSON lines of 3.7 to main, also as container runtimes show them. Everything is streamed; what is
//! remembered is bounded. Nothing here prints.

mod access;
mod entry;
mod event;
mod failed;
mod fields;
mod operations;
mod pairs;
mod records;
mod time;
mod wrapping;

pub use access::{Access, Pattern, PatternError};
pub use entry::{Entry, Level};
pub use event::{EndedLine, Event, FailedLine, Reading, WebhookLine};
pub use fields::{Fields, Raw};
pub use operations::Operations;
pub use pairs::{Call, Outcome, Pairs, Told};
pub use records::{Counts, LONGEST, Records};
pub use time::LogTime;
pub use wrapping::{Unwrapped, unwrapped};
