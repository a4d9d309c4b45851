//! The golden record: what version 1 of the format wrote stays readable, figure by figure.

use std::path::{Path, PathBuf};

use openim_bench::record::RunRecord;
use openim_bench::record::model::{Ended, FORMAT, tag};
use openim_bench::wire::{FailureKind, WebhookKey};

/// The folder of the golden record.
pub fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/record-v1")
}

#[test]
fn a_record_of_format_1_is_read_figure_by_figure() {
    let record = RunRecord::open(&golden()).unwrap();
    assert_eq!((record.header.format, FORMAT), (1, 1), "a new format needs a golden record of its own");
    assert_eq!(record.header.plan.run_id, "record-v1");
    assert!(record.header.end.as_ref().is_some_and(|end| end.how == Ended::Complete) && !record.partial);
    assert_eq!((record.rows.len(), record.unreadable_lines), (3, 0));
    let row = &record.rows[2];
    assert_eq!((row.second, row.phase, row.released, row.succeeded), (2, 1, 10, 9));
    assert_eq!(row.failed.get(&FailureKind::Api(1202)), Some(&1));
    let counts = row.callbacks[&WebhookKey::BeforeCreateGroup];
    assert_eq!((counts.arrived, counts.replied, counts.cut), (10, 9, 1));

    let service = &record.totals[tag::SERVICE];
    assert_eq!(service.len(), 300);
    assert!(service.max().abs_diff(300_000) <= 300, "{}", service.max());
    assert_eq!(record.totals[tag::DISPATCH_LAG].len(), 6);
    let mut seconds = Vec::new();
    record.for_each_interval(tag::SERVICE, |second, cells| seconds.push((second, cells.count()))).unwrap();
    assert_eq!(seconds, [(0, 100), (1, 100), (2, 100)]);
}

#[test]
fn exceedances_and_operations_of_format_1_keep_their_columns() {
    let record = RunRecord::open(&golden()).unwrap();
    let mut exceedances = Vec::new();
    record.for_each_exceedance(|e| exceedances.push(*e)).unwrap();
    assert_eq!(exceedances.len(), 6);
    assert!(exceedances.windows(2).all(|pair| pair[0].at <= pair[1].at));
    let last = exceedances[5];
    assert_eq!((last.at.0, last.seq, last.low_us, last.near_us), (2_000_001, 5, 300_000, 300_100));
    assert_eq!((last.high_us, last.cut, last.group_size), (310_000, false, 3));

    let mut operations = Vec::new();
    record.for_each_operation(|o| operations.push(o.clone())).unwrap();
    assert_eq!(operations.len(), 30);
    assert_eq!(
        (operations[29].seq, operations[29].sent_us, operations[29].answered_us),
        (29, Some(31), None)
    );
    assert_eq!(FailureKind::from_name(&operations[29].result), Some(FailureKind::WebhookRejected(-5)));
}

#[test]
fn the_tables_are_plain_csv_with_a_header_row() {
    for (name, header) in [
        ("exceedances.csv.zst", "at,key,seq,low_us,near_us,high_us,cut,crowded,group_size"),
        (
            "operations.csv.zst",
            "seq,worker,operation,phase,intended_us,released_us,sent_us,answered_us,connect_us,result,\
             err_code,members,admins,callbacks",
        ),
    ] {
        let file = std::fs::File::open(golden().join(name)).unwrap();
        let text = String::from_utf8(zstd::stream::decode_all(file).unwrap()).unwrap();
        assert_eq!(text.lines().next(), Some(header), "{name}");
        assert_eq!(text.lines().filter(|line| *line == header).count(), 1, "{name}");
    }
}
