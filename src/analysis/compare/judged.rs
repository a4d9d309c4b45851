//! What of a run's judgement is kept inside `run.json`, so that a record cut down to `run.json` and `intervals.hlog`
//! can still be a base: validity, failures, lost after-callbacks, and what the timeouts rest on.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::judge::unfinished;
use crate::analysis::window::Window;
use crate::analysis::{Analysis, Calls, ValidityVerdict};
use crate::finding::Severity;
use crate::record::SecondRow;
use crate::record::model::tag;
use crate::record::read::RunRecord;
use crate::stats::newcombe::clumping;
use crate::text::Text;
use crate::wire::WebhookKey;

/// Rows of so many seconds together are one block where clumping is looked for: queues and restarts last seconds.
const BLOCK_S: u64 = 5;

/// A judged run, in short.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// Version of openim-bench that judged.
    pub by: String,
    /// Whether the run may be believed: `valid`, `warnings`, `invalid`.
    pub verdict: Option<ValidityVerdict>,
    /// Why it is invalid; empty otherwise.
    #[serde(serialize_with = "crate::text::kept_list")]
    pub reasons: Vec<Text>,
    /// Calls of the measured phases that failed or were censored.
    pub failed: JudgedShare,
    /// After-callbacks of the measured phases that never came.
    pub after_lost: JudgedShare,
    /// Calls that have no response time: slower than everything.
    pub unfinished: u64,
    /// By webhook.
    pub timeouts: BTreeMap<WebhookKey, JudgedTimeout>,
}

/// A count with how it clumps in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JudgedShare {
    /// All.
    pub n: u64,
    /// Those counted.
    pub count: u64,
    /// How many of them one independent one stands for, at least 1.
    pub clumping: f64,
}

/// What a recommended timeout rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JudgedTimeout {
    /// The recommended `timeout`, seconds; absent where none is.
    pub timeout_s: Option<u32>,
    /// Callbacks.
    pub n: u64,
    /// ε: the share that a timeout may cut.
    pub misfire: f64,
    /// Callbacks slower than T = 1 … 15 s.
    pub exceed: BTreeMap<u32, u64>,
    /// Spells that these came in, by T; absent in older records, and taken to be one by one there.
    #[serde(default)]
    pub spells: BTreeMap<u32, u64>,
    /// Runs that this is put together from.
    #[serde(skip, default = "one")]
    pub runs: usize,
    /// Upper 95 % bound of the share cut by T = 1 … 15 s.
    pub misfire_single: BTreeMap<u32, f64>,
    /// What decided.
    pub binding: Option<String>,
}

fn one() -> usize {
    1
}

impl Judged {
    /// From a record and what was made of it.
    #[must_use]
    pub fn of(record: &RunRecord, analysis: &Analysis) -> Judged {
        let window = Window::of(record);
        let rows: Vec<&SecondRow> = record.rows.iter().filter(|row| window.counts(row)).collect();
        let calls = Calls::of(rows.iter().copied(), record.header.end.is_none());
        let response = window.all_series(record).ok().and_then(|s| s.get(tag::RESPONSE).cloned());
        let invalid = analysis.validity.verdict == ValidityVerdict::Invalid;
        let errors = analysis.validity.reasons.iter().filter(|r| r.severity == Severity::Error);
        Judged {
            by: env!("CARGO_PKG_VERSION").to_owned(),
            verdict: Some(analysis.validity.verdict),
            reasons: errors.filter(|_| invalid).map(|r| r.what.clone()).collect(),
            failed: share(&rows, |row| {
                let failed = row.failed_total() + row.censored;
                (row.succeeded + failed, failed)
            }),
            after_lost: share(&rows, |row| {
                row.callbacks.values().fold((0, 0), |sum, c| (sum.0 + c.expected_after, sum.1 + c.lost_after))
            }),
            unfinished: response.map_or(0, |series| unfinished(&series, &calls)),
            timeouts: timeouts(record, analysis),
        }
    }
}

fn share(rows: &[&SecondRow], of: impl Fn(&SecondRow) -> (u64, u64)) -> JudgedShare {
    let mut blocks = BTreeMap::<u64, (u64, u64)>::new();
    for row in rows {
        let (n, count) = of(row);
        let block = blocks.entry(row.second / BLOCK_S).or_default();
        *block = (block.0 + n, block.1 + count);
    }
    let blocks: Vec<_> = blocks.into_values().collect();
    let (n, count) = blocks.iter().fold((0, 0), |sum, b| (sum.0 + b.0, sum.1 + b.1));
    JudgedShare { n, count, clumping: clumping(&blocks) }
}

fn timeouts(record: &RunRecord, analysis: &Analysis) -> BTreeMap<WebhookKey, JudgedTimeout> {
    let misfire = record.header.plan.profile.recommend.misfire;
    let measured = analysis.recommendations.iter().filter(|(_, r)| r.n > 0);
    measured
        .map(|(key, r)| {
            let judged = JudgedTimeout {
                timeout_s: r.timeout_s,
                n: r.n,
                misfire,
                exceed: r.table.iter().map(|row| (row.timeout_s, row.exceed)).collect(),
                spells: r.table.iter().map(|row| (row.timeout_s, row.spells)).collect(),
                runs: 1,
                misfire_single: r.misfire_single.clone(),
                binding: r.binding.clone(),
            };
            (*key, judged)
        })
        .collect()
}
