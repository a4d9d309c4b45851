//! What people and scripts read besides the report of a run: an answer of `whatif`, a search for the capacity, a
//! comparison, a rehearsal. One fixture each, every format, both languages.

use std::collections::BTreeMap;
use std::path::Path;

use openim_bench::analysis::capacity::{
    CapacityResult, End, EndedBy, FORMAT, Level, NeededTimeout, Outcome, TrialRecord, TrialVerdict, Why,
    breaks_first, counts, objectives,
};
use openim_bench::analysis::compare::{
    Comparison, CurvePoint, Judged, Known, Margins, PlanDifference, RunFigures, Runs, compare, curve,
    put_together,
};
use openim_bench::analysis::rehearsal::{self, OutageFacts, TOLERANCE};
use openim_bench::analysis::whatif::{Question, WhatIf, ask};
use openim_bench::analysis::{Confidence, Options, analyse};
use openim_bench::profile::model::Fault;
use openim_bench::profile::plan::Basis;
use openim_bench::record::model::{Series, tag};
use openim_bench::record::read::Stream;
use openim_bench::record::{Exceedance, RunRecord};
use openim_bench::report::rehearsal::{Rehearsal, Rehearsed};
use openim_bench::report::{Format, Look, RenderError, capacity, comparison, terminal, whatif};
use openim_bench::say;
use openim_bench::slo::Objective;
use openim_bench::text::{Lang, Text};
use openim_bench::units::{Span, Stamp};
use openim_bench::wire::WebhookKey;
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use crate::report_snapshots::record;
use crate::support::{QUOTED, bench, english_sentence, run, scrubbed};

const BEFORE: WebhookKey = WebhookKey::BeforeCreateGroup;
const MEMBERS: WebhookKey = WebhookKey::BeforeMemberJoinGroup;
const AFTER: WebhookKey = WebhookKey::AfterCreateGroup;
const HOSTILE: &str = "<script>alert(1)</script>\"'&\u{1b}[31m";

fn what_if() -> WhatIf {
    let question = Question {
        // OpenIM cut callbacks of the second one at 5 s while the record was made.
        timeouts: BTreeMap::from([(BEFORE, 3), (MEMBERS, 15)]),
        rate: Some(40.0),
        processes: Some(1),
        outage: Span::secs(60),
    };
    ask(&record(), &question).unwrap()
}

fn needed(timeout_s: Option<u32>, guess_s: Option<u32>) -> NeededTimeout {
    let confidence = if timeout_s.is_some() { Confidence::Medium } else { Confidence::Refused };
    NeededTimeout { timeout_s, guess_s, confidence }
}

fn trial(n: usize, rate: f64, verdict: TrialVerdict, p99_us: u64) -> TrialRecord {
    let missed = say!("capacity-quantile-missed", name = "p99", seen = "1.8", asked = "1s");
    let invalid = say!("capacity-not-let-go", n = 12);
    TrialRecord {
        run: format!("20260102T03{n:02}05Z-00000000"),
        rate,
        why: Some(if n == 0 { Why::First } else { Why::Bisect }),
        duration_s: 10.0,
        verdict,
        reasons: match verdict {
            TrialVerdict::Good => Vec::new(),
            TrialVerdict::Bad => vec![missed],
            TrialVerdict::Invalid => vec![invalid],
        },
        findings: BTreeMap::new(),
        calls: (rate * 10.0) as u64,
        groups: (rate * 11.0) as u64,
        response_us: [("0.5", p99_us / 4), ("0.9", p99_us / 2), ("0.99", p99_us)]
            .map(|(q, us)| (q.to_owned(), us))
            .into(),
        timeouts: [
            (BEFORE, needed(Some(2), Some(2))),
            (MEMBERS, needed(None, Some(1))),
            (AFTER, needed(None, None)),
        ]
        .into(),
    }
}

fn searched() -> CapacityResult {
    use TrialVerdict::{Bad, Good, Invalid};
    let mut trials: Vec<TrialRecord> = [
        (40.0, Good, 120_000),
        (80.0, Bad, 1_800_000),
        (60.0, Invalid, 400_000),
        (60.0, Good, 310_000),
        (60.0, Good, 290_000),
        (63.0, Bad, 1_400_000),
        (63.0, Bad, 1_500_000),
    ]
    .into_iter()
    .enumerate()
    .map(|(n, (rate, verdict, p99))| trial(n, rate, verdict, p99))
    .collect();
    trials[5].findings.insert(
        "pool_exhausted".to_owned(),
        say!("capacity-calls-failed", failed = 7, all = 630, kinds = "webhook_deadline 7"),
    );
    let level = |share: f64, confirming: bool, verdict| Level {
        share,
        confirming,
        trial: TrialRecord { why: None, duration_s: 60.0, ..trial(9, 60.0 * share, verdict, 280_000) },
    };
    let end = |rate, trials, bad| Some(End { rate, trials, bad });
    let mut result = CapacityResult {
        format: FORMAT,
        folder: "results/capacity-20260102T030405Z-12345678".to_owned(),
        lead: Vec::new(),
        target: "http://127.0.0.1:10002".to_owned(),
        basis: Some(Basis::Modelled),
        objectives: objectives(&Objective::default(), None),
        trial_s: 10.0,
        warmup_s: 2.0,
        interrupted: false,
        outcome: Some(Outcome {
            ended_by: EndedBy::Trials,
            good: Some(60.0),
            bad: Some(63.0),
            relative_width: Some(0.05),
        }),
        exceed_ratio: 0.5,
        good_end: end(60.0, 2, 0),
        bad_end: end(63.0, 2, 2),
        trials_by_verdict: counts(&trials),
        groups: 4_719,
        groups_allowed: 5_000,
        breaks_first: breaks_first(&trials),
        levels: vec![level(1.0, true, Bad), level(0.9, false, Good), level(0.5, false, Good)],
        left_out: vec![say!("capacity-left-out-share", share = "10", why = say!("capacity-left-out-groups"))],
        trials,
    };
    result.lead = capacity::lead(&result);
    result
}

/// Response times `late_us` later, so many callbacks of `BEFORE` slower than 2.4 s; `how` changes the rest.
fn side(name: &str, late_us: u64, slow: u64, how: impl Fn(&mut RunRecord)) -> Runs {
    let mut run = record();
    name.clone_into(&mut run.header.plan.run_id);
    let Stream::Memory(intervals) = &mut run.intervals else { panic!("the fixture is in memory") };
    for interval in intervals.iter_mut().filter(|i| i.tag == tag::RESPONSE) {
        interval.histogram = later(&interval.histogram, late_us);
    }
    let Stream::Memory(exceedances) = &mut run.exceedances else { panic!("the fixture is in memory") };
    exceedances.extend((0..slow).map(|n| Exceedance {
        at: Stamp(10_000_000 + n * 3_000_000),
        key: BEFORE,
        seq: 600 + n * 180,
        low_us: 2_400_000,
        near_us: 2_400_200,
        high_us: 2_450_000,
        cut: false,
        crowded: false,
        group_size: 3,
    }));
    how(&mut run);
    let analysis = analyse(&run, Options::default()).unwrap();
    let judged = Some(Judged::of(&run, &analysis));
    let figures = RunFigures::read(&run, &format!("results/{name}"), judged, Known::Record).unwrap();
    Runs { name: name.to_owned(), runs: vec![figures] }
}

fn later(series: &Series, us: u64) -> Series {
    let mut later = Series::new_with_bounds(1, 20_000_000, 2).unwrap();
    series
        .iter_recorded()
        .for_each(|v| later.saturating_record_n(v.value_iterated_to() + us, v.count_at_value()));
    later
}

/// A comparison with its percentile curves.
type Compared = (Comparison, Vec<Vec<CurvePoint>>);

fn compared() -> Compared {
    let base = side("before", 0, 0, |_| {});
    let slower = side("after", 40_000, 3, |run| {
        "staging-8".clone_into(&mut run.header.environment.host);
        run.header.end = None;
    });
    let same = side("again", 0, 0, |_| {});
    let gate = ["p50", "p99", "failed_share", "timeouts"].map(str::to_owned);
    let allowed = PlanDifference {
        key: "target.url".to_owned(),
        base: "http://127.0.0.1:10002".to_owned(),
        candidate: "http://127.0.0.1:20002".to_owned(),
    };
    let margins = Margins::default();
    let candidates = vec![
        compare(&base, &slower, margins, &gate, vec![allowed]),
        compare(&base, &same, margins, &gate, Vec::new()),
    ];
    let curves = [&base, &slower, &same].map(|side| curve(side, margins.draws)).into();
    (put_together(Some(&base), candidates, margins, &gate), curves)
}

fn rehearsed(
    (fault, keys): (Fault, &[WebhookKey]),
    predicted: OutageFacts,
    observed: OutageFacts,
    invalid: Option<Text>,
) -> Rehearsed {
    let lines = rehearsal::compare(&predicted, &observed, keys.iter().any(|key| key.is_before()));
    Rehearsed {
        fault,
        keys: keys.to_vec(),
        outage_s: 6.0,
        record: "results/20260102T030405Z-12345678".to_owned(),
        held: invalid.is_none() && lines.iter().all(|line| line.held),
        invalid,
        lines,
    }
}

fn rehearsal() -> Rehearsal {
    let full = OutageFacts {
        pool_full_after_s: Some(2.5),
        failed: 180,
        recovery_s: Some(1.4),
        ..OutageFacts::default()
    };
    let queue = OutageFacts {
        queue_full_after_s: Some(2.7),
        lost: 1_204,
        recovery_s: None,
        ..OutageFacts::default()
    };
    let both = [BEFORE, MEMBERS];
    let outages = vec![
        rehearsed((Fault::Hang, &both), full, OutageFacts { pool_full_after_s: Some(2.6), ..full }, None),
        rehearsed(
            (Fault::Refuse, &both),
            OutageFacts { failed: 240, recovery_s: Some(0.0), ..OutageFacts::default() },
            full,
            None,
        ),
        rehearsed((Fault::Hang, &[AFTER]), queue, OutageFacts { queue_full_after_s: None, ..queue }, None),
        rehearsed((Fault::Slow, &both), full, full, Some(say!("capacity-not-let-go", n = 12))),
    ];
    Rehearsal {
        format: 1,
        healthy: "results/20260102T030405Z-12345678".to_owned(),
        timeouts: [(BEFORE, 3), (MEMBERS, 2), (AFTER, 5)].into(),
        rate_per_s: 40.0,
        processes: 1,
        tolerance: TOLERANCE,
        held: outages.iter().all(|o| o.held),
        outages,
    }
}

/// Each by its name, in a format and a look.
type Rendered = Box<dyn Fn(Format, Look) -> Result<Vec<u8>, RenderError>>;

fn renderers() -> [(&'static str, Rendered); 4] {
    of((what_if(), searched(), compared(), rehearsal()))
}

fn of(
    (a, b, (c, curves), d): (WhatIf, CapacityResult, Compared, Rehearsal),
) -> [(&'static str, Rendered); 4] {
    [
        ("whatif", Box::new(move |format, look| whatif::rendered(&a, format, look))),
        ("capacity", Box::new(move |format, look| capacity::rendered(&b, format, look))),
        ("comparison", Box::new(move |format, look| comparison::render(&c, curves.clone(), format, look))),
        (
            "rehearsal",
            Box::new(move |format, look| openim_bench::report::rehearsal::rendered(&d, format, look)),
        ),
    ]
}

fn text(rendered: &Rendered, format: Format, look: Look) -> String {
    String::from_utf8(rendered(format, look).unwrap()).unwrap()
}

#[test]
fn every_page_is_as_it_was_read_on_a_terminal_and_in_markdown() {
    for (name, rendered) in renderers() {
        for lang in Lang::ALL {
            for (format, kind) in [(Format::Terminal, "terminal"), (Format::Markdown, "markdown")] {
                let text = text(&rendered, format, Look::file(lang));
                scrubbed(|| insta::assert_snapshot!(format!("{name}_{kind}_{}", lang.name()), text));
            }
        }
    }
}

/// Style and script are those of every page, and `html.snap` shows them.
#[test]
fn every_page_is_as_it_was_read_in_a_browser_and_holds_both_languages_whichever_it_begins_with() {
    for (name, rendered) in renderers() {
        let [en, zh] = [Lang::En, Lang::Zh].map(|lang| text(&rendered, Format::Html, Look::file(lang)));
        let begun = |page: &str| {
            page.replace("=\"zh\" data-lang=\"zh\"", "=\"en\" data-lang=\"en\"").replace(" checked", "")
        };
        assert_eq!(begun(&zh), begun(&en), "{name}");
        let body = en.split("<body").nth(1).and_then(|rest| rest.split("<script").next()).unwrap();
        scrubbed(|| insta::assert_snapshot!(format!("{name}_html"), format!("<body{body}")));
    }
}

#[test]
fn every_answer_is_as_it_was_read_as_json_and_the_same_in_either_language() {
    for (name, rendered) in renderers() {
        let json = text(&rendered, Format::Json, Look::file(Lang::En));
        assert_eq!(text(&rendered, Format::Json, Look::file(Lang::Zh)), json, "{name}");
        let mut value: Value = serde_json::from_str(&json).unwrap();
        shorten(&mut value);
        let short = serde_json::to_string_pretty(&value).unwrap();
        scrubbed(|| insta::assert_snapshot!(format!("{name}_json"), short));
    }
}

/// Of the points of curves two are enough to read.
fn shorten(value: &mut Value) {
    let Some(curves) = value.get_mut("curves").and_then(Value::as_object_mut) else { return };
    for curve in curves.values_mut() {
        match curve {
            Value::Array(points) => points.truncate(2),
            Value::Object(by_key) => {
                by_key.values_mut().filter_map(Value::as_array_mut).for_each(|points| points.truncate(2));
            }
            _ => {}
        }
    }
}

#[test]
fn no_chinese_page_has_an_english_sentence() {
    for (name, rendered) in renderers() {
        for format in [Format::Terminal, Format::Markdown] {
            let text = text(&rendered, format, Look::file(Lang::Zh));
            assert_eq!(english_sentence(&text, QUOTED), None, "{name}");
        }
    }
}

#[test]
fn no_line_of_a_terminal_is_wider_than_it() {
    for (name, rendered) in renderers() {
        for lang in Lang::ALL {
            for width in [80, terminal::WIDTH, 160] {
                let text = text(&rendered, Format::Terminal, Look { width, ..Look::file(lang) });
                for line in text.lines() {
                    assert!(line.width() <= width.min(terminal::WIDTH), "{name} at {width}: {line}");
                }
            }
        }
    }
}

#[test]
fn colour_changes_no_word() {
    for (name, rendered) in renderers() {
        for lang in Lang::ALL {
            let plain = text(&rendered, Format::Terminal, Look::file(lang));
            let bright = text(&rendered, Format::Terminal, Look { colour: true, ..Look::file(lang) });
            assert!(bright.contains("\u{1b}[1m"), "{name}");
            assert_eq!(anstream::adapter::strip_str(&bright).to_string(), plain, "{name}");
        }
    }
}

fn hostile() -> [(&'static str, Rendered); 4] {
    let bad = || HOSTILE.to_owned();
    let (mut a, mut b, (mut c, curves), mut d) = (what_if(), searched(), compared(), rehearsal());
    (a.run_id, a.version) = (bad(), bad());
    (b.folder, b.target) = (bad(), bad());
    b.lead.push(Text::plain(bad()));
    b.left_out.push(Text::plain(bad()));
    b.breaks_first[0].code = bad();
    b.breaks_first[0].what = Text::plain(bad());
    for side in c.base.iter_mut().chain(c.candidates.iter_mut().map(|c| &mut c.side)) {
        side.name = bad();
        side.runs.iter_mut().for_each(|run| (run.run_id, run.started) = (bad(), bad()));
    }
    c.candidates[0].allowed[0].base = bad();
    c.candidates[0].notes.push(Text::plain(bad()));
    d.healthy = bad();
    d.outages[3].invalid = Some(Text::plain(bad()));
    of((a, b, (c, curves), d))
}

#[test]
fn texts_from_outside_are_text_in_every_format() {
    for (name, rendered) in hostile() {
        let shown = |format| text(&rendered, format, Look::file(Lang::Zh));
        let page = shown(Format::Html);
        assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;"), "{name}");
        assert!(!page.contains("<script>alert"), "{name}");
        let mut parts = page.split("<script type=\"application/json\">");
        let mut outside = parts.next().unwrap().to_owned();
        parts.for_each(|part| outside.push_str(part.split_once("</script>").unwrap().1));
        // In the text of a drawing quotation marks need no escape.
        let bare = outside.replace("&amp;", "").contains("\"'&");
        assert!(!bare, "{name}: beyond the values as JSON");
        let data = page.matches("<script type=\"application/json\">").count();
        assert_eq!(page.matches("<script").count(), 1 + data, "{name}: our script, and values to read off");
        assert!(!shown(Format::Markdown).contains("<script"), "{name}");
        let terminal = shown(Format::Terminal);
        assert!(terminal.contains("alert(1)") && !terminal.contains('\u{1b}'), "{name}: {terminal}");
    }
}

const UPDATE: &str = "OPENIM_BENCH_UPDATE_SCHEMA";

#[test]
fn every_committed_schema_is_the_one_that_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["profile", "summary", "capacity", "comparison", "whatif", "rehearsal", "portrait"] {
        let folder = if name == "profile" { "profiles" } else { "results" };
        let file = root.join(folder).join(format!("{name}.schema.json"));
        let printed = run(bench().args(["schema", name]));
        assert_eq!(printed.code, 0, "{}", printed.stderr);
        if std::env::var_os(UPDATE).is_some() {
            std::fs::write(&file, &printed.stdout).unwrap();
        }
        assert!(
            std::fs::read_to_string(&file).unwrap_or_default() == printed.stdout,
            "{} is out of date; run `{UPDATE}=1 cargo test --test it schema` and commit it",
            file.display()
        );
    }
}

#[test]
fn every_answer_is_valid_by_its_schema_and_one_without_its_format_is_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    for (name, rendered) in renderers() {
        let schema = std::fs::read_to_string(root.join(format!("{name}.schema.json"))).unwrap();
        let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
        let mut value: Value =
            serde_json::from_str(&text(&rendered, Format::Json, Look::file(Lang::En))).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        value.as_object_mut().unwrap().remove("format");
        assert!(!validator.is_valid(&value), "{name}");
    }
}
