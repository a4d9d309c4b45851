//! Whole analyses of records made in memory.

mod coverage;
mod diagnosis;
mod joint;
mod languages;
mod limits;
mod monotone;
mod observed;
mod recommend;
mod tail_and_size;
mod validity;

use proptest::prelude::*;

use super::testing::{KEYS, healthy, phase, push, with_phases};
use super::{Analysis, Confidence, Options, Recommendation, ValidityVerdict, analyse};
use crate::finding::Severity;
use crate::profile::model::PhaseKind;
use crate::record::model::CallbackCounts;
use crate::record::read::RunRecord;
use crate::record::{Exceedance, SecondRow};
use crate::units::Stamp;
use crate::wire::WebhookKey;

fn analysed(record: &RunRecord) -> Analysis {
    analyse(record, Options::default()).unwrap()
}

fn recommended(record: &RunRecord, key: WebhookKey) -> Recommendation {
    analysed(record).recommendations[&key].clone()
}

fn reasons(analysis: &Analysis, severity: Severity) -> Vec<&str> {
    let of = analysis.validity.reasons.iter().filter(|r| r.severity == severity);
    of.map(|r| r.code.as_str()).collect()
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn is_invalid(record: &RunRecord, code: &str) {
    let analysis = analysed(record);
    assert_eq!(analysis.validity.verdict, ValidityVerdict::Invalid, "{:?}", analysis.validity.reasons);
    assert_eq!(reasons(&analysis, Severity::Error), [code]);
    for r in analysis.recommendations.values() {
        assert_eq!(
            (r.timeout_s, r.confidence),
            (None, Confidence::Refused),
            "an invalid run recommends nothing"
        );
    }
}

fn warns(record: &RunRecord, code: &str) {
    let analysis = analysed(record);
    assert_eq!(analysis.validity.verdict, ValidityVerdict::Warnings, "{:?}", analysis.validity.reasons);
    assert!(reasons(&analysis, Severity::Warning).contains(&code), "{:?}", analysis.validity.reasons);
}

#[test]
fn the_analysis_reads_back_from_json_with_the_fixed_names() {
    let analysis = analysed(&healthy(20, 250));
    let json = serde_json::to_value(&analysis).unwrap();
    let r = &json["recommendations"]["beforeCreateGroup"];
    for name in [
        "timeout_s",
        "t_high_s",
        "present_s",
        "n",
        "exceed",
        "misfire_single",
        "misfire_spells",
        "confidence",
        "basis",
        "vantage",
        "binding",
        "missing_callbacks",
        "missing_minutes",
    ] {
        assert!(r.get(name).is_some(), "{name}");
    }
    assert!(r["misfire_single"].get("15").is_some());
    assert_eq!(
        (r["confidence"].as_str(), json["validity"]["verdict"].as_str()),
        (Some("medium"), Some("valid"))
    );
    let schema = serde_json::to_value(schemars::schema_for!(Analysis)).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&json));
    // Sentences come back in English only; everything else is as it was.
    let read: Analysis = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), json);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_record_makes_the_analysis_panic(
        rows in proptest::collection::vec((0_u64..60, 0_u16..5, proptest::array::uniform8(0_u64..400)), 0..40),
        slow in proptest::collection::vec((0_u64..80_000_000, 0_u64..u64::MAX, any::<bool>(), 0_usize..3), 0..40),
        ended in any::<bool>(), processes in 0_u32..3, rate in proptest::option::of(0.0_f64..1e6),
    ) {
        let phases = [PhaseKind::Warmup, PhaseKind::Steady, PhaseKind::Outage, PhaseKind::Ramp];
        let phases = (0_u16..).zip(phases).map(|(i, k)| phase(k, f64::from(i) * 15.0, 15.0, 3.0)).collect();
        let mut record = with_phases(phases, 3);
        for (second, index, n) in rows {
            let counts = CallbackCounts { arrived: n[4], missing: n[5], fresh: n[6], crowded: n[7], ..Default::default() };
            record.rows.push(SecondRow {
                second, phase: index, scheduled: n[0], released: n[1], succeeded: n[2], shed: n[3] / 300,
                callbacks: [(KEYS[0], counts)].into(), ..SecondRow::default()
            });
        }
        for (at, us, cut, key) in slow {
            let e = Exceedance {
                at: Stamp(at), key: KEYS[key], seq: at % 7, low_us: us / 2, near_us: us, high_us: us, cut,
                crowded: false, group_size: 1,
            };
            push(&mut record, e);
        }
        if !ended {
            record.header.end = None;
        }
        record.header.plan.profile.webhook.processes = processes;
        record.header.plan.profile.recommend.production_rate = rate;
        let analysis = analysed(&record);
        for r in analysis.recommendations.values() {
            prop_assert!(r.misfire_single.values().chain(r.misfire_spells.values()).all(|m| (0.0..=1.0).contains(m)));
            prop_assert!(r.timeout_s.is_none_or(|t| (1..=15).contains(&t)));
        }
    }
}
