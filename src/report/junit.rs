//! JUnit XML for pipelines: a test case for each objective of a run, or for each quantity of a comparison.
//!
//! Of a run: missed is a failure; inconclusive is an error, since the test could not be carried out (both end in exit
//! code 4). A case of its own says whether the run may be believed, so that a profile without objectives does not
//! make an empty file, which Jenkins takes for a mistake. Of `lint`: a case for each rule. Of a comparison: worse is a failure; cannot tell is an error
//! where the pipeline fails on it, and skipped where it does not, as are quantities that do not decide.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::comparison::{label, reason, words};
use super::{Summary, format};
use crate::analysis::ValidityVerdict;
use crate::analysis::compare::{Candidate, Comparison, Quantity, Unit, Verdict as Compared};
use crate::finding::Severity;
use crate::lint::{Hit, all_rules};
use crate::slo::{Judged, Verdict};
use crate::text::Text;
use crate::wire::webhooks_yml::Source;
use crate::{displays_english, say};

/// Why JUnit XML could not be made.
#[derive(Debug, thiserror::Error)]
pub struct JunitError(#[from] quick_junit::SerializeError);

impl JunitError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        say!("errors-render-junit", why = self.0.to_string())
    }
}

displays_english!(JunitError);

/// A run's objectives.
///
/// # Errors
/// Never in practice: what XML cannot hold is left out of the texts.
pub fn of_run(summary: &Summary) -> Result<String, JunitError> {
    let mut suite = TestSuite::new("objectives");
    let class = class(&summary.plan.title);
    suite.add_test_case(case(&class, "the run may be believed", validity(summary)));
    for judged in &summary.objectives {
        suite.add_test_case(case(&class, &judged.name, objective(summary, judged)));
    }
    serialized("openim-bench run", [suite])
}

/// A comparison, a suite for each candidate; `tell` says whether a pipeline fails where nothing can be told.
///
/// # Errors
/// As `of_run`.
pub fn of_comparison(comparison: &Comparison, tell: bool) -> Result<String, JunitError> {
    let suites = comparison.candidates.iter().map(|candidate| {
        let mut suite = TestSuite::new(format!("compare {}", candidate.side.name));
        let class = class(candidate.side.runs.first().map_or("", |run| &run.title));
        if candidate.quantities.is_empty() {
            suite.add_test_case(case(&class, "comparison with the base", without_base(candidate)));
        }
        for quantity in &candidate.quantities {
            suite.add_test_case(case(&class, label(&quantity.name).en(), compared(quantity, tell)));
        }
        suite
    });
    serialized("openim-bench compare", suites)
}

/// A test case that was judged elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What it belongs to.
    pub class: String,
    /// Its name.
    pub name: String,
    /// Why it failed.
    pub failure: Option<String>,
}

/// Cases in one suite.
///
/// # Errors
/// As `of_run`.
pub fn of_cases(name: &str, cases: Vec<Case>) -> Result<String, JunitError> {
    let mut suite = TestSuite::new(name);
    for judged in cases {
        let status = match judged.failure {
            Some(message) => failed(NonSuccessKind::Failure, message),
            None => TestCaseStatus::success(),
        };
        suite.add_test_case(case(&judged.class, &judged.name, status));
    }
    serialized(name, [suite])
}

/// A `webhooks.yml`, a test case for each rule: `fails` tells from which severity a finding is a failure; what is less is
/// in the output of its case.
///
/// # Errors
/// As `of_run`.
pub fn of_lint(file: &str, hits: &[Hit], fails: impl Fn(Severity) -> bool) -> Result<String, JunitError> {
    let mut suite = TestSuite::new("lint");
    for rule in all_rules() {
        let found = || hits.iter().filter(|hit| hit.finding.code == rule.code);
        let lines: Vec<String> = found().map(|hit| line(file, hit)).collect();
        let status = match found().any(|hit| fails(hit.finding.severity)) {
            true => failed(NonSuccessKind::Failure, lines.join("\n")),
            false => TestCaseStatus::success(),
        };
        let mut case = case("openim-bench.lint", rule.code, status);
        if !lines.is_empty() {
            case.set_system_out(lines.join("\n"));
        }
        suite.add_test_case(case);
    }
    serialized("openim-bench lint", [suite])
}

fn line(file: &str, hit: &Hit) -> String {
    let (place, finding) = (hit.place, &hit.finding);
    let file = if place.source == Source::Environment { "--env" } else { file };
    format!("{file}:{}:{}: {} {}", place.line, place.column, finding.what.en(), finding.do_next.en())
}

fn serialized(name: &str, suites: impl IntoIterator<Item = TestSuite>) -> Result<String, JunitError> {
    let mut report = Report::new(name);
    report.add_test_suites(suites);
    Ok(report.to_string()?)
}

fn class(title: &str) -> String {
    if title.is_empty() {
        "openim-bench".to_owned()
    } else {
        format!("openim-bench.{}", title.replace('.', " "))
    }
}

fn case(class: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    case
}

fn failed(kind: NonSuccessKind, message: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message.clone()).set_description(message);
    status
}

fn skipped(message: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(message);
    status
}

fn validity(summary: &Summary) -> TestCaseStatus {
    if summary.validity.verdict != ValidityVerdict::Invalid {
        return TestCaseStatus::success();
    }
    let errors = summary.validity.reasons.iter().filter(|r| r.severity == Severity::Error);
    let why: Vec<&str> = errors.map(|r| r.what.en()).collect();
    failed(NonSuccessKind::Error, format!("the run is invalid: {}", why.join(" ")))
}

fn objective(summary: &Summary, judged: &Judged) -> TestCaseStatus {
    let show = |value: f64| {
        if judged.name == "failed_share" {
            format::share(value)
        } else {
            format::duration_us(value.max(0.0) as u64)
        }
    };
    let seen = judged.seen.map_or_else(|| "nothing that can be shown".to_owned(), show);
    let text = format!("{}: at most {} was asked for, {seen} was seen", judged.name, show(judged.asked));
    match judged.verdict {
        Verdict::Met => TestCaseStatus::success(),
        Verdict::Missed => failed(NonSuccessKind::Failure, text),
        Verdict::Inconclusive => {
            let why = if summary.validity.verdict == ValidityVerdict::Invalid {
                "the run is invalid"
            } else {
                "too few calls to decide"
            };
            failed(NonSuccessKind::Error, format!("{text}; inconclusive: {why}"))
        }
    }
}

fn compared(quantity: &Quantity, tell: bool) -> TestCaseStatus {
    let text = sentence(quantity);
    match quantity.verdict {
        Compared::NoWorse => TestCaseStatus::success(),
        _ if !quantity.gates => skipped(format!("{text} (does not decide: --gate)")),
        Compared::Worse => failed(NonSuccessKind::Failure, text),
        Compared::CannotTell if tell => failed(NonSuccessKind::Error, text),
        Compared::CannotTell => skipped(text),
    }
}

fn sentence(quantity: &Quantity) -> String {
    let mut text = words(quantity.verdict).en().to_owned();
    if let (Some(difference), true) = (quantity.difference, quantity.unit != Unit::Seconds) {
        text.push_str(&format!(": {:+.2} %", difference * 100.0));
        if let (Some(low), Some(high)) = (quantity.low, quantity.high) {
            text.push_str(&format!(", 95 % interval {:+.2} to {:+.2} %", low * 100.0, high * 100.0));
        }
    }
    let reason = reason(quantity);
    if reason.is_empty() { text } else { format!("{text}; {}", reason.en()) }
}

fn without_base(candidate: &Candidate) -> TestCaseStatus {
    skipped(Text::sentences(&candidate.notes).en().to_owned())
}
