//! Whole analyses of records made in memory.

mod diagnosis;
mod limits;
mod recommend;
mod validity;

use super::testing::healthy;
use super::{Analysis, Confidence, Options, Recommendation, ValidityVerdict, analyse};
use crate::finding::Severity;
use crate::record::read::RunRecord;
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
    assert_eq!(serde_json::from_value::<Analysis>(json).unwrap(), analysis);
    let schema = serde_json::to_value(schemars::schema_for!(Analysis)).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&serde_json::to_value(&analysis).unwrap()));
}
