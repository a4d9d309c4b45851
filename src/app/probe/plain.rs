//! What a deployment is asked for first, with neutral answers: a create, which shows whether
//! callbacks reach us at all, then one of every other operation, which shows the other keys.

use crate::finding::{Finding, Severity};
use crate::probe::case::{Acting, Case, Does, Setting, Step, Topic, Want};
use crate::probe::observation::{Answer, Observation};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;
use crate::wire::failure::{classify, printable};
use crate::wire::webhooks_yml::WebhooksYml;

const CREATE: Step = Step::new(
    "/group/create_group",
    r#"{"memberUserIDs":["{m1}","{m2}"],"adminUserIDs":["{admin1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#,
);
/// People of that group.
pub(super) const PEOPLE: usize = 4;

/// A create, nothing odd.
pub(super) static PLAIN: Case = Case::unlisted(Topic::Callbacks, "plain").steps(&[CREATE]);
/// The same with its first callback closed: its error's words tell patches of 3.8.3 apart.
pub(super) static CLOSED: Case = Case::unlisted(Topic::Failures, "closed")
    .receiver(&[(WebhookKey::BeforeCreateGroup, Does::Closes)])
    .steps(&[CREATE]);
/// One of every operation, by somebody who may.
pub(super) static OTHERS: Case =
    Case::unlisted(Topic::Flows, "others").steps(&[
        Step::new(
            "/group/create_group",
            r#"{"memberUserIDs":["{m1}","{m2}"],"adminUserIDs":["{admin1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2,"needVerification":2}}"#,
        ),
        // The message pipeline must know the group.
        Step::new(
            "/group/join_group",
            r#"{"groupID":"{created}","reqMessage":"hello","joinSource":3,"inviterUserID":"{outsider}"}"#,
        )
        .pause(1000),
        Step::new(
            "/group/invite_user_to_group",
            r#"{"groupID":"{created}","invitedUserIDs":["{m5}"],"reason":"bench"}"#,
        )
        .acting(Acting::Owner),
        Step::new("/group/kick_group", r#"{"groupID":"{created}","kickedUserIDs":["{m1}"],"reason":"bench"}"#),
        Step::new("/group/quit_group", r#"{"groupID":"{created}","userID":"{m2}"}"#),
        Step::new(
            "/group/set_group_info",
            r#"{"groupInfoForSet":{"groupID":"{created}","groupName":"{marker}","introduction":"changed"}}"#,
        ),
        Step::new("/group/set_group_info_ex", r#"{"groupID":"{created}","introduction":"changed again"}"#),
        Step::new(
            "/group/transfer_group",
            r#"{"groupID":"{created}","oldOwnerUserID":"{owner}","newOwnerUserID":"{admin1}"}"#,
        ),
        Step::new("/group/dismiss_group", r#"{"groupID":"{created}","deleteMember":true}"#),
        // After-callbacks get a moment.
        Step::new("/group/get_groups_info", r#"{"groupIDs":["{created}"]}"#).pause(800),
    ]);

/// Keys that a create fires.
const CREATE_KEYS: [WebhookKey; 3] =
    [WebhookKey::BeforeCreateGroup, WebhookKey::BeforeMemberJoinGroup, WebhookKey::AfterCreateGroup];

/// The create's answer.
pub(super) fn answer(seen: &Observation) -> Option<&Answer> {
    seen.calls.first().and_then(|call| call.answer.as_ref())
}

/// The create succeeded.
pub(super) fn succeeded(seen: &Observation) -> bool {
    answer(seen).is_some_and(|a| classify(a.status, a.body.as_bytes(), Operation::Create).result.is_ok())
}

/// Keys that call back: those seen, and those of the file, but for keys of a create that
/// succeeded without them.
pub(super) fn enabled(seen: &Observation, yml: Option<&WebhooksYml>) -> Vec<WebhookKey> {
    let came = |key: WebhookKey| seen_keys(seen).any(|other| other == key);
    let in_file = yml.map(WebhooksYml::enabled_group_keys).unwrap_or_default();
    let is_off = |key: WebhookKey| succeeded(seen) && CREATE_KEYS.contains(&key);
    let is_on = |key: &WebhookKey| came(*key) || (in_file.contains(key) && !is_off(*key));
    WebhookKey::ALL.iter().copied().filter(is_on).collect()
}

/// Keys that called back.
pub(super) fn seen_keys(seen: &Observation) -> impl Iterator<Item = WebhookKey> {
    seen.callbacks.iter().filter_map(|callback| WebhookKey::from_command(callback.command()))
}

/// Whether a case looks at callbacks that a create does not fire.
pub(super) fn looks_beyond(case: &Case) -> bool {
    let called = case.expect.iter().flat_map(|f| f.expect.called.iter().flat_map(|keys| keys.iter()));
    let keys = called.map(|called| called.key()).chain(case.needs.keys.iter().copied());
    keys.into_iter().any(|key| !CREATE_KEYS.contains(&key))
}

/// What is wrong with the way to us, most decisive first; nothing where all is well.
pub(super) fn findings(
    seen: &Observation,
    yml: Option<&WebhooksYml>,
    listen: &str,
    path: &str,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !succeeded(seen) {
        findings.push(failed(seen, listen, path));
    } else if seen.callbacks.is_empty() {
        findings.push(silent(listen));
    }
    let on = enabled(seen, yml);
    let missing: Vec<Text> = yml
        .map(WebhooksYml::enabled_group_keys)
        .unwrap_or_default()
        .into_iter()
        .filter(|key| !on.contains(key))
        .map(|key| Text::plain(key.name()))
        .collect();
    if !missing.is_empty() {
        findings.push(Finding::new(
            "probe_key_silent",
            Severity::Warning,
            "--webhooks",
            say!("probe-key-silent", keys = Text::list(&missing)),
            say!("probe-key-silent-next"),
        ));
    }
    findings
}

fn failed(seen: &Observation, listen: &str, path: &str) -> Finding {
    let mut evidence = Vec::new();
    let what = match answer(seen) {
        None => say!("probe-first-unanswered"),
        Some(answer) => {
            let told = classify(answer.status, answer.body.as_bytes(), Operation::Create);
            let kind = told.result.err().map_or_else(String::new, |kind| kind.to_string());
            evidence.extend(told.text.as_deref().map(printable).map(Text::plain));
            if let Some(url) = told.post_url {
                evidence.push(say!(
                    "probe-first-called",
                    url = printable(&url),
                    listen = listen,
                    path = path
                ));
            }
            say!("probe-first-failed", seconds = format!("{:.2}", answer.seconds), kind = kind)
        }
    };
    for callback in &seen.callbacks {
        let (command, seconds) = (printable(callback.command()), format!("{:.2}", callback.at));
        evidence.push(say!("probe-first-arrived", command = command, seconds = seconds));
    }
    let next = say!("probe-first-next", listen = listen);
    Finding::new("probe_create_failed", Severity::Error, "--webhook-listen", what, next)
        .with_evidence(evidence)
}

fn silent(listen: &str) -> Finding {
    Finding::new(
        "probe_nothing_called_back",
        Severity::Error,
        "--webhook-listen",
        say!("probe-nothing-called", listen = listen),
        say!("probe-nothing-called-next"),
    )
}

/// Whether a case makes sense where callbacks do not reach us: it neither needs one nor a
/// create that succeeds.
pub(super) fn works_without_callbacks(case: &Case, setting: &Setting) -> bool {
    let wants = case.expected(setting.version.build).map(|e| e.answers).unwrap_or_default();
    let creates = case.steps.iter().zip(wants).any(|(step, want)| {
        step.path == Operation::Create.path()
            && matches!(want, Want::Success | Want::GaveUp | Want::Slow { .. })
    });
    case.needs.keys.is_empty() && case.receiver.is_empty() && !creates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::observation::{Call, Callback};

    fn seen(body: &str, commands: &[&str]) -> Observation {
        let answer = Answer { status: 200, body: body.to_owned(), ..Answer::default() };
        let callback =
            |command: &&str| Callback { line: format!("POST /cb/{command} HTTP/1.1"), ..Callback::default() };
        Observation {
            calls: vec![Call {
                path: "/group/create_group".to_owned(),
                answer: Some(answer),
                ..Call::default()
            }],
            callbacks: commands.iter().map(callback).collect(),
            ..Observation::default()
        }
    }

    const DONE: &str = r#"{"errCode":0,"errMsg":"","errDlt":"","data":{"groupInfo":{"groupID":"1"}}}"#;
    const BEFORE: &str = "callbackBeforeCreateGroupCommand";

    fn file() -> WebhooksYml {
        let key = |name: &str| format!("{name}:\n  enable: true\n  timeout: 5\n");
        let keys: String = ["beforeCreateGroup", "afterCreateGroup", "afterQuitGroup"].map(key).concat();
        WebhooksYml::parse(&format!("url: http://h/cb\n{keys}")).unwrap()
    }

    #[test]
    fn a_key_of_the_file_that_a_successful_create_did_not_call_is_off() {
        let on = enabled(&seen(DONE, &[BEFORE]), Some(&file()));
        assert_eq!(on, [WebhookKey::BeforeCreateGroup, WebhookKey::AfterQuitGroup]);
        let codes: Vec<String> =
            findings(&seen(DONE, &[BEFORE]), Some(&file()), "l", "/cb").into_iter().map(|f| f.code).collect();
        assert_eq!(codes, ["probe_key_silent"]);
    }

    #[test]
    fn a_create_that_cannot_call_back_names_the_url_that_was_called() {
        let url = "http://127.0.0.1:9/cb/callbackBeforeCreateGroupCommand";
        let text = format!(
            "HTTP request failed: Post \"{url}\": dial tcp 127.0.0.1:9: connect: connection refused, post url={url}: 90004 NetworkError"
        );
        let body = serde_json::json!({"errCode": 90004, "errMsg": text, "errDlt": text}).to_string();
        let found = findings(&seen(&body, &[]), None, "127.0.0.1:10006", "/cb");
        assert_eq!(found[0].code, "probe_create_failed");
        assert!(
            found[0].evidence.iter().any(|l| l.contains(url) && l.contains("127.0.0.1:10006")),
            "{found:?}"
        );
        assert!(enabled(&seen(&body, &[]), Some(&file())).contains(&WebhookKey::BeforeCreateGroup));
    }

    #[test]
    fn a_create_without_any_callback_says_so() {
        let found = findings(&seen(DONE, &[]), None, "127.0.0.1:10006", "/cb");
        assert_eq!(found[0].code, "probe_nothing_called_back");
        assert!(findings(&seen(DONE, &[BEFORE]), None, "l", "/cb").is_empty());
    }
}
