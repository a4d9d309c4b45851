//! What stands while a run lasts: our listener with its server, the simulator where it is
//! the target, and the clients of the API.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::switch::{SwitchResponder, SwitchSink};
use crate::app::live::Display;
use crate::app::plan::Prepared;
use crate::app::target::Access;
use crate::app::{Failure, out, sim};
use crate::clock::RunClock;
use crate::finding::Finding;
use crate::openim::secret::Credentials;
use crate::openim::{Admin, BaseUrl, OpenimClient, Secret};
use crate::profile::RunPlan;
use crate::profile::model::WebhookMode;
use crate::profile::resolve::is_sim;
use crate::say;
use crate::text::Told;
use crate::webhook::proxy::{Notice, ProxyConfig, ProxyResponder, UpstreamUrl};
use crate::webhook::{Gate, ServerConfig, ServerEnd, ServerError, ServerStats};
use crate::{openim, webhook};

/// Everything that stands while a run lasts.
pub struct Stage {
    pub clock: RunClock,
    pub sink: SwitchSink,
    pub responder: Arc<SwitchResponder>,
    pub stats: Arc<ServerStats>,
    /// Shuts our listener for a time.
    pub gate: Gate,
    pub admin: Admin,
    pub client: OpenimClient,
    pub findings: Vec<Finding>,
    address: SocketAddr,
    shutdown: CancellationToken,
    server: Option<JoinHandle<Result<ServerEnd, ServerError>>>,
    simulator: Option<sim::Running>,
}

impl Stage {
    /// Binds, starts the server and the simulator, makes the clients. Nothing is called yet.
    pub async fn set(prepared: &Prepared, display: &Display) -> Result<Stage, Failure> {
        let plan = &prepared.plan;
        let target = &plan.profile.target;
        let access = Access::from(target);
        openim::tls::install_provider();
        let clock = RunClock::start();
        let listener = webhook::bind(&plan.profile.webhook.listen)
            .await
            .context("webhook.listen")
            .map_err(Failure::usage)?;
        let address = listener.local_addr().map_err(Failure::usage)?;
        let shutdown = CancellationToken::new();
        let simulator = if is_sim(&plan.profile) {
            Some(sim::Running::start(plan, address, shutdown.clone()).await?)
        } else {
            None
        };
        let (credentials, findings) = match &simulator {
            Some(running) => (simulator_credentials(running), Vec::new()),
            None => access.source().load().map_err(Failure::usage)?,
        };
        let url = simulator.as_ref().map_or_else(|| target.url.clone(), sim::Running::url);
        let base = BaseUrl::parse(&url).context("target.url").map_err(Failure::usage)?;
        let config = access.admin(base, credentials, plan.tag);
        let admin = Admin::new(config, clock).map_err(Failure::usage)?;
        let in_flight = plan.profile.limits.in_flight as usize;
        let client = OpenimClient::new(admin.clone(), in_flight, clock).map_err(Failure::usage)?;
        let proxy = proxy(plan, clock, display)?;
        let mut stage = Stage {
            clock,
            sink: SwitchSink::new(),
            responder: Arc::new(SwitchResponder::new(clock, proxy)),
            stats: Arc::default(),
            gate: Gate::default(),
            admin,
            client,
            findings,
            address,
            shutdown,
            server: None,
            simulator,
        };
        stage.serve(listener, prepared);
        let url = format!("http://{address}{}", plan.profile.webhook.path);
        display.say(&say!("run-listening", url = url));
        Ok(stage)
    }

    fn serve(&mut self, listener: TcpListener, prepared: &Prepared) {
        let webhook = &prepared.plan.profile.webhook;
        let mut config = ServerConfig::new(webhook.path.clone(), prepared.plan.tag);
        config.forward_others.clone_from(&webhook.forward_others);
        config.stats = self.stats.clone();
        config.gate = self.gate.clone();
        config.drain = Duration::from_secs(1);
        self.server = Some(tokio::spawn(webhook::serve(
            listener,
            config,
            self.responder.clone(),
            self.sink.clone(),
            self.clock,
            self.shutdown.clone(),
        )));
    }

    /// Says so where anybody may reach the listener.
    pub fn warn_beyond_loopback(&self, display: &Display) {
        let address = self.address;
        if !address.ip().is_loopback() {
            display.warn(&say!("run-listening-beyond", address = address.to_string()));
        }
    }

    /// Where we listen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The listener's own trouble, such as a `forward_others` that is no URL; ends the run.
    pub async fn listener_trouble(&mut self) -> Option<Failure> {
        let server = self.server.take_if(|server| server.is_finished())?;
        match server.await {
            Ok(Err(error)) => Some(Failure::usage(error)),
            Ok(Ok(_)) | Err(_) => Some(Failure::bug(Told::new(say!("run-server-ended")))),
        }
    }

    /// Ends server and simulator.
    pub async fn close(&mut self) {
        self.sink.mute();
        self.shutdown.cancel();
        if let Some(server) = self.server.take() {
            let _ = tokio::time::timeout(Duration::from_secs(2), server).await;
        }
        if let Some(simulator) = self.simulator.take() {
            simulator.end().await;
        }
    }
}

/// What passes callbacks on, in proxy mode.
fn proxy(plan: &RunPlan, clock: RunClock, display: &Display) -> Result<Option<ProxyResponder>, Failure> {
    let webhook = &plan.profile.webhook;
    let Some(upstream) = webhook.upstream.as_ref().filter(|_| webhook.mode == WebhookMode::Proxy) else {
        return Ok(None);
    };
    let upstream = UpstreamUrl::parse(upstream).map_err(Failure::usage)?;
    display.say(&say!("run-passing-on", upstream = upstream.to_string()));
    let mut config = ProxyConfig::new(upstream, webhook.path.clone());
    config.keep_host = webhook.keep_host;
    config.ca_file.clone_from(&webhook.upstream_ca);
    config.insecure = webhook.upstream_insecure;
    config.on_upstream_error = webhook.on_upstream_error;
    config.seed = plan.profile.load.seed;
    config.notice = Notice::new(out::tell);
    ProxyResponder::new(config, clock).map(Some).map_err(Failure::usage)
}

fn simulator_credentials(running: &sim::Running) -> Credentials {
    Credentials {
        token: None,
        secret: Some(Secret::new(running.secret())),
        secret_place: "the simulator".to_owned(),
        token_place: String::new(),
    }
}
