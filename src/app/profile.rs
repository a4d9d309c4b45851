//! `profile check|schema|list|show`.

use unicode_width::UnicodeWidthStr as _;

use super::plan::{PlanRequest, Prepared, prepare};
use super::{Failure, out};
use crate::exit::Exit;
use crate::profile::{Footprint, schema, shipped};
use crate::report::{format, terminal};
use crate::say;
use crate::text::Told;

/// Validates and prints what a run would do and could show.
///
/// # Errors
/// Exit code 2 with every problem found.
pub fn check(request: &PlanRequest) -> Result<Exit, Failure> {
    print_footprint(&prepare(request)?)?;
    Ok(Exit::Ok)
}

/// Prints the footprint and the reachable confidence.
///
/// # Errors
/// When standard output cannot be written.
pub fn print_footprint(prepared: &Prepared) -> Result<(), Failure> {
    let mut lines = vec![say!("run-plan-profile", title = format::printable(&prepared.plan.profile.title))];
    lines.extend(Footprint::of(&prepared.plan).lines());
    let text: String = lines.iter().map(|line| indented(line.of(out::lang()))).collect();
    out::result(text.as_bytes())
}

/// A line wrapped as reports are, with its own indentation kept.
fn indented(line: &str) -> String {
    let inner = line.trim_start();
    let margin = &line[..line.len() - inner.len()];
    // `name   text`: what follows stays below the text.
    let label = inner.find("  ").map_or(0, |at| inner.len() - inner[at..].trim_start().len());
    let rest = format!("{margin}{}", " ".repeat(inner[..label].width().max(2)));
    terminal::wrapped(&inner[label..], &format!("{margin}{}", &inner[..label]), &rest, terminal::WIDTH)
}

/// Prints the JSON schema.
///
/// # Errors
/// When standard output cannot be written.
pub fn schema() -> Result<Exit, Failure> {
    out::result(schema::pretty().as_bytes())?;
    Ok(Exit::Ok)
}

/// Lists the shipped profiles.
///
/// # Errors
/// When standard output cannot be written.
pub fn list() -> Result<Exit, Failure> {
    let width = shipped::SHIPPED.iter().map(|s| s.name.len()).max().unwrap_or_default();
    let text: String =
        shipped::SHIPPED.iter().map(|s| format!("{:width$}  {}\n", s.name, s.title())).collect();
    out::result(text.as_bytes())?;
    Ok(Exit::Ok)
}

/// Prints a shipped profile.
///
/// # Errors
/// Exit code 2 when there is none of that name.
pub fn show(name: &str) -> Result<Exit, Failure> {
    let Some(shipped) = shipped::Shipped::find(name) else {
        let names: Vec<_> = shipped::SHIPPED.iter().map(|s| s.name).collect();
        return Err(Failure::usage(Told::new(say!(
            "app-profile-none",
            name = name,
            names = names.join(", ")
        ))));
    };
    out::result(shipped.text.as_bytes())?;
    Ok(Exit::Ok)
}
