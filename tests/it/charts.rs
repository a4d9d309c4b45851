//! The charts of the made-up run: well-formed, small, named, the same data in both languages.

use openim_bench::analysis::{Options, analyse};
use openim_bench::record::RunRecord;
use openim_bench::record::model::{SecondRow, evidence, tag};
use openim_bench::record::read::{Interval, Stream};
use openim_bench::report::Report;
use openim_bench::report::charts::{Drawing, NAMES, drawings};
use openim_bench::report::figures::operations::Held;
use openim_bench::report::figures::waterfall::{Part, Which};
use openim_bench::text::Lang;
use openim_bench::wire::{FailureKind, WebhookKey};

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

/// A whole SVG that says what it shows, in its language.
pub(crate) fn well_formed(drawing: &Drawing, lang: Lang, svg: &str) {
    let document = roxmltree::Document::parse(svg).unwrap();
    let root = document.root_element();
    let texts = |name: &str| {
        let found = root.children().find(|n| n.has_tag_name(("http://www.w3.org/2000/svg", name))).unwrap();
        (found.attribute("id").unwrap().to_owned(), found.text().unwrap().to_owned())
    };
    let ((title_id, title), (desc_id, desc)) = (texts("title"), texts("desc"));
    assert_eq!(root.attribute("aria-labelledby"), Some(format!("{title_id} {desc_id}").as_str()));
    assert_eq!((title.as_str(), desc.as_str()), (drawing.title.of(lang), drawing.description.of(lang)));
    assert!(title.chars().count() <= 90, "{title}");
    assert_eq!(root.attribute("role"), Some("img"));
}

/// Not too large, and without a number that is none.
pub(crate) fn small(drawing: &Drawing, svg: &str) {
    assert!(svg.len() <= LARGEST, "{}: {} bytes", drawing.name, svg.len());
    assert!(!svg.contains("NaN") && !svg.contains("inf\"") && !svg.contains("\"inf"), "{}", drawing.name);
}

/// The same lines in both languages, other words.
pub(crate) fn alike(drawing: &Drawing) {
    let lines = |svg: &str| svg.lines().filter(|l| l.starts_with("<polyline")).count();
    let [en, zh] = &drawing.svg;
    assert_ne!(drawing.title.en(), drawing.title.zh(), "{}", drawing.name);
    assert_ne!(en, zh, "{}", drawing.name);
    assert_eq!(lines(en), lines(zh), "{}", drawing.name);
}

/// As it was looked at; `OPENIM_BENCH_CHARTS` names a folder to look at them in.
pub(crate) fn as_looked_at(name: &str, drawing: &Drawing) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for lang in Lang::ALL {
            let (svg, lang) = (drawing.of(lang), lang.name());
            if let Some(folder) = std::env::var_os("OPENIM_BENCH_CHARTS") {
                std::fs::write(std::path::Path::new(&folder).join(format!("{name}.{lang}.svg")), svg)
                    .unwrap();
            }
            insta::assert_snapshot!(format!("chart_{name}_{lang}"), svg);
        }
    });
}

#[test]
fn every_chart_is_well_formed_and_says_what_it_shows_in_its_language() {
    each(well_formed);
}

#[test]
fn every_chart_is_small_and_holds_no_number_that_is_none() {
    each(|drawing, _, svg| small(drawing, svg));
}

#[test]
fn the_languages_differ_in_words_and_not_in_lines() {
    drawings(&report()).iter().for_each(alike);
}

#[test]
fn the_charts_come_in_the_order_of_reading_and_show_what_the_report_says() {
    let report = report();
    let names: Vec<_> = drawings(&report).iter().map(|d| d.name).collect();
    assert_eq!(names, NAMES[..9], "the last two are of searches and comparisons");
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
            // Figures stand at the bars of the one, shades in the other.
            assert!(["waterfall", "heat"].contains(&drawing.name), "{}: no values to read", drawing.name);
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

fn reported(record: &RunRecord) -> Report {
    Report::new(record, analyse(record, Options::default()).unwrap(), "results/x")
}

fn drawn(report: &Report, name: &str) -> Option<Drawing> {
    drawings(report).into_iter().find(|d| d.name == name)
}

#[test]
fn the_waterfall_shows_three_creates_whose_parts_are_their_response_times() {
    let report = report();
    let creates = &report.figures.waterfall.as_ref().unwrap().creates;
    let which: Vec<Which> = creates.iter().map(|c| c.which).collect();
    assert_eq!(which, [Which::Typical, Which::P99, Which::Slowest]);
    let quantiles = &report.summary.series[tag::RESPONSE].quantiles_us;
    for (create, quantile) in creates.iter().zip(["0.5", "0.99"]) {
        assert!(create.total_us().abs_diff(quantiles[quantile]) < 1_000, "{create:?}");
    }
    for create in creates {
        let handlers: u64 = create.before.iter().map(|(_, bars)| bars.us).sum();
        assert_eq!(create.lag_us + create.between.us + handlers, create.total_us(), "{create:?}");
    }
    let slowest = &creates[2];
    assert_eq!(slowest.total_us(), 1_440_002);
    assert_eq!(slowest.largest(), (Part::Handler(WebhookKey::BeforeCreateGroup), 1_380_000));
    let drawing = drawn(&report, "waterfall").unwrap();
    assert_eq!(
        drawing.title.en(),
        "The slowest create took 1.44 s, 1.38 s of it in the handler of beforeCreateGroup"
    );
    assert!(creates.iter().all(|c| drawing.description.contains(&c.id)), "{}", drawing.description.en());
}

/// Neither a create that failed nor one of the warm-up or of an outage stands for the others.
#[test]
fn the_waterfall_is_of_successful_creates_of_measured_phases_without_outages() {
    let mut record = record();
    let Stream::Memory(rows) = &mut record.operations else { panic!("in memory") };
    for row in rows.iter_mut().filter(|row| row.phase == 0) {
        row.answered_us = row.answered_us.map(|at| at + 30_000_000);
    }
    let report = reported(&record);
    assert_eq!(report.figures.waterfall.unwrap().creates[2].total_us(), 1_440_002);
    let mut outage = record.header.plan.phases[1].clone();
    outage.kind = openim_bench::profile::model::PhaseKind::Outage;
    (outage.start_s, outage.duration_s) = (20.0, 5.0);
    record.header.plan.phases.push(outage);
    let slowest = |record: &RunRecord| reported(record).figures.waterfall.unwrap().creates[2].total_us();
    assert!(
        slowest(&record) < 1_000_000,
        "the slow ones came in the 15 s after an outage, as in the quantiles"
    );
    for phase in &mut record.header.plan.phases {
        phase.kind = openim_bench::profile::model::PhaseKind::Outage;
    }
    assert_eq!(reported(&record).figures.waterfall, None);
}

#[test]
fn the_after_chart_estimates_the_queue_and_marks_its_places_where_they_were_nearly_taken() {
    let mut record = record();
    let report = reported(&record);
    let delivery = report.figures.after.as_ref().and_then(|after| after.delivery.clone()).unwrap();
    let (quiet, busy) = (&delivery.lag[20], &delivery.lag[44]);
    assert!((1_700..1_900).contains(&quiet.p50_us) && quiet.max_us < 2_200, "{quiet:?}");
    assert!((1_390_000..1_420_000).contains(&busy.max_us), "{busy:?}");
    // Sixty a second that wait 1.4 s are 84.
    assert!((75..=90).contains(&delivery.deepest), "{}", delivery.deepest);
    assert_eq!((delivery.queue.len(), delivery.queue[20] <= 1.0), (62, true));
    assert_eq!(delivery.slots, 100);
    let drawing = drawn(&report, "after").unwrap();
    assert!(drawing.of(Lang::En).lines().any(|line| line == "100 places"));
    assert!(drawing.description.contains("estimate"), "{}", drawing.description.en());
    record.header.plan.profile.webhook.processes = 4;
    let wide = drawn(&reported(&record), "after").unwrap();
    assert!(wide.of(Lang::En).lines().all(|line| line != "400 places"));
    assert!(wide.title.contains("the queue has 400 places"), "{}", wide.title.en());
}

#[test]
fn a_record_without_operations_has_no_waterfall_and_says_why_the_queue_is_not_shown() {
    let mut record = record();
    record.operations = Stream::Memory(Vec::new());
    let report = reported(&record);
    assert!(drawn(&report, "waterfall").is_none());
    let after = drawn(&report, "after").unwrap();
    assert_eq!(after.title.en(), "None of 3,715 after-callbacks was lost");
    assert!(after.description.contains("holds no single operations"), "{}", after.description.en());
}

#[test]
fn charts_of_a_part_of_the_operations_say_so_and_end_with_it() {
    let mut record = record();
    if let Stream::Memory(rows) = &mut record.operations {
        rows.truncate(20 * 60);
    }
    let capped = evidence::OPERATIONS_CAPPED.to_owned();
    record.rows.last_mut().unwrap().evidence.insert(capped, 2_520);
    let report = reported(&record);
    let after = report.figures.after.as_ref().unwrap();
    assert_eq!(after.held, Held::Part { missing: 2_520 });
    assert_eq!(after.delivery.as_ref().unwrap().queue.len(), 20);
    for name in ["waterfall", "after"] {
        let drawing = drawn(&report, name).unwrap();
        assert!(drawing.description.contains("2,520 more had no room"), "{}", drawing.description.en());
    }
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
    drawings(&report()).iter().for_each(|drawing| as_looked_at(drawing.name, drawing));
}
