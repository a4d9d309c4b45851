//! Rules about delay models: can they be drawn from?

use std::path::Path;

use super::Judge;
use crate::delay::Delay;
use crate::say;
use crate::text::Text;

pub(super) fn delay(judge: &mut Judge<'_>, key: &str, delay: &Delay) {
    if let Err(error) = delay.check(is_there) {
        judge.fail(key, say!("profile-wrong", why = error.text()));
    }
}

fn is_there(log: &Path) -> Result<(), Text> {
    if log.is_file() { Ok(()) } else { Err(say!("profile-no-log")) }
}
