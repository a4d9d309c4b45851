//! Before the load: preflight, users, the groups that operations other than create need.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::stage::Stage;
use super::{RunRequest, Signals, portrait};
use crate::app::live::Display;
use crate::app::plan::Prepared;
use crate::app::{Failure, out};
use crate::engine::{GroupUse, SetupGroup, WorkConfig, WorkSource, setup_needs};
use crate::exit::Exit;
use crate::finding::{Finding, Severity};
use crate::ids;
use crate::openim::cleanup::{self, CleanupConfig};
use crate::openim::preflight::{self, PreflightConfig, PreflightFailure, PreflightReport};
use crate::openim::setup_groups::{self, Entry, GroupSpec, SetupConfig};
use crate::openim::{BaseUrl, OpenimClient, safety};
use crate::profile::RunPlan;
use crate::profile::resolve::{is_sim, operation_shares};
use crate::record::ids::IdLog;
use crate::record::model::{End, Ended, Environment, FORMAT, Header, Seen};
use crate::record::write::RecordWriter;
use crate::say;
use crate::text::{Text, Told};
use crate::units::Stamp;
use crate::wire::api::Operation;

/// What the load needs.
pub struct Ready {
    pub writer: RecordWriter,
    pub ids: IdLog,
    pub work: WorkSource,
    /// groupIDs made outside the load, to be dismissed as well.
    pub groups: Vec<String>,
}

/// How long preflight may take to end once it is to.
const PREFLIGHT_ENDS: Duration = Duration::from_secs(20);

/// Makes the target ready, or says why it is not.
pub async fn prepare_target(
    request: &RunRequest,
    prepared: &Prepared,
    stage: &Stage,
    signals: &Signals,
    display: &Display,
) -> Result<Ready, Failure> {
    let plan = &prepared.plan;
    let marker: Arc<str> = ids::marker(&plan.run_id).into();
    display.say(&say!("run-preflight"));
    let config = preflight_config(request, prepared, stage, marker.clone());
    let report = {
        let flight = preflight::run(&config, &stage.client, &stage.admin, stage.sink.before(), stage.clock);
        let mut flight = std::pin::pin!(flight);
        tokio::select! {
            report = &mut flight => report.map_err(|failure| explain(&failure))?,
            () = stop(signals) => {
                // Its group may be made already: it is not left behind without a word.
                config.cancel.cancel();
                display.say(&say!("run-preflight-waiting"));
                match tokio::time::timeout(PREFLIGHT_ENDS, flight).await {
                    Ok(Ok(report)) => may_be_left(&names(&report.groups_left)),
                    Ok(Err(failure)) => may_be_left(&names(&failure.groups_left)),
                    Err(_) => may_be_left(&[say!("run-group-named", marker = marker.as_ref())]),
                }
                return Err(interrupted(signals));
            }
        }
    };
    let operations: Vec<Operation> = operation_shares(&plan.profile.load.operation).into_keys().collect();
    if let Some(finding) = safety::check_operations(report.version.build, &operations, &report.expect) {
        out::finding(&finding);
        return Err(Failure::target(Told::new(finding.what)));
    }
    display.release();
    stage.warn_beyond_loopback(display);
    display.say(&report.version_why.map(|why| format!("OpenIM {}: {why}", report.version)));
    let header = header(prepared, stage, &report);
    let mut writer = RecordWriter::create(&request.out, header).map_err(Failure::usage)?;
    match outfit(prepared, stage, &report, &writer, signals, display).await {
        Ok((ids, work, groups)) => Ok(Ready { writer, ids, work, groups }),
        Err(failure) => {
            let end = unstarted(&failure, &stage.client);
            // The failure is what the person must see; the folder says the same.
            let _ = writer.finish(end);
            Err(failure)
        }
    }
}

/// Users and groups; groups that were made before it failed are dismissed again.
async fn outfit(
    prepared: &Prepared,
    stage: &Stage,
    report: &PreflightReport,
    writer: &RecordWriter,
    signals: &Signals,
    display: &Display,
) -> Result<(IdLog, WorkSource, Vec<String>), Failure> {
    let plan = &prepared.plan;
    let marker: Arc<str> = ids::marker(&plan.run_id).into();
    let mut ids = IdLog::create(writer.dir(), &plan.run_id, plan.tag).map_err(cannot_list)?;
    for group in &report.group_ids {
        ids.group(group).map_err(cannot_list)?;
        if !report.groups_left.contains(group) {
            ids.dismissed_group(group).map_err(cannot_list)?;
        }
    }
    let users = users(prepared, stage, &mut ids, display).await?;
    let needs =
        setup_needs(&work_config(plan, marker.clone(), users.clone(), Vec::new()), plan.expected_arrivals)
            .map_err(Failure::usage)?;
    let groups: Vec<String> =
        report.groups_left.iter().cloned().chain(needs.iter().map(|g| g.group_id.clone())).collect();
    if let Err(failure) = make_groups(plan, stage, &needs, marker.clone(), &mut ids, signals).await {
        let config = CleanupConfig::at_rate(plan.profile.cleanup.rate);
        cleanup::dismiss_all(&stage.admin, &groups, config, &CancellationToken::new(), |_| ()).await;
        return Err(failure);
    }
    let work = WorkSource::new(work_config(plan, marker, users, needs)).map_err(Failure::usage)?;
    Ok((ids, work, groups))
}

fn cannot_list(error: std::io::Error) -> Failure {
    Failure::usage(Told::new(say!("run-ids-txt")).because(error))
}

fn unstarted(failure: &Failure, client: &OpenimClient) -> End {
    let how = match failure.exit {
        Exit::Interrupted => Ended::Interrupted,
        Exit::Terminated => Ended::Terminated,
        _ => Ended::Aborted,
    };
    End {
        why: failure.text(),
        token_renewals: client.token_renewals(),
        connection_retries: client.connection_retries(),
        ..End::bare(how, Stamp(0))
    }
}

fn preflight_config(
    request: &RunRequest,
    prepared: &Prepared,
    stage: &Stage,
    marker: Arc<str>,
) -> PreflightConfig {
    let plan = &prepared.plan;
    let path = plan.profile.webhook.path.clone();
    let mut config = PreflightConfig::new(plan.tag, marker, stage.address().to_string(), path);
    config.timeouts.clone_from(&plan.timeouts);
    config.expect.clone_from(&plan.expect);
    config.version.clone_from(&plan.version);
    config.operations = operation_shares(&plan.profile.load.operation).into_keys().collect();
    config.wait = request.wait.map(|span| span.0);
    config.existing_users.clone_from(&prepared.inputs.users);
    config.call_deadline = plan.profile.target.call_timeout.0;
    let stats = stage.stats.clone();
    config.other_path = Some(Arc::new(move || stats.other_path()));
    config
}

/// Every finding on standard error, the decisive one's first line first.
fn explain(failure: &PreflightFailure) -> Failure {
    let mut findings = failure.findings.iter();
    let first = findings.next();
    if let Some(first) = first {
        out::note(&out::lines(first).join("\n"));
    }
    findings.for_each(out::finding);
    may_be_left(&names(&failure.groups_left));
    let code = first.map_or("preflight", |f| f.code.as_str());
    Failure { exit: failure.exit(), error: Told::new(say!("run-preflight-failed", code = code)).into() }
}

fn names(groups: &[String]) -> Vec<Text> {
    groups.iter().map(Text::plain).collect()
}

/// Says which groups nobody dismissed, if there are any.
fn may_be_left(groups: &[Text]) {
    if !groups.is_empty() {
        out::tell(&say!("run-groups-maybe-left", groups = Text::list(groups)));
    }
}

async fn stop(signals: &Signals) {
    signals.stop().cancelled().await;
}

fn interrupted(signals: &Signals) -> Failure {
    let exit = signals.exit().unwrap_or(Exit::Interrupted);
    Failure { exit, error: Told::new(say!("run-stopped-before")).into() }
}

async fn users(
    prepared: &Prepared,
    stage: &Stage,
    ids: &mut IdLog,
    display: &Display,
) -> Result<Vec<String>, Failure> {
    if let Some(given) = &prepared.inputs.users {
        ids.given_users(given.len() as u64).map_err(cannot_list)?;
        let missing = stage.admin.missing_users(given).await.map_err(Failure::target)?;
        if let Some(first) = missing.first() {
            let told = say!("run-unknown-users", n = missing.len(), first = first);
            return Err(Failure::usage(Told::new(told)));
        }
        return Ok(given.clone());
    }
    let tag = prepared.plan.tag;
    let pool = u64::from(prepared.plan.profile.load.users.pool);
    ids.reserve_users(0, pool).map_err(cannot_list)?;
    let users: Vec<String> = (0..pool).map(|n| ids::user_id(tag, n)).collect();
    display.say(&say!("run-registering", n = pool));
    stage.admin.register(&users, "openim-bench").await.map_err(Failure::target)?;
    Ok(users)
}

fn work_config(plan: &RunPlan, marker: Arc<str>, users: Vec<String>, groups: Vec<SetupGroup>) -> WorkConfig {
    let load = &plan.profile.load;
    WorkConfig {
        tag: plan.tag,
        marker,
        seed: load.seed,
        members: load.members,
        admins: load.admins,
        users,
        operations: load.operation.clone(),
        groups,
    }
}

async fn make_groups(
    plan: &RunPlan,
    stage: &Stage,
    needs: &[SetupGroup],
    marker: Arc<str>,
    ids: &mut IdLog,
    signals: &Signals,
) -> Result<(), Failure> {
    if needs.is_empty() {
        return Ok(());
    }
    for group in needs {
        ids.group(&group.group_id).map_err(cannot_list)?;
    }
    let specs: Vec<GroupSpec> = needs.iter().map(spec).collect();
    let config = SetupConfig::new(plan.tag, marker, plan.profile.target.call_timeout.0);
    let cancel: CancellationToken = signals.stop();
    setup_groups::make_groups(&stage.client, &specs, &config, &cancel, |_| ()).await.map_err(|error| {
        if signals.exit().is_some() { interrupted(signals) } else { Failure::target(error) }
    })?;
    Ok(())
}

fn spec(group: &SetupGroup) -> GroupSpec {
    GroupSpec {
        group_id: group.group_id.clone(),
        owner: group.owner.clone(),
        admins: Vec::new(),
        members: group.members.clone(),
        entry: if group.purpose == GroupUse::Approval { Entry::Approval } else { Entry::Open },
    }
}

fn header(prepared: &Prepared, stage: &Stage, report: &PreflightReport) -> Header {
    let plan = prepared.plan.clone();
    let pool = if prepared.inputs.users.is_some() { 0 } else { plan.profile.load.users.pool };
    let mut findings: Vec<Finding> = stage.findings.clone();
    findings.extend(report.findings.iter().cloned());
    if let Some(given) = &prepared.portrait {
        findings.extend(portrait::findings(given, &plan, &report.version));
    }
    for finding in findings.iter().filter(|f| f.severity >= Severity::Warning) {
        out::finding(finding);
    }
    Header {
        format: FORMAT,
        seen: Seen {
            version: Some(report.version.clone()),
            version_why: report.version_why.clone(),
            expect: report.expect.clone(),
            same_host: same_host(&plan, stage),
            findings,
            users_registered: report.users_made + u64::from(pool),
        },
        plan,
        environment: environment(),
        portrait: prepared.portrait.clone(),
        openim_log: None,
        observed: None,
        end: None,
    }
}

/// Both ends on this machine: then no packet is lost between them.
fn same_host(plan: &RunPlan, stage: &Stage) -> bool {
    let loopback_listener = stage.address().ip().is_loopback();
    let loopback_target = is_sim(&plan.profile)
        || BaseUrl::parse(&plan.profile.target.url).is_ok_and(|b| safety::is_loopback(&b));
    loopback_listener && loopback_target
}

/// Where this runs.
pub fn environment() -> Environment {
    let system = rustix::system::uname();
    let text = |part: &std::ffi::CStr| part.to_string_lossy().into_owned();
    Environment {
        started: humantime::format_rfc3339_seconds(crate::clock::wall_now()).to_string(),
        host: text(system.nodename()),
        cores: std::thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(1)),
        kernel: format!("{} {}", text(system.sysname()), text(system.release())),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: env!("OPENIM_BENCH_COMMIT").to_owned(),
        optimised: !cfg!(debug_assertions),
    }
}
