//! The charts of the made-up run: well-formed, small, named, the same data in both languages.

use openim_bench::report::charts::{Drawing, drawings};
use openim_bench::text::Lang;

use crate::report_snapshots::report;

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
