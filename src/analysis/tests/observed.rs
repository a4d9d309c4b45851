//! What a record of the proxy alone says, and what it must not pretend to know.

use super::super::testing::{AFTER, BEFORE, KEYS, MEMBERS, cut, healthy, slow};
use super::{Confidence, RunRecord, Severity, ValidityVerdict, analysed, reasons};
use crate::analysis::Vantage;
use crate::record::SecondRow;
use crate::record::model::tag::{self, CallbackSeries};
use crate::record::model::{Observed, UpstreamCounts};
use crate::wire::WebhookKey;
use crate::wire::api::Operation;

/// The callbacks of a healthy run, as a proxy sees them: no calls, no bracket.
fn watched(seconds: u64, rate: u64) -> RunRecord {
    let mut record = healthy(seconds, rate);
    let header = &mut record.header;
    header.observed = Some(Observed::default());
    header.plan.expect = Some(Vec::new());
    header.plan.profile.recommend.production_rate = None;
    header.seen.expect.clear();
    for row in &mut record.rows {
        *row = SecondRow { scheduled: 0, released: 0, succeeded: 0, ..row.clone() };
    }
    let known = |tag: &String| {
        !tag.starts_with("api.") && !tag.starts_with("dispatch") && !tag.ends_with("round_trip_high")
    };
    record.totals.retain(|tag, _| known(tag));
    record
}

fn upstream(record: &mut RunRecord, key: WebhookKey, counts: &UpstreamCounts) {
    if let Some(row) = record.rows.last_mut() {
        row.upstream.insert(key, counts.clone());
    }
}

#[test]
fn timeouts_come_from_the_callbacks_alone_and_are_medium_at_most() {
    let mut record = watched(1_000, 20);
    slow(&mut record, BEFORE, 100.0, 1, 2.5);
    let analysis = analysed(&record);
    assert_eq!(analysis.validity.verdict, ValidityVerdict::Valid, "{:?}", analysis.validity.reasons);
    for key in KEYS {
        let r = &analysis.recommendations[&key];
        assert_eq!((r.vantage, r.confidence), (Vantage::Proxy, Confidence::Medium), "{key}");
        assert!(r.bracket.is_none() && r.timeout_s.is_some(), "{key}");
        assert!(r.time_us.quantiles_us["0.5"] >= 20_000, "{key}: {:?}", r.time_us);
        assert!(r.why.iter().any(|why| why.contains("vantage proxy")), "{key}");
    }
    let before = &analysis.recommendations[&BEFORE];
    assert_eq!((before.timeout_s, before.exceed, before.table[2].exceed), (Some(1), 1, 0));
}

#[test]
fn nothing_about_calls_is_pretended_and_rates_are_those_that_were_seen() {
    let analysis = analysed(&watched(600, 20));
    assert_eq!((analysis.calls.scheduled, analysis.rates.asked_per_s), (0, None));
    assert!(analysis.operations_recommended.is_none() && analysis.operations_present.is_none());
    assert_eq!(analysis.budgets.iter().map(|b| b.operation).collect::<Vec<_>>(), [Operation::Create]);
    let pool = |key: WebhookKey| {
        let limits = analysis.recommendations[&key].upper_limits.iter();
        limits.filter(|l| l.name == "outage_pool").map(|l| l.seconds).collect::<Vec<_>>()
    };
    // λT + 3√(λT) ≤ 98 at 20 a second.
    assert!(pool(BEFORE).len() == 1 && (3.4..3.7).contains(&pool(BEFORE)[0]), "{:?}", pool(BEFORE));
    let observed = analysis.observed.unwrap();
    assert!((observed.webhooks[&MEMBERS].per_s - 20.0).abs() < 0.01);
    assert!(observed.cannot_know.len() >= 4);
}

#[test]
fn what_openim_aborted_is_slower_than_every_timeout() {
    let mut record = watched(600, 20);
    for n in 0..5_u64 {
        cut(&mut record, BEFORE, 100.0 + n as f64, n);
    }
    let analysis = analysed(&record);
    let r = &analysis.recommendations[&BEFORE];
    assert!(r.table.iter().all(|row| row.exceed == 5), "{:?}", r.table);
}

#[test]
fn answers_that_come_when_openim_gives_up_are_probable_starvation_and_scattered_ones_are_not() {
    for (at_once, found) in [(9, true), (5, false)] {
        let mut record = watched(60, 20);
        if let Some(counts) = record.rows.last_mut().and_then(|row| row.callbacks.get_mut(&BEFORE)) {
            (counts.arrived, counts.cut) = (counts.arrived + 10, 10);
        }
        let counts = UpstreamCounts { aborted_answered: 10, aborted_at_once: at_once, ..Default::default() };
        upstream(&mut record, BEFORE, &counts);
        let analysis = analysed(&record);
        let starving = analysis.findings.iter().find(|f| f.code == "reentrant_starvation");
        assert_eq!(starving.is_some(), found, "{at_once} of 10");
        assert!(starving.is_none_or(|f| f.do_next.contains("by 2 s")));
    }
}

#[test]
fn odd_statuses_dead_upstreams_and_a_filling_after_queue_are_found() {
    let mut record = watched(60, 50);
    let counts = UpstreamCounts {
        statuses: [(200, 5), (404, 20)].into(),
        failures: [("refused".to_owned(), 3)].into(),
        ..Default::default()
    };
    upstream(&mut record, BEFORE, &counts);
    // 50 a second that take 100 ms keep five workers busy, and there are two.
    let tag = tag::callback(AFTER, CallbackSeries::Handler);
    if let Some(series) = record.totals.get_mut(&tag) {
        series.reset();
        (0..3_000).for_each(|_| series.saturating_record(100_000));
    }
    let analysis = analysed(&record);
    let severity = |code: &str| analysis.findings.iter().find(|f| f.code == code).map(|f| f.severity);
    assert_eq!(severity("not_routed"), Some(Severity::Error));
    assert_eq!(severity("upstream_failed"), Some(Severity::Warning));
    assert_eq!(severity("after_queue_overflow"), Some(Severity::Warning));
    assert!(!reasons(&analysis, Severity::Error).contains(&"late_arrivals"));
}
