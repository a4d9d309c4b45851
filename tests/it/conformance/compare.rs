//! Holds what the simulator did against what was recorded, and finds the first difference.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::normal::Normal;
use super::recording::{Answer, Callback, Recording};
use super::replay::Replayed;

/// How a scenario ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Equal; names of races in which another outcome than the recorded one is allowed too.
    Equal(BTreeSet<&'static str>),
    /// The first difference.
    Differs(String),
    /// Not run, and why.
    Skipped(String),
}

/// A notice had not passed the message pipeline yet: the change is made, the answer an error.
pub const PIPELINE: &str = "message pipeline";
/// The pipeline dismisses once more, a while later, under one or several operationIDs.
pub const SECOND_DISMISSAL: &str = "second dismissal";
/// Two queue workers: after-callbacks of different operations may come in any order.
pub const QUEUE_ORDER: &str = "after-queue order";
/// gRPC repeats whatever the last attempt to connect ended with.
pub const LAST_ATTEMPT: &str = "last connection attempt";

/// Too late or too early, and this process had to wait for the processor that long.
pub const BUSY: &str = "busy machine";

const DISMISSED: &str = "callbackAfterDisMissGroupCommand";

struct Sides<'a> {
    recorded: &'a Normal,
    ours: &'a Normal,
    races: BTreeSet<&'static str>,
    late: f64,
    /// Operations that ended in the pipeline race.
    raced: BTreeSet<String>,
}

/// The first difference between recording and replay.
pub fn compare(recording: &Recording, replayed: &Replayed) -> Outcome {
    let chosen = recording.chosen_groups();
    let (answers, callbacks) = (recording.answers(), recording.callbacks());
    let order = operations(recording, &callbacks);
    let (recorded, ours) = (by_operation(&callbacks, &order), by_operation(&replayed.callbacks, &order));
    let normal = |answers: &[Answer], grouped: &[(String, Vec<&Callback>)]| {
        Normal::new(answers.iter(), grouped.iter().flat_map(|(_, list)| list.iter().copied()), &chosen)
    };
    let (left, right) = (normal(&answers, &recorded), normal(&replayed.answers, &ours));
    let mut sides = Sides {
        recorded: &left,
        ours: &right,
        races: BTreeSet::new(),
        late: replayed.late,
        raced: BTreeSet::new(),
    };
    let result = sides.answers(recording, &answers, &replayed.answers).and_then(|()| {
        sides.callbacks(&recorded, &ours)?;
        if commands(&callbacks) != commands(&replayed.callbacks) {
            sides.races.insert(QUEUE_ORDER);
        }
        Ok(())
    });
    match result {
        Ok(()) => Outcome::Equal(sides.races),
        Err(difference) => Outcome::Differs(difference),
    }
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
    fn answers(&mut self, recording: &Recording, recorded: &[Answer], ours: &[Answer]) -> Result<(), String> {
        for ((call, recorded), ours) in recording.list("api").iter().zip(recorded).zip(ours) {
            let operation = call["request_headers"]["operationID"].as_str().unwrap_or_default();
            let path = call["path"].as_str().unwrap_or_default();
            let place = format!("{path} {operation}");
            if self.pipeline_race(path, recorded, ours) {
                self.races.insert(PIPELINE);
                self.raced.insert(operation.to_owned());
                continue;
            }
            self.answer(recorded, ours).map_err(|d| format!("{place}: {d}"))?;
        }
        Ok(())
    }

    /// Whether one side met the pipeline race in this call and the other one did not.
    fn pipeline_race(&self, path: &str, recorded: &Answer, ours: &Answer) -> bool {
        let racing =
            ["/group/kick_group", "/group/quit_group", "/group/join_group", "/group/invite_user_to_group"];
        let met = |a: &Answer| {
            ["maxSeq is invalid", "redis: nil", "duplicate key error collection: openim_v3.conversation"]
                .iter()
                .any(|t| a.body.contains(t))
        };
        let passed = |a: &Answer| a.body.starts_with(r#"{"errCode":0,"#);
        racing.contains(&path) && (met(recorded) && passed(ours) || passed(recorded) && met(ours))
    }

    fn answer(&mut self, recorded: &Answer, ours: &Answer) -> Result<(), String> {
        same("status", &recorded.status, &ours.status)?;
        self.body(&recorded.body, &ours.body)?;
        headers(recorded, ours)?;
        self.time("answered after", recorded.seconds, ours.seconds)
    }

    fn time(&mut self, what: &str, recorded: f64, ours: f64) -> Result<(), String> {
        if time(what, recorded, ours, self.late)? {
            self.races.insert(BUSY);
        }
        Ok(())
    }

    fn body(&mut self, recorded: &str, ours: &str) -> Result<(), String> {
        let parse = |text: &str| serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
        let (Some(left), Some(right)) = (parse(recorded), parse(ours)) else {
            return same("body", &self.recorded.text(recorded), &self.ours.text(ours));
        };
        same("keys", &keys(&left), &keys(&right))?;
        same("errCode", &left["errCode"], &right["errCode"])?;
        for key in ["errMsg", "errDlt"] {
            let (a, b) = (left[key].as_str().unwrap_or_default(), right[key].as_str().unwrap_or_default());
            const LAST: &str = "last connection error: connection error: desc = ";
            if a.starts_with(LAST) && b.starts_with(LAST) && self.recorded.text(a) != self.ours.text(b) {
                self.races.insert(LAST_ATTEMPT);
                continue;
            }
            same(key, &self.recorded.error(a), &self.ours.error(b))?;
        }
        let data = |text: &str| text.find(r#","data":"#).map(|at| text[at..].to_owned());
        let (a, b) = (data(recorded).unwrap_or_default(), data(ours).unwrap_or_default());
        same("data", &self.recorded.text(&a), &self.ours.text(&b))
    }

    fn callbacks(
        &mut self,
        recorded: &[(String, Vec<&Callback>)],
        ours: &[(String, Vec<&Callback>)],
    ) -> Result<(), String> {
        same("operations called back for", &recorded.len(), &ours.len())?;
        for ((operation, left), (_, right)) in recorded.iter().zip(ours) {
            let (mut left, mut right) = (left.clone(), right.clone());
            if self.raced.contains(operation) {
                let before = |c: &&Callback| !c.command().starts_with("callbackAfter");
                left.retain(before);
                right.retain(before);
            }
            if self.second_dismissal(&mut left, &mut right)? {
                self.races.insert(SECOND_DISMISSAL);
            }
            let names = |list: &[&Callback]| list.iter().map(|c| c.command().to_owned()).collect::<Vec<_>>();
            same(&format!("callbacks of {operation}"), &names(&left), &names(&right))?;
            for (n, (left, right)) in left.iter().zip(&right).enumerate() {
                let place = format!("callback {} of {operation}", n + 1);
                self.callback(left, right, true).map_err(|d| format!("{place}: {d}"))?;
            }
        }
        Ok(())
    }

    /// Takes the second dismissal away, which may come or not come while anyone looks.
    fn second_dismissal(
        &mut self,
        left: &mut Vec<&Callback>,
        right: &mut Vec<&Callback>,
    ) -> Result<bool, String> {
        let second = |list: &mut Vec<&Callback>| -> Option<Callback> {
            let last = list.last()?;
            let twice = list.iter().filter(|c| c.command() == DISMISSED).count() > 1;
            (twice && last.command() == DISMISSED).then(|| list.pop().cloned()).flatten()
        };
        let (a, b) = (second(left), second(right));
        if let (Some(a), Some(b)) = (&a, &b) {
            self.callback(a, b, false).map_err(|d| format!("second dismissal: {d}"))?;
        }
        Ok(a.is_some() || b.is_some())
    }

    fn callback(&mut self, left: &Callback, right: &Callback, same_operations: bool) -> Result<(), String> {
        same("request line", &left.line, &right.line)?;
        let names = |c: &Callback| c.headers.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
        same("headers", &names(left), &names(right))?;
        for (name, value) in &left.headers {
            let skipped = name.eq_ignore_ascii_case("content-length")
                || (!same_operations && name.eq_ignore_ascii_case("operationid"));
            if !skipped {
                let (a, b) = (self.recorded.text(value), self.ours.text(right.header(name)));
                same(&format!("header {name}"), &a, &b)?;
            }
        }
        same("Content-Length", &right.body.len().to_string().as_str(), &right.header("content-length"))?;
        same("body", &self.recorded.text(&left.body), &self.ours.text(&right.body))?;
        match (left.aborted, right.aborted) {
            (Some(a), Some(b)) => self.time("given up after", a, b),
            (a, b) => same("given up", &a.is_some(), &b.is_some()),
        }
    }
}

fn keys(value: &Value) -> Vec<String> {
    value.as_object().map_or_else(Vec::new, |o| o.keys().cloned().collect())
}

/// Content type, and which headers there are; those of CORS are not recorded.
fn headers(recorded: &Answer, ours: &Answer) -> Result<(), String> {
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
    same("answer's headers", &names(recorded), &names(ours))?;
    let kind = |a: &Answer| a.headers.iter().find(|(n, _)| n == "Content-Type").map(|(_, v)| v.clone());
    same("Content-Type", &kind(recorded), &kind(ours))
}

/// Waits that the contract fixes are seconds long; below that only the class is looked at.
/// `late` is by how much this process was kept from its processor meanwhile. `true` where
/// only that explains the difference.
pub fn time(what: &str, recorded: f64, ours: f64, late: f64) -> Result<bool, String> {
    const QUICK: f64 = 0.5;
    const MOST_LATE: f64 = 2.0;
    let within = |late: f64| {
        let least = if recorded < QUICK { 0.0 } else { recorded - 0.4 };
        let most = if recorded < QUICK { 0.9 } else { recorded + 0.6 };
        ours > least - late && ours < most + late
    };
    if within(0.0) {
        return Ok(false);
    }
    if within(late.min(MOST_LATE)) {
        return Ok(true);
    }
    Err(format!("time: {what} {recorded:.2} s recorded, {ours:.2} s here (machine {late:.2} s late)"))
}

/// Both or the difference.
pub fn same<T: PartialEq + std::fmt::Debug + ?Sized>(
    what: &str,
    recorded: &T,
    ours: &T,
) -> Result<(), String> {
    if recorded == ours { Ok(()) } else { Err(format!("{what}: {recorded:?} recorded, {ours:?} here")) }
}
