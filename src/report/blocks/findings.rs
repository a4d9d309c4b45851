//! Findings: what, below it the evidence, then what to do.

use super::super::{Summary, format};
use super::{Block, Point, evidence, serde_name};
use crate::finding::Finding;
use crate::say;
use crate::text::{Lang, Text};

pub(super) fn findings(summary: &Summary) -> Vec<Block> {
    let all = summary.all_findings();
    let heading = Block::Heading(say!("calls-heading-findings"));
    if all.is_empty() {
        return vec![heading, Block::Text(say!("calls-none"))];
    }
    vec![heading, Block::Points(all.into_iter().map(point).collect())]
}

fn point(finding: &Finding) -> Point {
    let label = say!("calls-severity", name = serde_name(&finding.severity));
    let (code, place) = (&finding.code, &finding.place);
    let what = finding.what.map(format::printable);
    let head = if place.is_empty() {
        say!("calls-finding", label = label, code = code, what = what)
    } else {
        say!("calls-finding-at", label = label, place = place, code = code, what = what)
    };
    let mut lines: Vec<Text> =
        evidence::lines(&finding.evidence).iter().map(|line| line.map(format::printable)).collect();
    lines.extend(steps(&finding.do_next));
    Point { head, lines }
}

/// A line for each line of what to do; one line of all where the languages have not the same number.
fn steps(text: &Text) -> Vec<Text> {
    let arrow = |line: &str| format!("→ {}", format::printable(line));
    let of = |lang| text.of(lang).lines().collect::<Vec<_>>();
    let (en, zh) = (of(Lang::En), of(Lang::Zh));
    if en.len() == zh.len() {
        return en.into_iter().zip(zh).map(|(en, zh)| Text::both(arrow(en), arrow(zh))).collect();
    }
    vec![Text::both(arrow(&en.join(" ")), arrow(&zh.join(" ")))]
}
