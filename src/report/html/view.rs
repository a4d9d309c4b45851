//! What the page of a run shows, in the order of reading.

use askama::Template;

use super::Frame;
use super::answer::{self, Row};
use super::breaks;
use super::method;
use super::readout::Readings as _;
use super::shown::Shown;
use crate::analysis::ValidityVerdict;
use crate::finding::{Finding, Severity};
use crate::report::blocks::{self, Block, Parts};
use crate::report::charts::{self, Drawing};
use crate::report::{Report, Summary, format, lead};
use crate::say;
use crate::text::{Lang, Text};

/// The page of a run.
#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page<'a> {
    frame: Frame,
    summary: &'a Summary,
    badge: Badge,
    /// Sentences on validity and basis.
    verdict: Vec<&'a Text>,
    incurable: Option<&'a Finding>,
    /// What to do, and what else is to be known at once.
    advice: Vec<&'a Text>,
    rows: Vec<Row>,
    effects: Vec<answer::Effect>,
    breaks: Vec<Text>,
    findings: Vec<Shape<'a>>,
    charts: Vec<Drawing>,
    method: Vec<Text>,
    parts: Parts,
}

/// The verdict as a mark.
#[derive(Clone, Debug)]
struct Badge {
    class: &'static str,
    word: Text,
}

impl Badge {
    fn of(verdict: ValidityVerdict) -> Badge {
        let (class, word) = match verdict {
            ValidityVerdict::Valid => ("good", say!("html-valid")),
            ValidityVerdict::Warnings => ("fair", say!("html-valid-with-warnings")),
            ValidityVerdict::Invalid => ("bad", say!("html-invalid")),
        };
        Badge { class, word }
    }

    fn of_severity(severity: Severity) -> Badge {
        let (class, word) = match severity {
            Severity::Info => ("note", say!("html-note")),
            Severity::Warning => ("fair", say!("html-warning")),
            Severity::Error => ("bad", say!("html-error")),
        };
        Badge { class, word }
    }
}

/// A finding with its mark.
struct Shape<'a> {
    badge: Badge,
    finding: &'a Finding,
}

impl<'a> Page<'a> {
    pub(super) fn new(report: &'a Report, frame: Frame) -> Page<'a> {
        let summary = &report.summary;
        let incurable = lead::incurable(summary);
        let (verdict, advice) = lead::parted(summary);
        Page {
            frame,
            summary,
            badge: Badge::of(summary.validity.verdict),
            verdict,
            incurable,
            advice,
            rows: answer::rows(summary),
            effects: answer::effects(summary),
            breaks: breaks::first(summary),
            findings: findings(summary),
            charts: charts::drawings(report),
            method: method::method(summary),
            parts: blocks::parts(summary),
        }
    }

    fn is_invalid(&self) -> bool {
        self.summary.validity.verdict == ValidityVerdict::Invalid
    }

    fn asked(&self) -> String {
        format::share(self.summary.plan.misfire)
    }

    fn rate(&self) -> String {
        format::rate(self.summary.rates.production_per_s)
    }
}

fn findings(summary: &Summary) -> Vec<Shape<'_>> {
    let all = summary.all_findings();
    all.into_iter().map(|finding| Shape { badge: Badge::of_severity(finding.severity), finding }).collect()
}

/// The id of a part's heading; a table below it is named by it.
fn part_id(name: impl std::fmt::Display, index: impl std::fmt::Display) -> String {
    format!("{name}-{index}")
}
