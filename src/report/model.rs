//! The summary of a run: every figure and sentence of the reports, computed once.
//!
//! `summary.json` is this, and scripts rely on its names.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::figures::Figures;
use super::lead;
use super::upstream::{self, UpstreamSummary};
use crate::analysis::whatif;
use crate::analysis::{Analysis, Calls, Rates, Recommendation, SeriesFigures, Validity};
use crate::analysis::{Budget, CallerFigures, ObservedFigures, Outage, PerOperation};
use crate::finding::Finding;
use crate::profile::model::{Arrivals, Loop};
use crate::profile::plan::Basis;
use crate::profile::resolve::{FROM_PORTRAIT, timeout_path};
use crate::record::model::{Ended, tag};
use crate::record::portrait::Portrait;
use crate::record::read::RunRecord;
use crate::slo::Judged;
use crate::text::Text;
use crate::wire::WebhookKey;

/// Version of this shape.
pub const FORMAT: u32 = 1;

/// What the renderers are given: every figure, sentence and curve, computed once.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Figures and sentences; `summary.json`.
    pub summary: Summary,
    /// Data of the charts.
    pub figures: Figures,
}

/// Everything a report says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Version of this shape.
    pub format: u32,
    /// Run id.
    pub run_id: String,
    /// The record's folder.
    pub record: String,
    /// What to know first, in sentences: validity, whose times these are, what to do.
    pub lead: Vec<Text>,
    /// Whether the figures may be believed.
    pub validity: Validity,
    /// Whose handler answered.
    pub basis: Basis,
    /// The run was killed: nothing after the last flush is known.
    pub partial: bool,
    /// How it ended; absent when it was killed.
    pub ended: Option<Ended>,
    /// Why it stopped itself; empty otherwise.
    pub ended_why: Text,
    /// What was run, in short; the whole plan is in `run.json`.
    pub plan: PlanSummary,
    /// Calls of the measured phases; absent where callbacks were only watched (`observed`).
    #[serde(default)]
    pub calls: Calls,
    /// Calls of all phases, warm-up included; absent as `calls` is.
    #[serde(default)]
    pub calls_total: Calls,
    /// Asked, achieved and production rate; absent as `calls` is.
    #[serde(default)]
    pub rates: Rates,
    /// Figures per series of the measured phases, by tag.
    pub series: BTreeMap<String, SeriesFigures>,
    /// Callbacks of the measured phases, by webhook; absent as `calls` is.
    #[serde(default)]
    pub callbacks: BTreeMap<WebhookKey, CallbackFigures>,
    /// Objectives of the profile, judged.
    pub objectives: Vec<Judged>,
    /// Which timeout to write, by webhook.
    pub recommendations: BTreeMap<WebhookKey, Recommendation>,
    /// Serial before-webhooks against the caller's budget, with the recommended timeouts.
    pub budgets: Vec<Budget>,
    /// Operations that the recommended timeouts together would fail; absent where one has none.
    pub operations_recommended: Option<PerOperation>,
    /// The same with the present timeouts; absent where they are not all known.
    pub operations_present: Option<PerOperation>,
    /// Callers who ask again, after all their attempts; absent where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callers: Option<CallerFigures>,
    /// Callbacks that were only watched by a proxy; absent where calls were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<ObservedFigures>,
    /// Outage phases: before, during, after.
    #[serde(default)]
    pub outages: Vec<Outage>,
    /// What the reader should know, most severe first.
    pub findings: Vec<Finding>,
    /// What this program itself needed.
    pub own: OwnFigures,
    /// What became of the groups; absent as `calls` is.
    #[serde(default)]
    pub cleanup: CleanupFigures,
    /// Host, cores, kernel, versions.
    pub environment: BTreeMap<String, String>,
}

/// What was run, in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanSummary {
    /// Title of the profile.
    pub title: String,
    /// `sim` or the URL.
    pub target: String,
    /// OpenIM version, where known.
    pub openim_version: Option<String>,
    /// The recorded build it is treated as.
    pub treated_as: Option<String>,
    /// How the version was told.
    pub version_why: Text,
    /// Certificate checks were off.
    pub insecure: bool,
    /// The server behind, in proxy mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<UpstreamSummary>,
    /// Open or closed loop.
    pub r#loop: Loop,
    /// How arrivals were spread.
    pub arrivals: Arrivals,
    /// Seed of everything that was drawn.
    pub seed: u64,
    /// Webhooks that had to call back.
    pub expect: Vec<WebhookKey>,
    /// Processes that send webhooks.
    pub processes: u32,
    /// ε.
    pub misfire: f64,
    /// Where each present timeout is known from: `webhook.timeout`, `webhook.yml`, `portrait` or `shipped` (the
    /// simulator's own).
    pub timeouts_from: BTreeMap<WebhookKey, String>,
    /// The portrait of the deployment that was given; absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<PortraitSummary>,
}

/// Which portrait a run used; the whole of it is in `run.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PortraitSummary {
    /// What was probed: URL without credentials, or `sim`.
    pub target: String,
    /// It was a simulator.
    pub simulated: bool,
    /// OpenIM version that was found.
    pub openim_version: String,
    /// When it was made, RFC 3339, UTC.
    pub made_at: String,
    /// How old it was when the run began, seconds; absent where a time cannot be read.
    pub age_s: Option<u64>,
    /// It was older than a day, so the deployment may have changed since.
    pub may_be_out_of_date: bool,
    /// The probe had been stopped before its last case.
    pub interrupted: bool,
}

/// Callbacks of one webhook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallbackFigures {
    /// Arrived.
    pub arrived: u64,
    /// Answered by us before OpenIM gave up.
    pub replied: u64,
    /// OpenIM closed first: it had given up.
    pub cut: u64,
    /// Before-callbacks that should have come but did not before the call failed.
    pub missing: u64,
    /// The same again, beyond what the version explains.
    pub duplicate: u64,
    /// Explained repetitions.
    pub repeated: u64,
    /// After-callbacks that should have come.
    pub expected_after: u64,
    /// After-callbacks that never came.
    pub lost_after: u64,
    /// After-callbacks that came before the API's answer.
    pub early_after: u64,
    /// On a connection that was opened for them.
    pub fresh: u64,
    /// Taken up by a worker only after the API had answered.
    pub handled_after_answer: u64,
}

/// What this program itself needed; together with `validity.figures` what to know before its times are trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OwnFigures {
    /// Highest resident memory, bytes; 0 where it was not sampled.
    pub peak_memory_bytes: u64,
    /// CPU time of the whole run, seconds.
    pub cpu_s: f64,
    /// Highest number of calls in flight.
    pub peak_in_flight: u64,
    /// Highest number of connections open at our listener.
    pub peak_connections: u32,
    /// Connections opened for the calls of the measured phases.
    pub connections_opened: u64,
    /// Calls sent again because the target had just closed an idle connection.
    pub connection_retries: u64,
}

/// What became of the groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CleanupFigures {
    /// Groups that the run made, as far as known.
    pub groups_made: u64,
    /// Dismissed afterwards.
    pub groups_dismissed: u64,
    /// Could not be removed, or were kept on purpose.
    pub groups_left: u64,
    /// Command that removes them; empty when none is left.
    pub command: String,
    /// Users registered; `OpenIM` cannot delete users.
    pub users_registered: u64,
    /// Token renewals during the run.
    pub token_renewals: u64,
}

impl Report {
    /// Puts record and analysis together.
    #[must_use]
    pub fn new(record: &RunRecord, analysis: Analysis, folder: &str) -> Report {
        let usual = whatif::usual(record, &analysis);
        let summary = Summary::new(record, analysis, folder);
        Report { figures: Figures::of(record, &summary, usual.as_ref()), summary }
    }
}

impl Summary {
    /// Findings and reasons for the verdict, most severe first; a reason that only points at the finding of the same name
    /// says nothing of its own.
    #[must_use]
    pub fn all_findings(&self) -> Vec<&Finding> {
        let own = &self.findings;
        let reasons = self.validity.reasons.iter().filter(|r| own.iter().all(|f| f.code != r.code));
        let mut all: Vec<&Finding> = reasons.chain(own).collect();
        all.sort_by_key(|f| std::cmp::Reverse(f.severity));
        all
    }

    /// Puts record and analysis together.
    #[must_use]
    pub fn new(record: &RunRecord, analysis: Analysis, folder: &str) -> Summary {
        let header = &record.header;
        let end = header.end.as_ref();
        let mut summary = Summary {
            format: FORMAT,
            run_id: header.plan.run_id.clone(),
            record: folder.to_owned(),
            lead: Vec::new(),
            validity: analysis.validity,
            basis: header.plan.basis,
            partial: record.partial,
            ended: end.map(|e| e.how),
            ended_why: end.map(|e| e.why.clone()).unwrap_or_default(),
            plan: plan_summary(record),
            calls: analysis.calls,
            calls_total: analysis.calls_total,
            rates: analysis.rates,
            series: analysis.series,
            callbacks: callbacks(record),
            objectives: analysis.objectives,
            recommendations: analysis.recommendations,
            budgets: analysis.budgets,
            operations_recommended: analysis.operations_recommended,
            operations_present: analysis.operations_present,
            callers: analysis.callers,
            observed: analysis.observed,
            outages: analysis.outages,
            findings: analysis.findings,
            own: own(record),
            cleanup: cleanup(record, folder),
            environment: environment(record),
        };
        summary.findings.extend(header.seen.findings.iter().cloned());
        summary.findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
        summary.lead = lead::sentences(&summary);
        summary
    }
}

fn plan_summary(record: &RunRecord) -> PlanSummary {
    let header = &record.header;
    let profile = &header.plan.profile;
    PlanSummary {
        title: profile.title.clone(),
        target: profile.target.url.clone(),
        openim_version: header.seen.version.as_ref().map(|v| v.text.clone()),
        treated_as: header.seen.version.as_ref().map(|v| v.build.name().to_owned()),
        version_why: header.seen.version_why.clone(),
        insecure: profile.target.insecure,
        upstream: upstream::of(record),
        r#loop: profile.load.r#loop,
        arrivals: profile.load.arrivals,
        seed: profile.load.seed,
        expect: header.seen.expect.clone(),
        processes: profile.webhook.processes,
        misfire: profile.recommend.misfire,
        timeouts_from: timeouts_from(record),
        portrait: header.portrait.as_ref().map(|p| portrait(p, &header.environment.started)),
    }
}

/// Older than this, a portrait may be out of date, s.
const A_DAY_S: u64 = 24 * 3600;

fn portrait(portrait: &Portrait, started: &str) -> PortraitSummary {
    let time = |text: &str| humantime::parse_rfc3339_weak(text).ok();
    let age = time(started)
        .zip(time(&portrait.made_at))
        .map(|(run, made)| run.duration_since(made).unwrap_or_default());
    let age_s = age.map(|age| age.as_secs());
    PortraitSummary {
        target: portrait.target.clone(),
        simulated: portrait.simulated,
        openim_version: portrait.version.text.clone(),
        made_at: portrait.made_at.clone(),
        age_s,
        may_be_out_of_date: age_s.is_some_and(|s| s > A_DAY_S),
        interrupted: portrait.interrupted,
    }
}

fn timeouts_from(record: &RunRecord) -> BTreeMap<WebhookKey, String> {
    let plan = &record.header.plan;
    let webhook = &plan.profile.webhook;
    let source = |key: &WebhookKey| {
        if plan.sources.get(&timeout_path(*key)).is_some_and(|source| source == FROM_PORTRAIT) {
            FROM_PORTRAIT
        } else if webhook.timeout.contains_key(key) {
            "webhook.timeout"
        } else if webhook.yml.is_some() {
            "webhook.yml"
        } else {
            "shipped"
        }
    };
    plan.timeouts.keys().map(|key| (*key, source(key).to_owned())).collect()
}

fn own(record: &RunRecord) -> OwnFigures {
    let rows = || record.rows.iter();
    OwnFigures {
        peak_memory_bytes: rows().map(|r| r.resident_bytes).max().unwrap_or(0),
        cpu_s: rows().map(|r| r.own_cpu_s).fold(0.0, f64::max),
        peak_in_flight: rows().map(|r| r.in_flight).max().unwrap_or(0),
        peak_connections: rows().map(|r| r.peak_connections).max().unwrap_or(0),
        connections_opened: record.totals.get(tag::CONNECT).map_or(0, |s| s.len()),
        connection_retries: record.header.end.as_ref().map_or(0, |e| e.connection_retries),
    }
}

fn callbacks(record: &RunRecord) -> BTreeMap<WebhookKey, CallbackFigures> {
    let mut all: BTreeMap<WebhookKey, CallbackFigures> = BTreeMap::new();
    let phases = &record.header.plan.phases;
    for row in record.rows.iter().filter(|r| phases.get(usize::from(r.phase)).is_some_and(|p| p.measured)) {
        for (key, counts) in &row.callbacks {
            let sum = all.entry(*key).or_default();
            sum.arrived += counts.arrived;
            sum.replied += counts.replied;
            sum.cut += counts.cut;
            sum.missing += counts.missing;
            sum.duplicate += counts.duplicate;
            sum.repeated += counts.repeated;
            sum.expected_after += counts.expected_after;
            sum.lost_after += counts.lost_after;
            sum.early_after += counts.early_after;
            sum.fresh += counts.fresh;
            sum.handled_after_answer += counts.handled_after_answer;
        }
    }
    all
}

fn cleanup(record: &RunRecord, folder: &str) -> CleanupFigures {
    let header = &record.header;
    let Some(end) = &header.end else {
        return CleanupFigures {
            users_registered: header.seen.users_registered,
            command: cleanup_command(record, folder),
            ..CleanupFigures::default()
        };
    };
    CleanupFigures {
        groups_made: end.groups_made,
        groups_dismissed: end.groups_dismissed,
        groups_left: end.groups_left_count,
        command: if end.groups_left_count > 0 { cleanup_command(record, folder) } else { String::new() },
        users_registered: header.seen.users_registered,
        token_renewals: end.token_renewals,
    }
}

/// The command that removes what is left; none for a simulator that ended with the run.
fn cleanup_command(record: &RunRecord, folder: &str) -> String {
    if record.header.plan.basis == Basis::Simulated || record.header.observed.is_some() {
        return String::new();
    }
    format!("openim-bench cleanup {folder}")
}

fn environment(record: &RunRecord) -> BTreeMap<String, String> {
    let environment = &record.header.environment;
    [
        ("started", environment.started.clone()),
        ("host", environment.host.clone()),
        ("cores", environment.cores.to_string()),
        ("kernel", environment.kernel.clone()),
        ("openim_bench", environment.version.clone()),
        ("commit", environment.commit.clone()),
        ("optimised", environment.optimised.to_string()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}
