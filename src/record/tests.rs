//! Records cut as a kill cuts them, and the golden record of the contract test.

use std::fs;
use std::path::{Path, PathBuf};

use super::fixture;
use super::model::{Ended, FORMAT, tag};
use super::read::{ReadError, RunRecord};
use super::write::{RecordWriter, Recorder};
use super::{EXCEEDANCES_CSV, INTERVALS_HLOG, OPERATIONS_CSV, RUN_JSON, SECONDS_JSONL};

const SECONDS: u64 = 6;

/// A record of `SECONDS` seconds; returns its folder and, per file, the length after each flush.
fn record(dir: &Path) -> (PathBuf, Vec<(&'static str, Vec<u64>)>) {
    let mut writer = RecordWriter::create(dir, fixture::header("run", 1_000)).unwrap();
    let files = [SECONDS_JSONL, INTERVALS_HLOG, EXCEEDANCES_CSV, OPERATIONS_CSV];
    let mut lengths: Vec<(&'static str, Vec<u64>)> = files.map(|name| (name, Vec::new())).into();
    for second in 0..SECONDS {
        writer.flush(fixture::flush(second)).unwrap();
        for (name, lengths) in &mut lengths {
            lengths.push(fs::metadata(writer.dir().join(name)).unwrap().len());
        }
    }
    (writer.dir().to_owned(), lengths)
}

/// What a reader sees of each file, in flushes.
fn seen(dir: &Path) -> [u64; 4] {
    let record = RunRecord::open(dir).unwrap();
    assert!(record.partial);
    let (mut exceedances, mut operations, mut intervals) = (0, 0, 0);
    record.for_each_exceedance(|_| exceedances += 1).unwrap();
    record.for_each_operation(|_| operations += 1).unwrap();
    record.for_each_interval(tag::SERVICE, |_, _| intervals += 1).unwrap();
    let total = record.totals.get(tag::SERVICE).map_or(0, |s| s.len());
    assert_eq!(total, intervals * 100, "totals and intervals agree");
    [record.rows.len() as u64, intervals, exceedances / 2, operations / fixture::OPERATIONS_A_FLUSH]
}

#[test]
fn a_record_cut_at_any_byte_opens_and_has_every_whole_second() {
    let dir = tempfile::tempdir().unwrap();
    let (path, lengths) = record(dir.path());
    assert_eq!(seen(&path), [SECONDS; 4]);
    for (index, (name, lengths)) in lengths.iter().enumerate() {
        let whole = fs::read(path.join(name)).unwrap();
        // Every byte would take a minute; a stride that is no multiple of anything meets all kinds.
        for cut in (0..whole.len()).step_by(37).chain([whole.len() - 1]) {
            fs::write(path.join(name), &whole[..cut]).unwrap();
            let flushed = lengths.iter().filter(|length| **length <= cut as u64).count() as u64;
            let seen = seen(&path)[index];
            assert!(seen >= flushed && seen <= flushed + 1, "{name} cut at {cut}: {seen} of {flushed}");
        }
        fs::write(path.join(name), &whole).unwrap();
    }
}

#[test]
fn a_record_of_which_only_the_header_was_written_opens_empty() {
    let dir = tempfile::tempdir().unwrap();
    let (path, lengths) = record(dir.path());
    for (name, _) in lengths {
        fs::remove_file(path.join(name)).unwrap();
    }
    assert_eq!(seen(&path), [0; 4]);
}

#[test]
fn damage_in_the_middle_never_panics_and_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let (path, lengths) = record(dir.path());
    for (name, _) in lengths {
        let whole = fs::read(path.join(name)).unwrap();
        for at in (0..whole.len()).step_by(61) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            fs::write(path.join(name), &damaged).unwrap();
            let record = RunRecord::open(&path).unwrap();
            record.for_each_exceedance(|_| {}).unwrap();
            record.for_each_operation(|_| {}).unwrap();
            record.for_each_interval(tag::DISPATCH_LAG, |_, _| {}).unwrap();
        }
        fs::write(path.join(name), &whole).unwrap();
    }
    fs::write(path.join(SECONDS_JSONL), "{}\nnot json\n").unwrap();
    assert_eq!(RunRecord::open(&path).unwrap().unreadable_lines, 1);
}

#[test]
fn a_supplementary_row_is_added_to_its_second() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = RecordWriter::create(dir.path(), fixture::header("run", 0)).unwrap();
    writer.flush(fixture::flush(0)).unwrap();
    let mut second = fixture::flush(1);
    second.rows.extend(fixture::flush(0).rows);
    writer.flush(second).unwrap();
    let rows = RunRecord::open(writer.dir()).unwrap().rows;
    assert_eq!(rows.iter().map(|r| (r.second, r.released)).collect::<Vec<_>>(), [(0, 20), (1, 10)]);
}

#[test]
fn a_finished_record_is_not_partial_and_a_file_in_it_names_it_too() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = RecordWriter::create(dir.path(), fixture::header("run", 1)).unwrap();
    writer.finish(fixture::end(Ended::Complete)).unwrap();
    let record = RunRecord::open(&writer.dir().join(SECONDS_JSONL)).unwrap();
    assert!(!record.partial && record.header == *writer.header());
}

#[test]
fn a_newer_format_and_a_missing_record_are_refused_with_advice() {
    let dir = tempfile::tempdir().unwrap();
    let missing = RunRecord::open(&dir.path().join("nothing")).unwrap_err();
    assert!(missing.to_string().contains("results/<run-id>"), "{missing}");
    let (path, _) = record(dir.path());
    let text = fs::read_to_string(path.join(RUN_JSON)).unwrap();
    let newer = text.replace(&format!("\"format\": {FORMAT}"), &format!("\"format\": {}", FORMAT + 1));
    fs::write(path.join(RUN_JSON), newer).unwrap();
    let error = RunRecord::open(&path).unwrap_err();
    assert!(matches!(error, ReadError::Format { .. }) && error.to_string().contains("newer"), "{error}");
}

#[test]
#[ignore = "writes tests/recordings/record-v1; run it only when the format number goes up"]
fn write_the_golden_record() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let _ = fs::remove_dir_all(dir.join("record-v1"));
    let mut writer = RecordWriter::create(&dir, fixture::header("record-v1", 1_000)).unwrap();
    for second in 0..3 {
        writer.flush(fixture::flush(second)).unwrap();
    }
    writer.finish(fixture::end(Ended::Complete)).unwrap();
}

/// An hour at 200 operations a second with three webhooks, 1 % of whose callbacks are slow.
#[test]
#[ignore = "writes about 100 MB; says how long and how much memory `openim-bench report` takes for an hour"]
fn write_an_hour() {
    let dir = std::env::var("OPENIM_BENCH_HOUR").unwrap();
    let mut writer = RecordWriter::create(Path::new(&dir), fixture::an_hour("hour")).unwrap();
    for second in 0..fixture::HOUR_S {
        writer.flush(fixture::second_of_the_hour(second)).unwrap();
    }
    writer.finish(fixture::end(Ended::Complete)).unwrap();
}
