//! Integration tests, one binary.

mod openim;
