//! Reports: one `Summary`, computed once, and renderers that only format it.

pub mod blocks;
pub mod capacity;
pub mod charts;
pub mod comparison;
pub mod explain;
pub mod figures;
pub mod format;
pub mod html;
pub mod json;
pub mod junit;
pub mod lead;
pub mod logs;
pub mod markdown;
pub mod model;
pub mod patch;
pub mod png;
pub mod rehearsal;
pub mod terminal;
pub mod upstream;
pub mod whatif;

pub use model::{Report, Summary};

use serde::Serialize;

use crate::text::{Lang, Text};
use crate::{displays_english, say};
use html::Html;
use markdown::Markdown;
use terminal::Terminal;

/// What a report is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, at most 100 columns.
    #[default]
    Terminal,
    /// `summary.json`.
    Json,
    /// `report.md`.
    Markdown,
    /// `report.html`.
    Html,
}

/// Why a report could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A figure that JSON cannot hold.
    Json(#[from] serde_json::Error),
    /// A page that cannot be written.
    Html(#[from] askama::Error),
}

impl RenderError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            RenderError::Json(error) => say!("errors-render-json", why = error.to_string()),
            RenderError::Html(error) => say!("errors-render-html", why = error.to_string()),
        }
    }
}

displays_english!(RenderError);

/// How a report looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colour and bold, on a terminal.
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Language of the sentences; HTML holds both and begins with this one.
    pub lang: Lang,
}

impl Look {
    /// As in a file: no colour, as wide as a report gets.
    #[must_use]
    pub const fn file(lang: Lang) -> Look {
        Look { colour: false, width: terminal::WIDTH, lang }
    }
}

/// Turns a report into bytes; formats, does not calculate.
pub trait Renderer {
    /// The whole report.
    ///
    /// # Errors
    /// When the format cannot hold a figure.
    fn render(&self, report: &Report) -> Result<Vec<u8>, RenderError>;
}

/// The renderer of a format.
#[must_use]
pub fn renderer(format: Format, look: Look) -> Box<dyn Renderer> {
    match format {
        Format::Terminal => Box::new(Terminal::new(look)),
        Format::Json => Box::new(json::Json),
        Format::Markdown => Box::new(Markdown { lang: look.lang }),
        Format::Html => Box::new(Html { lang: look.lang }),
    }
}

/// A page that is no summary of a run.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a, D> {
    /// Its title, where the format has one.
    pub title: &'a str,
    /// Sentences to begin with, the first one bold.
    pub lead: &'a [Text],
    /// Charts, which HTML alone can show.
    pub charts: &'a [charts::Drawing],
    /// What follows them.
    pub blocks: &'a [blocks::Block],
    /// What scripts get instead.
    pub data: &'a D,
}

impl<D: Serialize> Page<'_, D> {
    /// In that format.
    ///
    /// # Errors
    /// When the format cannot hold a figure.
    pub fn render(&self, format: Format, look: Look) -> Result<Vec<u8>, RenderError> {
        let Page { title, lead, charts, blocks, data } = self;
        Ok(match format {
            Format::Terminal => Terminal::new(look).page(lead, blocks).into_bytes(),
            Format::Json => json::pretty(data)?.into_bytes(),
            Format::Markdown => Markdown { lang: look.lang }.page(title, lead, blocks).into_bytes(),
            Format::Html => Html { lang: look.lang }.page(title, lead, charts, blocks)?,
        })
    }
}
