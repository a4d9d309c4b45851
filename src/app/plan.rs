//! From what was typed to a plan: file, environment and flags merged, the files that the
//! profile names read, everything validated. Also who a run is: its id and tag.

use std::path::PathBuf;

use super::Failure;
use crate::clock::{wall_now, wall_seconds};
use crate::ids::RunTag;
use crate::profile::inputs::{self, Inputs};
use crate::profile::load::{LoadRequest, ProfileSource, load};
use crate::profile::resolve::PortraitDefaults;
use crate::profile::{ResolveContext, RunPlan, resolve};
use crate::record::portrait::{self, Portrait};
use crate::wire::OpenimVersion;
use crate::wire::webhooks_yml::WebhooksYml;

/// Which profile, and what overrides it.
#[derive(Clone, Debug, Default)]
pub struct PlanRequest {
    /// File, or name of a shipped profile.
    pub profile: String,
    /// `--target`.
    pub target: Option<String>,
    /// `--set path=value`.
    pub sets: Vec<String>,
    /// `--insecure`.
    pub insecure: bool,
    /// `--allow-host`.
    pub allow_hosts: Vec<String>,
    /// `--portrait`.
    pub portrait: Option<PathBuf>,
}

/// A plan and the files it was made with.
#[derive(Debug)]
pub struct Prepared {
    /// The plan.
    pub plan: RunPlan,
    /// Users and offsets that the profile names.
    pub inputs: Inputs,
    /// `webhook.yml`, parsed.
    pub yml: Option<WebhooksYml>,
    /// The deployment's portrait, where one was given.
    pub portrait: Option<Portrait>,
}

/// Loads and resolves.
///
/// # Errors
/// Exit code 2, with the key and what to write instead.
pub fn prepare(request: &PlanRequest) -> Result<Prepared, Failure> {
    let loaded = load(LoadRequest {
        source: ProfileSource::Named(PathBuf::from(&request.profile)),
        env: std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect(),
        sets: request.sets.clone(),
        flags: flags(request),
        allow_hosts: request.allow_hosts.clone(),
    })
    .map_err(Failure::usage)?;
    let inputs = inputs::read(&loaded.profile).map_err(Failure::usage)?;
    let yml = inputs.webhooks_yml.as_deref().map(WebhooksYml::parse).transpose().map_err(|error| {
        let error = anyhow::Error::new(error);
        Failure::usage(match &loaded.profile.webhook.yml {
            Some(path) => error.context(format!("webhook.yml = \"{}\"", path.display())),
            None => error,
        })
    })?;
    let portrait = request.portrait.as_deref().map(portrait::read).transpose();
    let portrait = portrait.map_err(|e| Failure::usage(anyhow::Error::new(e).context("--portrait")))?;
    let (run_id, tag) = name_run();
    let context = ResolveContext {
        webhooks_yml: yml.as_ref(),
        offsets: inputs.offsets.as_deref(),
        users_in_file: inputs.users.as_ref().map(|u| u.len() as u64),
        portrait: portrait.as_ref().map(defaults),
        ..ResolveContext::new(run_id, tag)
    };
    let plan = resolve(&loaded, context).map_err(Failure::usage)?;
    Ok(Prepared { plan, inputs, yml, portrait })
}

/// What the plan takes from a portrait: timeouts of keys that call back.
fn defaults(portrait: &Portrait) -> PortraitDefaults {
    let version = OpenimVersion { text: portrait.version.text.clone(), build: portrait.version.build };
    let mut timeouts = portrait.timeouts();
    timeouts.retain(|key, _| portrait.keys.get(key.name()).is_some_and(|k| k.enabled));
    PortraitDefaults { version, timeouts }
}

fn flags(request: &PlanRequest) -> Vec<(String, toml::Value)> {
    let mut flags = Vec::new();
    if let Some(target) = &request.target {
        flags.push(("target.url".to_owned(), toml::Value::String(target.clone())));
    }
    if request.insecure {
        flags.push(("target.insecure".to_owned(), toml::Value::Boolean(true)));
    }
    flags
}

/// `20261124T064305Z-<tag>`: sorts by time; the tag also depends on the process, so that two
/// runs of one second do not share IDs.
pub(super) fn name_run() -> (String, RunTag) {
    let nanos = (wall_seconds() * 1e6) as u64;
    let mixed =
        nanos.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(std::process::id()).wrapping_mul(0xC2B2_AE3D);
    let tag = RunTag::from_number(mixed >> 7);
    let time = humantime::format_rfc3339_seconds(wall_now()).to_string().replace(['-', ':'], "");
    (format!("{time}-{tag}"), tag)
}
