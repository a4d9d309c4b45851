//! The calls of a case, in the rhythm that each step asks for.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Run;
use crate::openim::AdminError;
use crate::probe::api::{Api, NoAnswer, Request, Sent};
use crate::probe::case::{Acting, Step, Times};
use crate::probe::fill::fill;
use crate::probe::observation::{Answer, Call};
use crate::text::Text;
use crate::wire::api::Operation;

/// Longest wait for an answer; the longest that a build can take by its webhooks' deadlines.
const PATIENCE: Duration = Duration::from_secs(200);
/// What calls that are open get when the probe is interrupted.
const GRACE: Duration = Duration::from_secs(3);

/// A call that was made.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// Its step.
    pub step: usize,
    /// The call.
    pub call: Call,
}

impl Made {
    /// errCode 0.
    pub(super) fn is_done(&self) -> bool {
        self.call.answer.as_ref().is_some_and(|answer| answer.err_code() == Some(0))
    }

    /// The group that it made.
    pub(super) fn created(&self) -> Option<String> {
        if !self.is_done() || self.call.path != Operation::Create.path() {
            return None;
        }
        let json = self.call.answer.as_ref().map(Answer::json)?;
        json.pointer("/data/groupInfo/groupID").and_then(Value::as_str).map(str::to_owned)
    }
}

/// Why a case has no end.
#[derive(Debug)]
pub(super) enum Stopped {
    /// Ctrl-C.
    Interrupted,
    /// API unreachable, no token.
    Failed(Text),
}

impl From<AdminError> for Stopped {
    fn from(error: AdminError) -> Stopped {
        Stopped::Failed(Text::plain(error.to_string()))
    }
}

/// A call that is to be made.
#[derive(Clone, Debug)]
struct Planned {
    request: Request,
    body: Value,
}

type Results = Arc<Mutex<Vec<(usize, Sent)>>>;

impl Run<'_> {
    /// Makes all steps, one after another; ends before one that needs a group which was not made.
    pub(super) async fn steps(&mut self, stop: &CancellationToken) -> Result<(), Stopped> {
        for (number, step) in self.case.steps.iter().enumerate() {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(step.pause_ms.into())) => {}
                () = stop.cancelled() => return Err(Stopped::Interrupted),
            }
            let token = self.rig.token(step.acting).await?;
            let mut planned = Vec::new();
            for _ in 0..step.calls() {
                match self.plan(step, token.as_ref()) {
                    Some(call) => planned.push(call),
                    None => return Ok(()),
                }
            }
            self.make(number, step, &planned, stop).await?;
            if stop.is_cancelled() {
                return Err(Stopped::Interrupted);
            }
        }
        Ok(())
    }

    /// `None` where a place holder stands for nothing, since an earlier call failed.
    fn plan(&mut self, step: &Step, token: Option<&crate::openim::Secret>) -> Option<Planned> {
        let filled = fill(step.body, &self.values, &self.rig.groups).ok()?;
        if let Some(group) = filled.group {
            self.groups.insert(group.clone());
            self.values.same = Some(group);
        }
        let operation = format!("{}{}", self.prefix, self.numbered);
        self.numbered += 1;
        let body = serde_json::from_str(&self.rig.api.clean(&filled.text)).unwrap_or_default();
        let request = Request {
            path: step.path.to_owned(),
            body: filled.text,
            operation: (!step.without_operation_id).then_some(operation),
            token: token.cloned(),
            gzip: step.gzip,
            get: step.get,
        };
        Some(Planned { request, body })
    }

    async fn make(
        &mut self,
        number: usize,
        step: &Step,
        planned: &[Planned],
        stop: &CancellationToken,
    ) -> Result<(), Stopped> {
        let patience = step.give_up_ms.map_or(PATIENCE, |ms| Duration::from_millis(ms.into()));
        let mut results = send(&self.rig.api, step.times, planned, patience, stop).await;
        if step.acting == Acting::Admin && results.iter().any(|(_, sent)| is_refused(sent)) {
            // Somebody else minted meanwhile: once more, with a token of our own.
            let renewed = self.rig.renewed().await?;
            let with = |p: &Planned| {
                let mut again = p.clone();
                again.request.token = Some(renewed.clone());
                again
            };
            let again: Vec<Planned> = planned.iter().map(with).collect();
            results = send(&self.rig.api, step.times, &again, patience, stop).await;
        }
        results.sort_by_key(|(_, sent)| sent.sent_at);
        for (index, sent) in results {
            let Some(plan) = planned.get(index) else { continue };
            let answer = match sent.result {
                Ok(answer) => Some(answer),
                Err(NoAnswer::Unreachable(why)) => return Err(Stopped::Failed(Text::plain(why))),
                Err(NoAnswer::Lost(_) | NoAnswer::GaveUp(_)) => None,
            };
            let call = Call {
                path: plan.request.path.clone(),
                operation: plan.request.operation.clone().unwrap_or_default(),
                body: plan.body.clone(),
                at: sent.sent_at.0 as f64 / 1e6 - self.begun,
                answer,
            };
            let made = Made { step: number, call };
            if let Some(group) = made.created() {
                self.groups.insert(group.clone());
                self.values.created = Some(group);
            }
            self.made.push(made);
        }
        Ok(())
    }
}

fn is_refused(sent: &Sent) -> bool {
    let code = sent.result.as_ref().ok().and_then(Answer::err_code);
    code.is_some_and(|code| (1501..=1507).contains(&code))
}

/// Sends all calls; what is not over soon after an interruption is given up.
async fn send(
    api: &Arc<Api>,
    times: Times,
    planned: &[Planned],
    patience: Duration,
    stop: &CancellationToken,
) -> Vec<(usize, Sent)> {
    let results = Results::default();
    let mut tasks = JoinSet::new();
    for (delay, indices) in lanes(times, planned.len()) {
        let calls: Vec<(usize, Request)> =
            indices.filter_map(|n| planned.get(n).map(|p| (n, p.request.clone()))).collect();
        let (api, results, stop) = (api.clone(), results.clone(), stop.clone());
        tasks.spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = stop.cancelled() => return,
            }
            for (n, request) in calls {
                if stop.is_cancelled() {
                    return;
                }
                let sent = api.send(&request, patience).await;
                if let Ok(mut results) = results.lock() {
                    results.push((n, sent));
                }
            }
        });
    }
    let all = async { while tasks.join_next().await.is_some() {} };
    tokio::select! {
        () = all => {}
        () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => {}
    }
    results.lock().map(|mut results| std::mem::take(&mut *results)).unwrap_or_default()
}

/// Calls that follow each other, with the time after which the first is made.
fn lanes(times: Times, calls: usize) -> Vec<(Duration, std::ops::Range<usize>)> {
    match times {
        Times::Callers { rounds, .. } => {
            let rounds = (rounds as usize).max(1);
            (0..calls).step_by(rounds).map(|n| (Duration::ZERO, n..(n + rounds).min(calls))).collect()
        }
        Times::Every { ms, .. } => {
            let gap = Duration::from_millis(ms.into());
            (0..calls).map(|n| (gap * u32::try_from(n).unwrap_or(u32::MAX), n..n + 1)).collect()
        }
        Times::Once | Times::AtOnce(_) => (0..calls).map(|n| (Duration::ZERO, n..n + 1)).collect(),
    }
}
