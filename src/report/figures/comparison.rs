//! A comparison: percentile curves of every side, and each difference in multiples of the margin that does not matter.

use crate::analysis::compare::{Candidate, Comparison, CurvePoint, Quantity, Unit, Verdict};

/// What is drawn of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Name and curve of the base, then of the candidates.
    pub sides: Vec<(String, Vec<CurvePoint>)>,
    /// Verdicts of the candidates.
    pub verdicts: Vec<Verdict>,
    /// Differences, candidate after candidate.
    pub rows: Vec<Row>,
    /// What does not matter: of times (relative) and of shares.
    pub margins: (f64, f64),
}

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which candidate, from 0 on.
    pub candidate: usize,
    /// The quantity.
    pub name: String,
    /// What it is counted in.
    pub unit: Unit,
    /// candidate ÷ base − 1 for times, candidate − base for the others.
    pub difference: f64,
    /// The same in margins; none for whole seconds, which have no margin.
    pub margins: Option<f64>,
    /// Its 95 % interval in margins: the lower end, and the upper one where it is not without limit.
    pub interval: Option<(f64, Option<f64>)>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether it decides.
    pub gates: bool,
}

impl Compared {
    /// `curves` are those of the base and the candidates, in order. None without a base or a difference.
    #[must_use]
    pub fn of(comparison: &Comparison, curves: Vec<Vec<CurvePoint>>) -> Option<Compared> {
        let base = comparison.base.as_ref()?;
        let names = std::iter::once(base).chain(comparison.candidates.iter().map(|c| &c.side));
        let mut curves = curves.into_iter();
        let margins = (comparison.margin, comparison.share_margin);
        let each = comparison.candidates.iter().enumerate();
        let compared = Compared {
            sides: names.map(|side| (side.name.clone(), curves.next().unwrap_or_default())).collect(),
            verdicts: comparison.candidates.iter().map(|c| c.verdict).collect(),
            rows: each.flat_map(|(at, candidate)| rows(at, candidate, margins)).collect(),
            margins,
        };
        (!compared.rows.is_empty()).then_some(compared)
    }
}

fn rows(at: usize, candidate: &Candidate, margins: (f64, f64)) -> Vec<Row> {
    candidate.quantities.iter().filter_map(|quantity| row(at, quantity, margins)).collect()
}

fn row(candidate: usize, quantity: &Quantity, margins: (f64, f64)) -> Option<Row> {
    let margin = match quantity.unit {
        Unit::Microseconds => Some(margins.0),
        Unit::Share => Some(margins.1),
        Unit::Seconds => None,
    };
    let margin = margin.filter(|m| *m > 0.0);
    let difference = quantity.difference?;
    Some(Row {
        candidate,
        name: quantity.name.clone(),
        unit: quantity.unit,
        difference,
        margins: margin.map(|m| difference / m),
        interval: margin.and_then(|m| Some((quantity.low? / m, quantity.high.map(|high| high / m)))),
        verdict: quantity.verdict,
        gates: quantity.gates,
    })
}
