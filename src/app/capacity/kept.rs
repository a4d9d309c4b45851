//! Trials as the state of a search keeps them: with their sentences in both languages, so that a search that is resumed in
//! the other one reports in it. `capacity.json` has English alone.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::analysis::capacity::{Level, NeededTimeout, TrialRecord, TrialVerdict, Why};
use crate::text::{self, Text};
use crate::wire::WebhookKey;

/// The same fields; one that is added there and not here does not compile.
#[derive(Serialize)]
#[serde(remote = "TrialRecord")]
struct Kept {
    run: String,
    rate: f64,
    why: Option<Why>,
    duration_s: f64,
    verdict: TrialVerdict,
    #[serde(serialize_with = "text::kept_list")]
    reasons: Vec<Text>,
    #[serde(serialize_with = "findings")]
    findings: BTreeMap<String, Text>,
    calls: u64,
    groups: u64,
    response_us: BTreeMap<String, u64>,
    timeouts: BTreeMap<WebhookKey, NeededTimeout>,
}

fn findings<S: Serializer>(found: &BTreeMap<String, Text>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Sentence<'a>(#[serde(serialize_with = "text::kept")] &'a Text);
    serializer.collect_map(found.iter().map(|(code, what)| (code, Sentence(what))))
}

/// For `#[serde(serialize_with)]` of the trials.
pub(super) fn trials<S: Serializer>(trials: &[TrialRecord], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Trial<'a>(#[serde(serialize_with = "Kept::serialize")] &'a TrialRecord);
    serializer.collect_seq(trials.iter().map(Trial))
}

/// For `#[serde(serialize_with)]` of the levels.
pub(super) fn levels<S: Serializer>(levels: &[Level], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Measured<'a> {
        share: f64,
        confirming: bool,
        #[serde(serialize_with = "Kept::serialize")]
        trial: &'a TrialRecord,
    }
    let measured =
        levels.iter().map(|l| Measured { share: l.share, confirming: l.confirming, trial: &l.trial });
    serializer.collect_seq(measured)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resumed_search_knows_both_languages() {
        let trial = TrialRecord {
            run: "r".to_owned(),
            rate: 10.0,
            why: Some(Why::First),
            duration_s: 5.0,
            verdict: TrialVerdict::Bad,
            reasons: vec![Text::both("lost", "丢失")],
            findings: BTreeMap::from([("lost_after".to_owned(), Text::both("gone", "消失"))]),
            calls: 50,
            groups: 50,
            response_us: BTreeMap::from([("0.99".to_owned(), 1_000)]),
            timeouts: BTreeMap::new(),
        };
        let level = Level { share: 0.9, confirming: false, trial: trial.clone() };
        let mut bytes = Vec::new();
        trials(std::slice::from_ref(&trial), &mut serde_json::Serializer::new(&mut bytes)).unwrap();
        assert_eq!(serde_json::from_slice::<Vec<TrialRecord>>(&bytes).unwrap(), [trial]);
        let mut bytes = Vec::new();
        levels(std::slice::from_ref(&level), &mut serde_json::Serializer::new(&mut bytes)).unwrap();
        assert_eq!(serde_json::from_slice::<Vec<Level>>(&bytes).unwrap(), [level]);
    }
}
