//! `proxy`: stand between OpenIM and the webhook server, pass everything on, and write a record of the callbacks.
//!
//! Whatever becomes of the record, callbacks are passed on until it is told to stop: a full disk is said and ends the
//! record, not the service. Ctrl-C and SIGTERM are the usual end: it stops accepting, answers what is open for up to
//! 15 s, writes the record's end and reports. A second signal leaves at once.

mod plan;
mod watching;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::metrics::{self, Address};
use super::run::{Asked, Signals};
use super::{FailOn, Failure, Format, ending, out, report, runtime};
use crate::clock::RunClock;
use crate::exit::Exit;
use crate::finding::{Finding, Severity};
use crate::ids::RunTag;
use crate::metrics::{Exporter, Meter};
use crate::record::model::{End, Ended, Observed, evidence};
use crate::record::write::RecordWriter;
use crate::say;
use crate::text::{Text, Told};
use crate::units::Span;
use crate::webhook::proxy::{Notice, ProxyConfig, ProxyResponder, UpstreamUrl};
use crate::webhook::{self, Scope, ServerConfig, ServerEnd};
use crate::wire::OpenimVersion;

pub use crate::analysis::whatif::TimeoutArg;
pub use crate::webhook::proxy::{FaultRule, OnUpstreamError};

/// How long open callbacks may go on after the stop: the longest that OpenIM waits.
const DRAIN: Duration = Duration::from_secs(15);

/// What stands where, and what is recorded.
#[derive(Clone, Debug)]
pub struct ProxyRequest {
    /// `host:port` to listen on.
    pub listen: String,
    /// URL of the webhook server.
    pub upstream: String,
    /// Path of the callbacks here.
    pub path: String,
    /// Version of OpenIM, where known.
    pub version: Option<OpenimVersion>,
    /// Processes that send webhooks.
    pub processes: u32,
    /// The deployment's `webhooks.yml`.
    pub yml: Option<PathBuf>,
    /// Present timeouts; they win over `yml`.
    pub timeouts: Vec<TimeoutArg>,
    /// Leave `Host` as it is.
    pub keep_host: bool,
    /// A private authority's certificates.
    pub upstream_ca: Option<PathBuf>,
    /// Accept any certificate.
    pub upstream_insecure: bool,
    /// What OpenIM sees of a dead upstream.
    pub on_upstream_error: OnUpstreamError,
    /// Faults as typed, and what they are.
    pub faults: Vec<(String, FaultRule)>,
    /// Faults may hit everybody's callbacks.
    pub hits_everyone: bool,
    /// Folder for records.
    pub out: PathBuf,
    /// Where Prometheus may ask.
    pub metrics: Option<Address>,
    /// How long.
    pub lifetime: Option<Span>,
    /// What to print at the end.
    pub format: Format,
    /// Nothing but what must be said on standard error.
    pub quiet: bool,
    /// Findings of which severity end in exit code 6.
    pub fail_on: FailOn,
}

/// Passes callbacks on until told to stop, and reports.
///
/// # Errors
/// Exit code 2 when the address is taken or an argument makes no sense, 1 for a defect.
pub fn main(request: ProxyRequest) -> Result<Exit, Failure> {
    let plan = plan::of(&request)?;
    for (typed, rule) in &request.faults {
        rule.check(request.hits_everyone).map_err(|error| {
            Failure::usage(Told::new(say!("observed-app-fault", rule = typed)).because(error))
        })?;
    }
    let runtime = runtime()?;
    let exit = runtime.block_on(serve(&request, plan));
    // Connections that OpenIM keeps open must not hold the process.
    runtime.shutdown_timeout(Duration::from_millis(200));
    exit
}

/// What the first answers told, for the record.
type Heard = Arc<Mutex<Option<Text>>>;

fn proxy_config(request: &ProxyRequest, heard: Heard) -> Result<ProxyConfig, Failure> {
    let upstream = UpstreamUrl::parse(&request.upstream).map_err(Failure::usage)?;
    let mut config = ProxyConfig::new(upstream, request.path.clone());
    config.keep_host = request.keep_host;
    config.ca_file.clone_from(&request.upstream_ca);
    config.insecure = request.upstream_insecure;
    config.on_upstream_error = request.on_upstream_error;
    config.faults = request.faults.iter().map(|(_, rule)| rule.clone()).collect();
    config.notice = Notice::new(move |text| {
        out::tell(text);
        *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.clone());
    });
    Ok(config)
}

fn observed(request: &ProxyRequest, config: &ProxyConfig) -> Observed {
    Observed {
        upstream: config.upstream.to_string(),
        insecure: request.upstream_insecure,
        keep_host: request.keep_host,
        on_upstream_error: match request.on_upstream_error {
            OnUpstreamError::Close => "close".to_owned(),
            OnUpstreamError::Status502 => "502".to_owned(),
        },
        faults: request.faults.iter().map(|(typed, _)| typed.clone()).collect(),
    }
}

async fn serve(request: &ProxyRequest, plan: crate::profile::RunPlan) -> Result<Exit, Failure> {
    let heard = Heard::default();
    let config = proxy_config(request, heard.clone())?;
    let (clock, observed) = (RunClock::start(), observed(request, &config));
    let responder = Arc::new(ProxyResponder::new(config, clock).map_err(Failure::usage)?);
    let listener = bind(&request.listen).await?;
    let address = listener.local_addr().map_err(Failure::usage)?;
    // Before there is a record: a port that is taken leaves none behind.
    let exporter = metrics::start(request.metrics, "proxy", |text| announced(request, text), out::tell)?;
    let meter = meter(exporter.as_ref(), request, &plan);
    let signals = Signals::listen(|asked| out::tell(&stopping(asked)));
    let header = plan::header(plan, observed, request.version.clone(), address);
    let writer = RecordWriter::create(&request.out, header).map_err(Failure::usage)?;
    announce(request, address, &writer);
    let shutdown = ending(signals.stop(), request.lifetime);
    let sinks = Sinks { writer, meter };
    let (writer, error) = pass_on(request, listener, responder, sinks, clock, shutdown).await?;
    finish(request, writer, error, clock, heard)
}

/// What takes the metrics, with what is known before the first callback.
fn meter(
    exporter: Option<&Exporter>,
    request: &ProxyRequest,
    plan: &crate::profile::RunPlan,
) -> Option<Meter> {
    let meter = metrics::meter(exporter)?;
    meter.processes(request.processes);
    for (key, seconds) in &plan.timeouts {
        meter.timeout(*key, *seconds);
    }
    Some(meter)
}

fn announced(request: &ProxyRequest, text: &Text) {
    if !request.quiet {
        out::tell(text);
    }
}

/// Where what is seen goes.
struct Sinks {
    writer: RecordWriter,
    meter: Option<Meter>,
}

async fn bind(listen: &str) -> Result<TcpListener, Failure> {
    webhook::bind(listen)
        .await
        .map_err(|error| Failure::usage(Told::new(say!("observed-app-listen")).because(error)))
}

fn stopping(asked: Asked) -> Text {
    match asked {
        Asked::Stop => say!("observed-app-stopping", seconds = DRAIN.as_secs()),
        Asked::Leave => asked.text(),
    }
}

fn announce(request: &ProxyRequest, address: SocketAddr, writer: &RecordWriter) {
    if !address.ip().is_loopback() {
        out::tell(&say!("observed-app-beyond", address = address.to_string()));
    }
    if !request.quiet {
        let url = format!("http://{address}{}", request.path);
        out::tell(&say!(
            "observed-app-listening",
            url = url,
            upstream = request.upstream.rsplit('@').next().unwrap_or_default(),
            folder = writer.dir().display().to_string()
        ));
    }
    if !request.faults.is_empty() {
        out::tell(&say!("observed-app-faults", n = request.faults.len()));
    }
}

/// Serves to the end; gives the writer back, and why the record broke off, if it did.
async fn pass_on(
    request: &ProxyRequest,
    listener: TcpListener,
    responder: Arc<ProxyResponder>,
    sinks: Sinks,
    clock: RunClock,
    shutdown: CancellationToken,
) -> Result<(RecordWriter, Option<Text>), Failure> {
    let address = listener.local_addr().map_err(Failure::usage)?;
    // The tag is nobody's: everything is passed on and told.
    let mut config = ServerConfig::new(request.path.clone(), RunTag::from_number(0));
    config.scope = Scope::Everything;
    config.drain = DRAIN;
    let stats = config.stats.clone();
    let watching = watching::start(sinks.writer, sinks.meter, clock, stats, address)?;
    let sink = watching.sink();
    let served = webhook::serve(listener, config, responder, sink, clock, shutdown).await;
    let (writer, error) = watching.end(clock).await?;
    let ServerEnd { cut_short, .. } = served.map_err(Failure::usage)?;
    if cut_short > 0 {
        out::tell(&say!("observed-app-cut", n = cut_short));
    }
    Ok((writer, error))
}

/// Writes the end into the header, judges and reports.
fn finish(
    request: &ProxyRequest,
    mut writer: RecordWriter,
    error: Option<Text>,
    clock: RunClock,
    heard: Heard,
) -> Result<Exit, Failure> {
    let now = clock.now();
    let how = if error.is_some() { Ended::Aborted } else { Ended::Complete };
    let end = End { why: error.unwrap_or_default(), ..End::bare(how, now) };
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner).take();
    writer
        .update(|header| {
            header.end = Some(end);
            for phase in &mut header.plan.phases {
                phase.duration_s = now.0 as f64 / 1e6;
            }
            header.seen.findings.extend(heard.map(|what| {
                let next = crate::analysis::not_routed_next();
                Finding::new(evidence::NOT_ROUTED, Severity::Error, "", what, next)
            }));
        })
        .map_err(Failure::usage)?;
    let folder = writer.dir().to_owned();
    drop(writer);
    let judged = tokio::task::block_in_place(|| report::judge(&folder, false))?;
    report::print(&judged.report, request.format)?;
    out::note(&folder.display().to_string());
    match judged.unwritten {
        Some(failure) => Err(failure),
        None => Ok(report::exit_of(&judged.report.summary, request.fail_on)),
    }
}
