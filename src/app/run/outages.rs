//! The outage phases of a plan, put into effect: handlers that fail, and a listener that refuses.
//!
//! Every fault ends with its phase. A refusal also ends with the run: at Ctrl-C, when the run stops itself, and when
//! the task that shut the listener is gone, whatever the reason.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::Failure;
use crate::clock::RunClock;
use crate::profile::RunPlan;
use crate::profile::model::{Fault, Phase, PhaseKind};
use crate::profile::plan::PlannedPhase;
use crate::profile::resolve::is_sim;
use crate::say;
use crate::text::Told;
use crate::units::{Offset, Stamp};
use crate::webhook::{FaultWindow, Gate};
use crate::wire::WebhookKey;

/// How long the listener may take to be open again.
const OPEN_WITHIN: Duration = Duration::from_secs(5);

fn outages(plan: &RunPlan) -> impl Iterator<Item = (&PlannedPhase, &Phase)> {
    let planned = plan.phases.iter().filter(|p| p.kind == PhaseKind::Outage);
    planned.filter_map(|planned| Some((planned, plan.profile.load.phase.get(planned.source?)?)))
}

fn window(planned: &PlannedPhase) -> (Stamp, Stamp) {
    let end_s = planned.start_s + planned.duration_s;
    (Offset::from_secs_f64(planned.start_s).stamp(), Offset::from_secs_f64(end_s).stamp())
}

/// The times in which handlers fail or are slow.
pub fn fault_windows(plan: &RunPlan, expect: &[WebhookKey]) -> Vec<FaultWindow> {
    let failing = outages(plan).filter(|(_, phase)| phase.fault != Fault::Refuse);
    failing
        .map(|(planned, phase)| {
            let (from, to) = window(planned);
            let keys = Some(phase.keys.clone().unwrap_or_else(|| expect.to_vec()));
            FaultWindow { from, to, fault: phase.fault, factor: phase.slow_factor(), keys }
        })
        .collect()
}

/// The times in which nobody listens.
fn refusals(plan: &RunPlan) -> Vec<(Stamp, Stamp)> {
    outages(plan)
        .filter(|(_, phase)| phase.fault == Fault::Refuse)
        .map(|(planned, _)| window(planned))
        .collect()
}

/// Others' callbacks are refused with ours: outside the simulator somebody has to have said that this is wanted.
///
/// # Errors
/// Exit code 2 when nobody has.
pub fn check_consent(plan: &RunPlan, hits_everyone: bool) -> Result<(), Failure> {
    if hits_everyone || is_sim(&plan.profile) {
        return Ok(());
    }
    let Some((planned, phase)) = outages(plan).find(|(_, phase)| phase.fault == Fault::Refuse) else {
        return Ok(());
    };
    let index = planned.source.unwrap_or_default();
    Err(Failure::usage(Told::new(say!(
        "run-refuse-consent",
        key = format!("load.phase.{index}.fault"),
        duration = phase.duration.to_string(),
        target = &plan.profile.target.url,
    ))))
}

/// A task that shuts and opens the listener as planned.
pub struct Refusing {
    gate: Gate,
    task: Option<JoinHandle<()>>,
}

/// Starts it; none is needed where nothing refuses.
pub fn refuse(plan: &RunPlan, gate: Gate, clock: RunClock, stop: CancellationToken) -> Refusing {
    let times = refusals(plan);
    let task = (!times.is_empty()).then(|| tokio::spawn(follow(times, gate.clone(), clock, stop)));
    Refusing { gate, task }
}

impl Refusing {
    /// Ends it; whether the listener is open again.
    pub async fn end(mut self) -> bool {
        let Some(task) = self.task.take() else { return true };
        task.abort();
        let _ = task.await;
        self.gate.opened(OPEN_WITHIN).await
    }
}

/// Opens the listener when it goes out of scope.
struct Shut<'a>(&'a Gate);

impl Drop for Shut<'_> {
    fn drop(&mut self) {
        self.0.open();
    }
}

async fn follow(times: Vec<(Stamp, Stamp)>, gate: Gate, clock: RunClock, stop: CancellationToken) {
    for (from, to) in times {
        if !reached(from, clock, &stop).await {
            return;
        }
        gate.shut();
        let _open_again = Shut(&gate);
        reached(to, clock, &stop).await;
    }
}

/// Waits for a moment of the run; `false` when the run is to stop before it.
async fn reached(at: Stamp, clock: RunClock, stop: &CancellationToken) -> bool {
    let wait = Duration::from_micros(at.since(clock.now()));
    tokio::select! {
        biased;
        () = stop.cancelled() => false,
        () = tokio::time::sleep(wait) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RunTag;
    use crate::profile::load::{LoadRequest, ProfileSource, load};
    use crate::profile::{ResolveContext, resolve};

    const REFUSES: &str = "[load]\nwarmup = \"0s\"\n[[load.phase]]\nrate = 5.0\n[[load.phase]]\nkind = \"outage\"\n\
                           fault = \"refuse\"\nduration = \"5s\"\nrate = 5.0\n";

    fn plan(text: &str) -> RunPlan {
        let source = ProfileSource::Text { name: "t".to_owned(), text: text.to_owned() };
        let loaded = load(LoadRequest { source, ..LoadRequest::default() }).unwrap();
        resolve(&loaded, ResolveContext::new("run", RunTag::from_number(1))).unwrap()
    }

    #[test]
    fn a_refusal_beyond_the_simulator_needs_somebody_who_answers_for_it() {
        let deployment = format!(
            "[target]\nurl = \"http://127.0.0.1:10002\"\n[webhook]\nexpect = [\"beforeCreateGroup\"]\n{REFUSES}"
        );
        let refused = check_consent(&plan(&deployment), false).unwrap_err();
        assert_eq!(refused.exit, crate::exit::Exit::Usage);
        let text = refused.to_string();
        assert!(text.contains("--hits-everyone") && text.contains("load.phase.1.fault"), "{text}");
        assert!(check_consent(&plan(&deployment), true).is_ok());
        assert!(check_consent(&plan(REFUSES), false).is_ok());
        let resets = deployment.replace("refuse", "reset");
        assert!(check_consent(&plan(&resets), false).is_ok());
    }

    #[test]
    fn a_refusal_is_no_fault_of_a_handler() {
        let plan = plan(REFUSES);
        assert!(fault_windows(&plan, &[WebhookKey::BeforeCreateGroup]).is_empty());
        assert_eq!(refusals(&plan), [(Stamp(10_000_000), Stamp(15_000_000))]);
    }

    #[tokio::test]
    async fn the_gate_opens_when_the_run_is_to_stop_and_when_the_task_is_gone() {
        let (clock, forever) = (RunClock::start(), Stamp(600_000_000));
        for stopped in [true, false] {
            let (gate, stop) = (Gate::default(), CancellationToken::new());
            let task = tokio::spawn(follow(vec![(Stamp(0), forever)], gate.clone(), clock, stop.clone()));
            let patience = Duration::from_secs(20);
            tokio::time::timeout(patience, gate.to_be_shut()).await.unwrap();
            if stopped {
                stop.cancel()
            } else {
                task.abort()
            }
            tokio::time::timeout(patience, gate.to_be_open()).await.unwrap();
        }
    }
}
