//! Tokens, users, and that no secret is ever shown.

use std::time::Duration;

use openim_bench::openim::token::TokenRoute;
use openim_bench::openim::{AdminError, TlsOptions};
use openim_bench::port::{CallResult, Target};
use openim_bench::wire::FailureKind;
use openim_bench::wire::api::Operation;

use super::fake::{self, Line, SECRET};

const LONG: Duration = Duration::from_secs(10);

#[tokio::test]
async fn each_line_gives_its_token_by_its_own_route() {
    for (line, route) in [
        (Line::V37, TokenRoute::UserToken37),
        (Line::V380, TokenRoute::UserToken380),
        (Line::V383, TokenRoute::GetAdminToken),
        (Line::Main, TokenRoute::GetAdminToken),
    ] {
        let api = fake::api(line);
        let server = fake::serve_api(&api).await;
        let admin = fake::admin(&server.url());
        admin.token().await.unwrap();
        assert_eq!(admin.token_route(), Some(route), "{line:?}");
        assert!(admin.token_expires_at().unwrap().0 > 86_400_000_000);
        let ready = fake::admin_with(&server.url(), Some("tok-0"), None, TlsOptions::default());
        assert_eq!(ready.probe_route().await.unwrap(), route, "{line:?}");
        assert_eq!(api.lock().unwrap().tokens_made, 1, "a probe mints nothing");
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_all_calls() {
    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    let client = fake::client(&fake::admin(&server.url()));
    assert_eq!(client.call(&fake::attempt(Operation::Create, 0), LONG).await.result, CallResult::Succeeded);
    api.lock().unwrap().tokens_from = 1;
    let mut calls = tokio::task::JoinSet::new();
    for n in 1..=30 {
        let client = client.clone();
        calls.spawn(async move { client.call(&fake::attempt(Operation::Create, n), LONG).await.result });
    }
    while let Some(result) = calls.join_next().await {
        assert_eq!(result.unwrap(), CallResult::Succeeded);
    }
    assert_eq!((client.token_renewals(), api.lock().unwrap().tokens_made), (1, 2));
}

#[tokio::test]
async fn an_api_that_refuses_every_token_is_not_flooded_with_renewals() {
    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    let client = fake::client(&fake::admin(&server.url()));
    api.lock().unwrap().tokens_from = usize::MAX;
    for n in 0..10 {
        let outcome = client.call(&fake::attempt(Operation::Create, n), LONG).await;
        assert_eq!(outcome.result, CallResult::Failed(FailureKind::Token(1506)));
    }
    assert_eq!(api.lock().unwrap().tokens_made, 2);
}

#[tokio::test]
async fn a_ready_made_token_is_used_as_it_is_and_never_renewed() {
    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    let admin = fake::admin_with(&server.url(), Some("tok-5"), Some(SECRET), TlsOptions::default());
    let client = fake::client(&admin);
    assert_eq!(client.call(&fake::attempt(Operation::Create, 0), LONG).await.result, CallResult::Succeeded);
    api.lock().unwrap().tokens_from = 9;
    let outcome = client.call(&fake::attempt(Operation::Create, 1), LONG).await;
    assert_eq!(outcome.result, CallResult::Failed(FailureKind::Token(1506)));
    assert!(matches!(admin.dismiss("1").await, Err(AdminError::ReadyTokenRefused { .. })));
    assert_eq!((client.token_renewals(), api.lock().unwrap().tokens_made), (0, 0));
}

#[tokio::test]
async fn every_request_carries_operation_id_token_and_content_type() {
    let api = fake::api(Line::Patch16);
    let server = fake::serve_api(&api).await;
    let client = fake::client(&fake::admin(&server.url()));
    for operation in Operation::ALL {
        let outcome = client.call(&fake::attempt(operation, 3), LONG).await;
        assert_eq!(outcome.result, CallResult::Succeeded, "{operation:?}");
    }
    let log = api.lock().unwrap().log.clone();
    let calls: Vec<_> = log.iter().filter(|got| got.path.starts_with("/group/")).collect();
    let paths: Vec<_> = calls.iter().map(|got| got.path.trim_start_matches("/group/")).collect();
    assert_eq!(
        paths,
        [
            "create_group",
            "invite_user_to_group",
            "join_group",
            "join_group",
            "group_application_response",
            "kick_group",
            "quit_group",
            "dismiss_group"
        ]
    );
    for got in &calls {
        assert_eq!(got.header("operationid"), fake::attempt(Operation::Create, 3).operation_id.to_string());
        assert_eq!((got.header("token"), got.header("content-type")), ("tok-0", "application/json"));
    }
    let create = calls[0].json();
    assert_eq!(create["groupInfo"]["groupType"], 2);
    assert_eq!(create["groupInfo"]["groupName"], "openim-bench test");
    assert_eq!(create["groupInfo"]["ex"], "openim-bench test");
    assert_eq!(calls[2].json()["inviterUserID"], "3", "the one who joins");
    assert_eq!(calls[4].json()["handleResult"], 1);
    assert_eq!(calls[7].json()["deleteMember"], true);
}

#[tokio::test]
async fn users_are_registered_in_batches_and_known_ones_are_fine() {
    for line in [Line::V37, Line::V380, Line::Main] {
        let api = fake::api(line);
        let server = fake::serve_api(&api).await;
        let admin = fake::admin(&server.url());
        let users: Vec<String> = (0..250).map(|n| format!("80{n:03}")).collect();
        api.lock().unwrap().users.extend(users[90..110].iter().cloned());
        let registered = admin.register(&users, "bench").await.unwrap();
        assert_eq!((registered.made, registered.existing), (230, 20), "{line:?}");
        let again = admin.register(&users, "bench").await.unwrap();
        assert_eq!((again.made, again.existing), (0, 250), "{line:?}");
        let asked = [users[0].clone(), "nobody".to_owned()];
        assert_eq!(admin.missing_users(&asked).await.unwrap(), ["nobody"], "{line:?}");
    }
}

#[tokio::test]
async fn old_servers_need_the_secret_to_register_and_the_error_says_so() {
    let api = fake::api(Line::V380);
    let server = fake::serve_api(&api).await;
    let admin = fake::admin_with(&server.url(), Some("tok-0"), None, TlsOptions::default());
    let error = admin.register(&["1".to_owned()], "bench").await.unwrap_err().to_string();
    assert!(error.contains("OPENIM_SECRET"), "{error}");
}

#[tokio::test]
async fn neither_secret_nor_token_is_ever_shown() {
    let api = fake::api(Line::V383);
    let server = fake::serve_api(&api).await;
    let token = "malformed-token-value";
    let admin = fake::admin_with(&server.url(), Some(token), Some(SECRET), TlsOptions::default());
    let client = fake::client(&admin);
    // This server repeats the token that it refuses.
    let outcome = client.call(&fake::attempt(Operation::Create, 0), LONG).await;
    assert!(outcome.text.as_ref().unwrap().contains("token=[redacted]"), "{outcome:?}");
    let other = fake::admin_with(&server.url(), None, Some("another-secret"), TlsOptions::default());
    let wrong = other.token().await.unwrap_err();
    let refused = admin.dismiss("1").await.unwrap_err();
    let shown = format!(
        "{admin:?} {client:?} {outcome:?} {wrong} {wrong:?} {refused} {refused:?} {:?} {other:?}",
        admin.token().await
    );
    for hidden in [SECRET, token, "another-secret"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}
