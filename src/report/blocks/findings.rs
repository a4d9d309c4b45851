//! Findings: what, below it the evidence, then what to do.

use super::super::{Summary, format};
use super::{Block, Point, evidence};
use crate::finding::{Finding, Severity};
use crate::say;
use crate::text::Text;

pub(super) fn findings(summary: &Summary) -> Vec<Block> {
    let own = &summary.findings;
    // A reason that only points at the finding of the same name says nothing of its own.
    let reasons = summary.validity.reasons.iter().filter(|r| own.iter().all(|f| f.code != r.code));
    let mut all: Vec<&Finding> = reasons.chain(own).collect();
    all.sort_by_key(|f| std::cmp::Reverse(f.severity));
    if all.is_empty() {
        return vec![Block::Heading(say!("calls-findings")), Block::Text(say!("calls-none"))];
    }
    vec![Block::Heading(say!("calls-findings")), Block::Points(all.into_iter().map(point).collect())]
}

fn point(finding: &Finding) -> Point {
    let label = match finding.severity {
        Severity::Info => say!("calls-note"),
        Severity::Warning => say!("calls-warning"),
        Severity::Error => say!("calls-error"),
    };
    let (code, what) = (&finding.code, finding.what.map(format::printable));
    let head = if finding.place.is_empty() {
        say!("calls-finding", label = label, code = code, what = what)
    } else {
        say!("calls-finding-at", label = label, place = &finding.place, code = code, what = what)
    };
    let mut lines: Vec<Text> =
        evidence::lines(&finding.evidence).iter().map(|line| line.map(format::printable)).collect();
    lines.extend(steps(&finding.do_next));
    Point { head, lines }
}

/// What to do, a line each; where the languages have different numbers of lines, all in one.
fn steps(do_next: &Text) -> Vec<Text> {
    let arrow = |line: &str| format!("→ {}", format::printable(line));
    if do_next.en().lines().count() != do_next.zh().lines().count() {
        return vec![do_next.map(arrow)];
    }
    do_next.en().lines().zip(do_next.zh().lines()).map(|(en, zh)| Text::both(arrow(en), arrow(zh))).collect()
}
