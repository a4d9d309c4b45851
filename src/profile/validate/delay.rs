//! Rules about delay models: can they be drawn from?

use std::path::Path;

use super::Judge;
use crate::delay::Delay;

pub(super) fn delay(judge: &mut Judge<'_>, key: &str, delay: &Delay) {
    if let Err(error) = delay.check(is_there) {
        judge.fail(key, format!("is wrong: {error}"));
    }
}

fn is_there(log: &Path) -> Result<(), String> {
    let text = "is not a file; name an HdrHistogram interval log";
    if log.is_file() { Ok(()) } else { Err(text.to_owned()) }
}
