//! The simulator as the target of a run: in this process, on a port of its own.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Failure;
use super::service::sampled;
use crate::profile::RunPlan;
use crate::profile::resolve::SHIPPED_TIMEOUT_S;
use crate::sim::{SimConfig, SimError, serve};
use crate::wire::Build;
use crate::wire::webhooks_yml::{KeyConfig, WebhooksYml};

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
        config.service_time =
            sampled(&plan.profile.target.sim.service_time, config.seed, "target.sim.service_time")?;
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
