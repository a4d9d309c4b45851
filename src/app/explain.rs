//! `explain`: what a pasted failure can be.

use std::io::Read;

use super::{Failure, Format, out};
use crate::analysis::explain::{Asked, explain};
pub use crate::analysis::explain::{Elapsed, ElapsedError};
use crate::exit::Exit;
use crate::report;
use crate::say;
use crate::text::Told;
use crate::wire::OpenimVersion;

/// As much of standard input as is read; an answer is far shorter.
const LONGEST_INPUT: u64 = 1 << 20;

/// What is asked.
#[derive(Clone, Debug)]
pub struct ExplainRequest {
    /// What was pasted; standard input where it is absent or `-`.
    pub text: Option<String>,
    /// How long the call took.
    pub elapsed: Option<Elapsed>,
    /// The deployment's version.
    pub version: Option<OpenimVersion>,
    /// What to print.
    pub format: Format,
}

/// Explains and prints.
///
/// # Errors
/// Exit code 2 when there is no text. A text in which nothing is known is printed as such and ends in exit code 2, too.
pub fn main(request: &ExplainRequest) -> Result<Exit, Failure> {
    let text = match request.text.as_deref() {
        Some(text) if text != "-" => text.to_owned(),
        _ => standard_input()?,
    };
    if text.trim().is_empty() {
        return Err(Failure::usage(Told::new(say!("explain-nothing"))));
    }
    let asked = Asked { text: &text, elapsed: request.elapsed, version: request.version.as_ref() };
    let explanation = explain(asked);
    let bytes = report::explain::rendered(&explanation, request.format, out::look()).map_err(Failure::bug)?;
    out::result(&bytes)?;
    Ok(if explanation.causes.is_empty() { Exit::Usage } else { Exit::Ok })
}

fn standard_input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(LONGEST_INPUT)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::usage(Told::new(say!("explain-stdin")).because(error)))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
