//! Integration tests: all of them modules of one binary, one link instead of many.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helper functions too")]

mod contract_hlog;
mod contract_record;
