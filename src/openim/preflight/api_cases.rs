//! What to check when the API cannot be reached, or refuses token or users.

use std::time::Duration;

use super::super::admin::{Admin, AdminError, Unreachable};
use super::checklist::Checklist;
use crate::finding::{Finding, Severity};

fn finding(code: &str, place: &str, what: String, list: Checklist) -> Finding {
    Finding::new(code, Severity::Error, place, what, list.text())
}

/// The finding for an error of the control side.
pub(super) fn of(error: &AdminError, admin: &Admin, wait: Option<Duration>) -> Finding {
    match error {
        AdminError::Unreachable { url, why, text } => unreachable(url, *why, text, admin, wait),
        AdminError::HttpStatus { url, status: 404, head, server } => not_found(url, head, server),
        AdminError::WrongPath { url } => not_found(url, "an envelope that asks for a token", ""),
        AdminError::HttpStatus { url, status, head, server } => {
            foreign_answer(url, &format!("HTTP {status}"), head, server)
        }
        AdminError::NotEnvelope { url, head } => foreign_answer(url, "HTTP 200", head, ""),
        AdminError::Api { route, code, text, .. } => refused(route, *code, text, admin),
        AdminError::NoSecret { .. }
        | AdminError::ReadyTokenRefused { .. }
        | AdminError::TokenRefusedAgain => {
            let list = Checklist::default().step(error.to_string(), &[]);
            finding("preflight_token_refused", "target", error.to_string(), list)
        }
        AdminError::Setup { text } => {
            let list =
                Checklist::default().step("Correct target.url, target.ca_file or the token, as named.", &[]);
            finding("preflight_api_unreachable", "target", text.clone(), list)
        }
    }
}

fn unreachable(url: &str, why: Unreachable, text: &str, admin: &Admin, wait: Option<Duration>) -> Finding {
    let base = admin.base();
    let (host, port) = (base.host(), base.port());
    let waited = wait.map_or_else(String::new, |w| format!(" (waited {} s)", w.as_secs()));
    let curl = format!("curl -sS -m 5 -i '{base}/'");
    let (what, list) = match why {
        Unreachable::Refused => (
            format!("the API refuses connections at {base}{waited}"),
            Checklist::default()
                .step("Is openim-api running, and on that port (api.ports in openim-api.yml, 10002 by default)?", &[
                    "docker compose ps".to_owned(),
                    format!("ss -ltnp 'sport = :{port}'"),
                ])
                .step("Is the port published to this host?", &["docker compose port openim-server 10002".to_owned()])
                .step("A server that is still starting: add `--wait 120s`.", &[]),
        ),
        Unreachable::Name => (
            format!("the API's host {host} has no address{waited}"),
            Checklist::default()
                .step("Correct the host in target.url, or the name service of this machine:", &[format!(
                    "getent hosts '{host}'"
                )])
                .step("A container's name is known inside its network only: run openim-bench as a service of that network.", &[]),
        ),
        Unreachable::Tls => (
            format!("TLS with the API at {base} failed: {text}"),
            Checklist::default()
                .step("See which certificate is shown:", &[format!(
                    "openssl s_client -connect '{host}:{port}' -servername '{host}' </dev/null"
                )])
                .step("Name the authority's PEM file in target.ca_file; `--insecure` switches the check off.", &[])
                .step("If the port speaks plain HTTP, write http:// in target.url.", &[]),
        ),
        Unreachable::Silent => (
            format!("the API at {base} does not answer{waited}"),
            Checklist::default()
                .step("A firewall that drops, or a server that hangs? Ask it directly:", &[curl])
                .step("Do its own services answer? See the log of openim-api:", &[
                    "docker compose logs --tail 50 openim-server".to_owned(),
                ]),
        ),
        Unreachable::Broken => (
            format!("the connection to the API at {base} broke{waited}: {text}"),
            Checklist::default()
                .step("Does that port speak HTTP (10002), not WebSocket (10001) or TLS?", &[curl]),
        ),
    };
    finding("preflight_api_unreachable", "target.url", what, list)
        .with_evidence(vec![format!("called: {url}"), format!("said: {text}")])
}

fn not_found(url: &str, head: &str, server: &str) -> Finding {
    let list = Checklist::default()
        .step(
            "Behind nginx the API has a base path: target.url must hold it, such as http://host/openim/api. Without nginx it has none.",
            &[format!("curl -sS -m 5 -i -X POST -H 'operationID: check' -d '{{}}' '{url}'")],
        )
        .step("The API's own port is 10002 (api.ports in openim-api.yml).", &[]);
    finding("preflight_api_not_found", "target.url", format!("the API does not know the path {url}"), list)
        .with_evidence(said(head, server))
}

fn foreign_answer(url: &str, status: &str, head: &str, server: &str) -> Finding {
    let html = head.contains('<');
    let who = if server.is_empty() { String::new() } else { format!(" (it calls itself {server})") };
    let what = if html {
        format!(
            "an HTML page answered instead of OpenIM at {url} ({status}){who}: a proxy or web server in between"
        )
    } else {
        format!("something else than OpenIM's API answered at {url} ({status}){who}")
    };
    let list = Checklist::default()
        .step(
            "Look at what answers:",
            &[format!("curl -sS -m 5 -i -X POST -H 'operationID: check' -d '{{}}' '{url}'")],
        )
        .step(
            "502, 503 or 504 from nginx: openim-api behind it is down or starting (`--wait 120s`).",
            &["docker compose ps".to_owned()],
        )
        .step("Else correct port and base path in target.url; or go past the proxy, to port 10002.", &[]);
    finding("preflight_api_foreign_answer", "target.url", what, list).with_evidence(said(head, server))
}

fn said(head: &str, server: &str) -> Vec<String> {
    let mut lines = vec![format!("first bytes: {head}")];
    if !server.is_empty() {
        lines.push(format!("Server header: {server}"));
    }
    lines
}

fn refused(route: &str, code: i64, text: &str, admin: &Admin) -> Finding {
    let token_route = route.starts_with("/auth/");
    let evidence = vec![format!("{route} answered errCode {code}: {text}")];
    let (name, what, list) = match code {
        1002 if token_route => ("preflight_token_refused", wrong_secret(admin), secret_steps()),
        1001 | 1004 | 1101 if token_route => (
            "preflight_token_refused",
            format!("the admin user is not known to this deployment (errCode {code})"),
            Checklist::default().step(
                "target.admin_user must be one of imAdminUserID in share.yml (imAdminUser.userIDs on main), by default imAdmin:",
                &["docker compose exec openim-server sh -c 'grep -rn -A3 imAdminUser config/share.yml'".to_owned()],
            ),
        ),
        1002 => (
            "preflight_token_refused",
            "the token is not that of an app admin (errCode 1002)".to_owned(),
            Checklist::default()
                .step("Give an admin's token in OPENIM_TOKEN, or unset it and give the secret in OPENIM_SECRET.", &[]),
        ),
        1501..=1507 => (
            "preflight_token_refused",
            format!("the token is refused (errCode {code}: expired, replaced or of another deployment)"),
            Checklist::default()
                .step("Give a fresh token in OPENIM_TOKEN, or unset it and give the secret in OPENIM_SECRET.", &[]),
        ),
        _ if code == 14 || text.starts_with("grpc service") => (
            "preflight_service_down",
            format!("a process behind the API is down ({route}, errCode {code})"),
            Checklist::default()
                .step("See which one, and its last words:", &[
                    "docker compose logs --tail 100 openim-server".to_owned(),
                    "kubectl get pods".to_owned(),
                ])
                .step("A server that is still starting: add `--wait 120s`.", &[]),
        ),
        _ => (
            "preflight_api_refused",
            format!("the API refuses {route} (errCode {code}: {text})"),
            Checklist::default().step("Look up the operationID in OpenIM's log (level 4 or higher shows more).", &[]),
        ),
    };
    finding(name, "target", what, list).with_evidence(evidence)
}

fn wrong_secret(admin: &Admin) -> String {
    format!("the secret in {} is not that of this deployment (errCode 1002)", admin.secret_place())
}

fn secret_steps() -> Checklist {
    Checklist::default()
        .step("Compare with `secret` of share.yml as the auth process loaded it; the environment wins over the file:", &[
            "docker compose exec openim-server sh -c 'env | grep IMENV_SHARE_SECRET; grep -n secret config/share.yml'"
                .to_owned(),
        ])
        .step("Look for quotes, blanks or a comment that became part of it; its length in characters:", &[
            "printf %s \"$OPENIM_SECRET\" | wc -m".to_owned(),
        ])
}

/// A user of the users file is not registered.
pub(super) fn unknown_user(user: &str) -> Finding {
    let list = Checklist::default().step(
        "Take it out of the file, register it, or leave load.users.file out: then users are registered.",
        &[],
    );
    let what = format!("the user {user} of load.users.file is not registered");
    finding("preflight_user_unknown", "load.users.file", what, list)
}
