//! Which cases are run: all, or those that were named; and the list of them.

use crate::app::{Failure, out};
use crate::exit::Exit;
use crate::probe::case::{Case, Config};
use crate::probe::cases::CASES;
use crate::say;
use crate::text::{Text, Told};

/// The cases of these names in the order of the table; all where none is named.
pub(super) fn cases(only: &[String]) -> Result<Vec<&'static Case>, Failure> {
    if let Some(unknown) = only.iter().find(|name| !CASES.iter().any(|case| case.name == name.as_str())) {
        let nearest = CASES
            .iter()
            .map(|case| case.name)
            .min_by_key(|name| strsim::damerau_levenshtein(name, unknown))
            .unwrap_or_default();
        return Err(Failure::usage(Told::new(say!("probe-no-such-case", name = unknown, nearest = nearest))));
    }
    let chosen = |case: &&&Case| only.is_empty() || only.iter().any(|name| name == case.name);
    Ok(CASES.iter().filter(chosen).copied().collect())
}

/// Prints every case with what it tries and needs.
///
/// # Errors
/// When standard output cannot be written.
pub fn list() -> Result<Exit, Failure> {
    let mut text = String::new();
    for case in CASES {
        text.push_str(format!("{:<30} {}", case.name, told(case).of(out::lang())).trim_end());
        text.push('\n');
    }
    out::result(text.as_bytes())?;
    Ok(Exit::Ok)
}

fn told(case: &Case) -> Text {
    let tries = (case.tries)();
    let needs = needs(case);
    if needs.is_empty() { tries } else { say!("probe-list-needs", tries = tries, needs = Text::list(&needs)) }
}

fn needs(case: &Case) -> Vec<Text> {
    let needs = &case.needs;
    let mut words = Vec::new();
    if needs.slow {
        words.push(Text::plain("--slow"));
    }
    if needs.danger.is_some() {
        words.push(Text::plain("--dangerous"));
    }
    if let Some(config) = needs.config {
        words.push(match config {
            Config::Extra(_) => say!("probe-list-keys"),
            _ => say!("probe-list-yml"),
        });
    }
    if needs.simulator_only.is_some() {
        words.push(say!("probe-list-simulator"));
    }
    words
}
