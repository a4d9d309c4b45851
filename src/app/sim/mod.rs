//! The simulator: as the target of a run, and as a server of its own (`sim`), where it may
//! stand in for `OpenIM` behind somebody's business server and say what it saw.

mod fault;
mod running;
mod service;
mod standin;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;

use super::run::Signals;
use super::{Failure, ending, out, sim_log};
use crate::exit::Exit;
use crate::finding::{Finding, Severity};
use crate::say;
use crate::sim::{Linger, SimConfig, serve};
use crate::text::{Text, Told};
use crate::units::Span;
use crate::wire::OpenimVersion;
use crate::wire::webhooks_yml::WebhooksYml;

pub use fault::{FaultError, FaultWindow};
pub use running::Running;
pub use service::{ServiceSpec, ServiceSpecError};

/// Longest time that `--linger` and `--confirm` may name: what is held open is memory.
const LONGEST_LINGER: Duration = Duration::from_secs(600);

/// What to simulate as a server of its own.
#[derive(Clone, Debug)]
pub struct SimRequest {
    /// Version to imitate.
    pub version: OpenimVersion,
    /// Address of the API.
    pub listen: String,
    /// `webhooks.yml`.
    pub webhooks: Option<PathBuf>,
    /// Group processes.
    pub processes: u32,
    /// Seed.
    pub seed: u64,
    /// The server's own part.
    pub service_time: ServiceSpec,
    /// How many operations may be in their own part at once.
    pub workers: Option<u32>,
    /// Environment variable of the secret.
    pub secret_env: String,
    /// The app admin.
    pub admin_user: String,
    /// When a dead group process comes back.
    pub restart_after: Option<Span>,
    /// Faults of `OpenIM` itself.
    pub faults: Vec<FaultWindow>,
    /// How long to serve.
    pub lifetime: Option<Span>,
    /// Every userID exists.
    pub accept_any_user: bool,
    /// Stand in for `OpenIM` and tell of every create; where present.
    pub watch: Option<WatchRequest>,
    /// Log files.
    pub log: Option<sim_log::LogRequest>,
}

/// How a stand-in watches.
#[derive(Clone, Copy, Debug)]
pub struct WatchRequest {
    /// How long the connection of a callback that was given up is kept open.
    pub linger: Span,
    /// How long the answer to a call that failed so is held back at most.
    pub confirm: Span,
}

/// Serves until Ctrl-C, SIGTERM or the end of its lifetime.
///
/// # Errors
/// Exit code 2 when `webhooks.yml` would keep `OpenIM` from starting, the address is taken or a
/// flag makes no sense.
pub fn main(request: SimRequest) -> Result<Exit, Failure> {
    check(&request)?;
    let webhooks = request.webhooks.as_deref().map_or_else(|| Ok(WebhooksYml::default()), read_webhooks)?;
    let mut config = config(&request, webhooks)?;
    let log = sim_log::open(request.log.as_ref(), &mut config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::bug)?;
    let exit = runtime.block_on(serve_until_told(&request, config));
    runtime.shutdown_timeout(Duration::from_millis(200));
    sim_log::close(log);
    exit
}

fn check(request: &SimRequest) -> Result<(), Failure> {
    let refuse = |why: Text| Err(Failure::usage(Told::new(why)));
    if request.processes == 0 {
        return refuse(say!("app-sim-processes"));
    }
    if request.workers == Some(0) {
        return refuse(say!("app-sim-workers"));
    }
    if request.admin_user.is_empty() {
        return refuse(say!("app-sim-admin"));
    }
    if request.faults.len() > fault::MAX_FAULTS {
        return refuse(say!("app-sim-faults", most = fault::MAX_FAULTS));
    }
    let Some(watch) = &request.watch else { return Ok(()) };
    for (flag, span) in [("--linger", watch.linger), ("--confirm", watch.confirm)] {
        if span.0 > LONGEST_LINGER {
            let most = Span(LONGEST_LINGER).to_string();
            return refuse(say!("app-sim-span", flag = flag, span = span.to_string(), most = most));
        }
    }
    Ok(())
}

fn read_webhooks(path: &Path) -> Result<WebhooksYml, Failure> {
    let place = || format!("--webhooks {}", path.display());
    let text = std::fs::read_to_string(path).with_context(place).map_err(Failure::usage)?;
    WebhooksYml::parse(&text).with_context(place).map_err(Failure::usage)
}

fn config(request: &SimRequest, webhooks: WebhooksYml) -> Result<SimConfig, Failure> {
    let mut config = SimConfig::new(request.version.clone(), webhooks);
    config.processes = request.processes;
    config.seed = request.seed;
    config.service_time = service::sampled(&request.service_time.delay, request.seed, "--service-time")?;
    config.workers = request.workers;
    config.restart_after = request.restart_after.map(|span| span.0);
    config.admin_user.clone_from(&request.admin_user);
    config.accept_any_user = request.accept_any_user;
    if let Some(secret) = std::env::var(&request.secret_env).ok().filter(|s| !s.is_empty()) {
        config.secret = secret;
    }
    config.linger = request.watch.map(|watch| Linger { connection: watch.linger.0, answer: watch.confirm.0 });
    Ok(config)
}

async fn serve_until_told(request: &SimRequest, mut config: SimConfig) -> Result<Exit, Failure> {
    let socket = TcpListener::bind(&request.listen).await.map_err(|error| {
        Failure::usage(Told::new(say!("app-sim-listen", address = &request.listen)).because(error))
    })?;
    let address = socket.local_addr().map_err(Failure::usage)?;
    let enabled: Vec<_> = config.webhooks.enabled_group_keys().iter().map(|k| k.name()).collect();
    let announced = announce(&request.version, address, &config.webhooks.url, &enabled);
    out::result(announced.of(out::lang()).as_bytes())?;
    let signals = Signals::listen(|_| ());
    let shutdown = ending(signals.stop(), request.lifetime);
    let mut stand_in = None;
    if let Some(linger) = config.linger {
        let watching = standin::StandIn::start(request.processes, linger, shutdown.clone())?;
        config.observer = config.observer.and(watching.observer());
        stand_in = Some(watching);
        out::tell(&standin::welcome(&linger));
    }
    tokio::spawn(fault::keep(request.faults.clone(), config.faults.clone(), shutdown.clone()));
    serve(socket, config, shutdown).await.map_err(Failure::bug)?;
    let found = stand_in.map(standin::StandIn::end).unwrap_or_default();
    Ok(signals.exit().unwrap_or(Exit::Ok).first(exit_of(&found)))
}

fn exit_of(found: &[Finding]) -> Exit {
    if found.iter().any(|f| f.severity == Severity::Error) { Exit::Findings } else { Exit::Ok }
}

fn announce(version: &OpenimVersion, address: SocketAddr, url: &str, enabled: &[&str]) -> Text {
    let keys: Vec<Text> = enabled.iter().map(|key| Text::plain(*key)).collect();
    let webhooks = if enabled.is_empty() {
        say!("app-sim-no-webhook")
    } else {
        say!("app-sim-calls-back", url = url, keys = Text::list(&keys))
    };
    let (shown, url) = (version.to_string(), format!("http://{address}"));
    let announced = if version.text == version.build.name() {
        say!("app-sim-announced", version = shown, url = url, webhooks = webhooks)
    } else {
        let build = version.build.to_string();
        say!("app-sim-announced-as", version = shown, build = build, url = url, webhooks = webhooks)
    };
    Text::lines(&[announced, Text::plain(version.difference_lines())])
}
