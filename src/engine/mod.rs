//! (to come)

pub mod collector;
