//! Whether what was seen is what a build does.
//!
//! Holds an [`Observation`], whether from a live case or from a recording, against what the
//! case expects of every build. Pure. Lenient where a busy machine or a deployment of its own
//! shape may differ (waits upwards, keys that are not enabled, several sending processes),
//! strict in codes, texts, order and in what must not come.

mod answers;
mod callbacks;
mod facts;
mod limits;
mod steps;
#[cfg(test)]
mod tests;
mod waits;

use super::case::{Case, Setting, Verdict};
use super::observation::Observation;
use crate::say;
use crate::text::Text;
use crate::wire::Build;
use steps::Steps;

/// What is looked at, for one build.
#[derive(Clone, Copy)]
struct Look<'a> {
    case: &'a Case,
    seen: &'a Observation,
    steps: &'a Steps,
    setting: &'a Setting,
    build: Build,
}

/// Which builds do what was seen, and whether the deployment's is among them.
#[must_use]
pub fn judge(case: &Case, seen: &Observation, setting: &Setting) -> Verdict {
    let steps = match Steps::of(case, seen) {
        Ok(steps) => steps,
        Err(difference) => return Verdict::Differs { like: Vec::new(), difference },
    };
    let differs = |build| difference(Look { case, seen, steps: &steps, setting, build });
    let fitting: Vec<Build> = Build::ALL.into_iter().filter(|build| differs(*build).is_none()).collect();
    match differs(setting.version.build) {
        None => Verdict::Matches(fitting),
        Some(difference) => Verdict::Differs { like: fitting, difference },
    }
}

/// The first difference from what the build does.
fn difference(look: Look<'_>) -> Option<Text> {
    let Some(expect) = look.case.expected(look.build) else {
        return Some(say!("probe-judge-nothing-known", build = look.build.name()));
    };
    answers::differ(&look, expect)
        .or_else(|| callbacks::differ(&look, expect))
        .or_else(|| expect.facts.iter().find_map(|fact| facts::differ(&look, fact)))
}

/// Builds in words: `every build`, `3.7`, `3.7 and 3.8.0`, `3.8+`, `3.8.1+`, `main`.
#[must_use]
pub fn label(builds: &[Build]) -> Text {
    let has = |build: &Build| builds.contains(build);
    let first = Build::ALL.iter().position(has);
    let Some(first) = first else { return say!("probe-builds-none") };
    if Build::ALL[first..].iter().all(has) {
        return from(first);
    }
    let mut names: Vec<Text> = Vec::new();
    let mut next = first;
    while next < Build::ALL.len() {
        let run = Build::ALL[next..].iter().take_while(|build| has(build)).count();
        names.extend(run_names(&Build::ALL[next..next + run]));
        next += run.max(1);
    }
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => say!("probe-builds-and", others = Text::list(others), last = last),
        None => Text::default(),
    }
}

/// Builds that follow each other.
fn run_names(run: &[Build]) -> Vec<Text> {
    match run {
        [Build::Main, Build::MainStandalone] => vec![Text::plain("main")],
        [first, _, .., last] => vec![say!("probe-builds-span", first = name(*first), last = name(*last))],
        few => few.iter().map(|build| name(*build)).collect(),
    }
}

fn name(build: Build) -> Text {
    match build {
        Build::V370 => Text::plain("3.7"),
        Build::Main => say!("probe-builds-main-processes"),
        other => Text::plain(other.name()),
    }
}

/// This build and all later ones.
fn from(first: usize) -> Text {
    match Build::ALL[first] {
        Build::V370 => say!("probe-builds-every"),
        Build::V380 => Text::plain("3.8+"),
        Build::V383 => Text::plain("3.8.1+"),
        Build::Patch16 => Text::plain("3.8.3-patch.5+"),
        Build::Main => Text::plain("main"),
        Build::MainStandalone => Text::plain("main-standalone"),
    }
}
