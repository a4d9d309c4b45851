//! The charts of the made-up run: well-formed, small, named, the same data in both languages.

use openim_bench::analysis::{Options, analyse};
use openim_bench::record::RunRecord;
use openim_bench::record::model::{SecondRow, tag};
use openim_bench::record::read::{Interval, Stream};
use openim_bench::report::Report;
use openim_bench::report::charts::{Drawing, drawings};
use openim_bench::text::Lang;
use openim_bench::wire::FailureKind;

use crate::report_snapshots::{record, report};

/// Largest file, bytes.
const LARGEST: usize = 40_000;

fn each(check: impl Fn(&Drawing, Lang, &str)) {
    let all = drawings(&report());
    assert!(!all.is_empty());
    for drawing in &all {
        for lang in Lang::ALL {
            check(drawing, lang, drawing.of(lang));
        }
    }
}

#[test]
fn every_chart_is_well_formed_and_says_what_it_shows_in_its_language() {
    each(|drawing, lang, svg| {
        let document = roxmltree::Document::parse(svg).unwrap();
        let root = document.root_element();
        let texts = |name: &str| {
            let found =
                root.children().find(|n| n.has_tag_name(("http://www.w3.org/2000/svg", name))).unwrap();
            (found.attribute("id").unwrap().to_owned(), found.text().unwrap().to_owned())
        };
        let ((title_id, title), (desc_id, desc)) = (texts("title"), texts("desc"));
        assert_eq!(root.attribute("aria-labelledby"), Some(format!("{title_id} {desc_id}").as_str()));
        assert_eq!((title.as_str(), desc.as_str()), (drawing.title.of(lang), drawing.description.of(lang)));
        assert!(title.chars().count() <= 90, "{title}");
        assert_eq!(root.attribute("role"), Some("img"));
    });
}

#[test]
fn every_chart_is_small_and_holds_no_number_that_is_none() {
    each(|drawing, _, svg| {
        assert!(svg.len() <= LARGEST, "{}: {} bytes", drawing.name, svg.len());
        assert!(!svg.contains("NaN") && !svg.contains("inf\"") && !svg.contains("\"inf"), "{}", drawing.name);
    });
}

#[test]
fn the_languages_differ_in_words_and_not_in_lines() {
    let lines = |svg: &str| svg.lines().filter(|l| l.starts_with("<polyline")).count();
    for drawing in drawings(&report()) {
        let [en, zh] = &drawing.svg;
        assert_ne!(drawing.title.en(), drawing.title.zh(), "{}", drawing.name);
        assert_ne!(en, zh, "{}", drawing.name);
        assert_eq!(lines(en), lines(zh), "{}", drawing.name);
    }
}

#[test]
fn the_charts_come_in_the_order_of_reading_and_show_what_the_report_says() {
    let report = report();
    let names: Vec<_> = drawings(&report).iter().map(|d| d.name).collect();
    assert_eq!(names, ["misfire", "timeline", "percentiles", "load", "failures", "after", "heat"]);
    for misfire in &report.figures.misfire {
        let recommendation = &report.summary.recommendations[&misfire.key];
        assert_eq!(misfire.recommended_s, recommendation.timeout_s);
        assert_eq!(misfire.present_s, recommendation.present_s);
        assert_eq!(misfire.bounds.len(), 15);
    }
    let failures = report.figures.failures.unwrap();
    assert_eq!(failures.failed, 5);
    assert_eq!(failures.causes[0].0.as_deref(), Some("webhook_deadline"));
    assert_eq!(report.figures.timeline.unwrap().response.len(), 60);
}

/// Every line of a legend can be read off, at every place, in the words of the axis.
#[test]
fn what_is_read_off_a_chart_is_what_it_draws() {
    let report = report();
    for drawing in drawings(&report) {
        let Some(readout) = &drawing.readout else {
            assert_eq!(drawing.name, "heat", "no values to read");
            continue;
        };
        for plot in &readout.plots {
            let [left, _, right, _] = plot.area;
            assert!(plot.stops.iter().all(|(x, _)| (left..=right).contains(x)), "{}", drawing.name);
            assert!(plot.stops.is_sorted_by_key(|stop| stop.0), "{}", drawing.name);
            for line in &plot.lines {
                assert_eq!(line.values.len(), plot.stops.len(), "{} {:?}", drawing.name, line.name);
                assert!(line.values.iter().any(Option::is_some), "{} {:?}", drawing.name, line.name);
            }
        }
    }
    let all = drawings(&report);
    let plot = |name: &str| &all.iter().find(|d| d.name == name).unwrap().readout.as_ref().unwrap().plots[0];
    let (timeline, load) = (plot("timeline"), plot("load"));
    assert_eq!(timeline.stops[30].1, "30–31 s");
    let slowest = openim_bench::report::format::duration_us(report.figures.timeline.as_ref().unwrap().max_us);
    assert_eq!(timeline.lines[0].values[30].as_deref(), Some(slowest.as_str()));
    assert_eq!(timeline.lines[0].values[0], None, "warm-up has no intervals in this run");
    let names: Vec<&str> = load.lines.iter().map(|line| line.name.en()).collect();
    assert_eq!(names, ["asked", "achieved", "shed", "in flight"]);
    assert_eq!(load.lines[3].values[30].as_deref(), Some("9"));
    let misfire = plot("misfire");
    let bounds = &report.figures.misfire[0].bounds;
    let share = openim_bench::report::format::share(bounds[1].1);
    assert_eq!(
        (misfire.stops[1].1.as_str(), misfire.lines[0].values[1].as_deref()),
        ("2 s", Some(share.as_str()))
    );
}

#[test]
fn a_run_without_a_second_has_no_chart_over_time() {
    let mut record = record();
    record.rows.clear();
    record.intervals = Stream::Memory(Vec::new());
    let analysis = analyse(&record, Options::default()).unwrap();
    let report = Report::new(&record, analysis, "results/x");
    assert!(report.figures.timeline.is_none() && report.figures.heat.is_none());
    assert!(drawings(&report).iter().all(|d| !["timeline", "load", "heat"].contains(&d.name)));
}

/// An hour in which every line of every chart has its most points, and failures have as many causes as are told apart.
/// Intervals of every 15th second stand for all: they are as many as a chart has points.
pub(super) fn hour() -> RunRecord {
    let mut record = record();
    let Stream::Memory(minute) = &record.intervals else { panic!("in memory") };
    let calls: Vec<&Interval> =
        minute.iter().filter(|i| [tag::RESPONSE, tag::SERVICE].contains(&i.tag.as_str())).collect();
    let hour = (0..3_600)
        .step_by(15)
        .flat_map(|second| {
            let them = calls.iter().filter(move |i| i.second == 2 + second % 60);
            them.flat_map(move |i| {
                let late = (i.tag == tag::RESPONSE).then(|| tag::DISPATCH_LAG.to_owned());
                let tags = [Some(i.tag.clone()), late].into_iter().flatten();
                tags.map(move |tag| Interval { second, tag, histogram: i.histogram.clone() })
            })
        })
        .collect();
    let causes = [
        FailureKind::Connect,
        FailureKind::ClientDeadline,
        FailureKind::ConnectionLost,
        FailureKind::MalformedAnswer,
        FailureKind::WebhookDeadline,
        FailureKind::WebhookRefused,
        FailureKind::WebhookReset,
    ];
    let row = |second: u64| {
        let failed = causes.into_iter().zip((0..).map(|n| 1 + (n + second) % 3)).collect();
        SecondRow { second, failed, ..record.rows[(2 + second % 60) as usize].clone() }
    };
    let rows: Vec<SecondRow> = (62..3_600).map(row).collect();
    record.intervals = Stream::Memory(hour);
    record.rows.extend(rows);
    record
}

#[test]
fn the_charts_of_an_hour_are_as_small_as_those_of_a_minute() {
    let record = hour();
    let analysis = analyse(&record, Options::default()).unwrap();
    for drawing in drawings(&Report::new(&record, analysis, "results/x")) {
        assert!(drawing.svg.iter().all(|svg| svg.len() <= LARGEST), "{}", drawing.name);
    }
}

#[test]
fn every_chart_is_as_it_was_looked_at() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        each(|drawing, lang, svg| {
            if let Some(folder) = std::env::var_os("OPENIM_BENCH_CHARTS") {
                let file =
                    std::path::Path::new(&folder).join(format!("{}.{}.svg", drawing.name, lang.name()));
                std::fs::write(file, svg).unwrap();
            }
            insta::assert_snapshot!(format!("chart_{}_{}", drawing.name, lang.name()), svg);
        });
    });
}
