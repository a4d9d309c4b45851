//! Holds what the simulator did against what was recorded, and finds the first difference:
//! answers field by field, callbacks with headers and bodies, waits by their class. What is
//! chance (ids, times, ports) is taken out; races are named.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::infer;
use super::normal::Normal;
use super::outcome::{Outcome, Race, same, within};
use super::play::Replayed;
use crate::probe::observation::{Answer, Callback};
use crate::probe::recording::Recording;
use crate::say;
use crate::text::Text;

const DISMISSED: &str = "callbackAfterDisMissGroupCommand";

struct Sides<'a> {
    recorded: &'a Normal,
    ours: &'a Normal,
    races: BTreeSet<Race>,
    late: f64,
    /// Operations that ended in the pipeline race.
    raced: BTreeSet<String>,
}

/// The first difference between recording and replay.
#[must_use]
pub fn compare(recording: &Recording, replayed: &Replayed) -> Outcome {
    let chosen = recording.chosen_groups();
    let (answers, all) = (recording.answers(), recording.callbacks());
    let (all, strays) = without_strays(recording, all);
    let (callbacks, left_second) = without_second_dismissals(&all);
    let (our_callbacks, right_second) = without_second_dismissals(&replayed.callbacks);
    let order = operations(recording, &callbacks);
    let (recorded, ours) = (by_operation(&callbacks, &order), by_operation(&our_callbacks, &order));
    let normal = |answers: &[Answer], grouped: &[(String, Vec<&Callback>)]| {
        Normal::new(answers.iter(), grouped.iter().flat_map(|(_, list)| list.iter().copied()), &chosen)
    };
    let (left, right) = (normal(&answers, &recorded), normal(&replayed.answers, &ours));
    let mut sides = Sides {
        recorded: &left,
        ours: &right,
        races: BTreeSet::new(),
        late: replayed.late_s,
        raced: BTreeSet::new(),
    };
    let result = sides.answers(recording, &answers, &replayed.answers).and_then(|()| {
        sides.callbacks(&recorded, &ours)?;
        if !left_second.is_empty() || !right_second.is_empty() {
            sides.races.insert(Race::SecondDismissal);
        }
        for (a, b) in left_second.iter().zip(&right_second) {
            sides
                .callback(a, b, false)
                .map_err(|d| within(&say!("probe-replay-what-second-dismissal"), &d))?;
        }
        if commands(&callbacks) != commands(&our_callbacks) {
            sides.races.insert(Race::QueueOrder);
        }
        if strays {
            sides.races.insert(Race::Strays);
        }
        Ok(())
    });
    match result {
        Ok(()) => Outcome::Equal(sides.races),
        Err(difference) => Outcome::Differs(difference),
    }
}

/// Without callbacks of operations that the recording does not tell of (they belong to
/// what was tried before), and whether there were any.
fn without_strays(recording: &Recording, callbacks: Vec<Callback>) -> (Vec<Callback>, bool) {
    let abandoned: BTreeSet<String> =
        infer::abandoned(recording).iter().map(|c| c.operation().to_owned()).collect();
    let known = |operation: &str| {
        abandoned.contains(operation)
            || recording
                .list("api")
                .iter()
                .any(|c| c["request_headers"]["operationID"].as_str() == Some(operation))
    };
    let before = callbacks.len();
    let kept: Vec<Callback> =
        callbacks.into_iter().filter(|c| c.header("operationid").split('$').any(known)).collect();
    let strays = kept.len() < before;
    (kept, strays)
}

/// The callbacks without second dismissals, and those, which may come or not come while
/// anyone looks.
fn without_second_dismissals(all: &[Callback]) -> (Vec<Callback>, Vec<Callback>) {
    let (mut kept, mut second): (Vec<Callback>, Vec<Callback>) = (Vec::new(), Vec::new());
    for callback in all {
        let json = callback.json();
        let of_group = |c: &&Callback| c.command() == DISMISSED && c.json()["groupID"] == json["groupID"];
        let again = callback.command() == DISMISSED
            && json["membersID"].as_array().is_none_or(Vec::is_empty)
            && kept.iter().filter(of_group).any(|first| {
                callback.header("operationid").contains('$') || first.operation() == callback.operation()
            });
        if again { second.push(callback.clone()) } else { kept.push(callback.clone()) }
    }
    (kept, second)
}

/// operationIDs in the order in which they were first seen.
fn operations(recording: &Recording, callbacks: &[Callback]) -> Vec<String> {
    let mut seen: Vec<(f64, String)> = recording
        .list("api")
        .iter()
        .filter_map(|c| Some((c["at"].as_f64()?, c["request_headers"]["operationID"].as_str()?.to_owned())))
        .chain(callbacks.iter().map(|c| (c.at, c.operation().to_owned())))
        .collect();
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut order = Vec::new();
    for (_, operation) in seen {
        if !order.contains(&operation) {
            order.push(operation);
        }
    }
    order
}

fn by_operation<'a>(callbacks: &'a [Callback], order: &[String]) -> Vec<(String, Vec<&'a Callback>)> {
    let mut map: BTreeMap<&str, Vec<&Callback>> = BTreeMap::new();
    for callback in callbacks {
        map.entry(callback.operation()).or_default().push(callback);
    }
    let mut grouped: Vec<(String, Vec<&Callback>)> =
        order.iter().map(|op| (op.clone(), map.remove(op.as_str()).unwrap_or_default())).collect();
    grouped.extend(map.into_iter().map(|(op, list)| (op.to_owned(), list)));
    grouped
}

fn commands(callbacks: &[Callback]) -> Vec<(&str, &str)> {
    callbacks.iter().map(|c| (c.operation(), c.command())).collect()
}

impl Sides<'_> {
    fn answers(&mut self, recording: &Recording, recorded: &[Answer], ours: &[Answer]) -> Result<(), Text> {
        for ((call, recorded), ours) in recording.list("api").iter().zip(recorded).zip(ours) {
            let operation = call["request_headers"]["operationID"].as_str().unwrap_or_default();
            let path = call["path"].as_str().unwrap_or_default();
            let place = Text::plain(format!("{path} {operation}"));
            if call.get("response_body").is_none_or(Value::is_null) {
                // The caller went away: there is no answer to compare.
                continue;
            }
            if self.pipeline_race(path, recorded, ours) {
                self.races.insert(Race::Pipeline);
                self.raced.insert(operation.to_owned());
                continue;
            }
            let held = held(recording, operation);
            self.answer(recorded, ours, held).map_err(|d| within(&place, &d))?;
        }
        same(&say!("probe-replay-what-answers"), &recorded.len(), &ours.len())
    }

    /// Whether one side met the pipeline race in this call and the other one did not.
    fn pipeline_race(&self, path: &str, recorded: &Answer, ours: &Answer) -> bool {
        let racing = [
            "/group/kick_group",
            "/group/quit_group",
            "/group/join_group",
            "/group/invite_user_to_group",
            "/group/group_application_response",
        ];
        let met = |a: &Answer| {
            ["maxSeq is invalid", "redis: nil", "duplicate key error collection: openim_v3.conversation"]
                .iter()
                .any(|t| a.body.contains(t))
        };
        let passed = |a: &Answer| a.body.starts_with(r#"{"errCode":0,"#);
        racing.contains(&path) && (met(recorded) && passed(ours) || passed(recorded) && met(ours))
    }

    fn answer(&mut self, recorded: &Answer, ours: &Answer, held: f64) -> Result<(), Text> {
        same(&say!("probe-replay-what-status"), &recorded.status, &ours.status)?;
        self.body(&recorded.body, &ours.body)?;
        headers(recorded, ours)?;
        // Storage and whatever else was slow there is not ours to imitate; waits are.
        let fixed = if recorded.err_code() == Some(90004) { recorded.seconds } else { held };
        self.time(
            &say!("probe-replay-what-answered-after"),
            (fixed.min(recorded.seconds), recorded.seconds),
            ours.seconds,
        )
    }

    /// `recorded`: the wait that the contract fixes, and all of it.
    fn time(&mut self, what: &Text, recorded: (f64, f64), ours: f64) -> Result<(), Text> {
        if time(what, recorded, ours, self.late)? {
            self.races.insert(Race::Busy);
        }
        Ok(())
    }

    fn body(&mut self, recorded: &str, ours: &str) -> Result<(), Text> {
        let parse = |text: &str| serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
        let (Some(left), Some(right)) = (parse(recorded), parse(ours)) else {
            return same(
                &say!("probe-replay-what-body"),
                &self.recorded.text(recorded),
                &self.ours.text(ours),
            );
        };
        same(&say!("probe-replay-what-keys"), &keys(&left), &keys(&right))?;
        same(&Text::plain("errCode"), &left["errCode"], &right["errCode"])?;
        for key in ["errMsg", "errDlt"] {
            let (a, b) = (left[key].as_str().unwrap_or_default(), right[key].as_str().unwrap_or_default());
            const LAST: &str = "last connection error: connection error: desc = ";
            if a.starts_with(LAST) && b.starts_with(LAST) && self.recorded.text(a) != self.ours.text(b) {
                self.races.insert(Race::LastAttempt);
                continue;
            }
            same(&Text::plain(key), &self.recorded.error(a), &self.ours.error(b))?;
        }
        let data = |text: &str| text.find(r#","data":"#).map(|at| text[at..].to_owned());
        let (a, b) = (data(recorded).unwrap_or_default(), data(ours).unwrap_or_default());
        same(&Text::plain("data"), &self.recorded.text(&a), &self.ours.text(&b))
    }

    fn callbacks(
        &mut self,
        recorded: &[(String, Vec<&Callback>)],
        ours: &[(String, Vec<&Callback>)],
    ) -> Result<(), Text> {
        same(&say!("probe-replay-what-operations"), &recorded.len(), &ours.len())?;
        for ((operation, left), (_, right)) in recorded.iter().zip(ours) {
            let (mut left, mut right) = (left.clone(), right.clone());
            if self.raced.contains(operation) {
                let before = |c: &&Callback| !c.command().starts_with("callbackAfter");
                left.retain(before);
                right.retain(before);
            }
            let names = |list: &[&Callback]| list.iter().map(|c| c.command().to_owned()).collect::<Vec<_>>();
            let what = say!("probe-replay-what-callbacks-of", operation = operation);
            same(&what, &names(&left), &names(&right))?;
            for (n, (left, right)) in left.iter().zip(&right).enumerate() {
                let place = say!("probe-replay-what-callback-of", n = n + 1, operation = operation);
                self.callback(left, right, true).map_err(|d| within(&place, &d))?;
            }
        }
        Ok(())
    }

    fn callback(&mut self, left: &Callback, right: &Callback, same_operations: bool) -> Result<(), Text> {
        same(&say!("probe-replay-what-line"), &left.line, &right.line)?;
        let names = |c: &Callback| c.headers.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
        same(&say!("probe-replay-what-headers"), &names(left), &names(right))?;
        for (name, value) in &left.headers {
            let skipped = name.eq_ignore_ascii_case("content-length")
                || (!same_operations && name.eq_ignore_ascii_case("operationid"));
            if !skipped {
                let (a, b) = (self.recorded.text(value), self.ours.text(right.header(name)));
                same(&say!("probe-replay-what-header", name = name), &a, &b)?;
            }
        }
        same(
            &Text::plain("Content-Length"),
            &right.body.len().to_string().as_str(),
            &right.header("content-length"),
        )?;
        same(&say!("probe-replay-what-body"), &self.recorded.text(&left.body), &self.ours.text(&right.body))?;
        match (left.aborted, right.aborted) {
            (Some(a), Some(b)) => self.time(&say!("probe-replay-what-given-up-after"), (a, a), b),
            (a, b) => same(&say!("probe-replay-what-given-up"), &a.is_some(), &b.is_some()),
        }
    }
}

fn keys(value: &Value) -> Vec<String> {
    value.as_object().map_or_else(Vec::new, |o| o.keys().cloned().collect())
}

/// Content type, and which headers there are; those of CORS are not recorded.
fn headers(recorded: &Answer, ours: &Answer) -> Result<(), Text> {
    let names = |a: &Answer| {
        let lower = a.headers.iter().map(|(n, _)| n.to_ascii_lowercase());
        // Chunked where the answer is long, and the length of a call chain is not ours to imitate.
        let kept = lower.filter(|n| {
            !n.starts_with("access-control-")
                && n != "content-length"
                && n != "transfer-encoding"
                && n != "connection"
        });
        kept.collect::<BTreeSet<_>>()
    };
    same(&say!("probe-replay-what-answer-headers"), &names(recorded), &names(ours))?;
    let kind = |a: &Answer| a.header("content-type").map(str::to_owned);
    same(&Text::plain("Content-Type"), &kind(recorded), &kind(ours))
}

/// For how long the webhook server held the operation's before-callbacks, seconds.
fn held(recording: &Recording, operation: &str) -> f64 {
    let waits = recording
        .callbacks()
        .into_iter()
        .filter(|c| c.operation() == operation && !c.command().starts_with("callbackAfter"));
    waits.filter_map(|c| c.aborted.or(Some(c.replied_at? - c.at))).sum()
}

/// Waits that the contract fixes are seconds long; below that only the class is looked at.
/// `recorded` is the fixed wait and the whole time.
/// `late` is by how much this process was kept from its processor meanwhile. `true` where
/// only that explains the difference.
pub(super) fn time(what: &Text, recorded: (f64, f64), ours: f64, late: f64) -> Result<bool, Text> {
    const QUICK: f64 = 0.5;
    const MOST_LATE: f64 = 2.0;
    let (fixed, recorded) = recorded;
    let within = |late: f64| {
        let least = if fixed < QUICK { 0.0 } else { fixed - 0.4 };
        let most = if recorded < QUICK { 0.9 } else { recorded + 0.6 };
        ours > least - late && ours < most + late
    };
    if within(0.0) {
        return Ok(false);
    }
    if within(late.min(MOST_LATE)) {
        return Ok(true);
    }
    Err(say!(
        "probe-replay-time",
        what = what,
        recorded = format!("{recorded:.2}"),
        ours = format!("{ours:.2}"),
        late = format!("{late:.2}")
    ))
}
