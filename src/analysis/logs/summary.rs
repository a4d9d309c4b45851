//! What was read, in figures, as `logs --format json` prints it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::command::CommandFigures;
use super::rate::RateSlice;
use super::{LogTally, notes, sdk_budget};
use crate::logs::{Counts, Level};
use crate::text::Text;
use crate::wire::{Build, WebhookKey};

/// All that a log says.
#[derive(Clone, Debug, Serialize)]
pub struct LogSummary {
    /// From when to when; none where it has no record.
    pub span: Option<Span>,
    /// Versions as the log states them, with the number of records; v3.7 states 3.6.0.
    pub versions: BTreeMap<String, u64>,
    /// The build it is read as.
    pub build: Option<Build>,
    /// Lines, records, foreign lines with samples.
    pub lines: Counts,
    /// Records at INFO and below: without them no `webhook` line exists.
    pub level_4: bool,
    /// By command.
    pub commands: Vec<CommandFigures>,
    /// Failures that no `webhook` line belongs to.
    pub failures: Vec<FailureCount>,
    /// Group calls against the caller's budget.
    pub operations: OperationFigures,
    /// Over time.
    pub rate: Vec<RateSlice>,
    /// Answers whose call began before the log.
    pub headless: u64,
    /// Calls given up because too many were open.
    pub evicted: u64,
    /// Records whose time lies more than 5 s before one that was read earlier.
    pub back: u64,
    /// An access log of the webhook server.
    pub access: bool,
    /// The share of calls that a timeout may cut.
    pub misfire: f64,
    /// What to know about these figures, and what to do.
    pub notes: Vec<Text>,
}

/// From when to when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Span {
    /// By the log's clock.
    pub from: String,
    /// By the log's clock.
    pub until: String,
    /// How long.
    pub seconds: f64,
}

/// Failures of one cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailureCount {
    /// The webhook, where the error names its address.
    pub key: Option<WebhookKey>,
    /// Stable name of the cause.
    pub cause: String,
    /// Operations.
    pub count: u64,
}

/// Group calls against the caller's budget.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OperationFigures {
    /// Answered, well or not.
    pub answered: u64,
    /// Took longer than the budget.
    pub broken: u64,
    /// How long callers wait, seconds.
    pub budget_s: f64,
    /// The longest, seconds.
    pub slowest_s: f64,
}

impl LogTally {
    /// What was read so far.
    #[must_use]
    pub fn summary(&self, lines: &Counts) -> LogSummary {
        let span = self.span.map(|(from, until)| Span {
            from: from.to_string(),
            until: until.to_string(),
            seconds: until.us_since(from) as f64 / 1e6,
        });
        // A record a millisecond after nothing is no time to judge by, but it is not none either.
        let seconds = span.as_ref().map_or(0.0, |span| span.seconds).max(0.001);
        let (recommend, base) = (LogTally::recommend(), self.base());
        let commands = self.commands.iter();
        let build = self.build();
        let budget = self
            .asked
            .caller_budget
            .unwrap_or_else(|| sdk_budget(self.asked.version.as_ref().map(|v| v.build)));
        let mut summary = LogSummary {
            commands: commands
                .map(|(name, c)| c.figures(name, seconds, self.access, &recommend, base))
                .collect(),
            failures: self
                .failures
                .iter()
                .map(|((key, kind), count)| FailureCount { key: *key, cause: kind.name(), count: *count })
                .collect(),
            operations: OperationFigures {
                answered: self.operations.answered,
                broken: self.operations.broken,
                budget_s: budget.as_secs_f64(),
                slowest_s: self.operations.slowest_us as f64 / 1e6,
            },
            level_4: self.levels.keys().any(|level| *level <= Level::Info),
            rate: self.rate.slices(),
            versions: self.versions.clone(),
            build,
            lines: lines.clone(),
            headless: self.pairs.headless,
            evicted: self.pairs.evicted,
            back: self.back,
            access: self.access,
            misfire: recommend.misfire,
            span,
            notes: Vec::new(),
        };
        summary.notes = notes::notes(&summary, self.asked.version.as_ref());
        summary
    }
}
