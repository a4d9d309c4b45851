//! Preflight against a scripted API: every way it can fail has its own first line.

use std::sync::Arc;
use std::time::Duration;

use openim_bench::clock::RunClock;
use openim_bench::exit::Exit;
use openim_bench::finding::Finding;
use openim_bench::ids::OperationId;
use openim_bench::openim::preflight::{self, PreflightConfig, PreflightFailure, PreflightReport};
use openim_bench::openim::{Admin, TlsOptions};
use openim_bench::port::{CallbackArrived, EventSink, RunEvent, Stranger, VecSink};
use openim_bench::wire::{Build, WebhookKey};

use super::fake::{self, Line, SECRET, Say, Shared, err, say, serve};
use crate::support::english_sentence;

const URL: &str = "http://127.0.0.1:10006/callbackExample/callbackBeforeCreateGroupCommand";

fn config() -> PreflightConfig {
    let mut config =
        PreflightConfig::new(fake::tag(), Arc::from("openim-bench t"), "127.0.0.1:10006", "/callbackExample");
    config.after_wait = Duration::from_millis(300);
    config
}

fn calls_back(api: &Shared, sink: &VecSink, keys: &'static [(WebhookKey, usize)]) {
    let sink = sink.clone();
    api.lock().unwrap().on_create = Box::new(move |id: OperationId| {
        for (key, count) in keys {
            for _ in 0..*count {
                let arrived =
                    CallbackArrived { key: *key, operations: vec![id], received_at: Default::default() };
                sink.try_send(RunEvent::Arrived(arrived));
            }
        }
    });
}

const CREATE: &[(WebhookKey, usize)] = &[
    (WebhookKey::BeforeCreateGroup, 1),
    (WebhookKey::BeforeMemberJoinGroup, 1),
    (WebhookKey::AfterCreateGroup, 1),
];
const CREATE_37: &[(WebhookKey, usize)] =
    &[(WebhookKey::BeforeCreateGroup, 1), (WebhookKey::BeforeMemberJoinGroup, 3)];

async fn fly(
    admin: &Admin,
    config: &PreflightConfig,
    sink: &VecSink,
) -> Result<PreflightReport, PreflightFailure> {
    preflight::run(config, &fake::client(admin), admin, sink, RunClock::start()).await
}

async fn with_create(answer: Say, sink: &VecSink) -> Finding {
    let api = fake::api(Line::V383);
    api.lock().unwrap().creates.push(answer);
    let server = fake::serve_api(&api).await;
    let failure = fly(&fake::admin(&server.url()), &config(), sink).await.unwrap_err();
    assert_eq!(failure.exit(), Exit::Target);
    assert!(failure.to_string().starts_with(failure.findings[0].what.en()));
    failure.findings[0].clone()
}

fn network(cause: &str) -> Say {
    let text = format!("HTTP request failed: Post \"{URL}\": {cause}, post url={URL}: 90004 NetworkError");
    err(90004, &text, &text)
}

#[tokio::test]
async fn each_line_is_told_and_the_group_is_dismissed() {
    for (line, build, keys) in [
        (Line::V37, Build::V370, CREATE_37),
        (Line::V380, Build::V380, CREATE),
        (Line::V383, Build::V383, CREATE),
        (Line::Patch16, Build::Patch16, CREATE),
        (Line::Main, Build::Main, CREATE),
        (Line::Standalone, Build::MainStandalone, CREATE),
    ] {
        let api = fake::api(line);
        let sink = VecSink::default();
        calls_back(&api, &sink, keys);
        let server = fake::serve_api(&api).await;
        let report = fly(&fake::admin(&server.url()), &config(), &sink).await.unwrap();
        assert_eq!(report.version.build, build, "{}", report.version_why.en());
        assert_eq!(report.expect, keys.iter().map(|(k, _)| *k).collect::<Vec<_>>());
        assert_eq!((report.users_made, report.group_ids.len()), (3, 1));
        assert_eq!(api.lock().unwrap().dismissed, report.group_ids);
        let minted = report.findings.iter().any(|f| f.code == "admin_token_minted_on_main");
        assert_eq!(minted, matches!(line, Line::Main | Line::Standalone), "{line:?}");
    }
}

#[tokio::test]
async fn every_failed_create_has_its_own_code_and_names_the_url() {
    for (answer, code, first) in [
        (
            network("dial tcp 127.0.0.1:10006: connect: connection refused"),
            "preflight_webhook_refused",
            "connection refused",
        ),
        (
            network("dial tcp: lookup h on 127.0.0.11:53: no such host"),
            "preflight_webhook_no_such_host",
            "no such host",
        ),
        (network("context deadline exceeded"), "preflight_webhook_nothing_arrived", "nothing arrived here"),
        (network("EOF"), "preflight_webhook_reset", "the connection to"),
        (
            network("unsupported protocol scheme \"webhook\""),
            "preflight_webhook_bad_url",
            "OpenIM cannot use",
        ),
        (network("tls: failed to verify certificate: x509: unknown"), "preflight_webhook_tls", "TLS between"),
        (
            err(
                90004,
                "NetworkError",
                &format!("Error: HTTP request failed | -> f() x.go:1, post url={URL}"),
            ),
            "preflight_webhook_cause_hidden",
            "the webhook call to",
        ),
    ] {
        let finding = with_create(answer, &VecSink::default()).await;
        assert_eq!(finding.code, code, "{finding:?}");
        assert!(finding.what.en().starts_with(first), "{}", finding.what.en());
        assert!(finding.what.contains(URL), "{}", finding.what.en());
        assert!(finding.do_next.contains("docker compose exec openim-server"), "{}", finding.do_next.en());
        assert!(finding.do_next.contains("kubectl"), "{}", finding.do_next.en());
    }
}

/// Command lines aside, which begin deeper than the steps.
fn sentences(finding: &Finding) -> String {
    let steps = finding.do_next.zh().lines().filter(|line| !line.starts_with("     "));
    let evidence = finding.evidence.iter().map(|line| line.zh());
    [finding.what.zh()].into_iter().chain(evidence).chain(steps).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_failed_preflight_is_told_in_chinese_with_the_same_commands() {
    let hidden = format!("Error: HTTP request failed | -> f() x.go:1, post url={URL}");
    for (answer, first) in [
        (network("dial tcp 127.0.0.1:10006: connect: connection refused"), "连接被拒绝"),
        (network("dial tcp: lookup h on 127.0.0.11:53: no such host"), "主机不存在"),
        (network("context deadline exceeded"), "这里没有收到任何请求"),
        (network("tls: failed to verify certificate: x509: unknown"), "OpenIM 与 webhook"),
        (err(90004, "NetworkError", &hidden), "对 http"),
        (
            err(90007, "DataError", "invalid character '<' looking for beginning of value"),
            "应答 webhook 的是",
        ),
        (err(1202, "RecordIsExist", "RecordIsExist"), "该 groupID 已存在"),
    ] {
        let finding = with_create(answer, &VecSink::default()).await;
        assert!(finding.what.zh().starts_with(first), "{}", finding.what.zh());
        assert_eq!(english_sentence(&sentences(&finding), &["create_group 在"]), None, "{}", finding.code);
        let commands = |text: &str| -> Vec<String> {
            let is_command = |line: &&str| line.starts_with("     ") && !line.contains("curl");
            text.lines().filter(is_command).map(str::to_owned).collect()
        };
        assert_eq!(commands(finding.do_next.en()), commands(finding.do_next.zh()));
    }
}

#[tokio::test]
async fn an_api_that_is_not_there_and_silent_webhooks_are_told_in_chinese() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let failure = fly(&fake::admin(&url), &config(), &VecSink::default()).await.unwrap_err();
    assert!(failure.text().zh().starts_with("API 在 http"), "{}", failure.text().zh());
    assert_eq!(english_sentence(&sentences(&failure.findings[0]), &[]), None);

    let server = fake::serve_api(&fake::api(Line::V383)).await;
    let failure = fly(&fake::admin(&server.url()), &config(), &VecSink::default()).await.unwrap_err();
    assert!(failure.text().zh().starts_with("创建成功"), "{}", failure.text().zh());
    assert_eq!(english_sentence(&sentences(&failure.findings[0]), &[]), None);
}

#[tokio::test]
async fn where_the_cause_is_hidden_the_candidates_and_one_command_are_named() {
    let text = format!("Error: HTTP request failed | -> f() x.go:1, post url={URL}");
    let finding = with_create(err(90004, "NetworkError", &text), &VecSink::default()).await;
    for candidate in ["refused", "no such host", "reset", "EOF"] {
        assert!(finding.what.contains(candidate), "{}", finding.what.en());
    }
    assert!(
        finding.do_next.en().lines().nth(1).unwrap().contains("exec openim-server curl"),
        "{}",
        finding.do_next.en()
    );
}

#[tokio::test]
async fn a_hidden_cause_that_took_the_present_timeout_is_a_timeout() {
    let text = format!("Error: HTTP request failed | -> f() x.go:1, post url={URL}");
    let mut late = err(90004, "NetworkError", &text);
    late.after = Duration::from_millis(1_003);
    let api = fake::api(Line::V383);
    api.lock().unwrap().creates.push(late);
    let server = fake::serve_api(&api).await;
    let mut config = config();
    config.timeouts.insert(WebhookKey::BeforeCreateGroup, 1);
    let failure = fly(&fake::admin(&server.url()), &config, &VecSink::default()).await.unwrap_err();
    assert_eq!(failure.findings[0].code, "preflight_webhook_nothing_arrived", "{failure}");
}

#[tokio::test]
async fn a_foreign_answer_is_described_by_its_first_bytes() {
    for (text, hint) in [
        ("invalid character '<' looking for beginning of value response format error", "HTML page"),
        ("unexpected end of JSON input response format error", "empty"),
        ("invalid character 'p' after top-level value response format error", "404 page not found"),
    ] {
        let finding = with_create(err(90007, "DataError", text), &VecSink::default()).await;
        assert_eq!(finding.code, "preflight_webhook_foreign_answer");
        assert!(finding.what.contains(hint) && finding.what.contains("90007"), "{}", finding.what.en());
    }
}

#[tokio::test]
async fn a_rejection_by_another_server_and_a_dead_group_process_are_named() {
    let rejected = say(200, r#"{"errCode":0,"errMsg":"","errDlt":"","data":{"groupInfo":null}}"#);
    assert_eq!(with_create(rejected, &VecSink::default()).await.code, "preflight_webhook_rejected");
    let finding = with_create(err(4001, "not today", ""), &VecSink::default()).await;
    assert_eq!(finding.code, "preflight_webhook_rejected");
    let finding = with_create(err(14, "error reading from server: EOF", ""), &VecSink::default()).await;
    assert_eq!(finding.code, "preflight_group_process_down");
    assert_eq!(finding.what.en(), "the group process (openim-rpc-group) is down");
}

#[tokio::test]
async fn a_callback_that_arrived_without_its_answer_being_taken_is_not_called_unreachable() {
    let api = fake::api(Line::Main);
    let sink = VecSink::default();
    calls_back(&api, &sink, &[(WebhookKey::BeforeCreateGroup, 1)]);
    api.lock().unwrap().creates.push(network("context deadline exceeded"));
    let server = fake::serve_api(&api).await;
    let failure = fly(&fake::admin(&server.url()), &config(), &sink).await.unwrap_err();
    assert_eq!(failure.findings[0].code, "preflight_webhook_reply_not_taken");
    assert!(failure.findings[0].what.en().starts_with("beforeCreateGroup arrived here"));
}

#[tokio::test]
async fn success_without_a_callback_fails_and_names_what_did_not_come() {
    let api = fake::api(Line::Main);
    let sink = VecSink::default();
    let server = fake::serve_api(&api).await;
    let admin = fake::admin(&server.url());
    let failure = fly(&admin, &config(), &sink).await.unwrap_err();
    let finding = &failure.findings[0];
    assert_eq!(finding.code, "preflight_webhook_silent");
    for part in ["enable: true", "IMENV_WEBHOOKS_", "--force-recreate", "webhook.expect = []"] {
        assert!(finding.do_next.contains(part), "{part}: {}", finding.do_next.en());
    }
    assert_eq!(api.lock().unwrap().dismissed.len(), 1, "the group is dismissed all the same");

    calls_back(&api, &sink, &[(WebhookKey::BeforeCreateGroup, 1)]);
    let mut two = config();
    two.first_group = 1;
    two.expect = Some(vec![WebhookKey::BeforeCreateGroup, WebhookKey::AfterCreateGroup]);
    let failure = fly(&admin, &two, &sink).await.unwrap_err();
    assert!(failure.findings[0].what.contains("but afterCreateGroup did not"), "{failure}");

    let plain = PreflightConfig { expect: Some(Vec::new()), first_group: 2, ..config() };
    assert!(fly(&admin, &plain, &VecSink::default()).await.is_ok(), "a plain API load expects nothing");
}

#[tokio::test]
async fn another_path_and_an_unknown_command_are_named() {
    let api = fake::api(Line::Main);
    let sink = VecSink::default();
    let also = sink.clone();
    api.lock().unwrap().on_create = Box::new(move |id| {
        for key in [WebhookKey::BeforeCreateGroup, WebhookKey::BeforeMemberJoinGroup] {
            let arrived = CallbackArrived { key, operations: vec![id], received_at: Default::default() };
            also.try_send(RunEvent::Arrived(arrived));
        }
        let stranger = Stranger { command: "x?y=1".to_owned(), known: false, forwarded: false };
        also.try_send(RunEvent::Stranger(stranger));
    });
    let server = fake::serve_api(&api).await;
    let config = PreflightConfig {
        other_path: Some(Arc::new(|| Some("/hook".to_owned()))),
        expect: Some(vec![WebhookKey::BeforeCreateGroup, WebhookKey::AfterJoinGroup]),
        version: Some(Build::V370.into()),
        ..config()
    };
    let report = fly(&fake::admin(&server.url()), &config, &sink).await.unwrap();
    let codes: Vec<_> = report.findings.iter().map(|f| f.code.as_str()).collect();
    for code in [
        "preflight_webhook_path",
        "preflight_version_contradicted",
        "preflight_command_mismatch",
        "preflight_unknown_command",
    ] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert_eq!(report.version.build, Build::V370, "a given version stays");
}

#[tokio::test]
async fn an_api_that_cannot_be_used_is_named_before_any_group_is_made() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let code = |failure: PreflightFailure| failure.findings[0].code.clone();
    let sink = VecSink::default();
    let failure = fly(&fake::admin(&url), &config(), &sink).await.unwrap_err();
    assert!(failure.to_string().contains("--wait"), "{failure}");
    assert_eq!(code(failure), "preflight_api_unreachable");

    let nginx = serve(|_| async { say(502, "<html><h1>502 Bad Gateway</h1>nginx</html>") }).await;
    let failure = fly(&fake::admin(&nginx.url()), &config(), &sink).await.unwrap_err();
    assert!(failure.findings[0].what.contains("HTML page"), "{failure}");
    assert_eq!(code(failure), "preflight_api_foreign_answer");

    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    let base = format!("{}/wrong/base", server.url());
    assert_eq!(
        code(fly(&fake::admin(&base), &config(), &sink).await.unwrap_err()),
        "preflight_api_not_found"
    );

    let wrong = fake::admin_with(&server.url(), None, Some("wrong-one"), TlsOptions::default());
    let failure = fly(&wrong, &config(), &sink).await.unwrap_err();
    assert!(!format!("{failure} {failure:?}").contains("wrong-one"));
    assert_eq!(code(failure), "preflight_token_refused");

    let given = fake::admin_with(&server.url(), Some("nonsense"), Some(SECRET), TlsOptions::default());
    assert_eq!(code(fly(&given, &config(), &sink).await.unwrap_err()), "preflight_token_refused");
    assert!(api.lock().unwrap().groups.is_empty());
}

#[tokio::test]
async fn wait_waits_for_an_api_and_a_group_process_that_are_starting() {
    let api = fake::api(Line::Main);
    let sink = VecSink::default();
    calls_back(&api, &sink, CREATE);
    let down = err(500, "grpc service group-rpc-service down, grpc message no children to pick from", "");
    api.lock().unwrap().creates.push(down);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let late = api.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let server = fake::serve_api(&late).await;
        let listener = tokio::net::TcpListener::bind(addr).await.unwrap();
        while let Ok((mut from, _)) = listener.accept().await {
            let mut to = tokio::net::TcpStream::connect(server.addr).await.unwrap();
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut from, &mut to).await });
        }
    });
    let config = PreflightConfig { wait: Some(Duration::from_secs(60)), ..config() };
    let report = fly(&fake::admin(&format!("http://{addr}")), &config, &sink).await.unwrap();
    assert_eq!(report.group_ids.len(), 2, "a second group after the first create found the process down");
}

#[tokio::test]
async fn stopped_while_it_waits_for_callbacks_it_removes_its_group_before_it_ends() {
    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    // Callbacks never come: it would wait for a minute.
    let config = PreflightConfig { after_wait: Duration::from_secs(60), ..config() };
    let cancel = config.cancel.clone();
    api.lock().unwrap().on_create = Box::new(move |_| cancel.cancel());
    let sink = VecSink::default();
    let admin = fake::admin(&server.url());
    let flown = tokio::time::timeout(Duration::from_secs(30), fly(&admin, &config, &sink)).await;
    let failure = flown.expect("it ends long before the minute").unwrap_err();
    assert!(failure.groups_left.is_empty(), "{failure:?}");
    assert_eq!(api.lock().unwrap().dismissed, failure.group_ids);
    assert_eq!(failure.group_ids.len(), 1);
}

#[tokio::test]
async fn a_given_user_that_does_not_exist_is_named() {
    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    let config = PreflightConfig { existing_users: Some(vec!["12345".to_owned()]), ..config() };
    let failure = fly(&fake::admin(&server.url()), &config, &VecSink::default()).await.unwrap_err();
    assert_eq!(failure.findings[0].code, "preflight_user_unknown");
    assert!(failure.to_string().contains("12345"));
}

#[tokio::test]
async fn what_the_url_says_is_not_called_hidden() {
    for (url, code) in [
        ("webhook://127.0.0.1:10008/callbackExample/c", "preflight_webhook_bad_url"),
        ("127.0.0.1:10008/callbackExample/c", "preflight_webhook_bad_url"),
        ("/callbackBeforeCreateGroupCommand", "preflight_webhook_bad_url"),
        ("http://127.0.0.1:10008/c", "preflight_webhook_cause_hidden"),
    ] {
        let text = format!("Error: HTTP request failed | -> f() x.go:1, post url={url}");
        let finding = with_create(err(90004, "NetworkError", &text), &VecSink::default()).await;
        assert_eq!(finding.code, code, "{url}: {}", finding.what.en());
    }
}

#[tokio::test]
async fn https_to_our_plain_listener_is_named_even_where_the_cause_is_hidden() {
    let api = fake::api(Line::V383);
    let sink = VecSink::default();
    let came = sink.clone();
    api.lock().unwrap().on_create = Box::new(move |_| {
        let why =
            "TLS on a listener that speaks plain HTTP; write `url: http://…` in webhooks.yml".to_owned();
        came.try_send(RunEvent::BadRequest { why });
    });
    let text = "Error: HTTP request failed | -> f() x.go:1, post url=https://h:1/cb/c";
    api.lock().unwrap().creates.push(err(90004, "NetworkError", text));
    let server = fake::serve_api(&api).await;
    let failure = fly(&fake::admin(&server.url()), &config(), &sink).await.unwrap_err();
    assert_eq!(failure.findings[0].code, "preflight_webhook_tls", "{failure}");
}

#[tokio::test]
async fn a_query_in_the_url_is_the_first_line() {
    let api = fake::api(Line::Main);
    let sink = VecSink::default();
    let came = sink.clone();
    api.lock().unwrap().on_create = Box::new(move |_| {
        let command = "cb?key=1/callbackBeforeCreateGroupCommand".to_owned();
        came.try_send(RunEvent::Stranger(Stranger { command, known: false, forwarded: false }));
    });
    let server = fake::serve_api(&api).await;
    let config = PreflightConfig { after_wait: Duration::from_millis(50), ..config() };
    let failure = fly(&fake::admin(&server.url()), &config, &sink).await.unwrap_err();
    assert_eq!(failure.findings.len(), 1, "{failure}");
    assert_eq!(failure.findings[0].code, "preflight_webhook_query");
}

#[tokio::test]
async fn users_registered_a_moment_ago_are_waited_for() {
    let api = fake::api(Line::Main);
    let sink = VecSink::default();
    calls_back(&api, &sink, CREATE);
    api.lock().unwrap().creates.push(err(1101, "UserIDNotFoundError", "user not found"));
    let server = fake::serve_api(&api).await;
    let report = fly(&fake::admin(&server.url()), &config(), &sink).await.unwrap();
    assert_eq!(report.group_ids.len(), 2, "the first create did not find them");
}

#[tokio::test]
async fn callbacks_of_openims_other_services_are_no_remark() {
    let api = fake::api(Line::Main);
    let sink = VecSink::default();
    let came = sink.clone();
    api.lock().unwrap().on_create = Box::new(move |id| {
        let command = "callbackBeforeSendGroupMsgCommand".to_owned();
        came.try_send(RunEvent::Stranger(Stranger { command, known: false, forwarded: false }));
        for (key, _) in CREATE {
            let arrived =
                CallbackArrived { key: *key, operations: vec![id], received_at: Default::default() };
            came.try_send(RunEvent::Arrived(arrived));
        }
    });
    let server = fake::serve_api(&api).await;
    let report = fly(&fake::admin(&server.url()), &config(), &sink).await.unwrap();
    assert!(report.findings.iter().all(|f| f.code != "preflight_unknown_command"), "{:?}", report.findings);
}
