//! The HTML report: self-contained, in both languages, and nothing from outside is markup in it.

use openim_bench::analysis::{Options, analyse};
use openim_bench::finding::{Finding, Severity};
use openim_bench::report::{Format, Look, Report, renderer};
use openim_bench::text::{Lang, Text};

use crate::charts::hour;
use crate::report_snapshots::report;
use crate::support::scrubbed;

const HOSTILE: &str = "<script>alert(1)</script>\"'&";

pub(super) fn page(report: &Report, lang: Lang) -> String {
    String::from_utf8(renderer(Format::Html, Look::file(lang)).render(report).unwrap()).unwrap()
}

/// Values of an attribute, wherever it stands.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let mark = format!(" {attribute}=\"");
    page.split(mark.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// What stands between two marks, the first time.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    page.split(from).nth(1).unwrap_or_else(|| panic!("no {from}")).split(to).next().unwrap()
}

#[test]
fn the_html_report_is_as_it_was_read() {
    scrubbed(|| insta::assert_snapshot!("html", page(&report(), Lang::En)));
}

#[test]
fn hostile_texts_stay_texts() {
    let mut report = report();
    let summary = &mut report.summary;
    for text in [&mut summary.plan.title, &mut summary.plan.target, &mut summary.run_id, &mut summary.record]
    {
        HOSTILE.clone_into(text);
    }
    summary.plan.version_why = Text::plain(HOSTILE);
    summary.ended_why = Text::plain(HOSTILE);
    summary.environment.insert("host".to_owned(), HOSTILE.to_owned());
    summary.lead.push(Text::both(HOSTILE, format!("中{HOSTILE}")));
    let mut finding = Finding::new(
        "reentrant_starvation",
        Severity::Error,
        HOSTILE,
        Text::plain(HOSTILE),
        Text::plain(HOSTILE),
    );
    finding.evidence.push(Text::plain(HOSTILE));
    summary.findings.insert(0, finding);
    for recommendation in summary.recommendations.values_mut() {
        recommendation.confidence_words = Text::plain(HOSTILE);
        recommendation.fired_by = Text::plain(HOSTILE);
        recommendation.consequences.push(Text::plain(HOSTILE));
    }
    let page = page(&report, Lang::Zh);
    assert!(page.matches("&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;").count() > 15);
    assert!(!page.contains("<script>alert"));
    let scripts =
        page.matches("<script>").count() + page.matches("<script type=\"application/json\">").count();
    assert_eq!((page.matches("<script>").count(), page.matches("<script").count()), (1, scripts));
    assert_eq!(page.matches("</script>").count(), scripts);
    assert!(!page.contains(HOSTILE) && !page.contains("\"'&"));
}

#[test]
fn a_finding_that_no_timeout_cures_comes_before_the_answer() {
    let mut report = report();
    assert!(!page(&report, Lang::En).contains("id=\"incurable\""));
    let finding = Finding::new(
        "not_routed",
        Severity::Error,
        "",
        Text::plain("Nothing arrives."),
        Text::plain("Mend the route."),
    );
    report.summary.findings.insert(0, finding);
    let page = page(&report, Lang::En);
    let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("no {part}"));
    assert!(at("id=\"verdict\"") < at("id=\"incurable\"") && at("id=\"incurable\"") < at("id=\"answer\""));
    assert!(between(&page, "id=\"incurable\"", "</section>").contains("Nothing arrives."));
}

#[test]
fn the_page_refers_to_nothing_outside_itself_and_its_policy_forbids_it() {
    let page = page(&report(), Lang::En);
    for target in ["src", "href", "xlink:href", "action", "data", "poster", "srcset"]
        .iter()
        .flat_map(|attribute| values(&page, attribute))
    {
        assert!(target.starts_with('#') || target.starts_with("data:"), "{target}");
    }
    for word in ["@import", "url(", "<iframe", "<object", "<embed", "<base", "<form"] {
        assert!(!page.contains(word), "{word}");
    }
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"").replace("&#39;", "'");
    for rule in ["default-src 'none'", "script-src 'sha256-", "base-uri 'none'", "form-action 'none'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!between(&policy, "script-src", ";").contains("unsafe"));
    // The policy holds for what stands after it only.
    assert!(page.find("Content-Security-Policy").unwrap() < page.find("<style").unwrap());
}

#[test]
fn each_language_is_there_and_the_chosen_one_is_shown_first() {
    let report = report();
    let (en, zh) = (page(&report, Lang::En), page(&report, Lang::Zh));
    for (page, lang) in [(&en, "en"), (&zh, "zh")] {
        assert!(page.contains(&format!("<html lang=\"{lang}\" data-lang=\"{lang}\">")));
        assert!(page.contains(&format!("value=\"{lang}\" checked")));
        assert_eq!(page.matches(" checked").count(), 1);
        assert!(page.contains("<span lang=\"en\">Which timeout to write</span>"));
        assert!(page.contains("<span lang=\"zh\">应写的超时</span>"));
    }
    // The chosen language is all that differs: who switches it loses nothing.
    let mark =
        |lang| (format!(" lang=\"{lang}\" data-lang=\"{lang}\""), format!(" value=\"{lang}\" checked"));
    let unmarked = |page: &str, lang| {
        let (root, chosen) = mark(lang);
        page.replacen(&root, "", 1).replacen(&chosen, &format!(" value=\"{lang}\""), 1)
    };
    assert!(unmarked(&en, "en") == unmarked(&zh, "zh"), "the pages differ in more than the chosen language");
    let spans = |lang: &str| en.matches(&format!("<span lang=\"{lang}\">")).count();
    assert_eq!(spans("en"), spans("zh"));
}

#[test]
fn headings_go_down_by_one_and_ids_are_unique() {
    let page = page(&report(), Lang::En);
    let mut before = 0;
    for (at, _) in page.match_indices("<h") {
        let Some(level) = page[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else { continue };
        assert!(level <= before + 1, "h{level} after h{before}");
        before = level;
    }
    let mut ids = values(&page, "id");
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{ids:?}");
    for id in values(&page, "aria-labelledby").into_iter().flat_map(str::split_whitespace) {
        assert!(ids.contains(&id), "no element is called {id}");
    }
}

#[test]
fn whose_times_these_are_stands_above_the_answer_and_what_to_do_below_its_heading() {
    let page = page(&report(), Lang::En);
    let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part} is missing"));
    assert!(at("Modelled: OpenIM was real") < at("id=\"answer\""));
    assert!(at("id=\"answer\"") < at("To do: ") && at("To do: ") < at("id=\"answer-table\""));
}

#[test]
fn the_page_is_small() {
    let size = page(&report(), Lang::En).len();
    assert!(size < 1_000_000, "{size} bytes");
}

#[test]
fn the_page_of_an_hour_is_under_a_megabyte_with_all_that_can_be_read_off_its_charts() {
    let record = hour();
    let analysis = analyse(&record, Options::default()).unwrap();
    let report = Report::new(&record, analysis, "results/x");
    let page = page(&report, Lang::En);
    let data: Vec<&str> = page.split("<script type=\"application/json\">").skip(1).collect();
    let data = data.iter().map(|rest| rest.split("</script>").next().unwrap().len());
    println!("{} bytes, of them {} of values", page.len(), data.clone().sum::<usize>());
    assert!(data.count() >= 5, "a chart has nothing to read");
    assert_eq!(report.figures.timeline.unwrap().response.len(), 240);
    assert_eq!(report.figures.load.unwrap().lag.len(), 240);
    assert_eq!(report.figures.failures.unwrap().causes.len(), 6);
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
}

#[test]
fn what_the_patch_button_copies_is_the_patch() {
    let page = page(&report(), Lang::En);
    let patch = between(&page, "<code id=\"patch\">", "</code>");
    for (lang, comment) in [("en", "  # cuts at most"), ("zh", "  # 慢的回调请求")] {
        let patch = between(patch, &format!("<span lang=\"{lang}\">"), "</span>");
        assert!(patch.contains("afterCreateGroup:\n") && patch.contains("  timeout: 1\n"), "{patch}");
        assert!(patch.contains(comment), "{patch}");
    }
    assert!(page.contains("data-copies=\"patch\" hidden"));
}
