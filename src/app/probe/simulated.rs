//! Cases against simulators: one for each case, with a webhook server of its own, all on
//! loopback; several cases at once, printed in the order of the table.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Job, Ran, announce, now, result, show};
use crate::app::{Failure, out};
use crate::clock::RunClock;
use crate::exit::Exit;
use crate::ids::RunTag;
use crate::openim::secret::Credentials;
use crate::openim::{self, Admin, AdminConfig, BaseUrl, Secret, TlsOptions};
use crate::probe::api::Api;
use crate::probe::case::{Case, CaseOutcome, Config, Setting, Times};
use crate::probe::people;
use crate::probe::plan::{footprint, obstacle};
use crate::probe::portrait::{About, line};
use crate::probe::receiver::Receiver;
use crate::probe::recording::RECORDED_KEYS;
use crate::probe::runner::{Rig, owns, prefix};
use crate::record::portrait::CaseVerdict;
use crate::say;
use crate::sim::{Fault, FaultSwitch, SimConfig, serve};
use crate::text::{Text, Told};
use crate::wire::webhooks_yml::{KeyConfig, WebhooksYml};
use crate::wire::{Build, OpenimVersion, WebhookKey};

/// Cases at once.
const AT_ONCE: usize = 8;
/// Turns of a case of many calls at once: the longest case may go on beside it.
const AT_ONCE_WITH_CROWD: u32 = 7;
/// Cases that plan more than this begin first, seconds.
const LONG_S: f64 = 60.0;
/// What a case may take beyond what it plans.
const GRACE: Duration = Duration::from_secs(120);
/// Dismissals a second.
const CLEANUP_RATE: f64 = 500.0;

/// Their timeout as shipped, seconds.
const TIMEOUT_S: i64 = 5;

/// Runs all cases.
pub(super) async fn run(job: &Job<'_>) -> Result<Ran, Failure> {
    if job.request.webhooks.is_some() {
        return Err(Failure::usage(Told::new(say!("probe-sim-webhooks"))));
    }
    openim::tls::install_provider();
    let version = job.request.version.clone().unwrap_or_else(|| Build::Patch16.into());
    let setting = setting(job, version.clone());
    let version_why = if version.text == version.build.name() {
        say!("probe-simulator-version")
    } else {
        say!("probe-simulator-version-treated", build = version.build.name())
    };
    let about = About { target: "sim".to_owned(), version_why, made_at: now(), interrupted: false };
    let ready: Vec<&Case> =
        job.cases.iter().copied().filter(|case| obstacle(case, &setting, true).is_none()).collect();
    let cost = footprint(ready.iter().copied(), &setting);
    let users = people::needed(ready.iter().copied()).len();
    let seconds = cost.longest_s.max(cost.seconds / AT_ONCE as f64);
    announce(&cost, users, seconds, &say!("probe-announce-simulators", version = version.to_string()));
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = start_all(job, &setting, &turns).await;
    let mut results = Vec::new();
    for case in &job.cases {
        let Some(task) = running.remove(case.name) else { continue };
        let outcome = task.await.map_err(|e| Failure::bug(anyhow::Error::new(e).context(case.name)))?;
        let result = result(case, outcome);
        show(job, &result, &setting)?;
        results.push(result);
    }
    Ok(Ran { results, setting, about, exit: Exit::Ok })
}

fn setting(job: &Job<'_>, version: OpenimVersion) -> Setting {
    Setting {
        version,
        webhooks: Some(standard(&format!("http://127.0.0.1{}", job.request.webhook_path))),
        enabled: RECORDED_KEYS.to_vec(),
        slow: job.request.slow,
        dangerous: job.request.dangerous,
        simulator: true,
    }
}

fn standard(url: &str) -> WebhooksYml {
    let config = |key: &WebhookKey| KeyConfig {
        enable: true,
        timeout: TIMEOUT_S,
        failed_continue: key.is_before().then_some(true),
    };
    WebhooksYml {
        url: url.to_owned(),
        keys: RECORDED_KEYS.iter().map(|key| (key.name().to_owned(), config(key))).collect(),
    }
}

/// `webhooks.yml` as a case asks for it.
fn changed(mut yml: WebhooksYml, config: Option<Config>) -> Result<WebhooksYml, Text> {
    match config {
        None => {}
        Some(Config::Timeout(key, seconds)) => {
            yml.keys.entry(key.name().to_owned()).or_default().timeout = seconds;
        }
        Some(Config::TimeoutText(key, text)) => {
            let name = key.name();
            let file = format!("url: x\n{name}:\n  enable: true\n  timeout: {text}\n");
            yml.keys.extend(WebhooksYml::parse(&file).map_err(quoted)?.keys);
        }
        Some(Config::FailedContinue(key)) => {
            yml.keys.entry(key.name().to_owned()).or_default().failed_continue = Some(true);
        }
        Some(Config::Url(url)) => yml.url = url.replace("{url}", &yml.url),
        Some(Config::Extra(keys)) => {
            for key in keys {
                let entry = yml.keys.entry(key.name().to_owned()).or_default();
                (entry.enable, entry.timeout) = (true, TIMEOUT_S);
            }
        }
    }
    Ok(yml)
}

/// Starts all cases, the longest first.
async fn start_all(
    job: &Job<'_>,
    setting: &Setting,
    turns: &Arc<Semaphore>,
) -> HashMap<&'static str, JoinHandle<CaseOutcome>> {
    let is_long = |case: &&'static Case| footprint([*case], setting).seconds > LONG_S;
    let (long, others): (Vec<&'static Case>, Vec<&'static Case>) =
        job.cases.iter().copied().partition(is_long);
    let mut running = HashMap::new();
    for case in long.into_iter().chain(others) {
        running.insert(case.name, start(job, case, setting, turns));
        // Turns are given in the order of asking.
        tokio::task::yield_now().await;
    }
    running
}

/// A case in a task of its own; ends with its outcome, whatever happens.
fn start(
    job: &Job<'_>,
    case: &'static Case,
    setting: &Setting,
    turns: &Arc<Semaphore>,
) -> JoinHandle<CaseOutcome> {
    let (setting, turns) = (setting.clone(), turns.clone());
    let (tag, stop, path) = (job.tag, job.stop.clone(), job.request.webhook_path.clone());
    tokio::spawn(async move {
        if let Some(why) = obstacle(case, &setting, true) {
            return why;
        }
        let _turn = tokio::select! {
            turn = turns.acquire_many_owned(weight(case)) => turn,
            () = stop.cancelled() => return CaseOutcome::NotMeasured(say!("probe-interrupted")),
        };
        let first = once(case, &setting, tag, &path, &stop).await;
        if !differs(case, &first, &setting) || stop.is_cancelled() {
            return first;
        }
        // A machine that is busy is no difference.
        out::tell(&say!("probe-again", case = case.name));
        once(case, &setting, tag, &path, &stop).await
    })
}

/// Turns that a case takes: a crowd of calls needs the processor for itself.
fn weight(case: &Case) -> u32 {
    let crowd = case.steps.iter().any(|step| matches!(step.times, Times::AtOnce(count) if count >= 100));
    if crowd { AT_ONCE_WITH_CROWD } else { 1 }
}

fn differs(case: &'static Case, outcome: &CaseOutcome, setting: &Setting) -> bool {
    line(&result(case, outcome.clone()), setting).verdict == CaseVerdict::Differs
}

async fn once(
    case: &'static Case,
    setting: &Setting,
    tag: RunTag,
    path: &str,
    stop: &CancellationToken,
) -> CaseOutcome {
    let limit = Duration::from_secs_f64(footprint([case], setting).seconds) + GRACE;
    let shutdown = CancellationToken::new();
    let work = async {
        match Stage::set(case, setting, tag, path, &shutdown).await {
            Ok(rig) => rig.run_case(case, setting, stop).await,
            Err(why) => CaseOutcome::Failed(why),
        }
    };
    let ended = tokio::time::timeout(limit, work).await;
    shutdown.cancel();
    ended.unwrap_or_else(|_| CaseOutcome::Failed(say!("probe-too-long", seconds = limit.as_secs())))
}

/// A simulator with a webhook server, ready for one case.
struct Stage;

impl Stage {
    async fn set(
        case: &'static Case,
        setting: &Setting,
        tag: RunTag,
        path: &str,
        shutdown: &CancellationToken,
    ) -> Result<Rig, Text> {
        let (hooks, hooks_at) = bound().await?;
        let (socket, api_at) = bound().await?;
        let yml = changed(standard(&format!("http://{hooks_at}{path}")), case.needs.config)?;
        let config = SimConfig::new(setting.version.clone(), yml);
        let (faults, secret) = (config.faults.clone(), Secret::new(config.secret.clone()));
        let admin_user = config.admin_user.clone();
        tokio::spawn(serve(socket, config, shutdown.clone()));
        let clock = RunClock::start();
        let own = prefix(tag);
        let receiver = Receiver::new(HashMap::new(), clock, move |header| owns(&own, header));
        if case.needs.no_listener {
            drop(hooks);
        } else {
            tokio::spawn(receiver.clone().serve(hooks, shutdown.clone()));
        }
        let mut rig = rig(api_at, receiver, &secret, &admin_user, tag, clock)?;
        rig.secret = Some(secret);
        rig.path = path.to_owned();
        rig.cleanup_rate = CLEANUP_RATE;
        let users = people::needed([case]);
        rig.admin.register(&users, "openim-bench").await.map_err(quoted)?;
        break_it(case, &faults);
        Ok(rig)
    }
}

/// An error as it words itself.
fn quoted(error: impl std::fmt::Display) -> Text {
    Text::plain(error.to_string())
}

fn rig(
    api: SocketAddr,
    receiver: Receiver,
    secret: &Secret,
    admin_user: &str,
    tag: RunTag,
    clock: RunClock,
) -> Result<Rig, Text> {
    let base = BaseUrl::parse(&format!("http://{api}")).map_err(quoted)?;
    let credentials = Credentials { secret: Some(secret.clone()), ..Credentials::default() };
    let config = AdminConfig {
        base: base.clone(),
        tls: TlsOptions::default(),
        admin_user: admin_user.to_owned(),
        credentials,
        tag,
        timeout: Duration::from_secs(30),
    };
    let admin = Admin::new(config, clock).map_err(quoted)?;
    let api = Api::new(base, &TlsOptions::default(), clock).map_err(quoted)?;
    Ok(Rig::new(Arc::new(api), admin, receiver, tag))
}

/// Brings the simulator into the state that the case asks for.
fn break_it(case: &Case, faults: &FaultSwitch) {
    if case.needs.simulator_only.is_some() {
        faults.set(Some(Fault::GroupDown));
    }
}

async fn bound() -> Result<(TcpListener, SocketAddr), Text> {
    let no_socket = |e: std::io::Error| say!("probe-no-socket", why = e.to_string());
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(no_socket)?;
    let address = listener.local_addr().map_err(no_socket)?;
    Ok((listener, address))
}
