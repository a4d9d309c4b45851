//! `webhook check` against small receivers, each wrong in one thing: it is named, and the correct one is not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use openim_bench::check::{Asked, Load, Outcome, check, default_keys};
use openim_bench::finding::{Finding, Severity};
use openim_bench::ids::RunTag;
use openim_bench::wire::WebhookKey;
use openim_bench::wire::answer::neutral;
use openim_bench::wire::callback::command_in_target;

use crate::support::{Got, Say, bench, english_sentence, fixed_server, free_port, run, say, serve};

fn asked(url: &str, versions: &[&str]) -> Asked {
    Asked {
        url: format!("{url}/callback"),
        versions: versions.iter().map(|version| version.parse().unwrap()).collect(),
        keys: default_keys(),
        tag: RunTag::from_number(77),
        timeout_s: 5,
        idles: vec![Duration::from_millis(900)],
        most_at_once: 8,
        load: None,
    }
}

/// What a receiver without fault answers.
fn correct(got: &Got) -> Say {
    let key = WebhookKey::from_command(command_in_target(&got.path));
    say(200, String::from_utf8(neutral(key, &got.body)).unwrap())
}

async fn of(answer: impl Fn(&Got) -> Say + Clone + Send + Sync + 'static) -> Outcome {
    let server = serve(move |got| std::future::ready(answer(&got))).await;
    // Whether idle connections and workers are judged rightly has its own tests.
    let asked = Asked { idles: Vec::new(), most_at_once: 0, ..asked(&server.url(), &["main"]) };
    check(&asked, |_| {}).await.unwrap()
}

fn codes(outcome: &Outcome) -> Vec<&str> {
    outcome.findings.iter().map(|finding| finding.code.as_str()).collect()
}

fn found<'a>(outcome: &'a Outcome, code: &str) -> &'a Finding {
    let found = outcome.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code}: {:?}", codes(outcome)))
}

fn whole(finding: &Finding) -> String {
    let evidence: Vec<&str> = finding.evidence.iter().map(|line| line.en()).collect();
    format!("{}\n{}\n{}", finding.what.en(), evidence.join("\n"), finding.do_next.en())
}

#[tokio::test]
async fn a_correct_receiver_has_no_findings() {
    let slowly = |got: Got| {
        let answer = Say { after: Duration::from_millis(30), ..correct(&got) };
        std::future::ready(answer)
    };
    let server = serve(slowly).await;
    let mut asked = asked(&server.url(), &["3.7.0", "main"]);
    asked.keys = WebhookKey::ALL.to_vec();
    let outcome = check(&asked, |_| {}).await.unwrap();
    assert_eq!(outcome.findings, [], "{:?}", outcome.workers);
    assert_eq!(outcome.keep_alive.unwrap().kept_s, Some(0.9));
    let workers = outcome.workers.unwrap();
    assert!(workers.steps.len() == 3 && workers.limit.is_none(), "{workers:?}");
    assert!(outcome.rows.iter().all(|row| row.judged.is_routed() && row.judged.status == Some(200)));
    let sent = |command| outcome.rows.iter().filter(|row| row.command == command).count();
    assert_eq!(sent("callbackBeforeMembersJoinGroupCommand"), 5);
    assert_eq!(sent("callbackBeforeMemberJoinGroupCommand"), 4, "one member has no list");
    assert_eq!(sent("callbackAfterCreateGroupChatConversationsCommand"), 4, "main alone sends it");
}

#[tokio::test]
async fn an_error_page_is_named_with_what_openim_makes_of_it() {
    let outcome = of(|_| say(500, "<!DOCTYPE html><html>Whoops</html>")).await;
    assert_eq!(codes(&outcome), ["html_answer"]);
    let html = found(&outcome, "html_answer");
    assert_eq!(html.severity, Severity::Error);
    for part in
        ["status 500", "90007: invalid character '<'", "callbackBeforeCreateGroupCommand (usual, unicode"]
    {
        assert!(whole(html).contains(part), "{part}: {}", whole(html));
    }
}

#[tokio::test]
async fn a_wrong_command_name_is_a_route_that_is_missing() {
    let outcome = of(|got| match command_in_target(&got.path) {
        "callbackBeforeCreateGroupcommand" => correct(got),
        "callbackBeforeCreateGroupCommand" => say(404, "<html>404 Not Found</html>"),
        _ => correct(got),
    })
    .await;
    assert_eq!(codes(&outcome), ["not_routed"]);
    let missing = found(&outcome, "not_routed");
    assert!(missing.place.ends_with("/callback/callbackBeforeCreateGroupCommand"), "{}", missing.place);
    assert!(whole(missing).contains("status 404, 90007"), "{}", whole(missing));
}

#[tokio::test]
async fn a_receiver_with_one_of_the_two_member_commands_is_told_which_version_fails() {
    let without = |missing: &'static str| {
        of(move |got| match command_in_target(&got.path) == missing {
            true => say(405, "Method Not Allowed"),
            false => correct(got),
        })
    };
    let singular = without("callbackBeforeMembersJoinGroupCommand").await;
    assert_eq!(codes(&singular), ["not_routed", "member_command_singular_only"]);
    let finding = found(&singular, "member_command_singular_only");
    assert_eq!(finding.severity, Severity::Error);
    assert!(finding.what.contains("callbackBeforeMemberJoinGroupCommand (3.7) only"));
    let plural = without("callbackBeforeMemberJoinGroupCommand").await;
    assert_eq!(codes(&plural), ["member_command_plural_only"], "main works; 3.7 would not");
    assert_eq!(found(&plural, "member_command_plural_only").severity, Severity::Info);
}

#[tokio::test]
async fn a_slow_receiver_is_named_with_its_times() {
    let slowly = |got: Got| std::future::ready(Say { after: Duration::from_millis(1_100), ..correct(&got) });
    let server = serve(slowly).await;
    let keys = vec![WebhookKey::BeforeMemberJoinGroup];
    let base = asked(&server.url(), &["3.7.0"]);
    let asked = Asked { keys, idles: Vec::new(), most_at_once: 0, ..base };
    let outcome = check(&asked, |_| {}).await.unwrap();
    assert_eq!(codes(&outcome), ["slow_answer"]);
    assert!(whole(found(&outcome, "slow_answer")).contains("callbackBeforeMemberJoinGroupCommand takes 1."));
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_left_after_three_callbacks() {
    let url = format!("http://{}", fixed_server(None));
    let asked = Asked { timeout_s: 1, ..asked(&url, &["main"]) };
    let outcome = check(&asked, |_| {}).await.unwrap();
    assert!(outcome.given_up && outcome.keep_alive.is_none());
    assert_eq!((codes(&outcome), outcome.rows.len()), (vec!["no_answer_in_time"], 3));
    assert!(whole(found(&outcome, "no_answer_in_time")).contains("90004: Post"));
}

/// A request's head and body, read from a plain socket; false at its end.
fn read_request(stream: &mut TcpStream) -> bool {
    let (mut seen, mut buffer) = (Vec::new(), [0_u8; 16_384]);
    loop {
        let Ok(n) = stream.read(&mut buffer) else { return false };
        if n == 0 {
            return false;
        }
        seen.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&seen);
        let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if seen.len() >= head.len() + 4 + length.unwrap_or(0_usize) {
            return true;
        }
    }
}

const OK: &str = r#"{"actionCode":0,"errCode":0,"errMsg":"","errDlt":"","nextCode":0}"#;

fn respond(stream: &mut TcpStream, connection: &str) {
    let length = OK.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: {connection}\r\n\r\n");
    let _ = stream.write_all(format!("{head}{OK}").as_bytes());
}

#[tokio::test]
async fn a_single_worker_is_found_by_its_times_and_the_risk_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            if read_request(&mut stream) {
                std::thread::sleep(Duration::from_millis(30));
                respond(&mut stream, "close");
            }
        }
    });
    let base = asked(&url, &["main"]);
    let outcome = check(&Asked { keys: vec![WebhookKey::BeforeCreateGroup], ..base }, |_| {}).await.unwrap();
    assert_eq!(codes(&outcome), ["single_worker"], "{:?}", outcome.workers);
    let text = whole(found(&outcome, "single_worker"));
    for part in ["one callback at a time", "Little's law", "block each other until the timeout"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(outcome.keep_alive.unwrap().reused, Some(false));
}

#[tokio::test]
async fn a_server_that_waits_for_its_idle_connection_keeps_all_others_waiting_and_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            while read_request(&mut stream) {
                respond(&mut stream, "keep-alive");
            }
        }
    });
    let base = Asked { timeout_s: 1, most_at_once: 0, ..asked(&url, &["main"]) };
    let outcome = check(&Asked { keys: vec![WebhookKey::BeforeCreateGroup], ..base }, |_| {}).await.unwrap();
    assert_eq!(codes(&outcome), ["idle_connections_block"], "{:?}", outcome.keep_alive);
    assert_eq!(outcome.keep_alive.unwrap().idle_blocks, Some(1));
    assert!(whole(&outcome.findings[0]).contains("OpenIM keeps two idle connections"));
}

#[tokio::test]
async fn a_server_that_closes_idle_connections_early_is_named_with_when() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
                while read_request(&mut stream) {
                    respond(&mut stream, "keep-alive");
                }
            });
        }
    });
    let base = asked(&url, &["main"]);
    let keys = vec![WebhookKey::BeforeCreateGroup];
    let outcome = check(&Asked { keys, most_at_once: 0, ..base }, |_| {}).await.unwrap();
    assert_eq!(codes(&outcome), ["closes_idle_connections_early"], "{:?}", outcome.keep_alive);
    assert!(whole(&outcome.findings[0]).contains("after 0.9 s one was closed"));
}

#[tokio::test]
async fn a_rejection_with_errcode_0_is_success_with_nothing_created_on_main() {
    let outcome =
        of(|_| say(200, r#"{"actionCode":0,"errCode":0,"errMsg":"ok","errDlt":"","nextCode":1}"#)).await;
    assert_eq!(codes(&outcome), ["rejects_with_errcode_0"]);
    let text = whole(&outcome.findings[0]);
    assert!(text.contains("the caller gets success, and nothing is done"), "{text}");
}

#[tokio::test]
async fn a_byte_order_mark_and_an_empty_answer_are_named() {
    let outcome = of(|got| say(200, format!("\u{feff}{}", correct(got).body))).await;
    assert_eq!(codes(&outcome), ["byte_order_mark"]);
    assert!(
        whole(&outcome.findings[0]).contains("90007: invalid character 'ï'"),
        "{}",
        whole(&outcome.findings[0])
    );
    assert_eq!(codes(&of(|_| say(200, "")).await), ["empty_answer"]);
    let of_one = of(|got| match command_in_target(&got.path) {
        "callbackBeforeMembersJoinGroupCommand" => say(200, format!("\u{feff}{}", correct(got).body)),
        _ => correct(got),
    })
    .await;
    assert_eq!(codes(&of_one), ["byte_order_mark"], "it is there, so no route is missing");
}

#[tokio::test]
async fn redirects_are_named_and_not_followed_to_another_host() {
    let to = |location: &'static str| {
        of(move |got| match got.path.starts_with("/callback") {
            true => Say { headers: vec![("location", location)], ..say(302, "") },
            false => say(200, "<html>please log in</html>"),
        })
    };
    assert_eq!(codes(&to("/login").await), ["login_redirect"]);
    assert_eq!(codes(&to("/moved").await), ["redirected"]);
    let elsewhere = to("http://receiver.invalid/callback").await;
    assert_eq!(codes(&elsewhere), ["redirected"]);
    assert!(whole(&elsewhere.findings[0]).contains("not followed"), "{}", whole(&elsewhere.findings[0]));
}

#[tokio::test]
async fn a_body_that_a_receiver_cannot_take_is_named_with_what_is_odd_about_it() {
    let outcome = of(|got| if got.body.len() > 20_000 { say(413, "too large") } else { correct(got) }).await;
    assert_eq!(codes(&outcome), ["not_json"]);
    assert!(whole(&outcome.findings[0]).contains("callbackBeforeCreateGroupCommand (1,000 members; main)"));
}

#[tokio::test]
async fn a_receiver_that_cannot_take_the_control_character_of_a_group_type_is_told_so() {
    let outcome = of(|got| match got.body.windows(8).any(|part| part == br#":"\u0002"#) {
        true => say(500, "<html>"),
        false => correct(got),
    })
    .await;
    assert_eq!(codes(&outcome), ["html_answer"]);
    assert!(whole(&outcome.findings[0]).contains("U+0002"), "{}", whole(&outcome.findings[0]));
}

#[tokio::test]
async fn refusals_of_filters_and_a_set_info_answer_without_echo_are_named() {
    for (status, code) in [(401, "unauthorized"), (403, "forbidden"), (419, "csrf"), (429, "throttled")] {
        assert_eq!(codes(&of(move |_| say(status, "<html>no</html>")).await), [code]);
    }
    let outcome = of(|_| say(200, "{}")).await;
    assert_eq!(codes(&outcome), ["group_info_not_echoed"]);
    assert_eq!(codes(&of(|_| say(404, r#"{"error":"no"}"#)).await), ["status_ignored"]);
}

#[tokio::test]
async fn a_load_that_is_answered_with_error_pages_is_told() {
    let server = serve(|_| std::future::ready(say(500, "<html>"))).await;
    let load = Some(Load { rate: 50.0, lasts: Duration::from_secs(1) });
    let base = asked(&server.url(), &["main"]);
    let keys = vec![WebhookKey::BeforeCreateGroup];
    let asked = Asked { load, keys, idles: Vec::new(), most_at_once: 0, ..base };
    let outcome = check(&asked, |_| {}).await.unwrap();
    assert!(whole(found(&outcome, "load_not_answered")).contains("× 90007"));
    assert_eq!(found(&outcome, "load_not_answered").severity, Severity::Error);
}

#[tokio::test]
async fn a_load_gives_quantiles_and_says_how_many_callbacks_a_timeout_needs() {
    let server = serve(|got: Got| std::future::ready(correct(&got))).await;
    let load = Some(Load { rate: 100.0, lasts: Duration::from_secs(2) });
    let base = asked(&server.url(), &["main"]);
    let asked = Asked { load, idles: Vec::new(), most_at_once: 0, ..base };
    let outcome = check(&asked, |_| {}).await.unwrap();
    let loaded = outcome.loaded.unwrap();
    assert!((100..400).contains(&loaded.callbacks) && loaded.shed == 0, "{}", loaded.callbacks);
    assert!(loaded.quantiles[0].ms.is_some() && loaded.quantiles[3].ms.is_none());
    assert_eq!((loaded.timeout_s, loaded.timeouts.len()), (None, 15));
    assert!(loaded.callbacks_needed.is_some_and(|needed| needed >= 2_995));
}

#[test]
fn the_command_reports_in_every_format_and_language_and_ends_with_the_documented_code() {
    let page = "HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>";
    let url = format!("http://{}/callback", fixed_server(Some(page)));
    let dir = tempfile::tempdir().unwrap();
    let junit = dir.path().join("check.xml");
    let check = |more: &[&str]| {
        let mut command = bench();
        command.args(["webhook", "check", "--url", &url, "--version", "main"]);
        run(command.args(["--commands", "beforeCreateGroup"]).args(more))
    };
    let done = check(&["--format", "json", "--junit", junit.to_str().unwrap()]);
    assert_eq!(done.code, 6, "{}", done.stderr);
    let json = done.json();
    assert_eq!(json["callbacks"][0]["faults"][0], "not_routed");
    assert_eq!(json["callbacks"][0]["err_code"], 90007);
    assert_eq!(json["findings"][0]["code"], "not_routed");
    assert!(done.stderr.contains("callbackBeforeCreateGroupCommand"), "what will be sent is listed first");
    let xml = std::fs::read_to_string(junit).unwrap();
    assert!(
        xml.contains("failures=\"5\"") && xml.contains("callbackBeforeCreateGroupCommand plain"),
        "{xml}"
    );
    assert_eq!(check(&["--fail-on", "never"]).code, 0);
    let chinese = check(&["--lang", "zh"]);
    assert!(chinese.stdout.contains("没有对应的路由"), "{}", chinese.stdout);
    assert_eq!(english_sentence(&chinese.stdout, &["invalid character"]), None);
}

#[test]
fn what_may_not_be_called_or_needs_all_is_refused_and_a_dead_server_is_unreachable() {
    let check = |url: &str, more: &[&str]| {
        run(bench().args(["webhook", "check", "--version", "main", "--url", url]).args(more))
    };
    let far = check("http://192.0.2.7/callback", &[]);
    assert_eq!(far.code, 2);
    assert!(far.stderr.contains("--allow-host 192.0.2.7"), "{}", far.stderr);
    let here = format!("http://127.0.0.1:{}", free_port());
    for (more, part) in [
        (&["--commands", "afterDismissGroup"][..], "--commands all"),
        (&["--commands", "callbackNoneCommand"], "neither a command nor a key"),
        (&["--load", "50/s"], "--for"),
        (&["--load", "fast", "--for", "1s"], "no rate"),
        (&["--load", "5000/s", "--for", "1s"], "at most 2000"),
        (&["--version", "3.7.0", "--commands", "beforeSetGroupInfoEx"], "None of these keys"),
    ] {
        let done = check(&here, more);
        assert_eq!(done.code, 2, "{more:?}: {}", done.stderr);
        assert!(done.stderr.contains(part), "{more:?}: {}", done.stderr);
    }
    let dead = check(&here, &["--format", "json"]);
    assert_eq!(dead.code, 3, "{}", dead.stderr);
    assert_eq!(dead.json()["findings"][0]["code"], "not_reached");
    assert!(dead.stdout.contains("connection refused"), "{}", dead.stdout);
}

/// The code block of a language in the README.
fn sample(language: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once(&format!("```{language}\n")).expect("a sample");
    rest.split_once("\n```").unwrap().0.to_owned()
}

fn is_here(program: &str, argument: &str) -> bool {
    let quiet = std::process::Stdio::null;
    std::process::Command::new(program).arg(argument).stdout(quiet()).stderr(quiet()).status().is_ok()
}

/// The sample is started as the README says, and has no findings but such as this machine's speed may give.
fn sample_is_correct(mut server: std::process::Child, port: u16) {
    let up = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    for _ in 0..600 {
        if up() || server.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let url = format!("http://127.0.0.1:{port}");
    let done =
        run(bench().args(["webhook", "check", "--version", "3.7.0,main", "--format", "json", "--url", &url]));
    let _ = server.kill();
    let _ = server.wait();
    let json = done.json();
    let rows = json["callbacks"].as_array().unwrap();
    assert!(rows.len() > 60, "{}", done.stderr);
    for row in rows {
        assert!(row["faults"].as_array().unwrap().is_empty() && row["decision"] == "continue", "{row}");
    }
}

#[test]
fn the_sample_in_php_answers_as_openim_needs_it() {
    if !is_here("php", "--version") {
        println!("skipped: no php here");
        return;
    }
    let (dir, port) = (tempfile::tempdir().unwrap(), free_port());
    std::fs::write(dir.path().join("receiver.php"), sample("php")).unwrap();
    let mut php = std::process::Command::new("php");
    php.args(["-S", &format!("127.0.0.1:{port}"), "receiver.php"]).current_dir(dir.path());
    sample_is_correct(php.spawn().unwrap(), port);
}

#[test]
fn the_sample_in_go_answers_as_openim_needs_it() {
    if !is_here("go", "version") {
        println!("skipped: no go here");
        return;
    }
    let (dir, port) = (tempfile::tempdir().unwrap(), free_port());
    let text = sample("go").replace("127.0.0.1:10006", &format!("127.0.0.1:{port}"));
    std::fs::write(dir.path().join("receiver.go"), text).unwrap();
    let mut build = std::process::Command::new("go");
    build
        .args(["build", "-o", "receiver", "receiver.go"])
        .current_dir(dir.path())
        .env("GOTOOLCHAIN", "local");
    let mut build = build.spawn().unwrap();
    let ended = (0..80).find_map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        build.try_wait().unwrap()
    });
    let Some(built) = ended else {
        // Go compiles its own net/http first where it never did.
        let _ = build.kill();
        let _ = build.wait();
        println!("skipped: go takes too long to build here");
        return;
    };
    assert!(built.success());
    sample_is_correct(std::process::Command::new(dir.path().join("receiver")).spawn().unwrap(), port);
}
