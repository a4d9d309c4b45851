//! Timeouts by size of the group, where a load had more than one class of sizes.

use super::super::{Summary, format};
use super::{Block, Grid};
use crate::analysis::{Holds, SizeFigures};
use crate::say;
use crate::text::Text;
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
    let head = [
        Text::plain("webhook"),
        say!("calls-col-size"),
        Text::plain("n"),
        say!("calls-col-timeout"),
        say!("calls-col-slower"),
        say!("calls-col-single"),
        say!("calls-col-spells"),
        say!("calls-col-alone"),
        Text::default(),
    ];
    let mut blocks = vec![
        Block::Heading(say!("calls-heading-sizes")),
        Block::Table(Grid { rows, spare: vec![6], ..Grid::new(head) }),
        Block::Text(say!("calls-sizes-legend")),
    ];
    let words: Vec<Text> = all()
        .filter(|(_, class)| !class.words.is_empty())
        .map(|(key, class)| say!("calls-sizes-of", key = key.name(), words = &class.words))
        .collect();
    if !words.is_empty() {
        blocks.push(Block::List(words));
    }
    blocks
}

fn row(key: WebhookKey, class: &SizeFigures) -> Vec<Text> {
    let held = class.table.iter().find(|row| row.timeout_s == class.against_s);
    let dash = || "–".to_owned();
    let bound = |bound: Option<f64>| Text::plain(bound.map_or_else(dash, format::share));
    vec![
        Text::plain(key.name()),
        class.size.words(),
        Text::plain(format::count(class.n)),
        Text::plain(format!("{} s", class.against_s)),
        Text::plain(format::count(class.exceed)),
        bound(held.map(|row| row.single)),
        bound(held.map(|row| row.in_spells)),
        Text::plain(class.timeout_s.map_or_else(dash, |t| format!("{t} s"))),
        match class.holds {
            Holds::Holds => Text::default(),
            Holds::Breaks => say!("calls-size-longer"),
            Holds::Open => say!("calls-size-open"),
            Holds::TooFew => say!("calls-size-few"),
        },
    ]
}
