//! Input that is nobody's log, or somebody's with changes: no panic, and no more work than the input is long.

use openim_bench::analysis::logs::{LogAsked, LogTally};
use openim_bench::logs::Records;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::sim::logs::lines::all;

/// How many inputs; `OPENIM_BENCH_FUZZ` asks for more.
fn cases() -> u32 {
    std::env::var("OPENIM_BENCH_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(400)
}

fn read(lines: &[Vec<u8>]) {
    let (mut records, mut tally) = (Records::default(), LogTally::new(LogAsked::default()));
    for line in lines {
        records.line(line, &mut |entry| tally.entry(entry, &mut |_| {}));
    }
    records.finish();
    tally.finish(&mut |_| {});
    let summary = tally.summary(&records.counts);
    assert_eq!(summary.lines.lines, lines.len() as u64);
    assert!(summary.lines.samples.len() <= 5);
    serde_json::to_string(&summary).unwrap();
}

#[test]
fn mutated_lines_are_read_without_a_panic() {
    let lines: Vec<Vec<u8>> = all()
        .into_values()
        .flat_map(|scenarios| scenarios.into_values().flatten())
        .map(String::into_bytes)
        .collect();
    let wrappings: [&[u8]; 5] = [
        b"",
        b"web | ",
        b"2026-07-03T10:15:42.118345678Z ",
        b"2026-07-03T10:15:42.118345678Z stdout P ",
        b"{\"log\":\"",
    ];
    let strategy = proptest::collection::vec(
        (
            0..lines.len(),
            0..wrappings.len(),
            proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 0..6),
        ),
        1..12,
    );
    let mut runner =
        TestRunner::new(Config { cases: cases(), failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&strategy, |chosen| {
        let mutated: Vec<Vec<u8>> = chosen
            .into_iter()
            .map(|(n, wrapping, changes)| {
                let mut line = [wrappings[wrapping], &lines[n]].concat();
                for (at, byte, what) in changes {
                    let at = at.index(line.len().max(1)).min(line.len().saturating_sub(1));
                    match what {
                        0 => line[at] = byte,
                        1 => line.truncate(at.max(1)),
                        _ => line.insert(at, byte),
                    }
                }
                line
            })
            .collect();
        read(&mutated);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn random_bytes_are_read_without_a_panic() {
    let strategy = proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 1..8);
    let mut runner =
        TestRunner::new(Config { cases: cases(), failure_persistence: None, ..Config::default() });
    runner
        .run(&strategy, |lines| {
            read(&lines);
            Ok(())
        })
        .unwrap();
}

#[test]
fn open_calls_half_records_and_operations_are_bounded() {
    use openim_bench::logs::{Pairs, Reading};
    let (mut records, mut pairs, reading) = (Records::default(), Pairs::default(), Reading::default());
    for n in 0..120_000 {
        let line = format!(
            "2026-07-03 10:15:42.118\tINFO\t[PID:1]\topenim-rpc-group\t[main]\t[a.go:1]\twebhook\t\
             {{\"operationID\": \"{n}\", \"url\": \"http://a/callbackAfterQuitGroupCommand\", \"input\": {{}}, \"config\": 5}}"
        );
        records.line(line.as_bytes(), &mut |entry| {
            if let Some(event) = reading.of(entry) {
                pairs.take(&event, &mut |_| {});
            }
        });
    }
    assert_eq!((pairs.open(), pairs.evicted), (100_000, 20_000));
}
