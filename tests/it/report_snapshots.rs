//! What a person and a script read: the three reports of one made-up run, and the schema of `summary.json`.
//!
//! The run shows as much as fits into one: a webhook that is fast, one with a spell of slowness, one
//! that OpenIM cut, one that was expected but not fired, failures with evidence, callbacks of
//! others, a renewed token, connections that had to be opened again.

use std::collections::BTreeMap;
use std::path::Path;

use openim_bench::analysis::{Options, analyse};
use openim_bench::finding::{Finding, Severity};
use openim_bench::ids::RunTag;
use openim_bench::profile::load::{LoadRequest, ProfileSource, load};
use openim_bench::profile::plan::Basis;
use openim_bench::profile::{ResolveContext, RunPlan, resolve};
use openim_bench::record::model::{
    CallbackCounts, End, Ended, Environment, FORMAT, Header, OperationRow, Sample, Seen, Series, evidence,
    new_series,
    tag::{self, CallbackSeries},
};
use openim_bench::record::read::{Interval, Stream};
use openim_bench::record::{Exceedance, RunRecord, SecondRow};
use openim_bench::report::{Format, Look, Report, Summary, json, renderer, terminal};
use openim_bench::text::{Lang, Text};
use openim_bench::units::Stamp;
use openim_bench::wire::api::Operation;
use openim_bench::wire::{Build, FailureKind, WebhookKey};

use crate::support::{QUOTED, english_sentence, scrubbed};

const RATE: u64 = 60;
const SECONDS: u64 = 60;
const WARMUP_S: u64 = 2;
/// Callbacks of 1.4 s, one after the other.
const SLOW: u64 = 4;
const BEFORE: WebhookKey = WebhookKey::BeforeCreateGroup;
const MEMBERS: WebhookKey = WebhookKey::BeforeMemberJoinGroup;
const AFTER: WebhookKey = WebhookKey::AfterCreateGroup;

const PROFILE: &str = r#"
title = "A staging of ours: 60 creates a second"
[target]
url = "http://127.0.0.1:10002"
version = "3.8.3-patch.16"
insecure = true
[webhook]
expect = ["beforeCreateGroup", "beforeMemberJoinGroup", "afterCreateGroup", "afterJoinGroup"]
timeout = { beforeCreateGroup = 5, beforeMemberJoinGroup = 5, afterCreateGroup = 5 }
[load]
rate = 60.0
warmup = "2s"
duration = "60s"
[recommend]
production_rate = 4.0
[objective]
p99 = "2s"
failed_share = 0.0001
"#;

fn plan() -> RunPlan {
    let source = ProfileSource::Text { name: "fixture".to_owned(), text: PROFILE.to_owned() };
    let loaded = load(LoadRequest { source, ..LoadRequest::default() }).unwrap();
    resolve(&loaded, ResolveContext::new("20260102T030405Z-12345678", RunTag::from_number(1))).unwrap()
}

fn header() -> Header {
    let at = Stamp((WARMUP_S + SECONDS) * 1_000_000);
    let plan = plan();
    Header {
        format: FORMAT,
        environment: Environment {
            started: "2026-01-02T03:04:05Z".to_owned(),
            host: "staging-7".to_owned(),
            cores: 4,
            kernel: "Linux 6.8.0".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: "0123456789ab".to_owned(),
            optimised: true,
        },
        seen: Seen {
            version: Some(Build::Patch16.into()),
            version_why: openim_bench::text::Text::plain("as given"),
            expect: plan.expect.clone().unwrap(),
            same_host: true,
            findings: vec![Finding::new(
                "preflight_token_main",
                Severity::Info,
                "target.version",
                Text::both("An admin token was minted.", "签发了一个管理员 token。"),
                Text::both(
                    "On OpenIM's main branch other admin tokens end in five minutes; give OPENIM_TOKEN.",
                    "在 OpenIM 的 main 分支上，其他管理员 token 五分钟后失效；请提供 OPENIM_TOKEN。",
                ),
            )],
            users_registered: 203,
        },
        plan,
        portrait: None,
        openim_log: None,
        observed: None,
        end: Some(End {
            groups_made: 3_717,
            groups_dismissed: 3_715,
            groups_left: vec!["100000010000000017".to_owned(), "100000010000000018".to_owned()],
            groups_left_count: 2,
            token_renewals: 1,
            connection_retries: 4,
            ..End::bare(Ended::Complete, at)
        }),
    }
}

/// 20 to 40 ms and `extra_us`; `RATE` values a second.
fn spread(extra_us: u64) -> Series {
    // Two digits keep a minute of a dozen series small.
    let mut series = Series::new_with_bounds(1, 20_000_000, 2).unwrap();
    (0..RATE).for_each(|i| series.saturating_record(20_000 + 20_000 * i / RATE + extra_us));
    series
}

fn series_of_a_second() -> Vec<(String, Series)> {
    let mut all = vec![
        (tag::RESPONSE.to_owned(), spread(60_000)),
        (tag::SERVICE.to_owned(), spread(59_000)),
        (tag::OWN.to_owned(), spread(0)),
    ];
    for key in [BEFORE, MEMBERS, AFTER] {
        for what in [CallbackSeries::Handler, CallbackSeries::RoundTripNear, CallbackSeries::RoundTripHigh] {
            all.push((tag::callback(key, what), spread(2_000)));
        }
    }
    all
}

fn row(second: u64) -> SecondRow {
    let good = CallbackCounts { arrived: RATE, replied: RATE, fresh: RATE / 3, ..CallbackCounts::default() };
    let mut row = SecondRow {
        second,
        phase: u16::from(second >= WARMUP_S),
        scheduled: RATE,
        released: RATE,
        succeeded: RATE,
        in_flight: 9,
        peak_connections: 7,
        own_cpu_s: second as f64 * 0.4,
        idle_share: Some(0.8),
        resident_bytes: 40_000_000 + second * 10_000,
        callbacks: BTreeMap::from([
            (BEFORE, good),
            (MEMBERS, good),
            (AFTER, CallbackCounts { expected_after: RATE, ..good }),
        ]),
        ..SecondRow::default()
    };
    if second == 30 {
        trouble(&mut row);
    }
    row
}

/// A second in which a few things went wrong.
fn trouble(row: &mut SecondRow) {
    row.succeeded -= 5;
    row.failed = BTreeMap::from([(FailureKind::WebhookDeadline, 5)]);
    row.strangers = BTreeMap::from([("callbackBeforeSendSingleMsgCommand".to_owned(), 12)]);
    if let Some(members) = row.callbacks.get_mut(&MEMBERS) {
        (members.replied, members.cut, members.crowded) = (RATE - 5, 5, 5);
    }
    if let Some(after) = row.callbacks.get_mut(&AFTER) {
        (after.arrived, after.replied, after.expected_after) = (RATE - 5, RATE - 5, RATE - 5);
        after.duplicate = 2;
    }
    row.evidence = BTreeMap::from([(evidence::POOL.to_owned(), 5)]);
    row.samples = (0..5)
        .map(|n| Sample {
            code: evidence::POOL.to_owned(),
            operation_id: format!("ob10000001-0-18{n}"),
            key: Some(MEMBERS),
            service_us: 5_003_000 + n * 700,
            arrived_after_sent_us: Some(4_870_000),
            text: "HTTP request failed: Post \"http://10.0.0.7:10006/callbackExample/\
                   callbackBeforeMemberJoinGroupCommand\": context deadline exceeded (Client.Timeout exceeded while \
                   awaiting headers), post url=http://10.0.0.7:10006/callbackExample/\
                   callbackBeforeMemberJoinGroupCommand: 90004 NetworkError"
                .to_owned(),
            ..Sample::default()
        })
        .collect();
}

fn exceedance(key: WebhookKey, n: u64, us: u64, cut: bool) -> Exceedance {
    Exceedance {
        at: Stamp(30_200_000 + n * 20_000),
        key,
        seq: 180 + n,
        low_us: us,
        near_us: us + 200,
        high_us: us + 50_000,
        cut,
        crowded: cut,
        group_size: 3,
    }
}

/// Create `n` of second `second`: its answer after 80 to 100 ms, four after 1.45 s by a slow handler, five cut; its
/// after-callback 2 ms later, and up to 1.4 s later while the receiver was busy.
fn operation(second: u64, n: u64) -> OperationRow {
    let intended = second * 1_000_000 + n * 1_000_000 / RATE;
    let (slow, cut) = (second == 30 && n < SLOW, second == 30 && (20..25).contains(&n));
    let at = |us: u64| intended + us;
    let extra = if slow { 1_360_000 } else { 20_000 * n / RATE };
    let sent = 63 + n % 40;
    let (joined, answered) = (at(40_000 + extra), at(80_000 + extra + n % 3));
    let mut callbacks =
        format!("{BEFORE}::{0}:{0}:{1}:;{MEMBERS}::{joined}:{joined}:", at(10_000), at(30_000 + extra));
    if cut {
        callbacks.push_str(&format!(":{}", joined + 5_000_000));
    } else {
        let busy = 200_000 * [0, 1, 3, 6, 7, 4, 2].get(second.wrapping_sub(40) as usize).unwrap_or(&0);
        let received = answered + 1_500 + 10 * n + busy;
        callbacks.push_str(&format!(
            "{}:;{AFTER}::{received}:{received}:{}:",
            joined + 28_000,
            received + 24_000
        ));
    }
    OperationRow {
        seq: second * RATE + n,
        worker: 0,
        operation: Operation::Create,
        phase: u16::from(second >= WARMUP_S),
        intended_us: intended,
        released_us: at(sent),
        sent_us: Some(at(sent + 30)),
        answered_us: Some(if cut { joined + 5_003_000 } else { answered }),
        connect_us: None,
        result: if cut { FailureKind::WebhookDeadline.name() } else { "ok".to_owned() },
        err_code: Some(if cut { 90_004 } else { 0 }),
        members: 2,
        admins: 0,
        retry_of: None,
        callbacks,
    }
}

pub(super) fn record() -> RunRecord {
    let mut totals: BTreeMap<String, Series> = BTreeMap::new();
    let mut intervals = Vec::new();
    for second in WARMUP_S..WARMUP_S + SECONDS {
        for (tag, mut histogram) in series_of_a_second() {
            let of_slow = [tag::RESPONSE, tag::SERVICE].contains(&tag.as_str())
                || tag.starts_with(&format!("callback.{BEFORE}."));
            if second == 30 && of_slow {
                // They stand for the fastest ones, so that the number stays.
                for value in (0..SLOW)
                    .map(|i| histogram.value_at_quantile((i as f64 + 0.5) / RATE as f64))
                    .collect::<Vec<_>>()
                {
                    let mut one = Series::new_with_bounds(1, 20_000_000, 2).unwrap();
                    one.saturating_record(value);
                    histogram.subtract(&one).unwrap();
                }
                (0..SLOW).for_each(|_| histogram.saturating_record(1_450_000));
            }
            totals.entry(tag.clone()).or_insert_with(new_series).add(&histogram).unwrap();
            intervals.push(Interval { second, tag, histogram });
        }
    }
    for (tag, us) in [(tag::DISPATCH_LAG, 63), (tag::RECEIVER_LAG, 300), (tag::CONNECT, 180)] {
        let series = totals.entry(tag.to_owned()).or_insert_with(new_series);
        (0..RATE * SECONDS).for_each(|i| series.saturating_record(us + i % 40));
    }
    let slow = |n: u64| exceedance(BEFORE, n, 1_400_000, false);
    let cut = |n: u64| exceedance(MEMBERS, 20 + n, 5_000_000, true);
    let exceedances = (0..SLOW).map(slow).chain((0..5).map(cut)).collect();
    RunRecord {
        header: header(),
        rows: (0..WARMUP_S + SECONDS).map(row).collect(),
        totals,
        intervals: Stream::Memory(intervals),
        exceedances: Stream::Memory(exceedances),
        operations: Stream::Memory(
            (0..WARMUP_S + SECONDS).flat_map(|s| (0..RATE).map(move |n| operation(s, n))).collect(),
        ),
        round_trips: Stream::Memory(Vec::new()),
        partial: false,
        unreadable_lines: 0,
    }
}

fn summary() -> Summary {
    report().summary
}

/// What every renderer is shown.
pub fn report() -> Report {
    let record = record();
    assert_eq!(record.header.plan.basis, Basis::Modelled);
    let analysis = analyse(&record, Options::default()).unwrap();
    Report::new(&record, analysis, "results/20260102T030405Z-12345678")
}

fn rendered(format: Format) -> String {
    let bytes = renderer(format, Look::file(Lang::En)).render(&report()).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_terminal_report_is_as_it_was_read() {
    scrubbed(|| insta::assert_snapshot!("terminal", rendered(Format::Terminal)));
}

#[test]
fn the_markdown_report_is_as_it_was_read() {
    scrubbed(|| insta::assert_snapshot!("markdown", rendered(Format::Markdown)));
}

fn in_chinese(format: Format) -> String {
    let bytes = renderer(format, Look::file(Lang::Zh)).render(&report()).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_chinese_reports_are_as_they_were_read() {
    scrubbed(|| insta::assert_snapshot!("terminal_zh", in_chinese(Format::Terminal)));
    scrubbed(|| insta::assert_snapshot!("markdown_zh", in_chinese(Format::Markdown)));
}

#[test]
fn the_chinese_report_has_no_english_sentence() {
    assert_eq!(english_sentence(&in_chinese(Format::Terminal), QUOTED), None);
}

/// Of the 15 rows a table has, two are enough to read.
#[test]
fn the_json_report_is_as_it_was_read() {
    let mut value: serde_json::Value = serde_json::from_str(&rendered(Format::Json)).unwrap();
    for recommendation in value["recommendations"].as_object_mut().unwrap().values_mut() {
        recommendation["table"].as_array_mut().unwrap().truncate(2);
        for bound in ["misfire_single", "misfire_spells"] {
            let bound = recommendation[bound].as_object_mut().unwrap();
            bound.retain(|timeout, _| timeout.parse::<u32>().unwrap() <= 2);
        }
    }
    let text = serde_json::to_string_pretty(&value).unwrap();
    scrubbed(|| insta::assert_snapshot!("json", text));
}

#[test]
fn the_first_two_lines_say_whether_it_is_valid_and_what_to_do() {
    for (text, valid, to_do) in [
        (rendered(Format::Terminal), "Valid, with 2 warnings (", "To do: write beforeCreateGroup.timeout: 2"),
        (in_chinese(Format::Terminal), "有效，有 2 条警告（", "要做：写入 beforeCreateGroup.timeout: 2"),
    ] {
        let lines: Vec<&str> = text.lines().take(2).collect();
        assert!(lines[0].starts_with(valid) && lines[1].starts_with(to_do), "{lines:?}");
    }
}

#[test]
fn the_first_screen_holds_validity_basis_advice_calls_and_timeouts() {
    let text = rendered(Format::Terminal);
    let screen: Vec<&str> = text.lines().take(36).collect();
    for word in [
        "Valid",
        "Modelled",
        "To do:",
        "Calls",
        "response time",
        "Timeouts",
        "afterCreateGroup",
        "asked for:",
    ] {
        assert!(
            screen.iter().any(|line| line.contains(word)),
            "`{word}` is not on the first screen:\n{text}"
        );
    }
}

#[test]
fn no_line_is_wider_than_a_hundred_columns() {
    for line in rendered(Format::Terminal).lines() {
        let url = line.split_whitespace().any(|word| word.len() > 90);
        assert!(url || line.chars().count() <= terminal::WIDTH, "{line}");
    }
}

#[test]
fn every_figure_of_a_finding_is_said_once() {
    let summary = summary();
    let mut findings: Vec<String> =
        summary.findings.iter().map(|f| format!("{} {} {}", f.code, f.place, f.what.en())).collect();
    let all = findings.len();
    findings.sort();
    findings.dedup();
    assert_eq!(findings.len(), all, "{findings:#?}");
}

#[test]
fn a_collision_is_shown_with_the_limit_that_binds_its_split_and_the_ways_out_in_80_columns() {
    let mut record = record();
    record.header.plan.profile.recommend.caller_budget = Some(openim_bench::units::Span::millis(2_500));
    let analysis = analyse(&record, Options::default()).unwrap();
    let report = Report::new(&record, analysis, "results/x");
    let look = Look { width: 80, ..Look::file(Lang::En) };
    let text = String::from_utf8(renderer(Format::Terminal, look).render(&report).unwrap()).unwrap();
    let shared = text.split("All webhooks of a call together").nth(1).unwrap();
    for line in shared.lines().take_while(|line| *line != "Callbacks") {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "no timeout satisfies all of this",
        "2 s for beforeCreateGroup, 1 s (a guess) for beforeMemberJoinGroup and 0.04 s for the server itself are 3.04 s of 2.5 s",
        "Way out: Let the caller wait 4 s (recommend.caller_budget).",
        "beforeCreateGroup caller_budget (create) 1.46 s −0.54 s binds",
        "too much",
    ] {
        assert!(flat.contains(words), "`{words}` is missing:\n{text}");
    }
}

const UPDATE: &str = "OPENIM_BENCH_UPDATE_SCHEMA";

fn schema_file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results/summary.schema.json")
}

#[test]
fn the_committed_schema_of_the_summary_is_the_one_that_the_program_prints() {
    let printed = crate::support::run(crate::support::bench().args(["report", "--schema"]));
    assert_eq!((printed.code, printed.stdout.as_str()), (0, json::schema().unwrap().as_str()));
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(schema_file(), json::schema().unwrap()).unwrap();
    }
    assert!(
        std::fs::read_to_string(schema_file()).unwrap_or_default() == json::schema().unwrap(),
        "results/summary.schema.json is out of date; run `{UPDATE}=1 cargo test --test it schema` and commit it"
    );
}

#[test]
fn a_summary_is_valid_by_its_schema_and_one_without_a_verdict_is_not() {
    let schema: serde_json::Value = serde_json::from_str(&json::schema().unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&rendered(Format::Json)).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let back: Summary = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&back).unwrap(), value);
    value.as_object_mut().unwrap().remove("validity");
    assert!(!validator.is_valid(&value));
}

#[test]
fn the_summary_of_a_real_run_is_valid_by_the_committed_schema() {
    let dir = tempfile::tempdir().unwrap();
    let done = crate::support::run(
        crate::support::bench()
            .args([
                "run",
                "smoke",
                "--quiet",
                "--format",
                "json",
                "--fail-on",
                "never",
                "--set",
                "load.duration=1s",
            ])
            .arg("--out")
            .arg(dir.path()),
    );
    let schema: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(schema_file()).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let summary = done.json();
    let errors: Vec<String> =
        validator.iter_errors(&summary).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_report_names_the_portrait_that_was_used_and_how_old_it_is() {
    let shown = |made_at: &str| {
        let mut record = record();
        record.header.portrait = Some(
            serde_json::from_value(serde_json::json!({"format": 1, "made_at": made_at,
                "target": "http://127.0.0.1:10002", "simulated": false, "interrupted": true,
                "version": {"text": "3.8.3-patch.15", "build": "3.8.3-patch.16"}}))
            .unwrap(),
        );
        let analysis = analyse(&record, Options::default()).unwrap();
        let report = Report::new(&record, analysis, "results/x");
        let text =
            String::from_utf8(renderer(Format::Markdown, Look::file(Lang::En)).render(&report).unwrap())
                .unwrap();
        let line = text.lines().find(|l| l.contains("portrait used")).unwrap().to_owned();
        (line, report.summary.plan.portrait.unwrap())
    };
    let (line, fresh) = shown("2026-01-02T01:04:05Z");
    assert!(line.contains("OpenIM 3.8.3-patch.15 at http://127.0.0.1:10002"), "{line}");
    assert!(line.contains("interrupted") && !line.contains("out of date"), "{line}");
    assert_eq!((fresh.age_s, fresh.may_be_out_of_date), (Some(7_200), false));
    let (line, old) = shown("2025-12-30T03:04:05Z");
    assert!(line.contains("3 days old and may be out of date"), "{line}");
    assert!(old.may_be_out_of_date);
}
