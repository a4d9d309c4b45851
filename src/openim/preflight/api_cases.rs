//! What to check when the API cannot be reached, or refuses token or users.

use std::time::Duration;

use super::super::admin::{Admin, AdminError, Unreachable};
use super::checklist::{Checklist, command};
use crate::finding::{Finding, Severity};
use crate::say;
use crate::text::Text;

/// Whether whoever asks can wait for a server that is starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// It has `--wait`, and waited so long.
    Waits(Option<Duration>),
    /// It asks once: `--wait` is not advised.
    AsksOnce,
}

impl Patience {
    fn waits(self) -> bool {
        self != Patience::AsksOnce
    }

    /// Seconds that it waited in vain.
    fn waited_s(self) -> Option<u64> {
        match self {
            Patience::Waits(waited) => waited.map(|w| w.as_secs()),
            Patience::AsksOnce => None,
        }
    }

    /// The same, with how long was waited.
    fn told(self, what: Text) -> Text {
        match self.waited_s() {
            Some(seconds) => say!("preflight-waited", what = what, seconds = seconds),
            None => what,
        }
    }
}

fn finding(code: &str, place: &str, what: Text, list: Checklist) -> Finding {
    Finding::new(code, Severity::Error, place, what, list.text())
}

/// The finding for an error of the control side.
pub(super) fn of(error: &AdminError, admin: &Admin, patience: Patience) -> Finding {
    match error {
        AdminError::Unreachable { url, why, text } => unreachable(url, *why, text, admin, patience),
        AdminError::HttpStatus { url, status: 404, head, server } => {
            not_found(url, &Text::plain(head), server)
        }
        AdminError::WrongPath { url } => not_found(url, &say!("preflight-head-asks-token"), ""),
        AdminError::HttpStatus { url, status, head, server } => {
            foreign_answer(url, &format!("HTTP {status}"), &Text::plain(head), server, patience)
        }
        AdminError::NotEnvelope { url, head } => foreign_answer(url, "HTTP 200", head, "", patience),
        AdminError::Api { route, code, text, .. } => refused(route, *code, text, admin, patience),
        AdminError::NoSecret { .. }
        | AdminError::ReadyTokenRefused { .. }
        | AdminError::TokenRefusedAgain => {
            let list = Checklist::default().step(error.text(), &[]);
            finding("preflight_token_refused", "target", error.text(), list)
        }
        AdminError::Setup { text } => {
            let list = Checklist::default().step(say!("preflight-step-as-named"), &[]);
            finding("preflight_api_unreachable", "target", text.clone(), list)
        }
    }
}

fn unreachable(url: &str, why: Unreachable, text: &Text, admin: &Admin, patience: Patience) -> Finding {
    let base = admin.base().to_string();
    let curl = command(format!("curl -sS -m 5 -i '{base}/'"));
    let (what, list) = match why {
        Unreachable::Refused => refused_connection(admin, patience),
        Unreachable::Name => no_address(admin, patience),
        Unreachable::Tls => tls_failed(admin, text),
        Unreachable::Silent => (
            patience.told(say!("preflight-api-silent", base = &base)),
            Checklist::default().step(say!("preflight-step-api-firewall"), &[curl]).step(
                say!("preflight-step-api-log"),
                &[command("docker compose logs --tail 50 openim-server")],
            ),
        ),
        Unreachable::Broken => {
            let what = match patience.waited_s() {
                Some(seconds) => {
                    say!("preflight-api-broke-waited", base = &base, seconds = seconds, text = text)
                }
                None => say!("preflight-api-broke", base = &base, text = text),
            };
            (what, Checklist::default().step(say!("preflight-step-api-protocol"), &[curl]))
        }
    };
    finding("preflight_api_unreachable", "target.url", what, list)
        .with_evidence(vec![say!("preflight-called", url = url), say!("preflight-said", text = text)])
}

fn refused_connection(admin: &Admin, patience: Patience) -> (Text, Checklist) {
    let what = patience.told(say!("preflight-api-refuses-connections", base = admin.base().to_string()));
    let list = Checklist::default()
        .step(
            say!("preflight-step-api-running"),
            &[command("docker compose ps"), command(format!("ss -ltnp 'sport = :{}'", admin.base().port()))],
        )
        .step(say!("preflight-step-api-published"), &[command("docker compose port openim-server 10002")])
        .step_if(patience.waits(), say!("preflight-step-wait"), &[]);
    (what, list)
}

fn no_address(admin: &Admin, patience: Patience) -> (Text, Checklist) {
    let host = admin.base().host();
    let list = Checklist::default()
        .step(say!("preflight-step-api-host"), &[command(format!("getent hosts '{host}'"))])
        .step(say!("preflight-step-api-network"), &[]);
    (patience.told(say!("preflight-api-no-address", host = host)), list)
}

fn tls_failed(admin: &Admin, text: &Text) -> (Text, Checklist) {
    let base = admin.base();
    let (host, port) = (base.host(), base.port());
    let list = Checklist::default()
        .step(
            say!("preflight-step-certificate"),
            &[command(format!("openssl s_client -connect '{host}:{port}' -servername '{host}' </dev/null"))],
        )
        .step(say!("preflight-step-authority"), &[])
        .step(say!("preflight-step-plain-http"), &[]);
    (say!("preflight-api-tls", base = base.to_string(), text = text), list)
}

/// The command that shows what answers under that URL.
fn ask(url: &str) -> Text {
    command(format!("curl -sS -m 5 -i -X POST -H 'operationID: check' -d '{{}}' '{url}'"))
}

fn not_found(url: &str, head: &Text, server: &str) -> Finding {
    let list = Checklist::default()
        .step(say!("preflight-step-base-path"), &[ask(url)])
        .step(say!("preflight-step-own-port"), &[]);
    finding("preflight_api_not_found", "target.url", say!("preflight-api-not-found", url = url), list)
        .with_evidence(said(head, server))
}

fn foreign_answer(url: &str, status: &str, head: &Text, server: &str, patience: Patience) -> Finding {
    let what = match (head.contains("<"), server) {
        (true, "") => say!("preflight-api-html", url = url, status = status),
        (true, _) => say!("preflight-api-html-named", url = url, status = status, server = server),
        (false, "") => say!("preflight-api-else", url = url, status = status),
        (false, _) => say!("preflight-api-else-named", url = url, status = status, server = server),
    };
    let nginx =
        if patience.waits() { say!("preflight-step-nginx-wait") } else { say!("preflight-step-nginx") };
    let list = Checklist::default()
        .step(say!("preflight-step-look"), &[ask(url)])
        .step(nginx, &[command("docker compose ps")])
        .step(say!("preflight-step-correct-url"), &[]);
    finding("preflight_api_foreign_answer", "target.url", what, list).with_evidence(said(head, server))
}

fn said(head: &Text, server: &str) -> Vec<Text> {
    let mut lines = vec![say!("preflight-first-bytes", head = head)];
    if !server.is_empty() {
        lines.push(say!("preflight-server-header", server = server));
    }
    lines
}

fn refused(route: &str, code: i64, text: &Text, admin: &Admin, patience: Patience) -> Finding {
    let token_route = route.starts_with("/auth/");
    let evidence = vec![say!("preflight-admin-api", route = route, code = code, text = text)];
    let (name, what, list) = match code {
        1002 if token_route => (
            "preflight_token_refused",
            say!("preflight-secret-wrong", place = admin.secret_place()),
            secret_steps(),
        ),
        1001 | 1004 | 1101 if token_route => (
            "preflight_token_refused",
            say!("preflight-admin-user-unknown", code = code),
            Checklist::default().step(
                say!("preflight-step-admin-user"),
                &[command(
                    "docker compose exec openim-server sh -c 'grep -rn -A3 imAdminUser config/share.yml'",
                )],
            ),
        ),
        1002 => (
            "preflight_token_refused",
            say!("preflight-token-no-admin"),
            Checklist::default().step(say!("preflight-step-admin-token"), &[]),
        ),
        1501..=1507 => (
            "preflight_token_refused",
            say!("preflight-token-stale", code = code),
            Checklist::default().step(say!("preflight-step-token"), &[]),
        ),
        _ if code == 14 || text.starts_with("grpc service") => (
            "preflight_service_down",
            say!("preflight-service-down", route = route, code = code),
            down_steps(patience),
        ),
        _ => (
            "preflight_api_refused",
            say!("preflight-api-refuses", route = route, code = code, text = text),
            Checklist::default().step(say!("preflight-step-operation-log"), &[]),
        ),
    };
    finding(name, "target", what, list).with_evidence(evidence)
}

fn down_steps(patience: Patience) -> Checklist {
    Checklist::default()
        .step(
            say!("preflight-step-which-process"),
            &[command("docker compose logs --tail 100 openim-server"), command("kubectl get pods")],
        )
        .step_if(patience.waits(), say!("preflight-step-wait"), &[])
}

fn secret_steps() -> Checklist {
    Checklist::default()
        .step(say!("preflight-step-compare-secret"), &[command(
            "docker compose exec openim-server sh -c 'env | grep IMENV_SHARE_SECRET; grep -n secret config/share.yml'",
        )])
        .step(say!("preflight-step-secret-length"), &[command("printf %s \"$OPENIM_SECRET\" | wc -m")])
}

/// A user of the users file is not registered.
pub(super) fn unknown_user(user: &str) -> Finding {
    let list = Checklist::default().step(say!("preflight-step-user-unknown"), &[]);
    finding("preflight_user_unknown", "load.users.file", say!("preflight-user-unknown", user = user), list)
}
