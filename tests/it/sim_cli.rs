//! `sim` on the command line with what cannot work: clear messages, right exit codes.

use std::net::TcpListener;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Done, Sim, bench, run, webhooks_yml};

fn sim(args: &[&str], webhooks: Option<&Path>) -> Done {
    let mut command = bench();
    command.args(["sim", "--for", "1s"]).args(args);
    if let Some(path) = webhooks {
        command.arg("--webhooks").arg(path);
    }
    run(&mut command)
}

fn refused(done: &Done, words: &[&str]) {
    assert_eq!(done.code, 2, "{} {}", done.stdout, done.stderr);
    assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
    for word in words {
        assert!(done.stderr.contains(word), "lacks `{word}`: {}", done.stderr);
    }
}

#[test]
fn an_unknown_version_is_refused_with_the_nearest_known_one() {
    for (version, words) in [
        ("3.6.0", &["3.6.0", "before 3.7.0"][..]),
        ("3.7", &["did you mean `3.7.0`"]),
        ("latest", &["latest", "main-standalone"]),
        ("3.8.3-patch.x", &["did you mean `3.8.3-patch.16`"]),
        ("3.8.9-foo", &["3.8.9-foo"]),
        ("", &["3.7.0"]),
    ] {
        refused(&sim(&["--version", version, "--listen", "127.0.0.1:0"], None), words);
    }
}

#[test]
fn a_version_that_was_not_recorded_says_in_what_it_differs() {
    let listen = ["--listen", "127.0.0.1:0"];
    let other = sim(&[&["--version", "v3.8.2"][..], &listen[..]].concat(), None);
    assert_eq!(other.code, 0, "{}", other.stderr);
    assert!(other.stdout.starts_with("OpenIM 3.8.2, treated as 3.8.3 "), "{}", other.stdout);
    assert!(other.stdout.contains("\nOpenIM 3.8.2 differs from 3.8.3: "), "{}", other.stdout);
    let recorded = sim(&[&["--version", "3.8.3"][..], &listen[..]].concat(), None);
    assert_eq!(recorded.code, 0, "{}", recorded.stderr);
    assert!(!recorded.stdout.contains("differs"), "{}", recorded.stdout);
}

#[test]
fn a_webhooks_yml_with_which_openim_would_not_start_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("webhooks.yml");
    let key = |body: &str| format!("url: http://127.0.0.1:1/cb\nbeforeCreateGroup:\n{body}");
    for (text, words) in [
        ("url: [unclosed".to_owned(), &["no YAML"][..]),
        ("- a\n- b\n".to_owned(), &["mapping", "url"]),
        (key("  enable: true\n  timeout: 5s\n"), &["line 4", "beforeCreateGroup.timeout", "5s", "seconds"]),
        (key("  enable: true\n  timeout: soon\n"), &["line 4", "whole number"]),
        (key("  enable: true\n  timeout: 2.5\n"), &["line 4", "2.5"]),
        (key("  enable: maybe\n"), &["beforeCreateGroup.enable", "true or false"]),
        (
            key("  enable: true\nbeforeCreateGroup:\n  enable: false\n"),
            &["line 4", "beforeCreateGroup", "second time", "remove one"],
        ),
        (key("  timeout: 5\n  timeout: 6\n"), &["line 4", "second time"]),
    ] {
        std::fs::write(&path, &text).unwrap();
        let done = sim(&["--version", "main", "--listen", "127.0.0.1:0"], Some(&path));
        refused(&done, words);
        assert!(done.stderr.contains("webhooks.yml"), "{text}: {}", done.stderr);
    }
    std::fs::write(&path, [b'u', 0xff, 0xfe]).unwrap();
    refused(&sim(&["--version", "main", "--listen", "127.0.0.1:0"], Some(&path)), &["webhooks.yml"]);
    let missing = dir.path().join("none.yml");
    refused(&sim(&["--version", "main", "--listen", "127.0.0.1:0"], Some(&missing)), &["none.yml"]);
    refused(&sim(&["--version", "main", "--listen", "127.0.0.1:0"], Some(dir.path())), &["--webhooks"]);
}

#[test]
fn an_address_that_cannot_be_listened_on_is_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&sim(&["--version", "main", "--listen", &address], None), &["--listen", &address, "port 0"]);
    for address in ["no-such-host.invalid:10002", "192.0.2.1:0", "127.0.0.1", "127.0.0.1:99999"] {
        refused(&sim(&["--version", "main", "--listen", address], None), &["--listen", address]);
    }
}

#[test]
fn no_process_at_all_is_refused() {
    refused(&sim(&["--version", "main", "--processes", "0"], None), &["--processes", "1"]);
}

fn post(url: &str, path: &str, token: &str, body: &Value) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new())
            .build_http::<http_body_util::Full<bytes::Bytes>>();
        let request = hyper::Request::post(format!("{url}{path}"))
            .header("operationID", "op-1")
            .header("token", token)
            .body(http_body_util::Full::new(bytes::Bytes::from(body.to_string())))
            .unwrap();
        let answer = client.request(request).await.unwrap().into_body();
        let bytes = http_body_util::BodyExt::collect(answer).await.unwrap().to_bytes();
        serde_json::from_slice(&bytes).unwrap()
    })
}

#[test]
fn a_callback_host_that_does_not_exist_is_what_the_caller_hears_in_gos_words() {
    let dir = tempfile::tempdir().unwrap();
    let yml = webhooks_yml("http://no-such-host.invalid:10006/cb", true, 5);
    let sim = Sim::start("3.7.0", dir.path(), &yml);
    let admin = json!({"secret": "openIM123", "platformID": 10, "userID": "imAdmin"});
    let token = post(&sim.url, "/auth/user_token", "", &admin);
    let token = token["data"]["token"].as_str().unwrap();
    let users = json!({"secret": "openIM123", "users": [
        {"userID": "u1", "nickname": "u1"}, {"userID": "u2", "nickname": "u2"},
    ]});
    assert_eq!(post(&sim.url, "/user/user_register", token, &users)["errCode"], 0);
    let group = json!({"ownerUserID": "u1", "memberUserIDs": ["u2"], "groupInfo": {"groupType": 2}});
    let answer = post(&sim.url, "/group/create_group", token, &group);
    assert_eq!(answer["errCode"], 90004, "{answer}");
    let text = answer["errDlt"].as_str().unwrap();
    for part in [
        "HTTP request failed: Post \"http://no-such-host.invalid:10006/cb/callbackBeforeCreateGroupCommand\": ",
        "dial tcp: lookup no-such-host.invalid",
        ": no such host, post url=",
    ] {
        assert!(text.contains(part), "lacks `{part}`: {text}");
    }
}
