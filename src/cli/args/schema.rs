//! Arguments of `schema`.

use clap::{Args, ValueEnum};

use crate::app::schema::Document;

/// `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// What to describe
    #[arg(value_enum, value_name = "NAME")]
    pub of: DocumentArg,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DocumentArg {
    /// A profile, as TOML
    Profile,
    /// summary.json, and `--format json` of run and report
    Summary,
    /// capacity.json
    Capacity,
    /// `compare --format json`
    Comparison,
    /// `whatif --format json`
    Whatif,
    /// `run --rehearse --format json`
    Rehearsal,
    /// A portrait, as `probe` writes it
    Portrait,
}

impl From<DocumentArg> for Document {
    fn from(of: DocumentArg) -> Document {
        match of {
            DocumentArg::Profile => Document::Profile,
            DocumentArg::Summary => Document::Summary,
            DocumentArg::Capacity => Document::Capacity,
            DocumentArg::Comparison => Document::Comparison,
            DocumentArg::Whatif => Document::Whatif,
            DocumentArg::Rehearsal => Document::Rehearsal,
            DocumentArg::Portrait => Document::Portrait,
        }
    }
}
