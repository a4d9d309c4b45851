//! Cases against a deployment, one after another: reach it, decide its version, see which keys
//! call back, then run what may be run; every group is dismissed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use super::entry::{allow, credentials, read_yml, target};
use super::listener::Listener;
use super::plain::{self, CLOSED, OTHERS, PLAIN};
use super::version::{self, Decided};
use super::{Job, Ran, announce, now, result};
use crate::app::{Failure, out};
use crate::clock::RunClock;
use crate::exit::Exit;
use crate::finding::{Finding, Severity};
use crate::openim::preflight::{self, Facts};
use crate::openim::{self, Admin, AdminError, BaseUrl};
use crate::probe::api::{Api, Request};
use crate::probe::case::{CaseOutcome, Setting};
use crate::probe::observation::Observation;
use crate::probe::people;
use crate::probe::plan::{footprint, obstacle};
use crate::probe::portrait::About;
use crate::probe::receiver::Receiver;
use crate::probe::runner::{Rig, owns, prefix};
use crate::say;
use crate::text::{Text, Told};
use crate::wire::api::{Operation, path};
use crate::wire::failure::classify;
use crate::wire::webhooks_yml::WebhooksYml;
use crate::wire::{FailureKind, WebhookKey};

/// Limit of a call that is not part of a case.
const LIMIT: Duration = Duration::from_secs(30);
/// How often the first create is made for users that were registered a moment ago.
const SETTLE_TRIES: u32 = 5;
/// Between those.
const SETTLE: Duration = Duration::from_millis(1_100);
/// Probes the deployment.
pub(super) async fn run(job: &Job<'_>) -> Result<Ran, Failure> {
    let mut site = Site::open(job).await?;
    let ran = site.probe(job).await;
    let left = site.end().await;
    let mut ran = ran?;
    if left {
        ran.exit = ran.exit.first(Exit::Target);
    }
    Ok(ran)
}

/// Everything that stands while a deployment is probed.
pub(super) struct Site {
    pub(super) rig: Rig,
    pub(super) listener: Listener,
    base: BaseUrl,
    yml: Option<WebhooksYml>,
    /// The API gave a token.
    reached: bool,
}

impl Site {
    /// Listens and makes the clients; nothing is called yet.
    async fn open(job: &Job<'_>) -> Result<Site, Failure> {
        let request = job.request;
        let cost = footprint(job.cases.iter().copied(), &setting(job, None, decided_for_cost(job)));
        allow(job, cost.groups)?;
        let yml = request.webhooks.as_deref().map(read_yml).transpose()?;
        openim::tls::install_provider();
        let base = BaseUrl::parse(&request.target).context("--target").map_err(Failure::usage)?;
        let credentials = credentials(job)?;
        let clock = RunClock::start();
        let own = prefix(job.tag);
        let receiver = Receiver::new(HashMap::new(), clock, move |header| owns(&own, header));
        let api = Api::new(base.clone(), &request.access.tls(), clock).map_err(Failure::usage)?;
        if let Some(secret) = &credentials.secret {
            api.hide(secret);
        }
        if let Some(token) = &credentials.token {
            api.hide(token);
        }
        let secret = credentials.secret.clone();
        let config = request.access.admin(base.clone(), credentials, job.tag);
        let admin = Admin::new(config, clock).map_err(Failure::usage)?;
        let listener = Listener::open(&request.webhook_listen, receiver.clone()).await?;
        let mut rig = Rig::new(Arc::new(api), admin, receiver, job.tag);
        rig.secret = secret;
        rig.admin_user.clone_from(&request.access.admin_user);
        rig.path.clone_from(&request.webhook_path);
        Ok(Site { rig, listener, base, yml, reached: false })
    }

    async fn probe(&mut self, job: &Job<'_>) -> Result<Ran, Failure> {
        let mut facts = self.reach().await?;
        self.reached = true;
        self.say_where();
        let decided = version::decide(job.request.version.as_ref(), version::told(&facts));
        self.register(job, &decided).await?;
        let setting = setting(job, self.yml.clone(), decided.clone());
        let mut about = About {
            target: self.base.to_string(),
            version_why: Text::default(),
            made_at: now(),
            interrupted: false,
        };
        let Some(seen) = self.first_create(job, &setting).await? else {
            about.version_why = decided.why;
            let results = job.cases.iter().map(|case| result(case, interrupted())).collect();
            return Ok(Ran { results, setting, about, exit: Exit::Ok });
        };
        let (listen, path) = (self.listener.address.to_string(), self.rig.path.as_str());
        let findings = plain::findings(&seen, self.yml.as_ref(), &listen, path);
        findings.iter().for_each(out::finding);
        let broken = findings.iter().any(|f| f.severity == Severity::Error);
        let key = WebhookKey::BeforeMemberJoinGroup;
        facts.member_callbacks = plain::seen_keys(&seen).filter(|seen| *seen == key).count();
        facts.people = plain::PEOPLE;
        let mut setting = Setting { enabled: plain::enabled(&seen, self.yml.as_ref()), ..setting };
        let decided = self.decide(job, &facts, &setting).await;
        version::command_mismatch(&decided.version, &seen).iter().for_each(out::finding);
        let version = decided.version.to_string();
        out::tell(&say!("probe-head", version = version, why = &decided.why));
        about.version_why = decided.why;
        setting.version = decided.version;
        let unreached = !plain::succeeded(&seen);
        if !unreached && job.cases.iter().any(|case| plain::looks_beyond(case)) {
            self.learn(job, &mut setting).await;
        }
        let results = self.cases(job, &mut setting, unreached).await?;
        let exit = if broken { Exit::Target } else { Exit::Ok };
        Ok(Ran { results, setting, about, exit })
    }

    fn say_where(&self) {
        let address = self.listener.address;
        let url = format!("http://{address}{}", self.rig.path);
        out::tell(&say!("probe-listening", url = url));
        if !address.ip().is_loopback() {
            out::tell(&say!("probe-listening-beyond", address = address.to_string()));
        }
    }

    /// The API answers and gives a token; what is told of the version.
    async fn reach(&self) -> Result<Facts, Failure> {
        let admin = &self.rig.admin;
        let failed = |error: &AdminError| target(&preflight::explain(error, admin));
        let token = admin.token().await.map_err(|e| failed(&e))?;
        self.rig.api.hide(token.secret());
        let request = Request {
            path: path::GET_GROUPS_INFO.to_owned(),
            body: r#"{"groupIDs":["0"]}"#.to_owned(),
            operation: Some(format!("{}version-0", prefix(self.rig.tag))),
            token: Some(token.secret().clone()),
            ..Request::default()
        };
        let answer = self.rig.api.send(&request, LIMIT).await.result;
        let http_id = answer.is_ok_and(|answer| answer.header("x-http-id").is_some());
        preflight::look(admin, http_id).await.map_err(|e| failed(&e))
    }

    async fn register(&self, job: &Job<'_>, decided: &Decided) -> Result<(), Failure> {
        let users = people::needed(job.cases.iter().copied().chain([&PLAIN, &OTHERS]));
        let setting = setting(job, self.yml.clone(), decided.clone());
        let ready =
            job.cases.iter().copied().filter(|c| obstacle(c, &setting, self.rig.secret.is_some()).is_none());
        let cost = footprint(ready.chain([&PLAIN, &CLOSED, &OTHERS]), &setting);
        announce(&cost, users.len(), cost.seconds, &Text::plain(self.base.to_string()));
        let registered = self.rig.admin.register(&users, "openim-bench").await;
        let registered = registered.map_err(|e| target(&preflight::explain(&e, &self.rig.admin)))?;
        out::tell(&say!("probe-registered", made = registered.made, existing = registered.existing));
        Ok(())
    }

    /// `None` when interrupted.
    async fn first_create(&self, job: &Job<'_>, setting: &Setting) -> Result<Option<Observation>, Failure> {
        let mut tries = 1;
        loop {
            let seen = match self.rig.run_case(&PLAIN, setting, &job.stop).await {
                CaseOutcome::Seen(seen) => *seen,
                _ if job.stop.is_cancelled() => return Ok(None),
                CaseOutcome::Failed(why) | CaseOutcome::NotTestable(why) | CaseOutcome::NotMeasured(why) => {
                    return Err(Failure::target(Told::new(say!("probe-first-create", why = why))));
                }
            };
            // Users that were registered a moment ago are not known everywhere at once.
            if tries < SETTLE_TRIES && matches!(kind(&seen), Some(FailureKind::Api(1004 | 1101))) {
                tries += 1;
                tokio::time::sleep(SETTLE).await;
                continue;
            }
            return Ok(Some(seen));
        }
    }

    /// The version, refined by how a failed callback is told.
    async fn decide(&self, job: &Job<'_>, facts: &Facts, setting: &Setting) -> Decided {
        let mut told = version::told(facts);
        let key = WebhookKey::BeforeCreateGroup;
        let open = matches!(told.version.build, crate::wire::Build::V383 | crate::wire::Build::Patch16);
        if open
            && setting.enabled.contains(&key)
            && !job.stop.is_cancelled()
            && let CaseOutcome::Seen(seen) = self.rig.run_case(&CLOSED, setting, &job.stop).await
            && let Some(refined) = plain::answer(&seen).and_then(|a| version::refine(&told.version, a))
        {
            told = refined;
        }
        let given = job.request.version.as_ref();
        version::contradiction(given, &told).iter().for_each(out::finding);
        version::decide(given, told)
    }

    /// Which keys call back that a create does not fire.
    async fn learn(&self, job: &Job<'_>, setting: &mut Setting) {
        if let CaseOutcome::Seen(seen) = self.rig.run_case(&OTHERS, setting, &job.stop).await {
            add_keys(setting, &seen);
        }
    }

    /// Dismisses what is left; whether anything still is.
    async fn end(&mut self) -> bool {
        let why = self.rig.clean_up().await;
        self.listener.close().await;
        let left = self.rig.left();
        if !left.is_empty() {
            let mut finding = Finding::new(
                "cleanup_incomplete",
                Severity::Warning,
                "cleanup",
                match why {
                    Some(why) => say!("probe-left-why", n = left.len(), why = self.rig.api.clean(&why)),
                    None => say!("probe-left", n = left.len()),
                },
                say!("probe-left-next"),
            );
            finding.evidence = left.iter().map(|id| Text::plain(id.as_str())).collect();
            out::finding(&finding);
        }
        if self.reached {
            out::tell(&say!("probe-url-left"));
        }
        !left.is_empty()
    }
}

/// What calls back is enabled, whatever a file says.
pub(super) fn add_keys(setting: &mut Setting, seen: &Observation) {
    for key in plain::seen_keys(seen) {
        if !setting.enabled.contains(&key) {
            setting.enabled.push(key);
        }
    }
}

pub(super) fn interrupted() -> CaseOutcome {
    CaseOutcome::NotMeasured(say!("probe-interrupted"))
}

/// Failure of the first call.
fn kind(seen: &Observation) -> Option<FailureKind> {
    let answer = plain::answer(seen)?;
    classify(answer.status, answer.body.as_bytes(), Operation::Create).result.err()
}

fn setting(job: &Job<'_>, webhooks: Option<WebhooksYml>, decided: Decided) -> Setting {
    // Until a create has shown it, any key may call back.
    let enabled = WebhookKey::ALL.to_vec();
    let (slow, dangerous) = (job.request.slow, job.request.dangerous);
    Setting { version: decided.version, webhooks, enabled, slow, dangerous, simulator: false }
}

/// The version that the bound on groups is computed with; groups do not depend on it.
fn decided_for_cost(job: &Job<'_>) -> Decided {
    let version = job.request.version.clone().unwrap_or_else(|| crate::wire::Build::V370.into());
    Decided { version, why: Text::default() }
}
