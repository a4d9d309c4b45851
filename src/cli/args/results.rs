//! Arguments of `plot`, `list`, `show` and `open`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::FormatArg;
use crate::app::plot::Picture;

/// `plot`.
#[derive(Debug, Args)]
pub struct PlotArgs {
    /// Folders of runs or of searches for the capacity, unique prefixes of run ids, or `latest`; two runs or more are
    /// compared as well, the first is the base
    #[arg(required = true, value_name = "RESULT")]
    pub results: Vec<String>,
    /// Only this chart; may be repeated
    #[arg(long = "chart", value_name = "NAME")]
    pub charts: Vec<String>,
    /// Folder to write to; default: `charts` in the run's folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to write
    #[arg(long, value_enum, default_value_t = PictureArg::Svg)]
    pub format: PictureArg,
    /// Where to look for run ids
    #[arg(long = "results", value_name = "DIR", default_value = "results")]
    pub results_dir: PathBuf,
}

/// What charts are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PictureArg {
    /// Vector graphics
    Svg,
    /// Pixels, from the same drawing
    Png,
}

impl From<PictureArg> for Picture {
    fn from(picture: PictureArg) -> Picture {
        match picture {
            PictureArg::Svg => Picture::Svg,
            PictureArg::Png => Picture::Png,
        }
    }
}

/// `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Where to look for records
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = FormatArg::Terminal)]
    pub format: FormatArg,
}

/// `show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Folder of a run, a unique prefix of its run id, or `latest`
    pub result: String,
    /// Where to look for run ids
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = FormatArg::Terminal)]
    pub format: FormatArg,
}

/// `open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// Folder of a run, a unique prefix of its run id, or `latest`
    pub result: String,
    /// Where to look for run ids
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
}
