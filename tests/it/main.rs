//! All integration tests: one binary, one link.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, clippy::too_many_lines)]

mod browser;
mod charts;
mod cli;
mod compare;
mod conformance;
mod contract_hlog;
mod contract_record;
mod contract_recordings;
mod coverage;
mod docker_files;
mod e2e_apply;
mod e2e_capacity;
mod e2e_operations;
mod e2e_outage;
mod e2e_portrait;
mod e2e_probe;
mod e2e_rehearsal;
mod e2e_results;
mod e2e_run;
mod e2e_stall;
mod e2e_standin;
mod html;
mod judged_lateness;
mod layering;
mod messages;
mod openim;
mod portrait;
mod probe_recordings;
mod profiles;
mod readme;
mod report_sizes;
mod report_snapshots;
mod sim;
mod sim_cli;
mod support;
