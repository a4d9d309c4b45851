//! Timeouts by size of the group, where a load had more than one class of sizes.

use super::super::{Summary, format};
use super::{Block, Grid, cells, heading};
use crate::analysis::{Holds, SizeFigures};
use crate::wire::WebhookKey;

pub(super) fn sizes(summary: &Summary) -> Vec<Block> {
    let all = || {
        let each = summary.recommendations.iter();
        each.flat_map(|(key, r)| r.sizes.iter().map(|class| (*key, class)))
    };
    let rows: Vec<_> = all().map(|(key, class)| row(key, class)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = ["webhook", "size", "n", "timeout", "slower", "single ≤", "spells ≤", "alone", ""];
    let mut blocks = vec![
        heading("Timeouts by size of the group"),
        Block::Table(Grid { rows: rows.into_iter().map(cells).collect(), spare: vec![6], ..Grid::new(head) }),
        Block::Text(
            "size: members, admins and owner of a new group, else the users acted on. alone: the timeout that this class would \
             need by itself. The recommendation is made from all sizes together."
                .to_owned().into(),
        ),
    ];
    let words = all().filter(|(_, class)| !class.words.is_empty());
    let words: Vec<String> = words.map(|(key, class)| format!("{key}: {}", class.words.en())).collect();
    if !words.is_empty() {
        blocks.push(Block::List(words.into_iter().map(Into::into).collect()));
    }
    blocks
}

fn row(key: WebhookKey, class: &SizeFigures) -> Vec<String> {
    let held = class.table.iter().find(|row| row.timeout_s == class.against_s);
    let bound = |bound: Option<f64>| bound.map_or_else(|| "–".to_owned(), format::share);
    vec![
        key.name().to_owned(),
        class.size.words().en().to_owned(),
        format::count(class.n),
        format!("{} s", class.against_s),
        format::count(class.exceed),
        bound(held.map(|row| row.single)),
        bound(held.map(|row| row.in_spells)),
        class.timeout_s.map_or_else(|| "–".to_owned(), |t| format!("{t} s")),
        match class.holds {
            Holds::Holds => "",
            Holds::Breaks => "LONGER",
            Holds::Open => "not shown",
            Holds::TooFew => "too few",
        }
        .to_owned(),
    ]
}
