//! `schema`: the JSON schemas of what is read and printed, as they are committed below `profiles` and `results`.

use super::{Failure, out};
use crate::exit::Exit;
use crate::profile;
use crate::record::portrait;
use crate::report::{capacity, comparison, json, rehearsal, whatif};

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// A profile.
    Profile,
    /// `summary.json`.
    Summary,
    /// `capacity.json`.
    Capacity,
    /// A comparison.
    Comparison,
    /// An answer of `whatif`.
    Whatif,
    /// A rehearsal.
    Rehearsal,
    /// A portrait.
    Portrait,
}

/// Prints the schema.
///
/// # Errors
/// When standard output cannot be written.
pub fn main(document: Document) -> Result<Exit, Failure> {
    let text = match document {
        Document::Profile => Ok(profile::schema::pretty()),
        Document::Summary => json::schema(),
        Document::Capacity => capacity::schema(),
        Document::Comparison => comparison::schema(),
        Document::Whatif => whatif::schema(),
        Document::Rehearsal => rehearsal::schema(),
        Document::Portrait => Ok(portrait::schema_text()),
    };
    out::result(text.map_err(Failure::bug)?.as_bytes())?;
    Ok(Exit::Ok)
}
