//! Logs: recorded lines, pairs, causes, the command, and input that is nobody's log.

mod command;
mod random;
mod recorded;
