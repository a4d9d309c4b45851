//! The `OpenIM` client against tiny servers on loopback: connections, tokens, users,
//! preflight, set-up, clean-up.

mod fake;
mod groups;
mod pool;
mod preflight;
mod tokens;
