//! The charts of a what-if, of a search for the capacity and of a comparison: what they show, both languages, the pages
//! that hold them.

use openim_bench::analysis::capacity::{CapacityResult, TrialVerdict};
use openim_bench::analysis::compare::{Candidate, Comparison, CurvePoint, Quantity, Side, Unit, Verdict};
use openim_bench::analysis::whatif::{Question, WhatIf, ask};
use openim_bench::report::charts::Drawing;
use openim_bench::report::figures::capacity::Searched;
use openim_bench::report::figures::comparison::Compared;
use openim_bench::report::figures::whatif::Predicted;
use openim_bench::report::{Format, Look, capacity, comparison, whatif};
use openim_bench::stats::comparison::Draws;
use openim_bench::stats::curve::curve;
use openim_bench::stats::timeline::Timeline;
use openim_bench::text::{Lang, Text};
use openim_bench::units::Span;
use openim_bench::wire::WebhookKey;
use serde_json::{Value, json};

use crate::charts::{alike, as_looked_at, small, well_formed};
use crate::compare::results;
use crate::report_snapshots::record;
use crate::support::{Done, bench, run as done};

const KEY: WebhookKey = WebhookKey::BeforeCreateGroup;

fn answer(rate: f64, processes: u32) -> WhatIf {
    let timeouts = [(KEY, 3)].into();
    let question =
        Question { timeouts, rate: Some(rate), processes: Some(processes), outage: Span::secs(60) };
    ask(&record(), &question).unwrap()
}

fn trial(rate: f64, verdict: &str, p50_us: u64, p99_us: u64) -> Value {
    let timeout = if rate < 30.0 { Some(2) } else { None };
    json!({
        "run": "r", "rate": rate, "why": "first", "duration_s": 10.0, "verdict": verdict, "reasons": [], "findings": {},
        "calls": 100, "groups": 100,
        "response_us": if verdict == "invalid" { json!({}) } else { json!({"0.5": p50_us, "0.99": p99_us}) },
        "timeouts": {
            "beforeCreateGroup": {"timeout_s": timeout, "guess_s": 3, "confidence": "medium"},
            "afterCreateGroup": {"timeout_s": null, "guess_s": 5, "confidence": "low"},
        },
    })
}

/// From 10 to 80 a second and back; the capacity lies between 40 and 44.
fn search() -> CapacityResult {
    let trials = [
        trial(10.0, "good", 21_000, 60_000),
        trial(20.0, "good", 22_000, 75_000),
        trial(40.0, "invalid", 0, 0),
        trial(40.0, "good", 30_000, 180_000),
        trial(80.0, "bad", 2_400_000, 9_000_000),
        trial(56.0, "bad", 800_000, 4_000_000),
        trial(48.0, "bad", 300_000, 1_500_000),
        trial(44.0, "bad", 90_000, 1_100_000),
        trial(40.0, "good", 34_000, 240_000),
        trial(44.0, "good", 70_000, 700_000),
        trial(44.0, "bad", 110_000, 1_200_000),
    ];
    let levels = [(1.0, 40.0), (0.9, 36.0), (0.5, 20.0), (0.1, 4.0)].map(|(share, rate)| {
        json!({"share": share, "confirming": share > 0.95, "trial": trial(rate, "good", 25_000, 150_000)})
    });
    serde_json::from_value(json!({
        "format": 1, "folder": "f", "lead": ["The capacity lies between 40 and 44 calls a second."], "target": "sim",
        "basis": "simulated", "objectives": {"objective": {"p99": "1s", "failed_share": 0.001}, "from": "profile"},
        "trial_s": 10.0, "warmup_s": 1.0, "interrupted": false,
        "outcome": {"ended_by": "width", "good": 40.0, "bad": 44.0, "relative_width": 0.1},
        "exceed_ratio": 0.5, "good_end": {"rate": 40.0, "trials": 2, "bad": 0},
        "bad_end": {"rate": 44.0, "trials": 3, "bad": 2}, "trials_by_verdict": {"good": 5, "bad": 5, "invalid": 1},
        "groups": 1200, "groups_allowed": 5000, "breaks_first": [], "levels": levels, "left_out": [], "trials": trials,
    }))
    .unwrap()
}

/// A run of a minute whose calls take so many times as long as those of the base, a few of them much longer.
fn run(factor: f64, seed: u64) -> Vec<CurvePoint> {
    let mut line = Timeline::new(60);
    let mut state = seed;
    for i in 0..6_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (state >> 11) as f64 / (1_u64 << 53) as f64;
        let us = 20_000.0 * factor * (1.0 - share).max(1e-4).powf(-0.35);
        line.record(i / 100, us as u64, 1);
    }
    curve(&[line], Draws::default())
}

fn quantity(
    name: &str,
    unit: Unit,
    difference: f64,
    ends: Option<(f64, Option<f64>)>,
    verdict: Verdict,
) -> Quantity {
    Quantity {
        name: name.to_owned(),
        unit,
        base: Some(1.0),
        candidate: Some(1.0 + difference),
        difference: Some(difference),
        low: ends.map(|e| e.0),
        high: ends.and_then(|e| e.1),
        verdict,
        improved: false,
        gates: true,
        n: [6_000, 6_000],
        needed: None,
        why: Text::default(),
    }
}

fn compared(candidates: &[(&str, f64)]) -> (Comparison, Vec<Vec<CurvePoint>>) {
    use {Unit::*, Verdict::*};
    let side = |name: &str| Side { name: name.to_owned(), runs: Vec::new() };
    let quantities = vec![
        quantity("p50", Microseconds, 0.02, Some((0.005, Some(0.035))), NoWorse),
        quantity("p90", Microseconds, 0.04, Some((-0.02, Some(0.1))), CannotTell),
        quantity("p99", Microseconds, 0.31, Some((0.12, Some(0.5))), Worse),
        quantity("p999", Microseconds, 1.5, Some((-0.4, None)), CannotTell),
        quantity("failed_share", Share, -0.0004, Some((-0.0011, Some(0.0003))), NoWorse),
        quantity("after_lost", Share, 0.0, Some((-0.0002, Some(0.0002))), NoWorse),
        quantity("timeout.beforeCreateGroup", Seconds, 1.0, None, Worse),
    ];
    let found = candidates.iter().map(|(name, _)| Candidate {
        side: side(name),
        verdict: Worse,
        quantities: quantities.clone(),
        allowed: Vec::new(),
        notes: Vec::new(),
    });
    let comparison = Comparison {
        format: 1,
        margin: 0.05,
        share_margin: 0.001,
        gate: vec!["p99".to_owned()],
        base: Some(side("results/20260102T030405Z-12345678")),
        candidates: found.collect(),
        verdict: Some(Worse),
    };
    let factors = std::iter::once(1.0).chain(candidates.iter().map(|c| c.1));
    (comparison, factors.zip(1..).map(|(factor, seed)| run(factor, seed)).collect())
}

fn all() -> Vec<(&'static str, Drawing)> {
    let (one, curves) = compared(&[("results/20260103T030405Z-87654321", 1.3)]);
    let (two, more) = compared(&[("new", 1.3), ("newer/", 0.8)]);
    vec![
        ("whatif_asked", whatif::drawing(&answer(60.0, 1)).unwrap()),
        ("whatif_suffices", whatif::drawing(&answer(4.0, 2)).unwrap()),
        ("capacity", capacity::drawing(&search()).unwrap()),
        ("comparison", comparison::drawing(&one, curves).unwrap()),
        ("comparison_of_three", comparison::drawing(&two, more).unwrap()),
    ]
}

#[test]
fn each_is_a_whole_small_picture_in_both_languages_and_as_it_was_looked_at() {
    for (name, drawing) in all() {
        for lang in Lang::ALL {
            well_formed(&drawing, lang, drawing.of(lang));
            small(&drawing, drawing.of(lang));
        }
        alike(&drawing);
        as_looked_at(name, &drawing);
    }
}

#[test]
fn the_titles_say_what_was_found() {
    let titles: Vec<String> = all().iter().map(|(_, d)| d.title.en().to_owned()).collect();
    assert!(
        titles[0].contains("fills all 100 connections") && titles[0].contains("from T = 2 s"),
        "{titles:?}"
    );
    assert!(titles[1].contains("no timeout up to 15 s lets a hang fill the 200 connections"), "{titles:?}");
    assert_eq!(titles[2], "The capacity lies between 40 and 44 calls a second");
    assert_eq!(
        titles[3],
        "20260103T030405Z-87654321 is worse than 20260102T030405Z-12345678 in 2 of 7 quantities"
    );
    assert!(titles[4].ends_with(": 2 of 2 candidates; cannot tell: 0"), "{titles:?}");
}

#[test]
fn what_is_drawn_of_an_answer_is_what_the_answer_says() {
    let answer = answer(60.0, 1);
    let drawn = Predicted::of(&answer).unwrap();
    let failing = drawn.failing.iter().find(|f| f.key == KEY).unwrap();
    assert!(drawn.failing.iter().all(|f| f.key.is_before()), "an after-callback fails no call");
    assert_eq!(failing.timeout_s, Some(3));
    let third = &answer.curves.misfire[&KEY][2].cut_per_hour;
    assert_eq!(failing.points[2], (3, third.seen, third.at_most));
    assert_eq!(drawn.held[0].rate_per_s, 60.0);
    assert_eq!(drawn.held[0].points[0], (1, 60.0));
    assert!(drawn.held.iter().flat_map(|h| &h.points).all(|p| p.1 <= drawn.all));
}

#[test]
fn what_is_drawn_of_a_search_leaves_out_times_of_invalid_trials_and_tells_a_guess() {
    let drawn = Searched::of(&search()).unwrap();
    assert_eq!(drawn.trials.len(), 11);
    assert_eq!(drawn.trials[2], (3, 40.0, TrialVerdict::Invalid));
    assert_eq!(drawn.bracket, (Some(40.0), Some(44.0)));
    let at_44 = drawn.loads.iter().find(|l| l.rate == 44.0).unwrap();
    assert_eq!((at_44.p50_us, at_44.p99_us), (Some(90_000), Some(1_100_000)));
    assert!(drawn.loads.is_sorted_by(|a, b| a.rate < b.rate));
    assert_eq!(drawn.needed[&KEY][0], (4.0, 2, false));
    assert_eq!(drawn.needed[&KEY].last(), Some(&(80.0, 3, true)));
    let mut none = search();
    none.trials.clear();
    assert_eq!(Searched::of(&none), None);
}

#[test]
fn ten_thousand_trials_are_no_larger_picture() {
    let mut long = search();
    let trials = (0..10_000).map(|i| {
        let mut trial = long.trials[i % 11].clone();
        trial.rate = 10.0 + (i % 777) as f64 / 10.0;
        trial
    });
    long.trials = trials.collect();
    let drawing = capacity::drawing(&long).unwrap();
    Lang::ALL.into_iter().for_each(|lang| small(&drawing, drawing.of(lang)));
}

#[test]
fn differences_are_drawn_in_margins_and_what_has_none_without_a_place() {
    let (comparison, curves) = compared(&[("new", 1.3)]);
    let drawn = Compared::of(&comparison, curves).unwrap();
    let row = |name: &str| drawn.rows.iter().find(|r| r.name == name).unwrap();
    assert!((row("p50").margins.unwrap() - 0.4).abs() < 1e-9);
    assert!((row("failed_share").margins.unwrap() + 0.4).abs() < 1e-9);
    let (low, high) = row("p999").interval.unwrap();
    assert!((low + 8.0).abs() < 1e-9 && high.is_none());
    assert_eq!(row("timeout.beforeCreateGroup").margins, None);
    let missing = Comparison { base: None, ..comparison };
    assert_eq!(Compared::of(&missing, Vec::new()), None);
}

#[test]
fn the_pages_hold_the_drawings_in_both_languages() {
    let page = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let look = Look::file(Lang::En);
    let answer = answer(60.0, 1);
    let (comparison, curves) = compared(&[("new", 1.3)]);
    let pages = [
        ("whatif", whatif::rendered(&answer, Format::Html, look).unwrap()),
        ("capacity", capacity::rendered(&search(), Format::Html, look).unwrap()),
        ("comparison", comparison::render(&comparison, curves, Format::Html, look).unwrap()),
    ];
    for (name, bytes) in pages {
        let page = page(bytes);
        assert_eq!(page.matches(&format!("<figure id=\"chart-{name}\">")).count(), 1, "{name}");
        assert_eq!(page.matches("<svg class=\"chart\"").count(), 2, "{name}: one a language");
    }
}

fn plot(records: &std::path::Path, args: &[&str]) -> Done {
    done(bench().arg("plot").args(args).arg("--results").arg(records))
}

fn names(drawn: &Done) -> Vec<String> {
    let names = drawn.stdout.lines().filter_map(|path| std::path::Path::new(path).file_name());
    names.map(|name| name.to_string_lossy().into_owned()).collect()
}

#[test]
fn two_runs_that_are_plotted_are_compared_as_well_and_one_cannot_be() {
    let dir = results();
    let both = plot(dir.path(), &["base", "slower"]);
    assert_eq!(both.code, 0, "{}", both.stderr);
    assert_eq!(names(&both).iter().filter(|n| *n == "comparison.svg").count(), 1, "{}", both.stdout);
    assert!(names(&both).iter().any(|n| n == "whatif.svg"), "{}", both.stdout);
    let path = dir.path().join("slower/charts/comparison.svg");
    assert!(std::fs::read_to_string(path).unwrap().contains("slower is worse than base"));
    let only = plot(dir.path(), &["base", "same", "slower", "--chart", "comparison", "--format", "png"]);
    assert_eq!(names(&only), ["comparison.png"], "{}", only.stderr);
    let one = plot(dir.path(), &["base", "--chart", "comparison"]);
    assert_eq!(one.code, 2);
    assert!(one.stderr.contains("two or more runs"), "{}", one.stderr);
    // A run that cannot be compared: asked for by name that is a failure, else the others are drawn.
    let asked = plot(dir.path(), &["base", "sick", "--chart", "comparison"]);
    assert_eq!(asked.code, 5, "{}", asked.stderr);
    let beside = plot(dir.path(), &["base", "sick"]);
    assert_eq!(beside.code, 0, "{}", beside.stderr);
    assert!(beside.stderr.contains("no chart of the comparison: run sick is invalid"), "{}", beside.stderr);
}

#[test]
fn a_search_is_plotted_by_its_folder_and_a_chart_that_it_has_not_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("capacity-1");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("capacity.json");
    std::fs::write(&file, capacity::rendered(&search(), Format::Json, Look::file(Lang::En)).unwrap())
        .unwrap();
    let drawn = plot(dir.path(), &["capacity-1"]);
    assert_eq!((drawn.code, names(&drawn)), (0, vec!["capacity.svg".to_owned()]), "{}", drawn.stderr);
    let other = plot(dir.path(), &[folder.to_str().unwrap(), "--chart", "heat"]);
    assert_eq!((other.code, other.stdout.as_str()), (0, ""), "{}", other.stderr);
    assert!(other.stderr.contains("--chart heat; this result shows: capacity"), "{}", other.stderr);
    let some = plot(dir.path(), &["capacity-1", "--chart", "capacity", "--chart", "heat"]);
    assert_eq!((some.code, names(&some)), (0, vec!["capacity.svg".to_owned()]), "{}", some.stderr);
    assert!(some.stderr.contains("--chart heat; this result shows: capacity"), "{}", some.stderr);
    std::fs::write(&file, "{").unwrap();
    let broken = plot(dir.path(), &["capacity-1", "--lang", "zh"]);
    assert_eq!(broken.code, 2);
    assert!(broken.stderr.contains("无法读取容量搜索的结果"), "{}", broken.stderr);
}
