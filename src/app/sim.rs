//! The simulator: as the target of a run, and as a server of its own (`sim`).

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::run::Signals;
use super::{Failure, out, sim_log};
use crate::clock::RunClock;
use crate::delay::{Delay, DelaySampler};
use crate::exit::Exit;
use crate::profile::RunPlan;
use crate::profile::resolve::SHIPPED_TIMEOUT_S;
use crate::sim::{ServiceTime, SimConfig, SimError, serve};
use crate::units::Span;
use crate::webhook::hlog_file;
use crate::wire::webhooks_yml::{KeyConfig, WebhooksYml};
use crate::wire::{Build, OpenimVersion};

/// Seed offset of service times, so that they are not those of the handlers.
const SERVICE_STREAM: u64 = 0x5e41_11ce;

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
    pub service_time: Span,
    /// Environment variable of the secret.
    pub secret_env: String,
    /// When a dead group process comes back.
    pub restart_after: Option<Span>,
    /// How long to serve.
    pub lifetime: Option<Span>,
    /// Log files.
    pub log: Option<sim_log::LogRequest>,
}

/// A simulator in this process.
pub struct Running {
    address: SocketAddr,
    secret: String,
    task: JoinHandle<Result<(), SimError>>,
}

impl Running {
    /// The simulator of a plan: calls back to `listener`, on a port of its own.
    pub async fn start(
        plan: &RunPlan,
        listener: SocketAddr,
        shutdown: CancellationToken,
    ) -> Result<Running, Failure> {
        let version = plan.version.clone().unwrap_or_else(|| Build::Patch16.into());
        let mut config = SimConfig::new(version, webhooks(plan, listener));
        config.processes = plan.profile.webhook.processes;
        config.seed = plan.profile.load.seed;
        config.service_time = service_time(&plan.profile.target.sim.service_time, config.seed)?;
        config.workers = plan.profile.target.sim.workers;
        config.admin_user.clone_from(&plan.profile.target.admin_user);
        config.max_groups =
            usize::try_from(plan.profile.limits.groups).unwrap_or(usize::MAX).saturating_add(10_000);
        let socket = TcpListener::bind("127.0.0.1:0").await.map_err(Failure::usage)?;
        let address = socket.local_addr().map_err(Failure::usage)?;
        let secret = config.secret.clone();
        let task = tokio::spawn(serve(socket, config, shutdown));
        Ok(Running { address, secret, task })
    }

    /// URL of its API.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The secret that mints tokens.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Waits for its end after the shutdown.
    pub async fn end(self) {
        let _ = tokio::time::timeout(Duration::from_secs(2), self.task).await;
    }
}

/// The `webhooks.yml` that stands for the plan's expectations.
fn webhooks(plan: &RunPlan, listener: SocketAddr) -> WebhooksYml {
    let keys = plan.expect.iter().flatten().map(|key| {
        let timeout = plan.timeouts.get(key).copied().unwrap_or(SHIPPED_TIMEOUT_S);
        let config = KeyConfig { enable: true, timeout: i64::from(timeout), failed_continue: None };
        (key.name().to_owned(), config)
    });
    WebhooksYml { url: format!("http://{listener}{}", plan.profile.webhook.path), keys: keys.collect() }
}

fn service_time(delay: &Delay, seed: u64) -> Result<ServiceTime, Failure> {
    let sampler = DelaySampler::with_hlogs(delay, seed ^ SERVICE_STREAM, hlog_file::load);
    let mut sampler = sampler.context("target.sim.service_time").map_err(Failure::usage)?;
    let clock = RunClock::start();
    Ok(ServiceTime::new(move || sampler.sample(clock.now_offset())))
}

/// Serves until Ctrl-C, SIGTERM or the end of its lifetime.
///
/// # Errors
/// Exit code 2 when `webhooks.yml` would keep `OpenIM` from starting or the address is taken.
pub fn main(request: SimRequest) -> Result<Exit, Failure> {
    let webhooks = match &request.webhooks {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("--webhooks {}", path.display()))
                .map_err(Failure::usage)?;
            WebhooksYml::parse(&text)
                .with_context(|| format!("--webhooks {}", path.display()))
                .map_err(Failure::usage)?
        }
        None => WebhooksYml::default(),
    };
    if request.processes == 0 {
        return Err(Failure::usage(anyhow::anyhow!("--processes 0 makes no sense; write 1 or more")));
    }
    let mut config = SimConfig::new(request.version.clone(), webhooks);
    config.processes = request.processes;
    config.seed = request.seed;
    config.service_time = service_time(&Delay::Fixed(request.service_time), request.seed)?;
    config.restart_after = request.restart_after.map(|span| span.0);
    if let Some(secret) = std::env::var(&request.secret_env).ok().filter(|s| !s.is_empty()) {
        config.secret = secret;
    }
    let log = sim_log::open(request.log.as_ref(), &mut config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::bug)?;
    let exit = runtime.block_on(serve_until_told(&request, config));
    runtime.shutdown_timeout(Duration::from_millis(200));
    sim_log::close(log);
    exit
}

async fn serve_until_told(request: &SimRequest, config: SimConfig) -> Result<Exit, Failure> {
    let socket = TcpListener::bind(&request.listen)
        .await
        .with_context(|| {
            format!("--listen {}: choose another address, or port 0 for a free one", request.listen)
        })
        .map_err(Failure::usage)?;
    let address = socket.local_addr().map_err(Failure::usage)?;
    let enabled: Vec<_> = config.webhooks.enabled_group_keys().iter().map(|k| k.name()).collect();
    out::result(announce(&request.version, address, &config.webhooks.url, &enabled).as_bytes())?;
    let signals = Signals::listen(|_| ());
    let shutdown = CancellationToken::new();
    let ending = shutdown.clone();
    let stop = signals.stop();
    let lifetime = request.lifetime;
    tokio::spawn(async move {
        match lifetime {
            Some(span) => {
                let _ = tokio::time::timeout(span.0, stop.cancelled()).await;
            }
            None => stop.cancelled().await,
        }
        ending.cancel();
    });
    serve(socket, config, shutdown).await.map_err(Failure::bug)?;
    Ok(signals.exit().unwrap_or(Exit::Ok))
}

fn announce(version: &OpenimVersion, address: SocketAddr, url: &str, enabled: &[&str]) -> String {
    let treated = if version.text == version.build.name() {
        String::new()
    } else {
        format!(", treated as {}", version.build)
    };
    let webhooks = if enabled.is_empty() {
        "no webhook is enabled".to_owned()
    } else {
        format!("calls back to {url} for {}", enabled.join(", "))
    };
    format!("OpenIM {version}{treated} (simulated) listens on http://{address} ; {webhooks}\n")
}
