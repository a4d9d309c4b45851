//! `verify`: whether `OpenIM` counts with the timeouts of a run, after `apply` and the restart.
//!
//! record → its timeouts → for each webhook one operation of our own whose callback is held until `OpenIM` gives up → a
//! line each. Callbacks of other people's operations are answered at once. Every wait is bounded; the groups are dismissed,
//! also after Ctrl-C. Users are those of the probe, since `OpenIM` cannot delete any.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::apply::{Source, usable};
use super::probe::listener::Listener;
use super::probe::tag;
use super::run::{Asked, Signals};
use super::target::Access;
use super::{Failure, out, runtime};
use crate::clock::RunClock;
use crate::exit::Exit;
use crate::ids::RunTag;
use crate::openim::{self, Admin, BaseUrl, preflight, safety};
use crate::probe::api::Api;
use crate::probe::case::{Case, CaseOutcome, Setting};
use crate::probe::people;
use crate::probe::receiver::Receiver;
use crate::probe::runner::{Rig, owns, prefix};
use crate::probe::text::{sum, verified};
use crate::probe::verify::{Held, Judged, Verdict, case, judge, look, whole};
use crate::profile::plan::RunPlan;
use crate::profile::resolve::is_sim;
use crate::record::read::RunRecord;
use crate::record::store;
use crate::report::patch::Line;
use crate::say;
use crate::text::Told;
use crate::wire::{Build, OpenimVersion};

/// Groups that are made at most.
const GROUPS: u64 = 300;
/// Several processes take calls in turn: so many of them are asked at most.
const PROCESSES: u32 = 4;
/// How often a webhook is tried again whose time was no whole second, or whose users were not known yet.
const TRIES: u32 = 5;
/// Before the next try.
const PAUSE: Duration = Duration::from_millis(1_100);

/// What is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerifyFormat {
    /// A line a webhook.
    #[default]
    Terminal,
    /// A list as JSON.
    Json,
}

/// What to verify, and where.
#[derive(Clone, Debug)]
pub struct VerifyRequest {
    /// The timeouts that were applied.
    pub source: Source,
    /// API URL; default: the run's.
    pub target: Option<String>,
    /// Where to listen; default: the run's.
    pub webhook_listen: Option<String>,
    /// What is printed.
    pub format: VerifyFormat,
    /// `--allow-host`.
    pub allow_hosts: Vec<String>,
    /// Do not check certificates.
    pub insecure: bool,
    /// Others' callbacks may be answered neutrally although the run handed them on.
    pub hits_everyone: bool,
}

/// Verifies.
///
/// # Errors
/// Exit code 2 for a wrong request, 3 where the deployment cannot be used, 5 for an invalid run.
pub fn main(request: &VerifyRequest) -> Result<Exit, Failure> {
    let (_, patch) = usable(&request.source)?;
    if patch.lines.is_empty() {
        out::tell(&say!("app-verify-nothing"));
        return Ok(Exit::Ok);
    }
    let folder = store::find(&request.source.out, &request.source.result).map_err(Failure::usage)?;
    let header = RunRecord::open(&folder).map_err(Failure::usage)?.header;
    let target = target(request, &header.plan)?;
    let version = header.seen.version.clone().or_else(|| header.plan.version.clone());
    let runtime = runtime()?;
    let exit = runtime.block_on(async {
        let signals = Signals::listen(said_by_signal);
        let mut site = Site::open(request, &header.plan, &target, version, signals.stop()).await?;
        let judged = site.verify(&patch.lines, request.format).await;
        let left = site.end().await;
        let judged = judged?;
        if signals.exit().is_none() {
            print(request.format, &judged)?;
        }
        if judged.iter().any(|j| j.verdict != Verdict::NotCalled) {
            out::tell(&say!("app-verify-still-ours"));
        }
        Ok(signals.exit().unwrap_or_else(|| exit_of(&judged, left)))
    });
    // Connections that OpenIM keeps open must not hold the process.
    runtime.shutdown_timeout(Duration::from_millis(200));
    exit
}

fn exit_of(judged: &[Judged], left: bool) -> Exit {
    let holds = judged.iter().all(|j| j.verdict == Verdict::Holds);
    let exit = if left { Exit::Target } else { Exit::Ok };
    if holds { exit } else { exit.first(Exit::Findings) }
}

fn print(format: VerifyFormat, judged: &[Judged]) -> Result<(), Failure> {
    match format {
        VerifyFormat::Terminal => out::result(format!("{}\n", sum(judged).of(out::lang())).as_bytes()),
        VerifyFormat::Json => {
            let mut bytes = serde_json::to_vec_pretty(judged).map_err(Failure::bug)?;
            bytes.push(b'\n');
            out::result(&bytes)
        }
    }
}

/// The URL of the deployment, if it may be used.
fn target(request: &VerifyRequest, plan: &RunPlan) -> Result<String, Failure> {
    let url = match &request.target {
        Some(url) => url.clone(),
        None if is_sim(&plan.profile) => {
            return Err(Failure::usage(Told::new(say!("app-verify-simulator"))));
        }
        None => plan.profile.target.url.clone(),
    };
    let mut allowed = plan.profile.limits.allowed_hosts.clone();
    allowed.extend(request.allow_hosts.iter().cloned());
    safety::check_target(&url, &allowed, GROUPS).map_err(Failure::usage)?;
    Ok(url)
}

fn said_by_signal(asked: Asked) {
    out::tell(&match asked {
        Asked::Stop => say!("app-verify-stopping"),
        Asked::Leave => say!("app-verify-leaving"),
    });
}

/// What stands while a deployment is asked.
struct Site {
    rig: Rig,
    listener: Listener,
    setting: Setting,
    /// Tries a webhook, one after another.
    repeats: u32,
    build: Option<Build>,
    stop: CancellationToken,
}

impl Site {
    async fn open(
        request: &VerifyRequest,
        plan: &RunPlan,
        target: &str,
        version: Option<OpenimVersion>,
        stop: CancellationToken,
    ) -> Result<Site, Failure> {
        openim::tls::install_provider();
        let webhook = &plan.profile.webhook;
        let base = BaseUrl::parse(target).context("--target").map_err(Failure::usage)?;
        let mut access = Access::from(&plan.profile.target);
        access.insecure |= request.insecure;
        let credentials = access.credentials()?;
        let secret = credentials.secret.clone();
        let (clock, tag): (RunClock, RunTag) = (RunClock::start(), tag());
        let own = prefix(tag);
        let receiver = Receiver::new(HashMap::new(), clock, move |header| owns(&own, header));
        let api = Api::new(base.clone(), &access.tls(), clock).map_err(Failure::usage)?;
        [&credentials.secret, &credentials.token].into_iter().flatten().for_each(|hidden| api.hide(hidden));
        let admin = Admin::new(access.admin(base, credentials, tag), clock).map_err(Failure::usage)?;
        let listen = request.webhook_listen.as_deref().unwrap_or(&webhook.listen);
        if let Some(url) = webhook.forward_others.as_ref().filter(|_| !request.hits_everyone) {
            return Err(Failure::usage(Told::new(say!("app-verify-others", url = url))));
        }
        let listener = Listener::open(listen, receiver.clone()).await?;
        if !listener.address.ip().is_loopback() {
            out::tell(&say!("run-listening-beyond", address = listener.address.to_string()));
        }
        let url = format!("http://{}{}", listener.address, webhook.path);
        out::tell(&say!("run-listening", url = url));
        let mut rig = Rig::new(Arc::new(api), admin, receiver, tag);
        rig.secret = secret;
        rig.admin_user.clone_from(&access.admin_user);
        rig.path.clone_from(&webhook.path);
        let build = version.as_ref().map(|v| v.build);
        let setting = Setting {
            version: version.unwrap_or_else(|| Build::Patch16.into()),
            webhooks: None,
            enabled: Vec::new(),
            slow: true,
            dangerous: false,
            simulator: false,
        };
        let repeats = webhook.processes.clamp(1, PROCESSES);
        Ok(Site { rig, listener, setting, repeats, build, stop })
    }

    async fn verify(&mut self, lines: &[Line], format: VerifyFormat) -> Result<Vec<Judged>, Failure> {
        let failed = |error| {
            let finding = preflight::explain(&error, &self.rig.admin);
            out::finding(&finding);
            Failure::target(Told::new(say!("app-verify-unusable", code = &finding.code)))
        };
        let token = self.rig.admin.token().await.map_err(failed)?;
        self.rig.api.hide(token.secret());
        self.setting.enabled = lines.iter().map(|line| line.key).collect();
        let users = people::needed(lines.iter().map(|line| case(line.key)));
        self.rig.admin.register(&users, "openim-bench").await.map_err(failed)?;
        let seconds: u32 = lines.iter().map(|line| line.timeout_s * self.repeats).sum();
        out::tell(&say!(
            "app-verify-plan",
            webhooks = lines.len(),
            repeats = self.repeats,
            seconds = seconds,
            most = lines.len() as u32 * self.repeats * 20,
        ));
        let mut judged = Vec::new();
        for line in lines {
            let Some(seen) = self.seen(line).await? else { break };
            let one = judge(line.key, line.timeout_s, line.present_s, &seen, self.build);
            let text = verified(&one, out::lang());
            match format {
                VerifyFormat::Terminal => out::result(text.as_bytes())?,
                VerifyFormat::Json => out::note(text.trim_end()),
            }
            judged.push(one);
        }
        Ok(judged)
    }

    /// What was seen of a webhook, once for each process; none after Ctrl-C.
    async fn seen(&self, line: &Line) -> Result<Option<Vec<Held>>, Failure> {
        let case = case(line.key);
        let mut seen = Vec::new();
        for _ in 0..self.repeats {
            match self.held(line, case).await? {
                Some(held) => seen.push(held),
                None => return Ok(None),
            }
        }
        Ok(Some(seen))
    }

    /// Holds one callback; again where that says nothing.
    async fn held(&self, line: &Line, case: &'static Case) -> Result<Option<Held>, Failure> {
        let mut tries = 1;
        loop {
            let held = match self.rig.run_case(case, &self.setting, &self.stop).await {
                CaseOutcome::Seen(seen) => look(line.key, &seen),
                _ if self.stop.is_cancelled() => return Ok(None),
                CaseOutcome::Failed(why) | CaseOutcome::NotTestable(why) | CaseOutcome::NotMeasured(why) => {
                    let told = say!("app-verify-key", key = line.key.name(), why = why);
                    return Err(Failure::target(Told::new(told)));
                }
            };
            let again = match &held {
                Held::TooEarly => true,
                Held::Cut(seconds) => whole(*seconds).is_none(),
                Held::NotCut | Held::NotCalled(_) => false,
            };
            if !again || tries >= TRIES {
                return Ok(Some(held));
            }
            tries += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Dismisses what is left; whether anything still is.
    async fn end(&mut self) -> bool {
        let why = self.rig.clean_up().await;
        self.listener.close().await;
        let left = self.rig.left();
        if left.is_empty() {
            return false;
        }
        let groups = left.join(", ");
        out::tell(&match why.map(|why| self.rig.api.clean(&why)) {
            Some(why) => say!("app-verify-left-why", n = left.len(), why = why, groups = groups),
            None => say!("app-verify-left", n = left.len(), groups = groups),
        });
        true
    }
}
