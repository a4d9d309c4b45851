//! The closed loop: each caller waits for its answer before its next call.
//!
//! It has no schedule, so a stall is met by as many calls as there are callers and then
//! hides (coordinated omission); the plan labels such runs. Intended is when released.

use std::time::Duration;

use super::driver::{EndedBy, Engine, Refused, Stops, reserve_failed};
use super::work::NoAttempt;
use crate::ids::WORKER_PREFLIGHT;
use crate::port::{EventSink, Target};
use crate::units::Offset;

/// Runs `callers` callers, numbered from 1, until `until` of the run.
pub(super) async fn run<T: Target, S: EventSink>(
    engine: &mut Engine<T, S>,
    callers: u32,
    until: Offset,
    stops: &Stops,
) -> EndedBy {
    let clock = engine.carrier.clock;
    let left = |at: Offset| Duration::from_nanos(at.0.saturating_sub(clock.now_offset().0));
    let mut stopped = std::pin::pin!(stops.any());
    tokio::select! {
        biased;
        by = &mut stopped => return by,
        () = tokio::time::sleep(left(engine.start())) => {}
    }
    let callers = u16::try_from(callers.max(1)).unwrap_or(u16::MAX).min(WORKER_PREFLIGHT - 1);
    let mut ended_by = EndedBy::Plan;
    for worker in 1..=callers {
        if let Err(why) = call(engine, worker).await {
            ended_by = why;
            break;
        }
    }
    let mut over = std::pin::pin!(tokio::time::sleep(left(until)));
    loop {
        let ended = tokio::select! {
            biased;
            by = &mut stopped => return by,
            () = &mut over => return EndedBy::Plan,
            ended = engine.calls.join_next() => ended,
        };
        match ended {
            // No caller is left: why the last of them stopped.
            None => return ended_by,
            // A call that panicked has told its end; its caller stops.
            Some(Err(_)) => {}
            Some(Ok(ended)) => {
                engine.settle(&ended);
                if ended_by == EndedBy::Plan
                    && let Err(why) = call(engine, ended.operation_id.worker).await
                {
                    ended_by = why;
                }
            }
        }
    }
}

/// The next call of `worker`.
async fn call<T: Target, S: EventSink>(engine: &mut Engine<T, S>, worker: u16) -> Result<(), EndedBy> {
    let phase = engine.phase_at(engine.carrier.clock.now_offset());
    engine.release(None, worker, phase).await.map_err(|refused| match refused {
        Refused::Work(NoAttempt::GroupsCap) => EndedBy::GroupsCap,
        Refused::Work(NoAttempt::NothingLeft) => EndedBy::NothingLeft,
        Refused::Reserve(error) => reserve_failed(&error),
    })
}
