//! The committed example: its page, its Markdown and its charts are what the committed record gives today.
//!
//! `OPENIM_BENCH_UPDATE_EXAMPLE=1` writes them anew (`just example`).

use std::fs;
use std::path::{Path, PathBuf};

use openim_bench::app::report::build;
use openim_bench::report::charts::drawings;
use openim_bench::report::png::Fonts;
use openim_bench::report::{Format, Look, Report, renderer};
use openim_bench::text::Lang;

/// As a reader of the repository names it; tests run in the folder of the package.
const RECORD: &str = "results/example/record";
/// The picture of the READMEs, in their languages.
const PICTURED: &str = "timeline";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results/example")
}

/// Name and content of every file of the example that is text.
fn texts(report: &Report) -> Vec<(String, Vec<u8>)> {
    let page = |format, lang| renderer(format, Look::file(lang)).render(report).unwrap();
    let mut files = vec![
        ("report.html".to_owned(), page(Format::Html, Lang::En)),
        ("report.md".to_owned(), page(Format::Markdown, Lang::En)),
        ("report.zh-CN.md".to_owned(), page(Format::Markdown, Lang::Zh)),
    ];
    for drawing in drawings(report) {
        files.push((
            format!("charts/{}.svg", drawing.name),
            format!("{}\n", drawing.of(Lang::En)).into_bytes(),
        ));
    }
    files
}

/// Name, language and content of the pictures.
fn pictures(report: &Report) -> Vec<(&'static str, Lang, Vec<u8>)> {
    let drawings = drawings(report);
    let drawing = drawings.iter().find(|d| d.name == PICTURED).unwrap();
    [("charts/timeline.png", Lang::En), ("charts/timeline.zh-CN.png", Lang::Zh)]
        .map(|(name, lang)| (name, lang, Fonts::load(lang).draw(drawing.of(lang)).unwrap()))
        .into()
}

fn update(report: &Report) {
    let _ = fs::remove_dir_all(folder().join("charts"));
    fs::create_dir_all(folder().join("charts")).unwrap();
    for (name, bytes) in texts(report) {
        fs::write(folder().join(name), bytes).unwrap();
    }
    for (name, lang, bytes) in pictures(report) {
        assert!(
            lang == Lang::En || Fonts::load(lang).write("超时"),
            "no Chinese font here: install one first"
        );
        fs::write(folder().join(name), bytes).unwrap();
    }
}

/// Width and height of a PNG, after its pixels have been read.
fn size(bytes: &[u8]) -> (u32, u32) {
    let picture = resvg::tiny_skia::Pixmap::decode_png(bytes).unwrap();
    (picture.width(), picture.height())
}

#[test]
fn the_example_is_what_its_record_gives() {
    let report = build(Path::new(RECORD), false).unwrap();
    if std::env::var_os("OPENIM_BENCH_UPDATE_EXAMPLE").is_some() {
        update(&report);
    }
    let texts = texts(&report);
    for (name, bytes) in &texts {
        let kept = fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(kept == *bytes, "results/example/{name} is not what its record gives: just example");
    }
    for (name, _, bytes) in pictures(&report) {
        assert_eq!(size(&fs::read(folder().join(name)).unwrap()), size(&bytes), "{name}");
    }
    let mut charts: Vec<_> = fs::read_dir(folder().join("charts"))
        .unwrap()
        .map(|entry| format!("charts/{}", entry.unwrap().file_name().to_string_lossy()))
        .filter(|name| name.ends_with(".svg"))
        .collect();
    charts.sort();
    let mut drawn: Vec<_> = texts.into_iter().map(|(name, _)| name).filter(|n| n.ends_with(".svg")).collect();
    drawn.sort();
    assert_eq!(charts, drawn, "charts that are no longer drawn: just example");
}

#[test]
fn the_example_shows_a_valid_run_with_an_outage_and_names_no_user_or_group() {
    let report = build(Path::new(RECORD), false).unwrap();
    assert!(report.summary.ended.is_some() && !report.summary.partial);
    assert_eq!(report.summary.outages.len(), 1);
    assert!(report.summary.recommendations.values().all(|r| r.timeout_s.is_some()));
    assert!(!folder().join("record/ids.txt").exists() && !folder().join("record/ids.csv").exists());
}

#[test]
fn both_readmes_show_the_example() {
    for (readme, picture) in [("README.md", "timeline.png"), ("README.zh-CN.md", "timeline.zh-CN.png")] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(readme)).unwrap();
        assert!(text.contains(&format!("results/example/charts/{picture}")), "{readme}: no picture");
        assert!(text.contains("results/example/report.html"), "{readme}: no link to the page");
    }
}
