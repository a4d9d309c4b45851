//! Prometheus metrics, for commands that last: off unless asked for.
//!
//! `Exporter::start` listens and gives a `Meter`; a `Meter` takes plain values from whoever sees a callback, a call or
//! a log line, and `Metered` reads them off the events of a run on their way to the collector. Every exporter has a
//! recorder of its own, none is the process's, so several stand side by side. A series is made when it is first
//! needed and kept: a callback or call costs no allocation after that. What is recorded and judged comes from the record alone.

pub mod names;
mod serve;
mod watch;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Recorder as _};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::port::{CallResult, UpstreamFailure};
use crate::wire::WebhookKey;
use names::{Family, Kind, OUTCOMES, UPSTREAM_CAUSES};

pub use names::CallbackEnd;
pub use serve::{Address, Exporter, MetricsError};
pub use watch::Metered;

/// Every webhook key, and a place for all others.
const KEYS: usize = WebhookKey::ALL.len() + 1;

/// Takes what was seen; clones share their series.
#[derive(Clone)]
pub struct Meter(Arc<Inner>);

struct Inner {
    recorder: PrometheusRecorder,
    keys: [OnceLock<OfKey>; KEYS],
    creates: Mutex<Vec<(&'static str, Counter)>>,
    create_response: OnceLock<Histogram>,
    release_lag: OnceLock<Histogram>,
    heartbeat: OnceLock<Histogram>,
    in_flight: OnceLock<Gauge>,
    shed: OnceLock<Counter>,
    idle: OnceLock<Gauge>,
    connections: Gauge,
    foreign: Counter,
    bad_requests: Counter,
}

/// The series of a webhook that are always wanted.
struct OfKey {
    duration: Histogram,
    outcomes: [Counter; OUTCOMES.len()],
    /// Timeout in force in µs; `u64::MAX` where it is not known.
    timeout_us: AtomicU64,
    /// Made with the first callback that was passed on.
    upstream: OnceLock<OfUpstream>,
}

/// The series of a webhook that is passed on; all causes stand at 0 before the first failure, whose rate is else not seen.
struct OfUpstream {
    added: Histogram,
    failures: [Counter; UPSTREAM_CAUSES.len()],
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meter").finish_non_exhaustive()
    }
}

impl Meter {
    /// A meter of its own recorder, with what renders it. `command` is the subcommand that is watched.
    #[must_use]
    pub fn new(command: &'static str) -> (Meter, PrometheusHandle) {
        let recorder = recorder();
        let handle = recorder.handle();
        describe(&recorder);
        let build = [Label::new("version", env!("CARGO_PKG_VERSION")), Label::new("command", command)];
        gauge(&recorder, &names::BUILD, build.to_vec()).set(1.0);
        let inner = Inner {
            keys: std::array::from_fn(|_| OnceLock::new()),
            creates: Mutex::default(),
            create_response: OnceLock::new(),
            release_lag: OnceLock::new(),
            heartbeat: OnceLock::new(),
            in_flight: OnceLock::new(),
            shed: OnceLock::new(),
            idle: OnceLock::new(),
            connections: gauge(&recorder, &names::CONNECTIONS, Vec::new()),
            foreign: counter(&recorder, &names::FOREIGN, Vec::new()),
            bad_requests: counter(&recorder, &names::BAD_REQUESTS, Vec::new()),
            recorder,
        };
        (Meter(Arc::new(inner)), handle)
    }

    /// A webhook that is expected: its series stand at 0 before its first callback.
    pub fn expect(&self, key: impl Into<Option<WebhookKey>>) {
        self.of(key.into());
    }

    /// The timeout in force for a webhook, whole seconds; answers that take longer count as late.
    pub fn timeout(&self, key: WebhookKey, seconds: u32) {
        self.of(Some(key)).timeout_us.store(u64::from(seconds) * 1_000_000, Ordering::Relaxed);
        gauge(&self.0.recorder, &names::CALLBACK_TIMEOUT, webhook(Some(key))).set(f64::from(seconds));
    }

    /// Processes of `OpenIM` that send callbacks.
    pub fn processes(&self, n: u32) {
        gauge(&self.0.recorder, &names::PROCESSES, Vec::new()).set(f64::from(n));
    }

    /// A callback that has ended, after `seconds` where that is known; `None` is a webhook of no group operation.
    pub fn callback(&self, key: impl Into<Option<WebhookKey>>, seconds: Option<f64>, end: CallbackEnd) {
        let series = self.of(key.into());
        let timeout = series.timeout_us.load(Ordering::Relaxed) as f64;
        series.ended(seconds, end, seconds.is_some_and(|seconds| seconds * 1e6 > timeout));
    }

    /// A callback that has ended by `OpenIM`'s own account: what it took as an answer was none too late, even where
    /// the line about it was.
    pub fn logged(&self, key: impl Into<Option<WebhookKey>>, seconds: Option<f64>, end: CallbackEnd) {
        self.of(key.into()).ended(seconds, end, false);
    }

    /// A failure that `OpenIM`'s log tells of; `cause` is of `FailureKind::family` or one of the neighbours in `names`.
    pub fn log_failure(&self, key: impl Into<Option<WebhookKey>>, cause: &'static str) {
        let mut labels = webhook(key.into());
        labels.push(Label::from_static_parts("cause", cause));
        counter(&self.0.recorder, &names::LOG_FAILURES, labels).increment(1);
    }

    /// An after-callback that `OpenIM` gave up or dropped from its queue.
    pub fn after_lost(&self, key: impl Into<Option<WebhookKey>>) {
        counter(&self.0.recorder, &names::AFTER_LOST, webhook(key.into())).increment(1);
    }

    /// A create that has ended, `seconds` after its intended start where that is known.
    pub fn create(&self, result: CallResult, seconds: Option<f64>) {
        self.count_create(names::result(result));
        if let Some(seconds) = seconds {
            self.histogram(&self.0.create_response, &names::CREATE_RESPONSE).record(seconds);
        }
    }

    /// A create that we gave up: slower than everything.
    pub fn create_given_up(&self) {
        self.count_create(names::CENSORED);
    }

    /// An arrival that was not started because of a limit.
    pub fn shed(&self) {
        let series = self.0.shed.get_or_init(|| counter(&self.0.recorder, &names::SHED, Vec::new()));
        series.increment(1);
    }

    /// So many API calls more (or fewer) wait for their answer.
    pub fn in_flight(&self, more: f64) {
        let series = self.0.in_flight.get_or_init(|| gauge(&self.0.recorder, &names::IN_FLIGHT, Vec::new()));
        series.increment(more);
    }

    /// How late a call was let go.
    pub fn release_lag(&self, seconds: f64) {
        self.histogram(&self.0.release_lag, &names::RELEASE_LAG).record(seconds);
    }

    /// How long a request to the own listener took.
    pub fn heartbeat(&self, seconds: f64) {
        self.histogram(&self.0.heartbeat, &names::HEARTBEAT).record(seconds);
    }

    /// Connections open at the webhook listener.
    pub fn open_connections(&self, n: u32) {
        self.0.connections.set(f64::from(n));
    }

    /// Share of this machine's CPU time that was idle, 0 to 1.
    pub fn machine_idle(&self, share: f64) {
        let series = self.0.idle.get_or_init(|| gauge(&self.0.recorder, &names::IDLE, Vec::new()));
        series.set(share);
    }

    /// A callback that belongs to nothing that is watched.
    pub fn foreign(&self) {
        self.0.foreign.increment(1);
    }

    /// A request that the listener refused or could not read.
    pub fn bad_request(&self) {
        self.0.bad_requests.increment(1);
    }

    /// A request to the server behind that came to nothing.
    pub fn upstream_failure(&self, key: impl Into<Option<WebhookKey>>, cause: UpstreamFailure) {
        self.upstream(key.into()).failures[names::upstream_cause(cause)].increment(1);
    }

    /// Time that standing in between added to a callback.
    pub fn added_latency(&self, key: impl Into<Option<WebhookKey>>, seconds: f64) {
        self.upstream(key.into()).added.record(seconds);
    }

    fn upstream(&self, key: Option<WebhookKey>) -> &OfUpstream {
        self.of(key).upstream.get_or_init(|| OfUpstream::new(&self.0.recorder, key))
    }

    fn of(&self, key: Option<WebhookKey>) -> &OfKey {
        // The keys are numbered from 0 in the order of `ALL`, which a test holds.
        let at = key.map_or(KEYS - 1, |key| key as usize);
        self.0.keys[at].get_or_init(|| OfKey::new(&self.0.recorder, key))
    }

    fn count_create(&self, result: &'static str) {
        let mut known = self.0.creates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, series)) = known.iter().find(|(name, _)| *name == result) {
            series.increment(1);
            return;
        }
        let labels = vec![Label::from_static_parts("result", result)];
        let series = counter(&self.0.recorder, &names::CREATES, labels);
        series.increment(1);
        known.push((result, series));
    }

    fn histogram<'a>(&'a self, place: &'a OnceLock<Histogram>, family: &Family) -> &'a Histogram {
        place.get_or_init(|| histogram(&self.0.recorder, family, Vec::new()))
    }
}

impl OfKey {
    fn new(recorder: &PrometheusRecorder, key: Option<WebhookKey>) -> OfKey {
        let outcomes = OUTCOMES.map(|outcome| {
            let mut labels = webhook(key);
            labels.push(Label::from_static_parts("outcome", outcome));
            counter(recorder, &names::CALLBACKS, labels)
        });
        let duration = histogram(recorder, &names::CALLBACK_DURATION, webhook(key));
        OfKey { duration, outcomes, timeout_us: AtomicU64::new(u64::MAX), upstream: OnceLock::new() }
    }

    fn ended(&self, seconds: Option<f64>, end: CallbackEnd, late: bool) {
        if let Some(seconds) = seconds {
            self.duration.record(seconds);
        }
        self.outcomes[end.outcome(late)].increment(1);
    }
}

impl OfUpstream {
    fn new(recorder: &PrometheusRecorder, key: Option<WebhookKey>) -> OfUpstream {
        let failures = UPSTREAM_CAUSES.map(|cause| {
            let mut labels = webhook(key);
            labels.push(Label::from_static_parts("cause", cause));
            counter(recorder, &names::UPSTREAM_FAILURES, labels)
        });
        OfUpstream { added: histogram(recorder, &names::ADDED_LATENCY, webhook(key)), failures }
    }
}

fn recorder() -> PrometheusRecorder {
    let fine = |builder: PrometheusBuilder, family: &Family| {
        // Refused are only empty lists, which these are not; the general buckets would do as well.
        let name = Matcher::Full(family.name.to_owned());
        builder.set_buckets_for_metric(name, names::FINE_BUCKETS).unwrap_or_default()
    };
    let builder = PrometheusBuilder::new().set_buckets(names::BUCKETS).unwrap_or_default();
    names::FINE.iter().fold(builder, fine).build_recorder()
}

fn describe(recorder: &PrometheusRecorder) {
    for family in names::FAMILIES {
        let name = KeyName::from_const_str(family.name);
        match family.kind {
            Kind::Counter => recorder.describe_counter(name, None, family.help.into()),
            Kind::Gauge => recorder.describe_gauge(name, None, family.help.into()),
            Kind::Histogram => recorder.describe_histogram(name, None, family.help.into()),
        }
    }
}

fn webhook(key: Option<WebhookKey>) -> Vec<Label> {
    vec![Label::from_static_parts("webhook", names::webhook(key))]
}

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

fn counter(recorder: &PrometheusRecorder, family: &Family, labels: Vec<Label>) -> Counter {
    debug_assert!(fits(family, Kind::Counter, &labels), "{}", family.name);
    recorder.register_counter(&Key::from_parts(family.name, labels), &METADATA)
}

fn gauge(recorder: &PrometheusRecorder, family: &Family, labels: Vec<Label>) -> Gauge {
    debug_assert!(fits(family, Kind::Gauge, &labels), "{}", family.name);
    recorder.register_gauge(&Key::from_parts(family.name, labels), &METADATA)
}

fn histogram(recorder: &PrometheusRecorder, family: &Family, labels: Vec<Label>) -> Histogram {
    debug_assert!(fits(family, Kind::Histogram, &labels), "{}", family.name);
    recorder.register_histogram(&Key::from_parts(family.name, labels), &METADATA)
}

/// Whether a series is of the kind and has the labels that its family is said to have.
fn fits(family: &Family, kind: Kind, labels: &[Label]) -> bool {
    family.kind == kind && labels.iter().map(Label::key).eq(family.labels.iter().copied())
}
