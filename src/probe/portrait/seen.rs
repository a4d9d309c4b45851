//! Finding what a fact rests on, and saying why there is none.

use crate::probe::case::{CaseOutcome, CaseResult};
use crate::probe::observation::{Answer, Call, Callback, Observation};
use crate::record::portrait::{Fact, Outcome};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;
use crate::wire::failure::{FailureKind, classify, printable, without_stack};

/// What a fact's function says: a value with its evidence, or why it cannot tell.
pub(super) type Told<T> = Result<(T, Text), Text>;

/// The results of a probe, to be looked up by name.
pub(super) struct Results<'a> {
    results: &'a [CaseResult],
}

impl<'a> Results<'a> {
    pub(super) fn new(results: &'a [CaseResult]) -> Results<'a> {
        Results { results }
    }

    /// The first of these cases that tells; else why the first one that was there does not.
    pub(super) fn fact<T>(&self, names: &[&str], tell: impl Fn(&Observation) -> Told<T>) -> Fact<T> {
        let mut unknown: Option<Fact<T>> = None;
        for name in names {
            let Some(result) = self.result(name) else { continue };
            let fact = match &result.outcome {
                CaseOutcome::Seen(seen) => match tell(seen) {
                    Ok((value, evidence)) => {
                        return Fact::Known { value, evidence, case: (*name).to_owned() };
                    }
                    Err(why) => Fact::Inconclusive { why },
                },
                other => missing(other),
            };
            unknown.get_or_insert(fact);
        }
        unknown.unwrap_or_else(|| Fact::NotMeasured { needs: needs(names) })
    }

    pub(super) fn result(&self, name: &str) -> Option<&'a CaseResult> {
        self.results.iter().find(|r| r.case.name == name)
    }

    pub(super) fn observation(&self, name: &str) -> Option<&'a Observation> {
        match &self.result(name)?.outcome {
            CaseOutcome::Seen(seen) => Some(seen),
            _ => None,
        }
    }

    /// All that was seen, with the case's result.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'a CaseResult, &'a Observation)> {
        self.results.iter().filter_map(|result| match &result.outcome {
            CaseOutcome::Seen(seen) => Some((result, &**seen)),
            _ => None,
        })
    }
}

fn needs(names: &[&str]) -> Text {
    match names.first() {
        Some(name) => say!("probe-needs-case", name = *name),
        None => say!("probe-needs-another-case"),
    }
}

fn missing<T>(outcome: &CaseOutcome) -> Fact<T> {
    match outcome {
        CaseOutcome::NotMeasured(needs) => Fact::NotMeasured { needs: needs.clone() },
        CaseOutcome::NotTestable(why) => Fact::NotTestable { why: why.clone() },
        CaseOutcome::Failed(why) => Fact::Inconclusive { why: say!("probe-the-case-failed", why = why) },
        CaseOutcome::Seen(_) => Fact::default(),
    }
}

/// Key of a callback, where it is one of group operations.
pub(super) fn key_of(callback: &Callback) -> Option<WebhookKey> {
    WebhookKey::from_command(callback.command())
}

/// Creates, in the order of sending.
pub(super) fn creates(seen: &Observation) -> impl Iterator<Item = &Call> {
    seen.calls.iter().filter(|c| c.path.ends_with("/create_group"))
}

/// The answer of the first create.
pub(super) fn first_create(seen: &Observation) -> Result<&Answer, Text> {
    creates(seen).find_map(|c| c.answer.as_ref()).ok_or_else(|| say!("probe-no-answer"))
}

/// What the caller of a create got.
pub(super) fn outcome_of_create(answer: &Answer) -> Outcome {
    outcome(answer, Operation::Create)
}

/// What the caller of `operation` got.
pub(super) fn outcome(answer: &Answer, operation: Operation) -> Outcome {
    let told = classify(answer.status, answer.body.as_bytes(), operation);
    Outcome {
        http_status: answer.status,
        err_code: told.err_code,
        done: told.result.is_ok(),
        group_process_died: told.result == Err(FailureKind::GroupProcessDown),
    }
}

/// An answer in a few words: `errCode 500, errMsg "0 not today"`.
pub(super) fn words(answer: &Answer) -> Text {
    let json = answer.json();
    let Some(code) = json["errCode"].as_i64() else {
        return if answer.body.is_empty() {
            say!("probe-answer-no-body", status = answer.status)
        } else {
            say!("probe-answer-no-envelope", status = answer.status)
        };
    };
    let mut parts = vec![Text::plain(format!("errCode {code}"))];
    let message = short(json["errMsg"].as_str().unwrap_or_default());
    if !message.is_empty() {
        parts.push(Text::plain(format!("errMsg \"{message}\"")));
    }
    match &json["data"]["groupInfo"] {
        serde_json::Value::Object(_) => parts.push(say!("probe-answer-with-group")),
        _ if code == 0 => parts.push(say!("probe-answer-without-group")),
        _ => {}
    }
    Text::join(&parts, &Text::both(", ", "，"))
}

/// One line without stack, at most 60 characters.
pub(super) fn short(text: &str) -> String {
    let line = printable(without_stack(text).trim());
    if line.chars().count() <= 60 {
        return line;
    }
    line.chars().take(57).chain("...".chars()).collect()
}

/// Seconds as they are written in evidence: three places.
pub(super) fn seconds(value: f64) -> String {
    format!("{value:.3} s")
}

/// Middle value; 0 of none.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// Most of these callbacks unanswered at once, how often that was reached, and for how long it
/// stood; a callback whose end is not known never ends.
pub(super) struct Peak {
    pub(super) most: u32,
    pub(super) reached: u32,
    pub(super) stood_s: f64,
    /// Callbacks until it was first reached, and their mean distance.
    pub(super) gap_s: f64,
}

pub(super) fn peak<'a>(callbacks: impl Iterator<Item = &'a Callback>) -> Peak {
    let mut steps: Vec<(f64, i64)> = Vec::new();
    for callback in callbacks {
        steps.push((callback.at, 1));
        let end = callback.replied_at.or_else(|| callback.aborted.map(|held| callback.at + held));
        steps.extend(end.map(|at| (at, -1)));
    }
    // At one instant ends come first: the freed connection is what the next one waited for.
    steps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let most = running(&steps).map(|(level, _)| level).max().unwrap_or(0);
    let first = running(&steps).find(|(level, _)| *level == most).map_or(0.0, |(_, at)| at);
    let begun = steps.first().map_or(0.0, |s| s.0);
    let (mut level, mut last, mut reached, mut stood_s) = (0, begun, 0, 0.0);
    for (at, step) in &steps {
        if level == most {
            stood_s += at - last;
        }
        level += step;
        reached += u32::from(*step == 1 && level == most);
        last = *at;
    }
    let count = u32::try_from(most).unwrap_or(0);
    Peak { most: count, reached, stood_s, gap_s: (first - begun) / f64::from(count.max(1)) }
}

fn running(steps: &[(f64, i64)]) -> impl Iterator<Item = (i64, f64)> {
    steps.iter().scan(0, |level, (at, step)| {
        *level += step;
        Some((*level, *at))
    })
}
