//! Whether the values of a profile make sense: one rule a function, all problems collected.

mod caller;
mod delay;
mod load;
mod outage;
mod target;

use super::error::{Problem, ProfileError};
use super::load::Loaded;
use super::model::{Answer, Profile};
use super::resolve::ResolveContext;
use crate::say;
use crate::text::Text;
use crate::units::Span;

pub(super) use load::groups;
pub(super) use outage::outages;

/// Collects problems, each with the place where its key was written.
pub(super) struct Judge<'a> {
    loaded: &'a Loaded,
    problems: Vec<Problem>,
}

impl<'a> Judge<'a> {
    pub fn new(loaded: &'a Loaded) -> Judge<'a> {
        Judge { loaded, problems: Vec::new() }
    }

    /// Notes a problem.
    pub fn fail(&mut self, key: &str, what: Text) {
        self.problems.push(Problem { key: key.to_owned(), place: self.loaded.place(key), what });
    }

    /// Notes a problem unless `ok`.
    fn need(&mut self, ok: bool, key: &str, what: impl FnOnce() -> Text) {
        if !ok {
            self.fail(key, what());
        }
    }

    fn positive(&mut self, key: &str, value: f64) {
        self.need(value.is_finite() && value > 0.0, key, || {
            say!("profile-above-zero", value = value.to_string())
        });
    }

    fn not_negative(&mut self, key: &str, value: f64) {
        self.need(value.is_finite() && value >= 0.0, key, || {
            say!("profile-not-negative", value = value.to_string())
        });
    }

    fn share(&mut self, key: &str, value: f64) {
        let ok = value > 0.0 && value < 1.0;
        self.need(ok, key, || say!("profile-share", value = value.to_string()));
    }

    fn longer_than_zero(&mut self, key: &str, span: Span) {
        self.need(!span.0.is_zero(), key, || say!("profile-longer"));
    }

    fn at_least_one(&mut self, key: &str, value: u64) {
        self.need(value >= 1, key, || say!("profile-at-least-one", value = value));
    }

    pub fn finish(self) -> Result<(), ProfileError> {
        if self.problems.is_empty() { Ok(()) } else { Err(ProfileError::Problems(self.problems)) }
    }
}

/// All rules about values.
pub(super) fn values(judge: &mut Judge<'_>, context: &ResolveContext<'_>) {
    let profile = &judge.loaded.profile;
    target::target(judge, profile);
    target::webhook(judge, profile);
    handlers(judge, profile);
    load::load(judge, profile);
    load::arrivals(judge, profile, context);
    load::people(judge, profile, context);
    caller::caller(judge, profile);
    limits(judge, profile);
    objective(judge, profile);
    recommend(judge, profile);
    judge.positive("cleanup.rate", profile.cleanup.rate);
}

fn handlers(judge: &mut Judge<'_>, profile: &Profile) {
    for (key, handler) in &profile.handler {
        delay::delay(judge, &format!("handler.{key}.delay"), &handler.delay);
        if let Some(workers) = handler.workers {
            judge.at_least_one(&format!("handler.{key}.workers"), u64::from(workers));
        }
        if let Answer::Custom { status, .. } = handler.answer {
            judge.need((200..=599).contains(&status), &format!("handler.{key}.answer"), || {
                say!("profile-status", status = status)
            });
        }
    }
}

fn limits(judge: &mut Judge<'_>, profile: &Profile) {
    let limits = &profile.limits;
    judge.at_least_one("limits.in_flight", u64::from(limits.in_flight));
    judge.at_least_one("limits.groups", limits.groups);
    judge.longer_than_zero("limits.abort_window", limits.abort_window);
    let ok = limits.abort_failures > 0.0 && limits.abort_failures <= 1.0;
    judge.need(ok, "limits.abort_failures", || {
        say!("profile-share-at-most", value = limits.abort_failures.to_string())
    });
}

fn objective(judge: &mut Judge<'_>, profile: &Profile) {
    let o = &profile.objective;
    let quantiles = [("p50", o.p50), ("p90", o.p90), ("p99", o.p99), ("p999", o.p999)];
    let given: Vec<_> = quantiles.into_iter().filter_map(|(n, s)| s.map(|s| (n, s))).collect();
    for (name, span) in &given {
        judge.longer_than_zero(&format!("objective.{name}"), *span);
    }
    for pair in given.windows(2) {
        let ((low, a), (high, b)) = (pair[0], pair[1]);
        judge.need(a <= b, &format!("objective.{high}"), || {
            say!("profile-quantiles", value = b.to_string(), low = low, other = a.to_string())
        });
    }
    if let Some(share) = o.failed_share {
        judge.need((0.0..=1.0).contains(&share), "objective.failed_share", || {
            say!("profile-share-whole", value = share.to_string())
        });
    }
}

fn recommend(judge: &mut Judge<'_>, profile: &Profile) {
    let r = &profile.recommend;
    judge.share("recommend.misfire", r.misfire);
    judge.need(r.margin <= 14, "recommend.margin", || say!("profile-margin", value = r.margin));
    judge.longer_than_zero("recommend.spell", r.spell);
    if let Some(budget) = r.caller_budget {
        judge.longer_than_zero("recommend.caller_budget", budget);
    }
    if let Some(rate) = r.production_rate {
        judge.positive("recommend.production_rate", rate);
    }
    if let Some(rate) = r.after_outage_rate {
        judge.positive("recommend.after_outage_rate", rate);
    }
    if let Some(loss) = r.packet_loss {
        judge.need((0.0..1.0).contains(&loss), "recommend.packet_loss", || {
            say!("profile-share-below", value = loss.to_string())
        });
    }
}
