use std::path::Path;

use super::*;
use crate::analysis::testing::{AFTER, BEFORE, KEYS, healthy, push, slow};
use crate::analysis::{Options, Vantage, analyse};
use crate::logs::Records;
use crate::record::read::{RunRecord, Stream};
use crate::record::roundtrips::{NOT_LOGGED, OK};
use crate::record::{Exceedance, fixture};
use crate::units::Stamp;

/// 2026-01-02 03:04:05 UTC, two hours ahead.
const START_MS: i64 = 1_767_323_045_000 + 2 * 3_600_000;

fn line(at_ms: i64, message: &str, operation: &str, key: WebhookKey) -> String {
    let time = crate::logs::LogTime(START_MS + at_ms);
    let url = format!("http://h/cb/{}", key.command(crate::wire::Build::Patch16));
    format!(
        "{time}\tINFO\t[PID:1]\topenim-rpc-group\t[v3.8.3-patch.16]\t[webhook/http_client.go:72]\t{message}\t{{\"operationID\": \"{operation}\", \"url\": \"{url}\", \"input\": {{}}}}"
    )
}

fn id(record: &RunRecord, seq: u64) -> String {
    OperationId::new(record.header.plan.tag, 0, seq).to_string()
}

/// A call of `key` at `at_ms` that took `ms`.
fn call(record: &RunRecord, seq: u64, key: WebhookKey, at_ms: i64, ms: i64) -> [String; 2] {
    let id = id(record, seq);
    [line(at_ms, "webhook", &id, key), line(at_ms + ms, "webhook success", &id, key)]
}

/// A folder with the header of `record`, as a join finds it.
fn folder(record: &mut RunRecord) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    record.header.environment.started = "2026-01-02T03:04:05Z".to_owned();
    std::fs::write(dir.path().join("run.json"), serde_json::to_vec(&record.header).unwrap()).unwrap();
    dir
}

fn join(record: &RunRecord, dir: &Path, lines: &[String]) -> Result<LogJoin, JoinError> {
    let mut join = Join::new(record, dir)?;
    let mut records = Records::default();
    for line in lines {
        records.line(line.as_bytes(), &mut |entry| join.entry(entry));
    }
    join.finish(&records.counts, vec!["log".to_owned()])
}

fn trips(dir: &Path) -> Vec<RoundTrip> {
    let stream: Stream<RoundTrip> = Stream::File(dir.join(ROUND_TRIPS_CSV));
    stream.rows().unwrap().collect()
}

/// A healthy run and the log of all its callbacks, 30 ms each; the operations `seq` from 0 at 100 a second.
fn whole(seconds: u64) -> (RunRecord, Vec<String>) {
    let record = healthy(seconds, 100);
    let mut lines = Vec::new();
    for seq in 0..(seconds + 2) * 100 {
        for key in KEYS {
            lines.extend(call(&record, seq, key, i64::try_from(seq).unwrap() * 10, 30));
        }
    }
    lines.sort();
    (record, lines)
}

fn exceedance(key: WebhookKey, seq: u64, at_s: f64, cut: bool) -> Exceedance {
    Exceedance {
        at: Stamp((at_s * 1e6) as u64),
        key,
        seq,
        low_us: 300_000,
        near_us: 310_000,
        high_us: 3_000_000,
        cut,
        crowded: false,
        group_size: 7,
    }
}

#[test]
fn calls_are_placed_in_the_run_whatever_the_zone_of_the_log() {
    let mut record = healthy(1, 100);
    let mut operations = fixture::flush(0).operations;
    operations.truncate(1);
    (operations[0].seq, operations[0].sent_us) = (4, Some(1_000_000));
    record.operations = Stream::Memory(operations);
    let dir = folder(&mut record);
    // The clock of the log is 7 ms ahead, and OpenIM took 5 ms before it called.
    let found = join(&record, dir.path(), &call(&record, 4, BEFORE, 1_012, 40)).unwrap();
    assert_eq!((found.zone_minutes, found.placed_by), (120, 1));
    let rows = trips(dir.path());
    assert_eq!((rows[0].sent_us, rows[0].round_trip_us, &*rows[0].outcome), (1_000_000, Some(40_000), OK));
    let kept: crate::record::Header =
        serde_json::from_slice(&std::fs::read(dir.path().join("run.json")).unwrap()).unwrap();
    assert_eq!(kept.openim_log, Some(found));
}

#[test]
fn of_joined_operations_the_first_of_the_run_counts_and_others_runs_do_not() {
    let mut record = healthy(1, 100);
    let dir = folder(&mut record);
    let other = OperationId::new(crate::ids::RunTag::from_number(99), 0, 3);
    let both = format!("{other}$someone${}${}", id(&record, 8), id(&record, 9));
    let lines = [
        line(0, "webhook", &both, BEFORE),
        line(25, "webhook success", &both, BEFORE),
        line(30, "webhook", &other.to_string(), BEFORE),
        line(55, "webhook success", &other.to_string(), BEFORE),
    ];
    let found = join(&record, dir.path(), &lines).unwrap();
    assert_eq!(found.calls[&BEFORE].answered, 1);
    let rows = trips(dir.path());
    assert_eq!((rows.len(), rows[0].seq, rows[0].round_trip_us), (1, 8, Some(25_000)));
}

#[test]
fn a_log_without_a_call_of_the_run_says_why_and_leaves_the_record_as_it_was() {
    let mut record = healthy(1, 100);
    let dir = folder(&mut record);
    let before = std::fs::read(dir.path().join("run.json")).unwrap();
    let other = [line(0, "webhook", "ob10000099-0-1", BEFORE)];
    for (lines, words) in
        [(&["hello".to_owned()][..], "is a record of OpenIM"), (&other[..], "remainLogLevel 4")]
    {
        let error = join(&record, dir.path(), lines).unwrap_err();
        assert!(error.text().contains(words), "{error}");
    }
    assert_eq!(std::fs::read(dir.path().join("run.json")).unwrap(), before);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_log_that_tells_of_nearly_all_callbacks_decides_and_one_that_does_not_leaves_the_bracket() {
    let (mut record, lines) = whole(20);
    let dir = folder(&mut record);
    for (lines, vantages) in [
        (lines.clone(), (Vantage::Log, Vantage::Log)),
        (lines[..lines.len() / 2].to_vec(), (Vantage::Bracket, Vantage::Receiver)),
    ] {
        record.header.openim_log = Some(join(&record, dir.path(), &lines).unwrap());
        record.round_trips = Stream::Memory(trips(dir.path()));
        let analysis = analyse(&record, Options::default()).unwrap();
        let of = |key| analysis.recommendations[&key].clone();
        assert_eq!((of(BEFORE).vantage, of(AFTER).vantage), vantages);
        let said = of(BEFORE).why.iter().any(|w| w.contains("2,000 measured callbacks"));
        assert!(said, "{:?}", of(BEFORE).why);
        assert!(analysis.series.contains_key("callback.beforeCreateGroup.round_trip_log"));
    }
}

#[test]
fn an_upper_end_that_is_too_long_no_longer_counts_where_the_log_decides() {
    let (mut record, lines) = whole(20);
    for seq in (300..1_500).step_by(100) {
        slow(&mut record, BEFORE, seq as f64 / 100.0, seq, 2.9);
    }
    let dir = folder(&mut record);
    let exceeds = |record: &RunRecord| {
        analyse(record, Options::default()).unwrap().recommendations[&BEFORE].table[0].exceed
    };
    assert_eq!(exceeds(&record), 12);
    record.header.openim_log = Some(join(&record, dir.path(), &lines).unwrap());
    record.round_trips = Stream::Memory(trips(dir.path()));
    assert_eq!(exceeds(&record), 0);
}

#[test]
fn what_openim_cut_stays_slower_than_everything_and_what_the_log_lacks_keeps_our_time() {
    let mut record = healthy(2, 100);
    push(&mut record, exceedance(AFTER, 5, 2.5, true));
    push(&mut record, exceedance(BEFORE, 6, 2.6, false));
    let dir = folder(&mut record);
    let mut lines = vec![line(0, "webhook", &id(&record, 5), AFTER)];
    lines.extend(call(&record, 7, BEFORE, 3_000, 20));
    join(&record, dir.path(), &lines).unwrap();
    let rows = trips(dir.path());
    let of = |seq| rows.iter().find(|r| r.seq == seq).unwrap();
    assert!(of(5).cut && of(5).is_known() && of(5).group_size == 7, "{rows:?}");
    assert_eq!((&*of(6).outcome, of(6).round_trip_us), (NOT_LOGGED, Some(3_000_000)));
    assert!(!of(6).is_known());
    assert_eq!(of(7).round_trip_us, Some(20_000));
}

#[test]
fn a_round_trip_outside_handler_time_and_upper_end_is_found() {
    let mut record = healthy(2, 100);
    for seq in [1, 2, 3] {
        push(&mut record, exceedance(BEFORE, seq, 2.0 + seq as f64 / 10.0, false));
    }
    let dir = folder(&mut record);
    // As long as the handler, shorter, longer than the upper end.
    let lines: Vec<String> = [(1, 296), (2, 290), (3, 3_010)]
        .iter()
        .flat_map(|(seq, ms)| call(&record, *seq, BEFORE, 0, *ms))
        .collect();
    let found = join(&record, dir.path(), &lines).unwrap();
    assert_eq!((found.bracket.checked, found.bracket.outside), (3, 2));
    record.header.openim_log = Some(found);
    record.round_trips = Stream::Memory(trips(dir.path()));
    let analysis = analyse(&record, Options::default()).unwrap();
    let finding = analysis.findings.iter().find(|f| f.code == "bracket_disagrees").unwrap();
    assert_eq!((finding.severity, finding.evidence.len()), (crate::finding::Severity::Warning, 2));
}

#[test]
fn rows_come_in_the_order_in_which_calls_began() {
    let mut record = healthy(2, 100);
    let dir = folder(&mut record);
    let mut lines: Vec<String> = call(&record, 1, BEFORE, 0, 9_000).into();
    lines.extend(call(&record, 2, BEFORE, 100, 10));
    lines.sort();
    join(&record, dir.path(), &lines).unwrap();
    assert_eq!(trips(dir.path()).iter().map(|r| r.seq).collect::<Vec<_>>(), [1, 2]);
}
