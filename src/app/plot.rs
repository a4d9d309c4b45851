//! `plot`: the charts of records as files, SVG or PNG.

use std::path::{Path, PathBuf};

use super::{Failure, out, report, unwritten};
use crate::exit::Exit;
use crate::record::store;
use crate::record::write::write_text_atomically;
use crate::report::charts::{Drawing, NAMES, drawings};
use crate::report::png::Fonts;
use crate::say;
use crate::text::{Lang, Told};

/// What charts are written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Picture {
    /// Vector graphics; the viewer has the fonts.
    #[default]
    Svg,
    /// Pixels, drawn from the same SVG.
    Png,
}

/// Which charts of which records, and where to.
#[derive(Clone, Debug)]
pub struct PlotRequest {
    /// Folders, prefixes of run ids, or `latest`.
    pub results: Vec<String>,
    /// Where records are.
    pub records: PathBuf,
    /// Only these charts; all where empty.
    pub charts: Vec<String>,
    /// Folder to write to; that of the record where absent.
    pub out: Option<PathBuf>,
    /// What they are written as.
    pub picture: Picture,
}

/// Writes the charts and prints the path of each on standard output.
///
/// # Errors
/// Exit code 2 when there is no such record or chart, or a file cannot be written.
pub fn main(request: &PlotRequest) -> Result<Exit, Failure> {
    check(&request.charts)?;
    let lang = out::lang();
    let pen = Pen::new(request.picture, lang);
    if pen.lang != lang {
        out::tell(&say!("results-no-cjk-font"));
    }
    let mut paths = String::new();
    for result in &request.results {
        let folder = store::find(&request.records, result).map_err(Failure::usage)?;
        for path in draw(request, &folder, &pen)? {
            paths.push_str(&format!("{}\n", path.display()));
        }
    }
    out::result(paths.as_bytes())?;
    Ok(Exit::Ok)
}

/// Names of charts that are none, with the nearest one.
fn check(charts: &[String]) -> Result<(), Failure> {
    let Some(wrong) = charts.iter().find(|name| !NAMES.contains(&name.as_str())) else { return Ok(()) };
    Err(Failure::usage(Told::new(say!("results-no-chart", name = wrong, names = NAMES.join(", ")))))
}

fn draw(request: &PlotRequest, folder: &Path, pen: &Pen) -> Result<Vec<PathBuf>, Failure> {
    let report = report::build(folder, false)?;
    let wanted = |d: &Drawing| request.charts.is_empty() || request.charts.iter().any(|name| name == d.name);
    let drawings: Vec<Drawing> = drawings(&report).into_iter().filter(wanted).collect();
    let run = &report.summary.run_id;
    if drawings.is_empty() {
        out::tell(&say!("results-no-charts", run = run));
        return Ok(Vec::new());
    }
    let to = request.out.clone().unwrap_or_else(|| folder.join("charts"));
    std::fs::create_dir_all(&to).map_err(|error| {
        let told = say!("results-no-folder", folder = to.display().to_string());
        Failure::usage(Told::new(told).because(error))
    })?;
    // Several runs into one folder must not write over each other.
    let prefix =
        if request.out.is_some() && request.results.len() > 1 { format!("{run}-") } else { String::new() };
    let paths = drawings.iter().map(|drawing| {
        let path = to.join(format!("{prefix}{}.{}", drawing.name, pen.extension()));
        write_text_atomically(&path, &pen.bytes(drawing)?).map_err(|error| unwritten(&path, error))?;
        Ok(path)
    });
    let paths = paths.collect::<Result<Vec<_>, Failure>>()?;
    let shown = to.display().to_string();
    out::tell(&say!("results-drawn", n = paths.len(), folder = shown));
    Ok(paths)
}

/// How charts are put down: the language that the fonts allow, and the fonts.
struct Pen {
    lang: Lang,
    fonts: Option<Fonts>,
}

impl Pen {
    fn new(picture: Picture, lang: Lang) -> Pen {
        let fonts = (picture == Picture::Png).then(|| Fonts::load(lang));
        let writes = fonts.as_ref().is_none_or(|fonts| lang != Lang::Zh || fonts.write("超时"));
        Pen { lang: if writes { lang } else { Lang::En }, fonts }
    }

    fn extension(&self) -> &'static str {
        if self.fonts.is_some() { "png" } else { "svg" }
    }

    fn bytes(&self, drawing: &Drawing) -> Result<Vec<u8>, Failure> {
        let svg = drawing.of(self.lang);
        match &self.fonts {
            Some(fonts) => fonts.draw(svg).map_err(Failure::bug),
            None => Ok(format!("{}\n", svg.trim_end()).into_bytes()),
        }
    }
}
