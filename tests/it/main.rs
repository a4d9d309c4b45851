//! Integration tests: all of them modules of one binary, one link instead of many.

mod contract_hlog;
mod contract_record;
