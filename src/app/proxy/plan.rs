//! The plan and header of a record of which nobody knows how long it will be, and in which nothing is called.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;

use super::ProxyRequest;
use crate::app::run::environment;
use crate::app::{Failure, plan};
use crate::profile::load::{LoadRequest, ProfileSource, load};
use crate::profile::model::{PhaseKind, WebhookMode};
use crate::profile::plan::{Basis, PlannedPhase};
use crate::profile::{ResolveContext, RunPlan, resolve};
use crate::record::model::{FORMAT, Header, Observed, Seen};
use crate::say;
use crate::wire::webhooks_yml::{WebhooksYml, effective_timeout_s};
use crate::wire::{OpenimVersion, WebhookKey};

/// As long as a record is taken to be while it is written, s: a year.
const OPEN_END_S: f64 = 366.0 * 86_400.0;

/// The plan: defaults, one measured phase, present timeouts as given.
pub(super) fn of(request: &ProxyRequest) -> Result<RunPlan, Failure> {
    let source = ProfileSource::Text { name: "proxy".to_owned(), text: String::new() };
    let loaded = load(LoadRequest { source, ..LoadRequest::default() }).map_err(Failure::bug)?;
    let (run_id, tag) = plan::name_run();
    let mut plan = resolve(&loaded, ResolveContext::new(run_id, tag)).map_err(Failure::bug)?;
    plan.basis = Basis::Real;
    plan.version.clone_from(&request.version);
    plan.expect = Some(Vec::new());
    plan.expected_arrivals = 0;
    plan.phases = vec![PlannedPhase {
        kind: PhaseKind::Steady,
        start_s: 0.0,
        duration_s: request.lifetime.map_or(OPEN_END_S, |span| span.as_secs_f64()),
        rate: 0.0,
        from: 0.0,
        steps: 0,
        measured: true,
        source: None,
    }];
    let profile = &mut plan.profile;
    profile.title = say!("observed-app-title").en().to_owned();
    profile.target.url = String::new();
    profile.webhook.mode = WebhookMode::Proxy;
    profile.webhook.listen.clone_from(&request.listen);
    profile.webhook.path.clone_from(&request.path);
    profile.webhook.processes = request.processes;
    profile.webhook.yml.clone_from(&request.yml);
    // No operation of ours is ever logged.
    profile.limits.operation_rows = 0;
    plan.timeouts = timeouts(request)?;
    profile.webhook.timeout = request.timeouts.iter().map(|t| (t.key, i64::from(t.seconds))).collect();
    Ok(plan)
}

fn timeouts(request: &ProxyRequest) -> Result<BTreeMap<WebhookKey, u32>, Failure> {
    let mut timeouts = match &request.yml {
        Some(path) => of_file(path)?,
        None => BTreeMap::new(),
    };
    timeouts.extend(request.timeouts.iter().map(|t| (t.key, t.seconds)));
    Ok(timeouts)
}

fn of_file(path: &Path) -> Result<BTreeMap<WebhookKey, u32>, Failure> {
    let place = || format!("--yml {}", path.display());
    let text = std::fs::read_to_string(path).with_context(place).map_err(Failure::usage)?;
    let yml = WebhooksYml::parse(&text).with_context(place).map_err(Failure::usage)?;
    let enabled = yml.enabled_group_keys();
    Ok(enabled.into_iter().map(|key| (key, effective_timeout_s(yml.timeout_of(key).unwrap_or(0)))).collect())
}

/// `run.json` as it stands while callbacks come in.
pub(super) fn header(
    plan: RunPlan,
    observed: Observed,
    version: Option<OpenimVersion>,
    address: SocketAddr,
) -> Header {
    Header {
        format: FORMAT,
        seen: Seen {
            version_why: version.as_ref().map(|_| say!("observed-app-version")).unwrap_or_default(),
            version,
            // OpenIM and we are on one host where nobody else can reach us.
            same_host: address.ip().is_loopback(),
            ..Seen::default()
        },
        plan,
        environment: environment(),
        portrait: None,
        openim_log: None,
        observed: Some(observed),
        end: None,
    }
}
