//! Runs a case: sets the webhook server's behaviours, makes the calls, waits for what may
//! still come, collects what was seen, and dismisses every group that may have been made.
//!
//! Promises operationIDs of its own for every case, so that odd answers meet only these; that
//! every wait is bounded; and that the webhook server is neutral afterwards, also after a
//! failure or an interruption. Whether a case may be run is decided in `plan`.

mod calls;
mod cleanup;
mod settle;
mod tokens;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use tokio_util::sync::CancellationToken;

use self::calls::{Made, Stopped};
use super::api::Api;
use super::behave;
use super::case::{Case, CaseOutcome, Setting};
use super::fill::{GroupIds, Values, fill};
use super::observation::{Call, Callback, Connection, Observation};
use super::portrait::as_run;
use super::receiver::Receiver;
use crate::ids::RunTag;
use crate::openim::{Admin, Secret};
use crate::say;
use crate::text::Text;

/// What stands while cases are run.
pub struct Rig {
    /// The API.
    pub api: Arc<Api>,
    /// Its control side: tokens, dismissals.
    pub admin: Admin,
    /// The webhook server; `owns` accepts what starts with [`prefix`].
    pub receiver: Receiver,
    /// The probe.
    pub tag: RunTag,
    /// userID of the app admin.
    pub admin_user: String,
    /// The deployment's secret, where it was given.
    pub secret: Option<Secret>,
    /// What stands before the command in the webhook's URL.
    pub path: String,
    /// groupIDs.
    pub groups: GroupIds,
    /// Dismissals a second at most.
    pub cleanup_rate: f64,
    tokens: tokio::sync::Mutex<HashMap<String, Secret>>,
    left: Mutex<BTreeSet<String>>,
}

/// What every operationID of a probe starts with.
#[must_use]
pub fn prefix(tag: RunTag) -> String {
    format!("probe-{tag}-")
}

/// Whether an `Operationid` header, perhaps of several joined by `$`, is of that probe.
#[must_use]
pub fn owns(prefix: &str, header: &str) -> bool {
    header.split('$').any(|operation| operation.starts_with(prefix))
}

impl Rig {
    /// A rig with the usual limits; no group is left yet.
    #[must_use]
    pub fn new(api: Arc<Api>, admin: Admin, receiver: Receiver, tag: RunTag) -> Rig {
        Rig {
            api,
            admin,
            receiver,
            tag,
            admin_user: "imAdmin".to_owned(),
            secret: None,
            path: String::new(),
            groups: GroupIds::new(tag),
            cleanup_rate: 25.0,
            tokens: tokio::sync::Mutex::default(),
            left: Mutex::default(),
        }
    }

    /// The name that groups are given.
    #[must_use]
    pub fn marker(&self) -> String {
        crate::ids::marker(&format!("probe-{}", self.tag))
    }

    fn values(&self) -> Values {
        Values {
            admin: self.admin_user.clone(),
            marker: self.marker(),
            secret: self.secret.as_ref().map(|s| s.expose().to_owned()),
            ..Values::default()
        }
    }

    /// When interrupted, answers what is held, so that calls end and their groups are known.
    async fn let_go(&self, stop: &CancellationToken) -> Result<(), Stopped> {
        stop.cancelled().await;
        self.receiver.set(HashMap::new());
        self.receiver.release();
        std::future::pending().await
    }

    /// Runs a case that may be run.
    pub async fn run_case(
        &self,
        case: &'static Case,
        setting: &Setting,
        stop: &CancellationToken,
    ) -> CaseOutcome {
        self.secret.iter().for_each(|secret| self.api.hide(secret));
        let setting = as_run(case, setting);
        let mut run = Run::new(self, case, &setting);
        let behaviours = behave::behaviours(
            case,
            &self.path,
            |key| setting.timeout_s(key),
            |template| run.answer(template),
        );
        match behaviours {
            Ok(behaviours) => self.receiver.set(behaviours),
            Err(why) => return CaseOutcome::NotMeasured(why),
        }
        let end = tokio::select! {
            end = run.steps(stop) => end,
            end = self.let_go(stop) => end,
        };
        if end.is_ok() {
            tokio::select! {
                () = run.settle() => {}
                () = stop.cancelled() => {}
            }
        }
        self.receiver.set(HashMap::new());
        let observation = run.observation();
        run.note_groups(&observation);
        drop(run);
        self.clean_up().await;
        match end {
            Ok(()) if stop.is_cancelled() => CaseOutcome::NotMeasured(say!("probe-interrupted")),
            Ok(()) => CaseOutcome::Seen(Box::new(observation)),
            Err(Stopped::Interrupted) => CaseOutcome::NotMeasured(say!("probe-interrupted")),
            Err(Stopped::Failed(why)) => CaseOutcome::Failed(why.map(|why| self.api.clean(why))),
        }
    }
}

/// A case that is being run.
struct Run<'a> {
    rig: &'a Rig,
    case: &'static Case,
    setting: &'a Setting,
    values: Values,
    /// All operationIDs of this case start so.
    prefix: String,
    numbered: u64,
    /// When it began, seconds of the clock.
    begun: f64,
    /// Callbacks that were there before.
    skip: usize,
    api_connections: u64,
    made: Vec<Made>,
    groups: BTreeSet<String>,
}

impl<'a> Run<'a> {
    fn new(rig: &'a Rig, case: &'static Case, setting: &'a Setting) -> Run<'a> {
        Run {
            rig,
            case,
            setting,
            values: rig.values(),
            prefix: format!("{}{}-", prefix(rig.tag), case.name),
            numbered: 0,
            begun: seconds(rig),
            skip: rig.receiver.count(),
            api_connections: rig.api.opened(),
            made: Vec::new(),
            groups: BTreeSet::new(),
        }
    }

    /// A body of the webhook server.
    fn answer(&mut self, template: &str) -> Result<String, Text> {
        let filled = fill(template, &self.values, &self.rig.groups)
            .map_err(|name| say!("probe-place-holder", name = format!("{{{name}}}")))?;
        self.groups.extend(filled.group);
        Ok(filled.text)
    }

    /// Seconds since its begin.
    fn now(&self) -> f64 {
        seconds(self.rig) - self.begun
    }

    /// Callbacks of this case, with times of the clock.
    fn callbacks(&self) -> Vec<Callback> {
        let mut all = self.rig.receiver.callbacks_since(self.skip);
        all.retain(|callback| owns(&self.prefix, callback.header("operationid")));
        all
    }

    fn observation(&self) -> Observation {
        let since = |at: f64| at - self.begun;
        let mut callbacks = self.callbacks();
        let used: BTreeSet<u64> = callbacks.iter().map(|c| c.connection).collect();
        for callback in &mut callbacks {
            callback.at = since(callback.at);
            callback.replied_at = callback.replied_at.map(since);
        }
        // Elsewhere other people's callbacks open connections, too.
        let own = |c: &Connection| {
            used.contains(&c.number) || (self.setting.simulator && c.opened_at >= self.begun)
        };
        let connections = self.rig.receiver.connections().into_iter().filter(own);
        let shifted = connections.map(|c| Connection {
            number: c.number,
            opened_at: since(c.opened_at),
            closed_by_peer_at: c.closed_by_peer_at.map(since),
        });
        let mut calls: Vec<Call> = self.made.iter().map(|made| made.call.clone()).collect();
        calls.sort_by(|a, b| a.at.total_cmp(&b.at));
        Observation {
            calls,
            callbacks,
            connections: shifted.collect(),
            api_connections: Some(self.rig.api.opened() - self.api_connections),
            summary: false,
        }
    }
}

fn seconds(rig: &Rig) -> f64 {
    rig.api.clock().now().0 as f64 / 1e6
}
