//! How the run measured, in plain words and with its own figures.

use crate::profile::model::Loop;
use crate::report::{Summary, format};
use crate::say;
use crate::text::Text;

pub(super) fn method(summary: &Summary) -> Vec<Text> {
    let mut all = if summary.observed.is_some() {
        vec![say!("observed-method"), timeouts(summary)]
    } else {
        vec![load(summary), say!("html-method-times"), timeouts(summary)]
    };
    all.push(say!("html-method-two-bounds"));
    all.extend(lateness(summary));
    all
}

fn load(summary: &Summary) -> Text {
    let calls = &summary.calls;
    let (released, scheduled) = (format::count(calls.released), format::count(calls.scheduled));
    let measured = format!("{:.0}", summary.rates.measured_s);
    let achieved = format::rate(summary.rates.achieved_per_s);
    match (summary.plan.r#loop, summary.rates.asked_per_s) {
        (Loop::Open, Some(asked)) => say!(
            "html-method-open",
            asked = format::rate(asked),
            achieved = achieved,
            measured = measured,
            released = released,
            scheduled = scheduled
        ),
        _ => say!("html-method-closed", achieved = achieved, measured = measured, released = released),
    }
}

fn timeouts(summary: &Summary) -> Text {
    let n = summary.recommendations.values().map(|r| r.n).sum();
    let asked = format::share(summary.plan.misfire);
    say!("html-method-timeouts", n = format::count(n), asked = asked)
}

fn lateness(summary: &Summary) -> Option<Text> {
    let own = &summary.validity.figures.own_lateness;
    let dispatch = format::duration_us(own.dispatch_lag_p99_us?);
    let receiver = format::duration_us(own.receiver_lag_p99_us?);
    Some(say!("html-method-lateness", dispatch = dispatch, receiver = receiver))
}
