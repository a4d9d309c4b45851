//! One command's calls.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::analysis::decision::{self, Asked, Shown};
use crate::analysis::ladder::{CAP_S, Ladder};
use crate::analysis::misfire::{MisfireRow, SetUp, Table};
use crate::analysis::series::Ranked;
use crate::analysis::{Confidence, Vantage};
use crate::logs::{Call, LogTime, Outcome};
use crate::profile::model::RecommendSection;
use crate::stats::bounds::SpellSample;
use crate::stats::order::{Support, support};
use crate::units::Stamp;
use crate::wire::WebhookKey;
use crate::wire::failure::FailureKind;

/// Calls end in another order than they begin; so much later none is open that began before.
const SETTLED_MS: i64 = 75_000;
/// Slow calls that wait for their place in the order.
const MAX_HELD: usize = 50_000;
/// The longest time that is told exactly, ms.
const LONGEST_MS: u64 = 3_600_000;
/// Timeouts that a log may show one after the other.
const MAX_TIMEOUTS: usize = 16;
/// Share of packets lost each way between two hosts, as for runs.
const PACKET_LOSS: f64 = 0.0005;

/// What is known of a command.
#[derive(Debug)]
pub(super) struct Command {
    key: Option<WebhookKey>,
    calls: u64,
    answered: u64,
    failures: BTreeMap<FailureKind, u64>,
    abandoned: u64,
    lost: u64,
    running: u64,
    took_ms: Option<Histogram<u64>>,
    ladder: Ladder,
    /// Slow calls by their beginning, until they can be counted in order.
    held: BTreeMap<(LogTime, u64), u64>,
    sampled: u64,
    timeouts: BTreeMap<i64, u64>,
    last_timeout: Option<i64>,
}

impl Command {
    pub(super) fn new(key: Option<WebhookKey>) -> Command {
        Command {
            key,
            calls: 0,
            answered: 0,
            failures: BTreeMap::new(),
            abandoned: 0,
            lost: 0,
            running: 0,
            // These bounds are allowed.
            took_ms: Histogram::new_with_bounds(1, LONGEST_MS, 3).ok(),
            ladder: Ladder::default(),
            held: BTreeMap::new(),
            sampled: 0,
            timeouts: BTreeMap::new(),
            last_timeout: None,
        }
    }

    /// A call begins.
    pub(super) fn begun(&mut self, timeout_s: Option<i64>) {
        self.calls += 1;
        let Some(timeout_s) = timeout_s else { return };
        self.last_timeout = Some(timeout_s);
        if self.timeouts.len() < MAX_TIMEOUTS || self.timeouts.contains_key(&timeout_s) {
            *self.timeouts.entry(timeout_s).or_default() += 1;
        }
    }

    /// A call is over.
    pub(super) fn ended(&mut self, call: &Call, now: LogTime, base: LogTime) {
        let took = call.took_us().unwrap_or(0);
        match call.outcome {
            Outcome::Answered => self.answered(call.begun.at, took, now, base),
            Outcome::Failed(kind) => {
                *self.failures.entry(kind).or_default() += 1;
                match kind {
                    // It answered, in that time.
                    FailureKind::WebhookRejected(_) | FailureKind::WebhookBadAnswer => {
                        self.took(took);
                        self.sample(call.begun.at, took, now, base);
                    }
                    FailureKind::WebhookDeadline | FailureKind::WebhookCap | FailureKind::WebhookBodyRead => {
                        self.sample(call.begun.at, u64::MAX, now, base);
                    }
                    // No timeout would help: nobody was there.
                    _ => {}
                }
            }
            Outcome::Abandoned => self.abandoned += 1,
            Outcome::Lost => {
                self.lost += 1;
                self.sample(call.begun.at, u64::MAX, now, base);
            }
            Outcome::Running => self.running += 1,
        }
    }

    /// It answered, and was not a rejection.
    pub(super) fn answered(&mut self, at: LogTime, took_us: u64, now: LogTime, base: LogTime) {
        self.answered += 1;
        self.took(took_us);
        self.sample(at, took_us, now, base);
    }

    fn took(&mut self, us: u64) {
        if let Some(took_ms) = &mut self.took_ms {
            took_ms.saturating_record((us / 1_000).clamp(1, LONGEST_MS));
        }
    }

    fn sample(&mut self, at: LogTime, us: u64, now: LogTime, base: LogTime) {
        self.sampled += 1;
        if us > 1_000_000 {
            self.held.insert((at, self.sampled), us);
        }
        if !self.held.is_empty() {
            self.settle(Some(now), base);
        }
    }

    /// Counts the slow ones that nothing can come before any more; all, where there is no `now`.
    pub(super) fn settle(&mut self, now: Option<LogTime>, base: LogTime) {
        while let Some(first) = self.held.first_entry() {
            let at = first.key().0;
            let waits = now.is_some_and(|now| at > now.plus_ms(-SETTLED_MS));
            if waits && self.held.len() <= MAX_HELD {
                break;
            }
            if let Some(((at, _), us)) = self.held.pop_first() {
                self.ladder.add(Stamp(at.us_since(base)), us);
            }
        }
    }

    /// Figures so far; `seconds`: how long the log is.
    pub(super) fn figures(
        &self,
        name: &str,
        seconds: f64,
        access: bool,
        recommend: &RecommendSection,
        base: LogTime,
    ) -> CommandFigures {
        let mut ladder = self.ladder.clone();
        for ((at, _), us) in &self.held {
            ladder.add(Stamp(at.us_since(base)), *us);
        }
        CommandFigures {
            command: name.to_owned(),
            key: self.key,
            vantage: if access { Vantage::Access } else { Vantage::Log },
            calls: self.calls,
            answered: self.answered,
            failures: self.failures.iter().map(|(kind, n)| (kind.name(), *n)).collect(),
            abandoned: self.abandoned,
            lost: self.lost,
            running: self.running,
            latency: self
                .took_ms
                .as_ref()
                .and_then(|took| Latency::of(took, self.sampled.saturating_sub(took.len()))),
            present_s: self.last_timeout,
            timeouts: self.timeouts.clone(),
            timeout: self.timeout(&ladder, seconds, access, recommend),
        }
    }

    fn timeout(
        &self,
        ladder: &Ladder,
        seconds: f64,
        access: bool,
        recommend: &RecommendSection,
    ) -> Option<LogTimeout> {
        if self.sampled == 0 {
            return None;
        }
        let sample = SpellSample { n: self.sampled, seconds, spell_s: recommend.spell.as_secs_f64() };
        // What OpenIM logs contains the dial; the server's own account does not.
        let packet_loss = if access { recommend.packet_loss.unwrap_or(PACKET_LOSS) } else { 0.0 };
        let table = Table::new(ladder, sample, SetUp { packet_loss, fresh_share: 1.0, second_retry_s: 3 });
        let asked = Asked { misfire: recommend.misfire, wanted: recommend.confidence };
        let decided = decision::of_table(ladder, &table, asked, None);
        let most = if access { Confidence::Low } else { Confidence::High };
        let guess_s = table.smallest_seen(recommend.misfire);
        let shown = decided.timeout_s.or(guess_s).unwrap_or(CAP_S);
        let what = Shown::of(ladder, &table, shown, asked, None);
        let row = table.row(shown).copied().unwrap_or_default();
        Some(LogTimeout {
            timeout_s: decided.timeout_s,
            t_high_s: decided.t_high_s,
            guess_s: guess_s.filter(|_| decided.timeout_s.is_none()),
            confidence: decided.confidence.min(most),
            n: self.sampled,
            exceed: row.exceed,
            single: row.single,
            in_spells: row.in_spells,
            clustered: what.clustered,
            cut_at_s: self.cut_at(&table),
            missing_calls: table.missing_callbacks(recommend.misfire).filter(|_| decided.timeout_s.is_none()),
            table: table.rows().to_vec(),
        })
    }

    /// The present timeout, where `OpenIM` cut calls at it and no other slow ones are known: the log cannot say what a
    /// longer one would do.
    fn cut_at(&self, table: &Table) -> Option<i64> {
        let cut: u64 = [FailureKind::WebhookDeadline, FailureKind::WebhookBodyRead]
            .iter()
            .filter_map(|kind| self.failures.get(kind))
            .sum();
        let present = self.last_timeout.filter(|t| (1..i64::from(CAP_S)).contains(t))?;
        let at_cap = table.row(CAP_S).map_or(0, |row| row.exceed);
        (cut > 0 && at_cap > 0).then_some(present)
    }
}

/// A command in figures.
#[derive(Clone, Debug, Serialize)]
pub struct CommandFigures {
    /// The end of its address.
    pub command: String,
    /// The webhook of a group operation, where it is one's.
    pub key: Option<WebhookKey>,
    /// Where the time was taken.
    pub vantage: Vantage,
    /// Lines before a call.
    pub calls: u64,
    /// Answered, and not with a rejection.
    pub answered: u64,
    /// By cause; rejections among them.
    pub failures: BTreeMap<String, u64>,
    /// The operation's caller hung up.
    pub abandoned: u64,
    /// No line tells how it ended.
    pub lost: u64,
    /// Open when the log ended.
    pub running: u64,
    /// Of the calls that were answered; none where none was.
    pub latency: Option<Latency>,
    /// The timeout that the log last showed.
    pub present_s: Option<i64>,
    /// Calls by the timeout they had.
    pub timeouts: BTreeMap<i64, u64>,
    /// What the calls say about the timeout; none where nothing was timed.
    pub timeout: Option<LogTimeout>,
}

impl CommandFigures {
    /// Failed with a known cause.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }
}

/// Quantiles in ms, a log knows no more; none where so few calls do not support them, or where calls without an answer
/// stand at that rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Latency {
    /// Answered calls.
    pub n: u64,
    /// Calls that were cut: slower than everything.
    pub unfinished: u64,
    /// 50 %.
    pub p50_ms: Option<u64>,
    /// 90 %.
    pub p90_ms: Option<u64>,
    /// 99 %.
    pub p99_ms: Option<u64>,
    /// 99.9 %.
    pub p999_ms: Option<u64>,
    /// The slowest answered.
    pub max_ms: u64,
}

impl Latency {
    fn of(took_ms: &Histogram<u64>, unfinished: u64) -> Option<Latency> {
        let ranked = Ranked { series: took_ms, unfinished };
        let at = |p| ranked.quantile(p).filter(|_| support(ranked.count(), p) != Support::No);
        (!took_ms.is_empty()).then(|| Latency {
            n: took_ms.len(),
            unfinished,
            p50_ms: at(0.5),
            p90_ms: at(0.9),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
            max_ms: took_ms.max(),
        })
    }
}

/// What a command's calls say about its timeout.
#[derive(Clone, Debug, Serialize)]
pub struct LogTimeout {
    /// The smallest by the single bound; none where none is shown.
    pub timeout_s: Option<u32>,
    /// The smallest by the spell bound.
    pub t_high_s: Option<u32>,
    /// Beyond it no more than the share asked for was seen; where there is no `timeout_s`.
    pub guess_s: Option<u32>,
    /// How sure.
    pub confidence: Confidence,
    /// Calls that were timed.
    pub n: u64,
    /// Slower than the timeout (else the guess, else 15 s), cut and lost ones included.
    pub exceed: u64,
    /// Upper 95 % bound of their share, one by one.
    pub single: f64,
    /// The same in spells.
    pub in_spells: f64,
    /// They come in clumps.
    pub clustered: bool,
    /// The timeout that cut calls: what a longer one would do is not in this log.
    pub cut_at_s: Option<i64>,
    /// Calls still missing to show the share asked for.
    pub missing_calls: Option<u64>,
    /// T = 1 … 15 with counts and bounds.
    pub table: Vec<MisfireRow>,
}
