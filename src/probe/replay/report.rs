//! How the recordings ended, as a table a person reads.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Outcome;
use crate::say;
use crate::text::Text;

/// A recording and how it ended.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub folder: String,
    pub scenario: String,
    pub outcome: Outcome,
    /// What it ended with before it was tried again.
    pub before: Option<Outcome>,
}

/// How all recordings ended.
#[derive(Clone, Debug, Default)]
pub struct ReplayReport {
    pub(super) rows: Vec<Row>,
    pub(super) left_out: Vec<Text>,
}

impl ReplayReport {
    fn count(&self, is: fn(&Outcome) -> bool) -> usize {
        self.rows.iter().filter(|r| is(&r.outcome)).count()
    }

    /// How many recordings there are.
    #[must_use]
    pub fn recordings(&self) -> usize {
        self.rows.len()
    }

    /// How many recordings the simulator differs from, or that could not be played.
    #[must_use]
    pub fn differing(&self) -> usize {
        self.count(|o| matches!(o, Outcome::Differs(_) | Outcome::Unusable(_)))
    }

    /// How many are equal, races aside.
    #[must_use]
    pub fn equal(&self) -> usize {
        self.count(|o| matches!(o, Outcome::Equal(_)))
    }

    /// How many were not run.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.count(|o| matches!(o, Outcome::Skipped(_)))
    }

    /// Folders and files that are no recordings, each with the reason.
    #[must_use]
    pub fn left_out(&self) -> &[Text] {
        &self.left_out
    }

    /// A row a scenario, a column a server: `=` equal, `~` equal but for a named race, `-`
    /// not run, `X` different, `!` cannot be played, blank where there is no recording; then
    /// the reasons and the first differences.
    #[must_use]
    pub fn table(&self) -> Text {
        let folders: BTreeSet<&str> = self.rows.iter().map(|r| r.folder.as_str()).collect();
        let mut rows: BTreeMap<&str, BTreeMap<&str, &Outcome>> = BTreeMap::new();
        for row in &self.rows {
            rows.entry(&row.scenario).or_default().insert(&row.folder, &row.outcome);
        }
        let width = rows.keys().map(|s| s.chars().count()).max().unwrap_or(0).max(32);
        let mut lines = vec![say!("probe-replay-head")];
        for (n, folder) in folders.iter().enumerate() {
            let column = say!("probe-replay-column", n = n + 1, folder = *folder);
            lines.push(column.map(|column| format!("  {column}")));
        }
        let numbers: String = (1..=folders.len()).map(|n| format!("{n:>4}")).collect();
        lines.push(Text::plain(format!("{:<width$}{numbers}", "")));
        for (scenario, cells) in &rows {
            let marks: String =
                folders.iter().map(|f| format!("{:>4}", mark(cells.get(f).copied()))).collect();
            lines.push(Text::plain(format!("{scenario:<width$}{}", marks.trim_end())));
        }
        lines.extend(self.notes());
        lines.push(say!(
            "probe-replay-sum",
            all = self.rows.len(),
            equal = self.equal(),
            different = self.differing(),
            skipped = self.skipped()
        ));
        Text::lines(&lines)
    }

    fn notes(&self) -> Vec<Text> {
        let mut notes: Vec<Text> = self.rows.iter().filter_map(note).collect();
        notes.sort();
        notes.extend(self.left_out.iter().map(|reason| say!("probe-replay-left-out", reason = reason)));
        notes
    }
}

fn note(row: &Row) -> Option<Text> {
    let (sign, what) = match &row.outcome {
        Outcome::Equal(races) if races.is_empty() && row.before.is_none() => return None,
        Outcome::Equal(races) => ("~", Text::list(&races.iter().map(|r| r.text()).collect::<Vec<_>>())),
        Outcome::Differs(what) => ("X", what.clone()),
        Outcome::Skipped(why) => ("-", why.clone()),
        Outcome::Unusable(why) => ("!", why.clone()),
    };
    let what = match &row.before {
        Some(Outcome::Differs(first)) if row.before.as_ref() != Some(&row.outcome) => {
            say!("probe-replay-second-try", what = what, first = first)
        }
        Some(_) => say!("probe-replay-twice", what = what),
        None => what,
    };
    let place = format!("{sign} {}/{}", row.folder, row.scenario);
    Some(say!("probe-named", name = place, what = what))
}

fn mark(outcome: Option<&Outcome>) -> &'static str {
    match outcome {
        None => "",
        Some(Outcome::Equal(races)) if races.is_empty() => "=",
        Some(Outcome::Equal(_)) => "~",
        Some(Outcome::Differs(_)) => "X",
        Some(Outcome::Skipped(_)) => "-",
        Some(Outcome::Unusable(_)) => "!",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_every_recording_and_every_reason() {
        let row = |folder: &str, scenario: &str, outcome: Outcome| Row {
            folder: folder.to_owned(),
            scenario: scenario.to_owned(),
            outcome,
            before: None,
        };
        let report = ReplayReport {
            rows: vec![
                row("main", "a", Outcome::Equal(BTreeSet::new())),
                row("main", "b", Outcome::Differs(Text::plain("errCode: 1 recorded, 0 here"))),
                row("v3.8.0", "a", Outcome::Skipped(Text::plain("takes 30 s"))),
                row("v3.8.0", "b", Outcome::Equal([super::super::outcome::Race::Pipeline].into())),
                row("v3.8.0", "c", Outcome::Unusable(Text::plain("no calls"))),
            ],
            left_out: vec![Text::plain("x: no version")],
        };
        assert_eq!((report.equal(), report.differing(), report.skipped()), (2, 2, 1));
        let table = report.table();
        for line in [
            "   =   -\n",
            "   X   ~\n",
            "       !\n",
            "X main/b: errCode: 1 recorded, 0 here\n",
            "~ v3.8.0/b: message pipeline\n",
            "! v3.8.0/c: no calls\n",
            "left out: x: no version\n",
        ] {
            assert!(table.contains(line), "{line:?} in {table:?}");
        }
        assert!(table.zh().contains("~ v3.8.0/b：消息管道\n"), "{table:?}");
    }
}
