//! Groups of different sizes, from the load to the report.

use openim_bench::analysis::{Holds, Options, analyse};
use openim_bench::record::RunRecord;
use openim_bench::record::sizes::SizeClass;
use openim_bench::report::{Format, Look, Report, renderer, terminal};
use openim_bench::text::Lang;
use openim_bench::wire::WebhookKey;

use crate::support::{bench, run_load};

const BEFORE: WebhookKey = WebhookKey::BeforeCreateGroup;

/// The report of the made-up run, with callbacks of these sizes in each second of each webhook.
fn report(sizes: &[(u32, u64)], holds: Option<Holds>) -> String {
    let mut record = crate::report_snapshots::record();
    for counts in record.rows.iter_mut().flat_map(|row| row.callbacks.values_mut()) {
        for (size, n) in sizes {
            (0..*n).for_each(|_| counts.sizes.count(*size));
        }
    }
    let mut analysis = analyse(&record, Options::default()).unwrap();
    let after = analysis.recommendations.get_mut(&WebhookKey::AfterCreateGroup).unwrap();
    if let (Some(holds), Some(class)) = (holds, after.sizes.last_mut()) {
        assert!(after.timeout_s.is_some());
        (class.holds, class.timeout_s) = (holds, Some(4));
    }
    let report = Report::new(&record, analysis, "results/x");
    String::from_utf8(renderer(Format::Terminal, Look::file(Lang::En)).render(&report).unwrap()).unwrap()
}

#[test]
fn two_classes_of_sizes_are_reported_by_size_and_a_single_one_is_not() {
    let text = report(&[(3, 50), (500, 10)], None);
    let table = &text[text.find("Timeouts by size of the group").unwrap()..];
    for word in
        ["1 to 10", "101 to 1,000", "too few", "more are needed", "The recommendation is made from all sizes"]
    {
        assert!(table.contains(word), "`{word}` is missing:\n{table}");
    }
    assert!(table.lines().all(|line| line.chars().count() <= terminal::WIDTH), "{table}");
    assert!(!text.contains("not for every size"), "{text}");
    assert!(!report(&[(3, 60)], None).contains("by size of the group"));
}

#[test]
fn a_size_that_needs_longer_is_said_in_the_first_lines() {
    let text = report(&[(3, 50), (500, 10)], Some(Holds::Breaks));
    let first: String = text.lines().take(12).collect::<Vec<_>>().join(" ");
    assert!(first.contains("groups of 101 to 1,000 need 4 s for afterCreateGroup"), "{text}");
    assert!(text.contains("LONGER"), "{text}");
}

#[test]
fn a_run_with_groups_of_two_classes_records_and_judges_both() {
    let dir = tempfile::tempdir().unwrap();
    let done = run_load(|| {
        let mut command = bench();
        command.args(["run", "smoke", "--format", "json", "--quiet", "--fail-on", "never"]);
        command.args(["--set", "load.duration=2s", "--set", "load.members={ min = 2, max = 40 }"]);
        command.arg("--out").arg(dir.path());
        command
    });
    let read = RunRecord::open(&done.record()).unwrap();
    let of_class = |class| {
        let counts = read.rows.iter().filter_map(|row| row.callbacks.get(&BEFORE));
        counts.map(|c| c.sizes.get(class)).sum::<u64>()
    };
    let (small, medium) = (of_class(SizeClass::Small), of_class(SizeClass::Medium));
    assert!(small > 0 && medium > small, "{small} {medium}");
    let r = &done.json()["recommendations"]["beforeCreateGroup"];
    // A busy machine makes a run invalid, and then nothing is judged.
    if r["confidence"] != "refused" {
        let sizes = r["sizes"].as_array().unwrap();
        let names: Vec<_> = sizes.iter().map(|f| f["size"].as_str().unwrap()).collect();
        assert_eq!(names, ["1-10", "11-100"]);
        assert_eq!(sizes.iter().map(|f| f["n"].as_u64().unwrap()).sum::<u64>(), r["n"].as_u64().unwrap());
    }
}
