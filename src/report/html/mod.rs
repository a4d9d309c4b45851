//! `report.html`: one file for everyone, in both languages, that asks nothing of any network.
//!
//! Templates escape whatever they are given; only the charts, which are drawn here, go in as they are. The style sheet and
//! the script stand in the page, and its policy lets no other script run and nothing be loaded.

mod answer;
mod breaks;
mod method;
mod readout;
mod shown;
mod view;

use askama::Template;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{SHA256, digest};

use readout::Readings as _;

use super::blocks::Block;
use super::charts::Drawing;
use super::{RenderError, Renderer, Report};
use crate::say;
use crate::text::{Lang, Text};
use shown::Shown;

const STYLE: &str = include_str!("templates/style.css");
const SCRIPT: &str = include_str!("templates/script.js");

/// A page with both languages; this one is shown first.
#[derive(Clone, Copy, Debug)]
pub struct Html {
    /// The language that it begins with.
    pub lang: Lang,
}

impl Renderer for Html {
    fn render(&self, report: &Report) -> Result<Vec<u8>, RenderError> {
        Ok(view::Page::new(report, Frame::new(&report.summary.run_id, self.lang)).render()?.into_bytes())
    }
}

impl Html {
    /// A title, sentences to begin with, then blocks of whatever they are about, and their charts.
    ///
    /// # Errors
    /// Never in practice: a page is written to memory.
    pub(super) fn page(
        self,
        title: &str,
        lead: &[Text],
        charts: &[Drawing],
        blocks: &[Block],
    ) -> Result<Vec<u8>, RenderError> {
        let page = Plain { frame: Frame::new(title, self.lang), lead, charts, blocks };
        Ok(page.render()?.into_bytes())
    }
}

/// What every page has around its content.
#[derive(Clone, Debug)]
struct Frame {
    title: String,
    lang: &'static str,
    policy: String,
}

impl Frame {
    fn new(title: &str, lang: Lang) -> Frame {
        Frame { title: title.to_owned(), lang: lang.name(), policy: policy() }
    }

    fn style(&self) -> &'static str {
        STYLE
    }

    fn script(&self) -> &'static str {
        SCRIPT
    }
}

/// Nothing is loaded, nothing is sent; the one script is known by its hash. Styles may stand at elements, as they do in
/// charts.
fn policy() -> String {
    let hash = BASE64_STANDARD.encode(digest(&SHA256, SCRIPT.as_bytes()));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; img-src data:; base-uri 'none'; \
         form-action 'none'"
    )
}

/// Blocks below a few sentences: comparisons, searches for capacity, answers to a what-if.
#[derive(Template)]
#[template(path = "plain.html")]
struct Plain<'a> {
    frame: Frame,
    lead: &'a [Text],
    charts: &'a [Drawing],
    blocks: &'a [Block],
}

#[cfg(test)]
mod tests {
    use super::super::blocks::Grid;
    use super::*;

    #[test]
    fn any_blocks_make_a_page_in_which_nothing_from_outside_is_markup() {
        let bad = "<script>alert(1)</script>\"'&";
        let text = || Text::plain(bad);
        let blocks = [
            Block::Heading(text()),
            Block::Text(text()),
            Block::List(vec![text()]),
            Block::Code(text()),
            Block::Table(Grid { rows: vec![vec![text(), text()]], ..Grid::new([text(), text()]) }),
        ];
        let page = Html { lang: Lang::Zh }.page(bad, &[text()], &[], &blocks).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("<html lang=\"zh\" data-lang=\"zh\">"), "{page}");
        assert_eq!(page.matches("&#60;script&#62;alert(1)").count(), 11, "{page}");
    }

    #[test]
    fn the_script_holds_nothing_that_ends_its_element() {
        assert!(!SCRIPT.contains("</") && !STYLE.contains("</"));
    }
}
