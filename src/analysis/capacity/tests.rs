//! Coverage of the bracket by seeded Monte Carlo, properties of the search, verdicts of trials.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::analysis::Calls;
use crate::finding::{Finding, Severity};
use crate::record::model::{Series, new_series};
use crate::slo::Objective;
use crate::text::Text;
use crate::units::Span;

/// A made-up server: P(good) is logistic in log rate.
#[derive(Clone, Copy, Debug)]
struct Server {
    capacity: f64,
    width: f64,
    invalid: f64,
}

impl Server {
    fn trial(self, rate: f64, rng: &mut ChaCha8Rng) -> TrialResult {
        let good = 1.0 / (1.0 + ((rate / self.capacity).ln() / self.width).exp());
        let (first, second) = (rng.random::<f64>(), rng.random::<f64>());
        let verdict = match () {
            () if first < self.invalid => TrialVerdict::Invalid,
            () if second < good => TrialVerdict::Good,
            () => TrialVerdict::Bad,
        };
        TrialResult { rate, verdict, groups: (rate * 12.0) as u64 }
    }

    fn searched(self, config: SearchConfig, seed: u64) -> (Outcome, Search) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut search = Search::new(config).unwrap();
        for _ in 0..1_000 {
            match search.next_rate() {
                Step::Done(outcome) => return (outcome, search),
                Step::Trial { rate, .. } => search.observe(self.trial(rate, &mut rng)),
            }
        }
        panic!("the search does not end");
    }
}

/// Searches of 100 whose bracket holds the capacity, and the median of the trials used.
fn covered(width: f64) -> (usize, usize) {
    let server = |seed: u64| Server { capacity: 20.0 + 0.7 * seed as f64, width, invalid: 0.05 };
    let mut used = Vec::new();
    let hits = (0..100).filter(|seed| {
        let server = server(*seed);
        let (outcome, search) = server.searched(SearchConfig::default(), *seed);
        used.push(search.trials().len());
        outcome.good.is_some_and(|g| g <= server.capacity)
            && outcome.bad.is_some_and(|b| b >= server.capacity)
    });
    let hits = hits.count();
    used.sort_unstable();
    (hits, used[50])
}

#[test]
fn the_bracket_holds_the_capacity_in_95_of_100_searches_at_width_5_percent() {
    let (hits, used) = covered(0.05);
    assert!(hits >= 95, "{hits} of 100, median {used} trials");
}

#[test]
fn a_sharp_transition_is_found_to_5_percent_with_few_trials() {
    for seed in 0..20 {
        let server = Server { capacity: 30.0 + seed as f64, width: 0.001, invalid: 0.05 };
        let (outcome, search) = server.searched(SearchConfig::default(), seed);
        assert_eq!(outcome.ended_by, EndedBy::Width);
        assert!(outcome.relative_width.unwrap() <= 0.05 && search.trials().len() < 70, "{outcome:?}");
        assert!(outcome.good.unwrap() <= server.capacity && server.capacity <= outcome.bad.unwrap());
    }
}

#[test]
fn a_server_that_never_breaks_has_a_capacity_of_at_least_the_highest_rate() {
    let server = Server { capacity: 1e9, width: 0.05, invalid: 0.05 };
    let (outcome, search) = server.searched(SearchConfig::default(), 1);
    assert_eq!((outcome.ended_by, outcome.good, outcome.bad), (EndedBy::NoBadRate, Some(2_000.0), None));
    assert!(search.trials().len() < 20);
}

#[test]
fn a_server_that_is_never_good_ends_the_search_at_the_lowest_rate() {
    let server = Server { capacity: 1e-6, width: 0.05, invalid: 0.05 };
    let config = SearchConfig::default();
    let (outcome, search) = server.searched(config, 2);
    assert_eq!(
        (outcome.ended_by, outcome.good, outcome.bad),
        (EndedBy::NoGoodRate, None, Some(config.lowest))
    );
    assert!(search.trials().len() < 15);
}

#[test]
fn invalid_trials_are_repeated_and_end_the_search_when_nothing_else_comes() {
    let mut search = Search::new(SearchConfig::default()).unwrap();
    search.observe(TrialResult { rate: 5.0, verdict: TrialVerdict::Invalid, groups: 0 });
    assert_eq!(search.next_rate(), Step::Trial { rate: 5.0, why: Why::Repeat });
    let server = Server { capacity: 40.0, width: 0.05, invalid: 1.0 };
    let (outcome, search) = server.searched(SearchConfig::default(), 3);
    assert_eq!((outcome.ended_by, search.trials().len()), (EndedBy::Invalid, 5));
}

#[test]
fn the_groups_allowed_end_the_search_with_what_is_known() {
    let server = Server { capacity: 40.0, width: 0.02, invalid: 0.0 };
    let config = SearchConfig { groups: 4_000, ..SearchConfig::default() };
    let (outcome, search) = server.searched(config, 4);
    assert_eq!(outcome.ended_by, EndedBy::Groups);
    assert!(search.trials().iter().map(|t| t.groups).sum::<u64>() <= 4_000);
    assert!(outcome.good.unwrap() <= 40.0 && outcome.bad.unwrap() >= 40.0, "{outcome:?}");
}

#[test]
fn settings_that_make_no_search_are_refused_by_name() {
    let refused = |config: SearchConfig| Search::new(config).unwrap_err().to_string();
    assert!(refused(SearchConfig { from: 0.0, ..SearchConfig::default() }).contains("--from"));
    assert!(refused(SearchConfig { from: f64::NAN, ..SearchConfig::default() }).contains("--from"));
    assert!(refused(SearchConfig { to: 1.0, ..SearchConfig::default() }).contains("--to"));
    assert!(refused(SearchConfig { width: 0.0, ..SearchConfig::default() }).contains("--width"));
    assert!(
        refused(SearchConfig { exceed_ratio: 1.0, ..SearchConfig::default() }).contains("--exceed-ratio")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn it_stays_within_bounds_ends_and_resumes_alike(
        verdicts in proptest::collection::vec(0_u8..3, 1..40),
        from in 0.5_f64..50.0,
        factor in 1.0_f64..40.0,
    ) {
        let config = SearchConfig { from, to: from * factor, lowest: from / 8.0, trials: 30, ..SearchConfig::default() };
        let mut search = Search::new(config).unwrap();
        let mut ended = false;
        for turn in 0..200 {
            let step = search.next_rate();
            if turn % 7 == 3 {
                let text = serde_json::to_string(&search.saved()).unwrap();
                let resumed = Search::resume(serde_json::from_str(&text).unwrap()).unwrap();
                prop_assert_eq!(resumed.next_rate(), step);
            }
            let Step::Trial { rate, .. } = step else { ended = true; break };
            prop_assert!(rate >= config.lowest && rate <= config.to, "{}", rate);
            let verdict = match verdicts[turn % verdicts.len()] {
                0 => TrialVerdict::Good,
                1 => TrialVerdict::Bad,
                _ => TrialVerdict::Invalid,
            };
            search.observe(TrialResult { rate, verdict, groups: 1 });
        }
        prop_assert!(ended);
        if let (Some(good), Some(bad)) = search.bracket() {
            prop_assert!(good < bad);
        }
    }
}

fn series(us: u64, n: u64) -> Series {
    let mut series = new_series();
    series.record_n(us, n).unwrap();
    series
}

fn succeeded(n: u64) -> Calls {
    Calls { scheduled: n, released: n, answered: n, succeeded: n, ..Calls::default() }
}

fn verdict(response: &Series, calls: &Calls, reasons: &[Finding], lost: u64) -> Judgement {
    let lost_after = BTreeMap::from([(crate::wire::WebhookKey::AfterCreateGroup, lost)]);
    let aborted = reasons.iter().any(|r| r.code == "aborted").then(|| Text::plain("too many failed"));
    let facts = TrialFacts {
        response,
        calls,
        calls_total: calls,
        lost_after: &lost_after,
        reasons,
        aborted: aborted.as_ref(),
        in_flight_full: calls.shed > 0,
    };
    judge_trial(&facts, &objectives(&Objective::default(), None).objective)
}

fn reason(code: &str) -> Finding {
    Finding::new(code, Severity::Error, "", Text::plain(code), Text::plain(""))
}

#[test]
fn a_trial_is_bad_when_slow_failing_or_losing_callbacks_and_good_otherwise() {
    let (fast, slow, calls) = (series(50_000, 200), series(1_500_000, 200), succeeded(200));
    assert_eq!(verdict(&fast, &calls, &[], 0).verdict, TrialVerdict::Good);
    assert_eq!(verdict(&slow, &calls, &[], 0).verdict, TrialVerdict::Bad);
    assert_eq!(verdict(&fast, &calls, &[], 1).verdict, TrialVerdict::Bad);
    let failing = Calls {
        succeeded: 199,
        failed_total: 1,
        failed: BTreeMap::from([("webhook_deadline".to_owned(), 1)]),
        ..succeeded(200)
    };
    let judged = verdict(&fast, &failing, &[], 0);
    assert_eq!(judged.verdict, TrialVerdict::Bad);
    assert!(judged.reasons[0].contains("webhook_deadline 1"), "{:?}", judged.reasons);
}

#[test]
fn our_own_lateness_makes_a_trial_invalid_and_a_server_that_breaks_the_run_makes_it_bad() {
    let (fast, calls) = (series(50_000, 200), succeeded(200));
    assert_eq!(verdict(&fast, &calls, &[reason("own_lateness")], 0).verdict, TrialVerdict::Invalid);
    assert_eq!(verdict(&fast, &calls, &[reason("late_arrivals")], 0).verdict, TrialVerdict::Invalid);
    let shed = Calls { shed: 40, scheduled: 240, ..succeeded(200) };
    let crowded = [reason("shed"), reason("late_arrivals")];
    assert_eq!(verdict(&fast, &shed, &crowded, 0).verdict, TrialVerdict::Bad);
    let failing = Calls { succeeded: 0, failed_total: 200, ..succeeded(200) };
    assert_eq!(verdict(&series(1, 0), &failing, &[reason("aborted")], 0).verdict, TrialVerdict::Bad);
    assert_eq!(verdict(&fast, &calls, &[reason("aborted")], 0).verdict, TrialVerdict::Invalid);
}

#[test]
fn without_objectives_a_trial_is_held_to_a_second_or_the_callers_budget() {
    let default = objectives(&Objective::default(), None);
    assert_eq!((default.objective.p99, default.objective.failed_share), (Some(Span::secs(1)), Some(0.001)));
    assert_eq!(default.from, "default");
    let short = objectives(&Objective::default(), Some(Span::millis(400)));
    assert_eq!(short.objective.p99, Some(Span::millis(400)));
    let own = Objective { p50: Some(Span::millis(90)), ..Objective::default() };
    let kept = objectives(&own, None);
    assert_eq!((kept.objective.p99, kept.from.as_str()), (None, "profile"));
}
