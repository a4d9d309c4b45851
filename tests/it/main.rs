//! Integration tests, one binary.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, as tests do")]

mod openim;
