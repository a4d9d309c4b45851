//! What went wrong and why.

use super::super::testing::{AFTER, BEFORE, healthy, measured};
use super::{analysed, is_chinese};
use crate::analysis::{Confidence, ValidityVerdict};
use crate::finding::Severity;
use crate::record::model::{CallbackCounts, Sample, evidence};
use crate::wire::{Build, FailureKind, WebhookKey};

#[test]
fn re_entrant_starvation_is_told_with_its_figures_and_gets_no_timeout() {
    let mut record = healthy(20, 2);
    record.header.plan.profile.limits.expect_failures = true;
    for row in measured(&mut record) {
        row.failed.insert(FailureKind::WebhookDeadline, 2);
        row.succeeded = 0;
        row.evidence.insert(evidence::REENTRANT.to_owned(), 2);
    }
    record.rows[5].samples.push(Sample {
        code: evidence::REENTRANT.to_owned(),
        operation_id: "ob10000001-0-7".to_owned(),
        key: Some(BEFORE),
        service_us: 5_003_000,
        handled_after_answer_us: Some(1_000),
        handler_us: None,
        arrived_after_sent_us: Some(2_000),
        text: "context deadline exceeded".to_owned(),
    });
    let analysis = analysed(&record);
    assert_ne!(analysis.validity.verdict, ValidityVerdict::Invalid);
    let finding = &analysis.findings[0];
    assert_eq!((finding.code.as_str(), finding.severity), ("reentrant_starvation", Severity::Error));
    for part in ["40 of 44 calls", "5003 ms", "2.0 ms", "1.0 ms after the API's answer", "accepted at once"] {
        assert!(finding.what.contains(part), "{part}: {}", finding.what.en());
    }
    assert!(finding.do_next.contains("No timeout cures this"));
    assert!(finding.evidence[0].contains("context deadline exceeded"));
    let r = &analysis.recommendations[&BEFORE];
    assert_eq!((r.timeout_s, r.confidence), (None, Confidence::Refused));
    assert!(r.ways_out.is_empty(), "a faster handler is no way out of this: {:?}", r.ways_out);
    let failed = analysis.findings.iter().find(|f| f.code == "calls_failed").unwrap();
    assert_eq!(failed.severity, Severity::Info, "this profile is about failures");
}

#[test]
fn every_counter_has_its_finding() {
    for (code, severity) in [
        (evidence::WORKERS_BUSY, Severity::Error),
        (evidence::POOL, Severity::Error),
        (evidence::AFTER_QUEUE, Severity::Error),
        (evidence::OVER_BUDGET, Severity::Warning),
        (evidence::CALLBACK_MISSING, Severity::Warning),
        (evidence::NOT_ROUTED, Severity::Error),
        (evidence::CAUSE_HIDDEN, Severity::Warning),
    ] {
        let mut record = healthy(20, 250);
        record.rows[5].evidence.insert(code.to_owned(), 3);
        let findings = analysed(&record).findings;
        assert_eq!(findings.len(), 1, "{code}");
        assert_eq!((findings[0].code.as_str(), findings[0].severity), (code, severity));
        assert!(findings[0].what.contains("3 of 5500 calls"), "{}", findings[0].what.en());
        for text in [&findings[0].what, &findings[0].do_next] {
            assert!(is_chinese(text.zh()), "{code}: {}", text.zh());
        }
        assert!(findings[0].what.zh().contains("5500 个调用中有 3 个"), "{}", findings[0].what.zh());
    }
}

#[test]
fn a_finding_in_chinese_has_the_same_figures_in_its_own_order() {
    let mut record = healthy(20, 250);
    record.rows[5].evidence.insert(evidence::WORKERS_BUSY.to_owned(), 3);
    record.rows[5].samples.push(Sample {
        code: evidence::WORKERS_BUSY.to_owned(),
        operation_id: "ob10000001-0-7".to_owned(),
        service_us: 5_003_000,
        handled_after_answer_us: Some(1_000),
        text: "context deadline exceeded".to_owned(),
        ..Sample::default()
    });
    let finding = &analysed(&record).findings[0];
    for part in ["5500 个调用中有 3 个", "5003 ms 后以 90004 失败", "片刻", "晚 1.0 ms"] {
        assert!(finding.what.zh().contains(part), "{part}: {}", finding.what.zh());
    }
    let line = "ob10000001-0-7 用时 5003.0 ms，在应答之后 1.0 ms 才被处理，context deadline exceeded";
    assert_eq!(finding.evidence[0].zh(), line, "the server's own words stay as they are");
}

#[test]
fn a_webhook_that_was_never_called_is_an_error_and_groups_left_a_warning() {
    let mut record = healthy(20, 250);
    record.rows.iter_mut().for_each(|r| {
        r.callbacks.insert(AFTER, CallbackCounts { lost_after: 250, ..CallbackCounts::default() });
    });
    if let Some(end) = &mut record.header.end {
        end.groups_made = 5_000;
        end.groups_left_count = 3;
    }
    record.rows[3].evidence.insert(evidence::CALLBACK_MISSING.to_owned(), 5_500);
    record.rows[3].unknown_commands.insert("callbackSomethingCommand".to_owned(), 2);
    let findings = analysed(&record).findings;
    let codes: Vec<_> = findings.iter().map(|f| (f.code.as_str(), f.severity)).collect();
    assert_eq!(codes[0], ("callback_missing", Severity::Error));
    assert_eq!(codes.iter().filter(|c| c.0 == "callback_missing").count(), 1, "said once");
    assert!(codes.contains(&("groups_left", Severity::Warning)));
    assert!(codes.contains(&("unknown_command", Severity::Warning)));
}

#[test]
fn a_webhook_whose_operations_all_failed_is_not_said_to_be_silent() {
    let mut record = healthy(20, 250);
    record.header.seen.expect.push(WebhookKey::AfterJoinGroup);
    let findings = analysed(&record).findings;
    assert!(findings.is_empty(), "nothing that fires afterJoinGroup succeeded: {findings:#?}");
}

#[test]
fn an_answer_that_regrets_what_was_written_is_a_warning_that_names_it() {
    let mut record = healthy(20, 10);
    record.header.seen.version = Some(Build::Patch16.into());
    for row in &mut record.rows {
        row.succeeded = 0;
        row.failed.insert(FailureKind::MaxSeqInvalid, 10);
    }
    let findings = analysed(&record).findings;
    let codes: Vec<_> = findings.iter().map(|f| (f.code.as_str(), f.severity)).collect();
    assert_eq!(codes, [("max_seq_invalid", Severity::Warning)]);
    assert!(findings[0].what.contains("220 of 220 calls") && findings[0].what.contains("patch.16"));
}

#[test]
fn a_run_whose_calls_mostly_failed_ends_in_an_error_however_short_it_was() {
    for (failed, severity) in [(4, Severity::Warning), (6, Severity::Error)] {
        let mut record = healthy(4, 10);
        for row in &mut record.rows {
            row.succeeded = 10 - failed;
            row.failed.insert(FailureKind::Api(1002), failed);
        }
        let findings = analysed(&record).findings;
        assert_eq!((findings[0].code.as_str(), findings[0].severity), ("calls_failed", severity));
    }
}

#[test]
fn callbacks_of_openims_other_services_are_a_note_and_those_of_nobody_a_warning() {
    let mut record = healthy(20, 10);
    record.rows[3].unknown_commands.insert("callbackAfterSendGroupMsgCommand".to_owned(), 3);
    record.rows[4].unknown_commands.insert("callbackSomethingCommand".to_owned(), 2);
    let findings = analysed(&record).findings;
    let codes: Vec<_> = findings.iter().map(|f| (f.code.as_str(), f.severity)).collect();
    assert_eq!(codes, [("unknown_command", Severity::Warning), ("other_commands", Severity::Info)]);
    assert!(findings[1].what.en().starts_with("3 callbacks of 1 commands"), "{}", findings[1].what.en());
}
