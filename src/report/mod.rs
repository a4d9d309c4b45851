//! Reports: one `Summary`, computed once, and renderers that only format it.

pub mod blocks;
pub mod capacity;
pub mod comparison;
pub mod format;
pub mod json;
pub mod junit;
pub mod lead;
pub mod markdown;
pub mod model;
pub mod patch;
pub mod rehearsal;
pub mod terminal;
pub mod whatif;

pub use model::Summary;

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
}

/// Why a report could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A figure that JSON cannot hold.
    #[error("cannot write the summary as JSON: {0}; this is a bug, please report it")]
    Json(#[from] serde_json::Error),
}

/// Turns a summary into bytes; formats, does not calculate.
pub trait Renderer {
    /// The whole report.
    ///
    /// # Errors
    /// When the format cannot hold a figure.
    fn render(&self, summary: &Summary) -> Result<Vec<u8>, RenderError>;
}

/// The renderer of a format; `width` is that of the terminal, columns.
#[must_use]
pub fn renderer(format: Format, colour: bool, width: usize) -> Box<dyn Renderer> {
    match format {
        Format::Terminal => Box::new(terminal::Terminal { colour, width }),
        Format::Json => Box::new(json::Json),
        Format::Markdown => Box::new(markdown::Markdown),
    }
}

/// Lays blocks out that are not those of a run's summary; `Format::Json` is the caller's, as Markdown here.
#[must_use]
pub fn lay_out(blocks: &[blocks::Block], format: Format, colour: bool, width: usize) -> Vec<u8> {
    match format {
        Format::Terminal => terminal::Terminal { colour, width }.blocks(blocks).into_bytes(),
        Format::Json | Format::Markdown => markdown::blocks_text(blocks).into_bytes(),
    }
}
