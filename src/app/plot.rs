//! `plot`: the charts of records, of searches for the capacity and of comparisons as files, SVG or PNG.

use std::path::{Path, PathBuf};

use super::{Failure, capacity, compare, out, report, unwritten};
use crate::exit::Exit;
use crate::record::store;
use crate::record::write::write_text_atomically;
use crate::report::charts::{Drawing, NAMES, drawings};
use crate::report::format;
use crate::report::png::Fonts;
use crate::say;
use crate::text::{Lang, Told};

/// The one chart that takes several results.
const COMPARISON: &str = "comparison";

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
    /// Folders of runs or of searches for the capacity, prefixes of run ids, or `latest`.
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

/// Writes the charts and prints the path of each on standard output; of two runs or more their comparison as well.
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
    let found: Vec<Found> =
        request.results.iter().map(|name| find(request, name)).collect::<Result<_, _>>()?;
    let mut paths = Vec::new();
    for result in &found {
        paths.extend(draw(request, result, &pen)?);
    }
    paths.extend(compared(request, &found, &pen)?);
    let paths: String = paths.iter().map(|path| format!("{}\n", path.display())).collect();
    out::result(paths.as_bytes())?;
    Ok(Exit::Ok)
}

/// Names of charts that are none, with those that there are.
fn check(charts: &[String]) -> Result<(), Failure> {
    let Some(wrong) = charts.iter().find(|name| !NAMES.contains(&name.as_str())) else { return Ok(()) };
    let (asked, all) = (format::printable(wrong), NAMES.join(", "));
    Err(Failure::usage(Told::new(say!("results-no-chart", name = asked, names = all))))
}

/// A result by what it is.
enum Found {
    Run(PathBuf),
    Search(PathBuf),
}

fn find(request: &PlotRequest, name: &str) -> Result<Found, Failure> {
    match capacity::find(&request.records, name) {
        Some(folder) => Ok(Found::Search(folder)),
        None => store::find(&request.records, name).map(Found::Run).map_err(Failure::usage),
    }
}

/// The charts of one result.
fn draw(request: &PlotRequest, result: &Found, pen: &Pen) -> Result<Vec<PathBuf>, Failure> {
    let asked: Vec<&str> = request.charts.iter().map(String::as_str).filter(|n| *n != COMPARISON).collect();
    if asked.is_empty() && !request.charts.is_empty() {
        return Ok(Vec::new());
    }
    let (name, folder, all) = match result {
        Found::Run(folder) => {
            let report = report::build(folder, false)?;
            (report.summary.run_id.clone(), folder, drawings(&report))
        }
        Found::Search(folder) => {
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
            let drawing = capacity::drawing(folder)?;
            (name.unwrap_or_else(|| folder.display().to_string()), folder, drawing.into_iter().collect())
        }
    };
    tell_missing(&name, &asked, &all);
    let wanted = |d: &Drawing| asked.is_empty() || asked.contains(&d.name);
    let drawings: Vec<Drawing> = all.into_iter().filter(wanted).collect();
    if drawings.is_empty() {
        return Ok(Vec::new());
    }
    // Several results into one folder must not write over each other.
    let several = request.out.is_some() && request.results.len() > 1;
    let prefix = if several { format!("{name}-") } else { String::new() };
    put(request, folder, &prefix, &drawings, pen)
}

/// Says what was asked for and this result cannot show.
fn tell_missing(name: &str, asked: &[&str], all: &[Drawing]) {
    let name = format::printable(name);
    if all.is_empty() {
        out::tell(&say!("results-no-charts", run = name));
        return;
    }
    let missing: Vec<&str> = asked.iter().filter(|a| !all.iter().any(|d| d.name == **a)).copied().collect();
    if !missing.is_empty() {
        let shown = all.iter().map(|d| d.name).collect::<Vec<_>>().join(", ");
        out::tell(&say!("charts-cannot-show", result = name, asked = missing.join(", "), shown = shown));
    }
}

/// The comparison of all runs with the first one. Where it was not asked for by name, runs that cannot be compared are no
/// failure: their own charts are drawn all the same.
fn compared(request: &PlotRequest, found: &[Found], pen: &Pen) -> Result<Vec<PathBuf>, Failure> {
    let asked = request.charts.iter().any(|name| name == COMPARISON);
    if !asked && !request.charts.is_empty() {
        return Ok(Vec::new());
    }
    let runs =
        found.iter().filter_map(|f| if let Found::Run(folder) = f { Some(folder.clone()) } else { None });
    let runs: Vec<PathBuf> = runs.collect();
    let [_, candidate, ..] = runs.as_slice() else {
        return if asked { Err(Failure::usage(Told::new(say!("charts-needs-two")))) } else { Ok(Vec::new()) };
    };
    match compare::drawing(&runs, &request.records) {
        Ok(Some(drawing)) => put(request, candidate, "", &[drawing], pen),
        Ok(None) => {
            out::tell(&say!("charts-nothing-compared"));
            Ok(Vec::new())
        }
        Err(failure) if asked => Err(failure),
        Err(failure) => {
            out::tell(&say!("charts-not-compared", why = failure.text()));
            Ok(Vec::new())
        }
    }
}

/// Writes drawings into `--out`, else the folder of charts in `folder`.
fn put(
    request: &PlotRequest,
    folder: &Path,
    prefix: &str,
    drawings: &[Drawing],
    pen: &Pen,
) -> Result<Vec<PathBuf>, Failure> {
    let to = request.out.clone().unwrap_or_else(|| folder.join("charts"));
    let shown = to.display().to_string();
    std::fs::create_dir_all(&to).map_err(|error| {
        Failure::usage(Told::new(say!("results-no-folder", folder = &shown)).because(error))
    })?;
    let paths = drawings.iter().map(|drawing| {
        let path = to.join(format!("{prefix}{}.{}", drawing.name, pen.extension()));
        write_text_atomically(&path, &pen.bytes(drawing)?).map_err(|error| unwritten(&path, error))?;
        Ok(path)
    });
    let paths = paths.collect::<Result<Vec<_>, Failure>>()?;
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
