//! The search for the capacity: a state machine without I/O, told the outcome of each trial.
//!
//! Promises: it never proposes a rate outside its bounds, it always ends, and from its serialised
//! state it goes on exactly as it would have gone on. Running trials is left to `app::capacity`.

use super::posterior::Posterior;
use super::terms::{
    ConfigError, EndedBy, Outcome, SavedSearch, SearchConfig, Step, TrialResult, TrialVerdict, Why,
};
use crate::say;

/// The search for the highest arrival rate that meets the objective.
///
/// It doubles the rate until a trial is bad (halves it while none is good), then tries where the capacity is
/// thought to be, until the bracket of *confirmed* rates is narrow enough. A rate is confirmed good when
///
/// 1. it was tried, and at most the exceed ratio of its own trials was bad,
/// 2. at least `trials_an_end` good trials support it (at this rate or a higher one), and
/// 3. by all trials together (`posterior`) the capacity lies above it with probability `confidence`;
///
/// bad likewise. Counting good and bad trials a level, as MLRsearch (RFC 9971) does, is what 1 and 2 keep; 3 is what
/// makes the bracket cover the capacity. By counts alone the ends of a narrow bracket, where half of the trials go
/// either way, are decided by chance: with three trials an end a level 2.5 % below the capacity looks bad in every
/// third search at a transition of width 5 %. `examples/capacity_coverage.rs` prints how often the bracket holds
/// the capacity.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    config: SearchConfig,
    trials: Vec<TrialResult>,
    posterior: Posterior,
}

impl Search {
    /// A search that has not begun.
    ///
    /// # Errors
    /// When no search can follow from these settings.
    pub fn new(config: SearchConfig) -> Result<Search, ConfigError> {
        config.check()?;
        // The capacity may lie beyond what may be tried.
        let posterior = Posterior::flat(config.lowest / 3.0, config.to * 3.0, config.exceed_ratio);
        Ok(Search { config, trials: Vec::new(), posterior })
    }

    /// Goes on from what was stored.
    ///
    /// # Errors
    /// When what was stored makes no sense.
    pub fn resume(saved: SavedSearch) -> Result<Search, ConfigError> {
        let mut search = Search::new(saved.config)?;
        for trial in saved.trials {
            search.check(&trial)?;
            search.observe(trial);
        }
        Ok(search)
    }

    /// A trial from a file may be anything.
    fn check(&self, trial: &TrialResult) -> Result<(), ConfigError> {
        let inside = trial.rate.is_finite() && (self.config.lowest..=self.config.to).contains(&trial.rate);
        if inside {
            return Ok(());
        }
        let must = say!("errors-search-trial-outside");
        Err(ConfigError::Figure { name: "rate", value: trial.rate, must })
    }

    /// What is to be stored.
    #[must_use]
    pub fn saved(&self) -> SavedSearch {
        SavedSearch { config: self.config, trials: self.trials.clone() }
    }

    /// How it searches.
    #[must_use]
    pub fn config(&self) -> &SearchConfig {
        &self.config
    }

    /// All trials, in order, invalid ones too.
    #[must_use]
    pub fn trials(&self) -> &[TrialResult] {
        &self.trials
    }

    /// Takes the outcome of a trial in.
    pub fn observe(&mut self, trial: TrialResult) {
        if trial.verdict != TrialVerdict::Invalid {
            self.posterior.observe(trial.rate, trial.verdict == TrialVerdict::Good);
        }
        self.trials.push(trial);
    }

    /// What to do next. The same answer until a trial is observed.
    #[must_use]
    pub fn next_rate(&self) -> Step {
        let (good, bad) = self.bracket();
        let done = |ended_by| Step::Done(outcome(ended_by, good, bad));
        if good.is_some_and(|rate| rate >= self.config.to) {
            return done(EndedBy::NoBadRate);
        }
        if bad.is_some_and(|rate| rate <= self.config.lowest) {
            return done(EndedBy::NoGoodRate);
        }
        if outcome(EndedBy::Width, good, bad).relative_width.is_some_and(|w| w <= self.config.width) {
            return done(EndedBy::Width);
        }
        if self.invalid_in_a_row() >= self.config.invalid_in_a_row as usize || self.mostly_invalid() {
            return done(EndedBy::Invalid);
        }
        if self.count(|_| true) >= self.config.trials as usize {
            return done(EndedBy::Trials);
        }
        let (rate, why) = self.proposal(good, bad);
        let spent: u64 = self.trials.iter().map(|t| t.groups).sum();
        if spent.saturating_add(self.config.groups_of(rate)) > self.config.groups {
            return done(EndedBy::Groups);
        }
        let repeated = self.invalid_in_a_row() > 0;
        Step::Trial { rate, why: if repeated { Why::Repeat } else { why } }
    }

    /// Highest confirmed good and lowest confirmed bad rate.
    #[must_use]
    pub fn bracket(&self) -> (Option<f64>, Option<f64>) {
        let rates = || self.valid().map(|t| t.rate);
        let good = rates().filter(|rate| self.confirmed_good(*rate)).reduce(f64::max);
        let bad = rates().filter(|rate| self.confirmed_bad(*rate)).reduce(f64::min);
        (good, bad)
    }

    /// Valid trials at a rate, and the bad ones among them: their ratio is the exceed ratio seen there.
    #[must_use]
    pub fn at(&self, rate: f64) -> (usize, usize) {
        let here = |t: &&TrialResult| same(t.rate, rate);
        let bad = |t: &TrialResult| t.verdict == TrialVerdict::Bad;
        (self.valid().filter(here).count(), self.valid().filter(|t| here(t) && bad(t)).count())
    }

    fn confirmed_good(&self, rate: f64) -> bool {
        let support = self.count(|t| t.verdict == TrialVerdict::Good && t.rate >= rate);
        support >= self.config.trials_an_end as usize
            && self.exceed_ratio_at(rate) <= self.config.exceed_ratio
            && self.posterior.below(rate) <= 1.0 - self.config.confidence
    }

    fn confirmed_bad(&self, rate: f64) -> bool {
        let support = self.count(|t| t.verdict == TrialVerdict::Bad && t.rate <= rate);
        support >= self.config.trials_an_end as usize
            && self.exceed_ratio_at(rate) >= self.config.exceed_ratio
            && self.posterior.below(rate) >= self.config.confidence
    }

    fn exceed_ratio_at(&self, rate: f64) -> f64 {
        let (all, bad) = self.at(rate);
        bad as f64 / all.max(1) as f64
    }

    fn valid(&self) -> impl Iterator<Item = &TrialResult> {
        self.trials.iter().filter(|t| t.verdict != TrialVerdict::Invalid)
    }

    fn count(&self, which: impl Fn(&TrialResult) -> bool) -> usize {
        self.valid().filter(|t| which(t)).count()
    }

    fn invalid_in_a_row(&self) -> usize {
        self.trials.iter().rev().take_while(|t| t.verdict == TrialVerdict::Invalid).count()
    }

    /// A machine that spoils more trials than it lets pass is not one to measure with.
    fn mostly_invalid(&self) -> bool {
        let valid = self.count(|_| true);
        let invalid = self.trials.len() - valid;
        invalid > valid + 2 * self.config.invalid_in_a_row as usize
    }

    fn proposal(&self, good: Option<f64>, bad: Option<f64>) -> (f64, Why) {
        let SearchConfig { from, to, lowest, .. } = self.config;
        let of = |verdict| self.valid().filter(move |t| t.verdict == verdict).map(|t| t.rate);
        let best = of(TrialVerdict::Good).reduce(f64::max);
        let worst = of(TrialVerdict::Bad).reduce(f64::min);
        match (best, worst) {
            (None, None) => (from, Why::First),
            (Some(best), None) if best >= to => (to, Why::ConfirmGood),
            (Some(best), None) => ((best * 2.0).min(to), Why::Double),
            (None, Some(worst)) if worst <= lowest => (lowest, Why::ConfirmBad),
            (None, Some(worst)) => ((worst / 2.0).max(lowest), Why::Halve),
            (Some(_), Some(_)) => self.between(good, bad),
        }
    }

    /// Where both good and bad were seen: the middle of what is possible while that is wide, then both
    /// sides of it, where trials also tell how sharp the transition is; at last the ends themselves.
    fn between(&self, good: Option<f64>, bad: Option<f64>) -> (f64, Why) {
        let tail = 1.0 - self.config.confidence;
        let ends = (self.posterior.quantile(tail * 0.8), self.posterior.quantile(1.0 - tail * 0.8));
        let (rate, why) = if ends.1 / ends.0 - 1.0 <= self.config.width * 0.96 {
            let open = |end: Option<f64>, at: f64| end.is_none_or(|e| (e / at).ln().abs() > 0.01);
            let (below, above) = (self.at(self.snapped(ends.0)).0, self.at(self.snapped(ends.1)).0);
            if open(good, ends.0) && (below <= above || !open(bad, ends.1)) {
                (ends.0, Why::ConfirmGood)
            } else {
                (ends.1, Why::ConfirmBad)
            }
        } else {
            let wide = ends.1 / ends.0 - 1.0 > 3.0 * self.config.width;
            let turn = if wide { 0 } else { self.count(|_| true) % 3 };
            match turn {
                0 => (self.posterior.quantile(0.5), Why::Bisect),
                1 => (ends.0, Why::ConfirmGood),
                _ => (ends.1, Why::ConfirmBad),
            }
        };
        (self.snapped(rate).clamp(self.config.lowest, self.config.to), why)
    }

    /// The nearest rate that was tried already, if one is near: several trials a level say more to a reader
    /// than as many levels.
    fn snapped(&self, rate: f64) -> f64 {
        let near = self.config.width / 12.0;
        let distance = |t: f64| (t / rate).ln().abs();
        let tried = self.valid().map(|t| t.rate).filter(|t| distance(*t) <= near);
        tried.reduce(|a, b| if distance(b) < distance(a) { b } else { a }).unwrap_or(rate)
    }
}

fn same(a: f64, b: f64) -> bool {
    (a / b).ln().abs() < 1e-9
}

fn outcome(ended_by: EndedBy, good: Option<f64>, bad: Option<f64>) -> Outcome {
    let relative_width = good.zip(bad).map(|(good, bad)| bad / good - 1.0);
    Outcome { ended_by, good, bad, relative_width }
}
