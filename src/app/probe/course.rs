//! The cases on a deployment, one after another: what keeps one from being run, what comes
//! before and after it, and when no further one makes sense.

use std::time::Duration;

use super::deployment::{Site, add_keys, interrupted};
use super::{Job, plain, result, show};
use crate::app::{Failure, out};
use crate::probe::case::{Case, CaseOutcome, CaseResult, Setting};
use crate::probe::observation::Observation;
use crate::probe::plan::obstacle;
use crate::say;
use crate::text::Text;
use crate::wire::FailureKind;
use crate::wire::api::Operation;
use crate::wire::failure::classify;

/// How long a group process that a case ended is waited for.
const RECOVERY: Duration = Duration::from_secs(60);

impl Site {
    /// Runs what may be run, and shows every result.
    pub(super) async fn cases(
        &mut self,
        job: &Job<'_>,
        setting: &mut Setting,
        unreached: bool,
    ) -> Result<Vec<CaseResult>, Failure> {
        let mut results = Vec::new();
        let mut gone: Option<Text> = None;
        for case in &job.cases {
            let outcome = if let Some(why) = self.obstacle(case, setting, unreached) {
                why
            } else if job.stop.is_cancelled() {
                interrupted()
            } else if let Some(why) = &gone {
                CaseOutcome::Failed(why.clone())
            } else {
                let outcome = self.one(case, setting, job).await?;
                if let CaseOutcome::Seen(seen) = &outcome {
                    add_keys(setting, seen);
                }
                gone = self.gone(case, &outcome, job).await;
                outcome
            };
            let result = result(case, outcome);
            show(job, &result, setting)?;
            results.push(result);
        }
        Ok(results)
    }

    fn obstacle(&self, case: &Case, setting: &Setting, unreached: bool) -> Option<CaseOutcome> {
        if unreached && !plain::works_without_callbacks(case, setting) {
            return Some(CaseOutcome::NotTestable(say!("probe-plain-create-fails")));
        }
        obstacle(case, setting, self.rig.secret.is_some())
    }

    async fn one(
        &mut self,
        case: &'static Case,
        setting: &Setting,
        job: &Job<'_>,
    ) -> Result<CaseOutcome, Failure> {
        if let Some(danger) = case.needs.danger {
            out::tell(&say!("probe-dangerous", case = case.name, danger = danger()));
        }
        if !case.needs.no_listener {
            return Ok(self.rig.run_case(case, setting, &job.stop).await);
        }
        self.listener.close().await;
        let outcome = self.rig.run_case(case, setting, &job.stop).await;
        self.listener.reopen().await?;
        Ok(outcome)
    }

    /// Why no further case makes sense: the API or its group process is gone for good.
    async fn gone(&self, case: &Case, outcome: &CaseOutcome, job: &Job<'_>) -> Option<Text> {
        let died = match outcome {
            CaseOutcome::Seen(seen) => kinds(seen).any(|kind| kind == FailureKind::GroupProcessDown),
            CaseOutcome::Failed(_) => true,
            _ => false,
        };
        if !died {
            return None;
        }
        let until = self.rig.api.clock().now().plus_us(u64::try_from(RECOVERY.as_micros()).unwrap_or(0));
        let mut told = false;
        while self.rig.api.clock().now() < until && !job.stop.is_cancelled() {
            match self.rig.admin.groups_info(&["0".to_owned()]).await {
                Err(error) if error.may_pass() => {}
                _ => return None,
            }
            if !told {
                out::tell(&say!("probe-waiting", case = case.name, seconds = RECOVERY.as_secs()));
                told = true;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Some(say!("probe-gone", case = case.name))
    }
}

/// Failures of all calls.
fn kinds(seen: &Observation) -> impl Iterator<Item = FailureKind> {
    let answers = seen.calls.iter().filter_map(|call| call.answer.as_ref());
    answers.filter_map(|a| classify(a.status, a.body.as_bytes(), Operation::Dismiss).result.err())
}
