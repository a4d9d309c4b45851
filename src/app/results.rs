//! `list`, `show` and `open`: what records there are, and one of them again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{FailOn, Failure, Format, out, report};
use crate::exit::Exit;
use crate::record::store;
use crate::report::blocks::{Block, Grid};
use crate::report::figures::Figures;
use crate::report::{Page, Report, format};
use crate::say;
use crate::text::{Text, Told};

/// The page of a record.
const PAGE: &str = "report.html";

/// Prints the records of a folder, the newest first.
///
/// # Errors
/// When standard output cannot be written.
pub fn list(records: &Path, wanted: Format) -> Result<Exit, Failure> {
    let rows: Vec<Row> =
        store::list(records).iter().rev().map(|id| Row::read(&records.join(id), id)).collect();
    if rows.is_empty() && wanted != Format::Json {
        let folder = records.display().to_string();
        out::tell(&say!("results-none", folder = folder));
        return Ok(Exit::Ok);
    }
    let head = [
        say!("results-head-run"),
        say!("results-head-started"),
        say!("results-head-verdict"),
        say!("results-head-timeouts"),
        say!("results-head-title"),
    ];
    let cells = rows.iter().map(Row::cells).collect();
    let table = Block::Table(Grid { rows: cells, spare: vec![1, 3], ..Grid::new(head) });
    let page = Page { title: "openim-bench list", lead: &[], charts: &[], blocks: &[table], data: &rows };
    out::result(&page.render(wanted, out::look()).map_err(Failure::bug)?)?;
    Ok(Exit::Ok)
}

/// A record as the list shows it, from its files as they are: nothing is judged anew.
#[derive(Debug, Default, serde::Serialize)]
struct Row {
    run_id: String,
    started: String,
    title: String,
    /// `valid`, `warnings` or `invalid`; absent where nothing judged the run yet.
    verdict: Option<String>,
    /// Recommended timeouts, s.
    timeouts: std::collections::BTreeMap<String, u64>,
}

impl Row {
    fn read(folder: &Path, id: &str) -> Row {
        let json = |file: &str| -> serde_json::Value {
            let bytes = std::fs::read(folder.join(file)).unwrap_or_default();
            serde_json::from_slice(&bytes).unwrap_or_default()
        };
        let (run, summary) = (json(crate::record::RUN_JSON), json("summary.json"));
        let text = |value: &serde_json::Value, at: &str| {
            value.pointer(at).and_then(|v| v.as_str()).map(format::printable)
        };
        let recommended = summary.get("recommendations").and_then(|r| r.as_object());
        let timeouts = recommended
            .into_iter()
            .flatten()
            .filter_map(|(key, r)| Some((format::printable(key), r.get("timeout_s")?.as_u64()?)));
        Row {
            run_id: format::printable(id),
            started: text(&run, "/environment/started").unwrap_or_default(),
            title: text(&run, "/plan/profile/title").unwrap_or_default(),
            verdict: text(&summary, "/validity/verdict"),
            timeouts: timeouts.collect(),
        }
    }

    fn cells(&self) -> Vec<Text> {
        let verdict = match self.verdict.as_deref() {
            Some("valid") => say!("results-verdict-valid"),
            Some("warnings") => say!("results-verdict-warnings"),
            Some("invalid") => say!("results-verdict-invalid"),
            _ => say!("results-verdict-unread"),
        };
        let timeouts: Vec<String> = self.timeouts.iter().map(|(key, s)| format!("{key} {s}")).collect();
        vec![
            Text::plain(&self.run_id),
            Text::plain(&self.started),
            verdict,
            Text::plain(timeouts.join(", ")),
            Text::plain(&self.title),
        ]
    }
}

/// Prints the report of a record and writes nothing.
///
/// # Errors
/// Exit code 2 when there is no such record.
pub fn show(records: &Path, result: &str, wanted: Format) -> Result<Exit, Failure> {
    let folder = store::find(records, result).map_err(Failure::usage)?;
    let built = match wanted {
        Format::Html => report::build(&folder, false)?,
        // Only a page draws, and what it draws takes another reading of the logs.
        _ => Report { summary: report::summary(&folder, false)?, figures: Figures::default() },
    };
    report::print(&built, wanted)?;
    Ok(report::exit_of(&built.summary, FailOn::Never))
}

/// Opens the page of a record in the browser; writes the page first where it is missing.
///
/// # Errors
/// Exit code 2 when there is no such record, or no browser can be started.
pub fn open(records: &Path, result: &str) -> Result<Exit, Failure> {
    let folder = store::find(records, result).map_err(Failure::usage)?;
    let page = folder.join(PAGE);
    if !page.is_file()
        && let Some(failure) = report::judge(&folder, false)?.unwritten
    {
        return Err(failure);
    }
    let page = std::path::absolute(&page).unwrap_or(page);
    out::result(format!("{}\n", page.display()).as_bytes())?;
    let openers = openers();
    let started = openers.iter().find(|(program, args)| start(program, args, &page));
    match started {
        Some((program, _)) => {
            let file = format!("{} ({program})", page.display());
            out::tell(&say!("results-opening", file = file));
            Ok(Exit::Ok)
        }
        None => {
            let tried: Vec<Text> = openers.iter().map(|(program, _)| Text::plain(program)).collect();
            Err(Failure::usage(Told::new(say!("results-no-browser", tried = Text::list(&tried)))))
        }
    }
}

/// Programs that open a page, with what comes before its path; the one of the person first.
fn openers() -> Vec<(String, Vec<&'static str>)> {
    let own = std::env::var("BROWSER").ok().filter(|browser| !browser.trim().is_empty());
    let mut all: Vec<(String, Vec<&'static str>)> =
        own.into_iter().map(|program| (program, Vec::new())).collect();
    let known: &[(&str, &[&str])] = match std::env::consts::OS {
        "macos" => &[("open", &[])],
        "windows" => &[("cmd", &["/C", "start", ""])],
        _ => &[("xdg-open", &[]), ("wslview", &[])],
    };
    all.extend(known.iter().map(|(program, args)| ((*program).to_owned(), args.to_vec())));
    all
}

/// Starts it without a hold on this terminal; whether it could be started.
fn start(program: &str, args: &[&str], page: &PathBuf) -> bool {
    let silent = || Stdio::null();
    Command::new(program)
        .args(args)
        .arg(page)
        .stdin(silent())
        .stdout(silent())
        .stderr(silent())
        .spawn()
        .is_ok()
}
