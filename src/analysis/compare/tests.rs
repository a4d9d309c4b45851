//! What may be compared, what a share and a drift of T come to.

use std::collections::BTreeMap;

use super::*;
use crate::analysis::testing::{BEFORE, healthy, measured, slow};
use crate::analysis::{Options, analyse};
use crate::record::model::{new_series, tag};
use crate::record::read::RunRecord;
use crate::units::Span;

fn figures(record: &RunRecord) -> RunFigures {
    let analysis = analyse(record, Options::default()).unwrap();
    let judged = Judged::of(record, &analysis);
    RunFigures::read(record, "somewhere", Some(judged), Known::Record).unwrap()
}

fn side(records: &[RunRecord]) -> Runs {
    Runs { name: "side".to_owned(), runs: records.iter().map(figures).collect() }
}

fn quick() -> Margins {
    Margins { draws: Draws { resamples: 100, seed: 1 }, ..Margins::default() }
}

fn found(base: &RunRecord, candidate: &RunRecord) -> BTreeMap<String, Quantity> {
    let (base, candidate) = (side(std::slice::from_ref(base)), side(std::slice::from_ref(candidate)));
    let all = compare(&base, &candidate, quick(), &[], Vec::new());
    all.quantities.into_iter().map(|q| (q.name.clone(), q)).collect()
}

#[test]
fn every_call_of_the_measured_time_is_compared_and_none_of_the_warm_up() {
    let run = figures(&healthy(20, 50));
    assert_eq!((run.response.count(), run.measured_s), (1_000, 20));
}

#[test]
fn calls_that_never_ended_count_as_slower_than_everything() {
    let mut record = healthy(20, 50);
    measured(&mut record).take(4).for_each(|row| {
        row.succeeded -= 5;
        row.censored = 5;
    });
    // They have no response time.
    let mut finished = new_series();
    finished.record_n(80_000, 980).unwrap();
    record.totals.insert(tag::RESPONSE.to_owned(), finished);
    let run = figures(&record);
    let judged = run.judged.clone().unwrap();
    assert_eq!((judged.unfinished, judged.failed.count, judged.failed.n), (20, 20, 1_000));
    assert_eq!(run.response.count(), 1_020, "the intervals of this record still hold 1,000");
}

#[test]
fn a_long_run_compared_with_itself_is_no_worse_in_anything() {
    let record = healthy(200, 50);
    let all = found(&record, &record);
    assert_eq!(all.len(), 8, "{:?}", all.keys());
    assert!(all.values().all(|q| q.verdict == Verdict::NoWorse && !q.improved), "{all:#?}");
}

#[test]
fn a_timeout_that_no_longer_holds_is_worse_and_says_which_callbacks_were_slower() {
    let base = healthy(100, 50);
    let mut candidate = healthy(100, 50);
    (0..40).for_each(|i| {
        slow(&mut candidate, BEFORE, 10.0 + 2.0 * f64::from(i), u64::try_from(i).unwrap(), 2.5)
    });
    let all = found(&base, &candidate);
    let drift = &all["timeout.beforeCreateGroup"];
    assert_eq!((drift.base, drift.candidate), (Some(1.0), Some(3.0)), "{drift:?}");
    assert_eq!(drift.verdict, Verdict::Worse);
    assert!(
        drift.why.starts_with("T would go from 1 to 3 s because 40 of 5000 callbacks took longer than 1 s")
    );
    assert_eq!(all["timeout.beforeMemberJoinGroup"].verdict, Verdict::NoWorse);
    let back = found(&candidate, &base);
    let drift = &back["timeout.beforeCreateGroup"];
    assert!(
        drift.verdict == Verdict::NoWorse && drift.improved && drift.why.contains("from 3 to 1 s"),
        "{drift:?}"
    );
}

#[test]
fn one_slow_callback_may_move_t_but_proves_nothing() {
    let base = healthy(80, 50);
    let mut candidate = healthy(80, 50);
    // 4,000 callbacks: none slower allows up to 0.075 %, one slower up to 0.12 %, more than 0.1 %.
    slow(&mut candidate, BEFORE, 50.0, 7, 1.5);
    let drift = &found(&base, &candidate)["timeout.beforeCreateGroup"];
    assert_eq!((drift.base, drift.candidate), (Some(1.0), Some(2.0)), "{drift:?}");
    assert_eq!(drift.verdict, Verdict::CannotTell);
}

#[test]
fn more_failures_are_worse_and_failures_that_come_together_prove_less() {
    let base = healthy(100, 50);
    let failing = |together: bool| {
        let mut record = healthy(100, 50);
        for (second, row) in measured(&mut record).enumerate() {
            let count = if together { if second < 2 { 25 } else { 0 } } else { u64::from(second % 2 == 0) };
            row.succeeded -= count;
            row.failed.insert(crate::wire::FailureKind::Api(1202), count);
        }
        found(&base, &record)["failed_share"].clone()
    };
    let (single, together) = (failing(false), failing(true));
    assert_eq!((single.candidate, together.candidate), (Some(0.01), Some(0.01)));
    assert_eq!(single.verdict, Verdict::Worse);
    assert_eq!(together.verdict, Verdict::CannotTell, "{together:?}");
    assert!(
        together.why.contains("come together") && together.needed.is_some_and(|n| n > 5_000),
        "{together:?}"
    );
}

#[test]
fn what_changes_the_load_matters_and_names_and_limits_do_not() {
    let base = healthy(10, 10).header;
    let changed = |change: &dyn Fn(&mut crate::record::Header)| -> Vec<String> {
        let mut header = base.clone();
        change(&mut header);
        differences(&base, &header).into_iter().map(|d| d.key).collect()
    };
    assert!(
        changed(&|h| {
            h.plan.run_id = "other".to_owned();
            h.plan.profile.title = "other".to_owned();
            h.plan.profile.load.seed = 9;
            h.plan.profile.limits.in_flight = 7;
            h.plan.profile.cleanup.rate = 7.0;
            h.plan.profile.webhook.listen = "127.0.0.1:1".to_owned();
            h.plan.profile.target.secret_env = "S".to_owned();
            h.plan.profile.objective.p50 = Some(Span::secs(1));
            h.plan.expected_arrivals = 1;
            h.end = None;
            h.environment.host = "other".to_owned();
        })
        .is_empty()
    );
    assert_eq!(changed(&|h| h.plan.profile.load.rate = 11.0), ["load.rate"]);
    assert_eq!(changed(&|h| h.plan.profile.webhook.processes = 2), ["webhook.processes"]);
    assert_eq!(changed(&|h| h.plan.profile.target.url = "http://a".to_owned()), ["target.url"]);
    assert_eq!(changed(&|h| h.plan.profile.recommend.misfire = 0.5), ["recommend.misfire"]);
    assert_eq!(changed(&|h| h.plan.timeouts.extend([(BEFORE, 9)])), ["webhook.timeout.beforeCreateGroup"]);
    assert_eq!(changed(&|h| h.seen.expect.truncate(2)), ["webhook.expect"]);
    assert_eq!(changed(&|h| h.seen.version = Some(crate::wire::Build::V370.into())), ["target.version"]);
    assert_eq!(changed(&|h| h.plan.basis = crate::profile::plan::Basis::Real), ["basis"]);
    let handler = crate::profile::model::HandlerSection::default();
    let keys = changed(&|h| h.plan.profile.handler.extend([(BEFORE, handler.clone())]));
    assert!(!keys.is_empty() && keys.iter().all(|k| k.starts_with("handler.beforeCreateGroup")), "{keys:?}");
    let rate = PlanDifference { key: "load.rate".to_owned(), base: String::new(), candidate: String::new() };
    assert!(rate.is_in("load") && rate.is_in("load.rate") && !rate.is_in("loa") && !rate.is_in("load.ra"));
}

#[test]
fn a_gate_narrows_what_decides_and_a_gate_on_nothing_cannot_tell() {
    let (base, mut slower) = (healthy(100, 50), healthy(100, 50));
    (0..40)
        .for_each(|i| slow(&mut slower, BEFORE, 10.0 + 2.0 * f64::from(i), u64::try_from(i).unwrap(), 2.5));
    let (base, slower) = (side(&[base]), side(&[slower]));
    let verdict = |gate: &[&str]| {
        let gate: Vec<String> = gate.iter().map(|g| (*g).to_owned()).collect();
        compare(&base, &slower, quick(), &gate, Vec::new()).verdict
    };
    assert_eq!(verdict(&[]), Verdict::Worse);
    assert_eq!(verdict(&["timeouts"]), Verdict::Worse);
    assert_eq!(verdict(&["p50", "p90"]), Verdict::NoWorse);
    assert_eq!(verdict(&["after_lost"]), Verdict::CannotTell);
}
