//! What a log says: calls and failures of each webhook, how long they took, which timeout that allows.
//!
//! [`LogTally`] takes record by record in memory that does not grow with the log; [`LogTally::summary`] may be asked at
//! any time. The statistics are those of a run; upper limits other than the cap are not looked at.

mod command;
mod notes;
mod rate;
mod summary;

use std::collections::BTreeMap;

use crate::logs::{
    Access, Call, Entry, Event, FailedLine, Level, LogTime, Operations, Outcome, Pairs, Reading, Told,
};
use crate::profile::model::RecommendSection;
use crate::units::Span;
use crate::wire::failure::FailureKind;
use crate::wire::{Build, OpenimVersion, WebhookKey};
use command::Command;
use rate::Rate;

pub use command::{CommandFigures, Latency, LogTimeout};
pub use rate::RateSlice;
pub use summary::{FailureCount, LogSummary, OperationFigures, Span as LogSpan};

/// Commands that are told apart; a log with more is not one of webhooks.
const MAX_COMMANDS: usize = 200;
/// Versions that are told apart.
const MAX_VERSIONS: usize = 20;
/// Until the log says its version.
const DEFAULT_BUDGET: Span = Span::secs(10);

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct LogAsked {
    /// The version, where the log's own column is not to be believed.
    pub version: Option<OpenimVersion>,
    /// How long callers wait.
    pub caller_budget: Option<Span>,
    /// Records before it are left out.
    pub since: Option<LogTime>,
}

/// Collects.
#[derive(Debug)]
pub struct LogTally {
    asked: LogAsked,
    reading: Reading,
    pairs: Pairs,
    operations: Operations,
    commands: BTreeMap<String, Command>,
    /// Failures that no `webhook` line belongs to.
    failures: BTreeMap<(Option<WebhookKey>, FailureKind), u64>,
    levels: BTreeMap<Level, u64>,
    versions: BTreeMap<String, u64>,
    span: Option<(LogTime, LogTime)>,
    last: LogTime,
    back: u64,
    rate: Rate,
    access: bool,
    ended: bool,
}

impl LogTally {
    /// Nothing read yet.
    #[must_use]
    pub fn new(asked: LogAsked) -> LogTally {
        let build = asked.version.as_ref().map(|v| v.build);
        let budget = asked.caller_budget.unwrap_or_else(|| sdk_budget(build));
        LogTally {
            operations: Operations::new(budget.as_us()),
            asked,
            reading: Reading::default(),
            pairs: Pairs::default(),
            commands: BTreeMap::new(),
            failures: BTreeMap::new(),
            levels: BTreeMap::new(),
            versions: BTreeMap::new(),
            span: None,
            last: LogTime::default(),
            back: 0,
            rate: Rate::default(),
            access: false,
            ended: false,
        }
    }

    /// A record of `OpenIM`'s log; `on` hears what comes to be known of webhooks by it.
    pub fn entry(&mut self, entry: &Entry<'_>, on: &mut impl FnMut(&Told)) {
        if !self.time(entry.time) {
            return;
        }
        *self.levels.entry(entry.level).or_default() += 1;
        self.version(&entry.version);
        let event = self.reading.of(entry);
        match &event {
            Some(Event::Ended(line)) => self.operations.answered(&line.operation, line.at, line.cost_us),
            Some(Event::Failed(line)) if line.group => {
                self.operations.answered(&line.operation, line.at, None);
            }
            Some(Event::Called(line)) => {
                self.operations.seen(&line.operation, line.at);
                self.command(line.command(), line.key()).begun(line.timeout_s);
                self.rate.call(line.at);
            }
            None if matches!(&*entry.process, "openim-api" | "openim-main") => {
                if let Some(operation) = entry.fields.get("operationID") {
                    self.operations.seen(&operation.text(), entry.time);
                }
            }
            _ => {}
        }
        if let Some(event) = &event {
            let mut told = Vec::new();
            self.pairs.take(event, &mut |what| told.push(what));
            self.told(told, on);
        }
    }

    /// A request in the webhook server's own log.
    pub fn access(&mut self, access: &Access) {
        self.access = true;
        if !self.time(access.at) {
            return;
        }
        let name = crate::wire::callback::command_in_target(&access.path);
        if !name.starts_with("callback") {
            return;
        }
        self.rate.call(access.at);
        self.rate.ended(access.at, Some(access.took_us), false);
        let (now, base) = (self.last, self.base());
        let command = self.command(name, WebhookKey::from_command(name));
        command.begun(None);
        command.answered(access.at, access.took_us, now, base);
    }

    /// The log has ended.
    pub fn finish(&mut self, on: &mut impl FnMut(&Told)) {
        let mut told = Vec::new();
        self.pairs.finish(&mut |what| told.push(what));
        self.told(told, on);
        self.ended = true;
        let base = self.base();
        self.commands.values_mut().for_each(|command| command.settle(None, base));
    }

    fn told(&mut self, told: Vec<Told>, on: &mut impl FnMut(&Told)) {
        for what in told {
            on(&what);
            match what {
                Told::Call(call) => self.call(&call),
                Told::Failure(line) => self.failure(&line),
            }
        }
    }

    fn call(&mut self, call: &Call) {
        let failed = matches!(call.outcome, Outcome::Failed(_) | Outcome::Lost);
        self.rate.ended(call.begun.at, call.took_us(), failed);
        let (now, base) = (self.last, self.base());
        self.command(call.begun.command(), call.begun.key()).ended(call, now, base);
    }

    fn failure(&mut self, line: &FailedLine) {
        self.rate.failure(line.at);
        *self.failures.entry((line.key(), line.kind)).or_default() += 1;
    }

    fn command(&mut self, name: &str, key: Option<WebhookKey>) -> &mut Command {
        let full = self.commands.len() >= MAX_COMMANDS && !self.commands.contains_key(name);
        let (name, key) = if full { ("…", None) } else { (name, key) };
        self.commands.entry(name.to_owned()).or_insert_with(|| Command::new(key))
    }

    /// Whether the record counts.
    fn time(&mut self, at: LogTime) -> bool {
        if self.asked.since.is_some_and(|since| at < since) {
            return false;
        }
        // Several processes write one file, each with a buffer of its own.
        self.back += u64::from(at < self.last.plus_ms(-STEP_BACK_MS));
        self.last = self.last.max(at);
        self.span = Some(self.span.map_or((at, at), |(from, to)| (from.min(at), to.max(at))));
        true
    }

    fn version(&mut self, version: &str) {
        if let Some(count) = self.versions.get_mut(version) {
            *count += 1;
        } else if !version.is_empty() && self.versions.len() < MAX_VERSIONS {
            self.versions.insert(crate::wire::failure::printable(version), 1);
        }
    }

    fn base(&self) -> LogTime {
        self.span.map_or_else(LogTime::default, |(from, _)| from)
    }

    /// Whose statistics.
    fn build(&self) -> Option<Build> {
        if let Some(version) = &self.asked.version {
            return Some(version.build);
        }
        let most = self.versions.iter().max_by_key(|(_, count)| **count)?.0;
        match most.as_str() {
            // The version file of 3.7 was not updated.
            "3.6.0" => Some(Build::V370),
            text => text.parse::<OpenimVersion>().ok().map(|v| v.build),
        }
    }

    fn recommend() -> RecommendSection {
        RecommendSection::default()
    }
}

/// A time that goes back by less is no sign of files in the wrong order.
const STEP_BACK_MS: i64 = 5_000;

fn sdk_budget(build: Option<Build>) -> Span {
    build.map_or(DEFAULT_BUDGET, |build| Span::secs(build.sdk_budget().as_secs()))
}
