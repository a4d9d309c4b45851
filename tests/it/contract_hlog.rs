//! The interval log in other readers: the `hdrhistogram` crate's own iterator, and the
//! Python package `hdrhistogram` where it is installed (on CI it must be).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
use openim_bench::record::model::{Series, new_series, tag};
use openim_bench::record::write::{Flush, Recorder};
use openim_bench::record::{RecordWriter, RunRecord};
use openim_bench::units::Stamp;
use openim_bench::wire::WebhookKey;

use super::contract_record::golden;

const SECONDS: u64 = 20;

/// A record with series of all sizes: values from 0 to the highest a series can hold. Counts
/// are multiples of 100, so that every reader means the same rank by p99.
fn written(dir: &Path) -> (PathBuf, BTreeMap<String, Series>) {
    let mut header = RunRecord::open(&golden()).unwrap().header;
    "hlog".clone_into(&mut header.plan.run_id);
    let mut writer = RecordWriter::create(dir, header).unwrap();
    let tags = [
        tag::RESPONSE.to_owned(),
        tag::callback(WebhookKey::BeforeCreateGroup, tag::CallbackSeries::RoundTripHigh),
        format!("{}{}", tag::WARMUP, tag::DISPATCH_LAG),
    ];
    let mut totals = BTreeMap::new();
    let mut state = 7u64;
    for second in 0..SECONDS {
        let mut flush = Flush {
            from: Stamp(second * 1_000_000),
            to: Stamp((second + 1) * 1_000_000),
            ..Flush::default()
        };
        for (index, tag) in tags.iter().enumerate() {
            let mut series = new_series();
            for _ in 0..100 * (index as u64 + 1) {
                // A plain congruential generator: any spread of magnitudes will do.
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                series.saturating_record((state >> 33) >> (state % 31));
            }
            totals.entry(tag.clone()).or_insert_with(new_series).add(&series).unwrap();
            flush.series.push((tag.clone(), series));
        }
        writer.flush(flush).unwrap();
    }
    (writer.dir().join("intervals.hlog"), totals)
}

#[test]
fn the_crates_own_iterator_reads_every_line() {
    let dir = tempfile::tempdir().unwrap();
    let (path, totals) = written(dir.path());
    let text = std::fs::read(&path).unwrap();
    let (mut starts, mut intervals) = (0, BTreeMap::new());
    for entry in IntervalLogIterator::new(&text) {
        match entry.unwrap() {
            LogEntry::Interval(interval) => {
                *intervals.entry(interval.tag().unwrap().as_str().to_owned()).or_insert(0) += 1;
                assert_eq!(interval.duration().as_secs(), 1);
            }
            LogEntry::StartTime(at) | LogEntry::BaseTime(at) => {
                starts += 1;
                assert!(at.as_secs() > 1_700_000_000);
            }
        }
    }
    assert_eq!(starts, 2);
    assert_eq!(intervals.keys().collect::<Vec<_>>(), totals.keys().collect::<Vec<_>>());
    assert!(intervals.values().all(|n| *n == SECONDS), "{intervals:?}");
    // Our own reader adds them up to what was recorded.
    assert_eq!(RunRecord::open(&path).unwrap().totals, totals);
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn a_second_implementation_sees_the_same_counts_and_p99() {
    let python = std::env::var("OPENIM_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/check_hlog.py");
    let there = Command::new(&python).arg(&script).output().is_ok_and(|out| out.status.success());
    if !there {
        let on_ci = std::env::var("CI").is_ok_and(|ci| ci == "true" || ci == "1");
        assert!(!on_ci, "on CI the Python package hdrhistogram must be installed: pip install hdrhistogram");
        eprintln!("skipped: `{python}` has no package hdrhistogram (pip install hdrhistogram)");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (path, totals) = written(dir.path());
    let output = Command::new(&python).arg(&script).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: BTreeMap<String, BTreeMap<String, u64>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(seen.keys().collect::<Vec<_>>(), totals.keys().collect::<Vec<_>>());
    for (tag, series) in totals {
        let other = &seen[&tag];
        assert_eq!(other["intervals"], SECONDS, "{tag}");
        assert_eq!(other["count"], series.len(), "{tag}");
        assert_eq!(other["p99"], series.value_at_quantile(0.99), "{tag}");
        assert_eq!(other["max"], series.max(), "{tag}");
    }
}
