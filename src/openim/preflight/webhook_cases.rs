//! What to check when the one create failed, ordered by what it was answered.

use super::super::admin::Admin;
use super::checklist::{
    Checklist, WebhookUrl, all_of, command, container_loopback, from_inside, loopback_listener, other_place,
    which_settings,
};
use super::{Created, PreflightConfig};
use crate::finding::{Finding, Severity};
use crate::port::CallResult;
use crate::say;
use crate::text::Text;
use crate::wire::FailureKind;
use crate::wire::failure::{resolve_hidden, webhook_in};

/// Everything a case looks at.
struct Scene<'a> {
    config: &'a PreflightConfig,
    created: &'a Created,
    url: WebhookUrl,
    elapsed_s: f64,
}

/// Code, first line, steps.
struct Case(&'static str, Text, Checklist);

/// The findings for a create that failed.
pub(super) fn create_failed(config: &PreflightConfig, admin: &Admin, created: &Created) -> Vec<Finding> {
    let CallResult::Failed(kind) = created.outcome.result else { return Vec::new() };
    let scene = Scene {
        config,
        created,
        url: WebhookUrl::new(created.outcome.post_url.as_deref(), config),
        elapsed_s: created.outcome.answered_at.since(created.outcome.sent_at) as f64 / 1e6,
    };
    let kind = scene.told_by_time(kind);
    let Case(code, what, list) = scene.case(kind, admin);
    let mut evidence = vec![scene.ended(kind)];
    if kind.is_90004() || matches!(kind, FailureKind::WebhookBadAnswer | FailureKind::WebhookRejected(_)) {
        evidence.extend(scene.url.evidence(&config.listen));
    }
    evidence.extend(created.observed.evidence(created.outcome.sent_at));
    vec![Finding::new(code, Severity::Error, "preflight", what, list.text()).with_evidence(evidence)]
}

impl Scene<'_> {
    /// The call's end, for the evidence.
    fn ended(&self, kind: FailureKind) -> Text {
        let (seconds, kind) = (format!("{:.2}", self.elapsed_s), kind.to_string());
        match &self.created.outcome.text {
            Some(text) => {
                say!("preflight-create-ended-said", seconds = seconds, kind = kind, text = text)
            }
            None => say!("preflight-create-ended", seconds = seconds, kind = kind),
        }
    }

    /// What the answer of the create says.
    fn said(&self) -> &str {
        self.created.outcome.text.as_deref().unwrap_or_default()
    }

    /// A cause that is hidden, and plain from the URL that was called and what came here.
    fn told_by_url(&self) -> Option<FailureKind> {
        let url = self.created.outcome.post_url.as_deref()?.to_ascii_lowercase();
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Some(FailureKind::WebhookBadUrl);
        }
        let tls_came = self.created.observed.refused.iter().any(|why| why.starts_with("TLS on a listener"));
        (tls_came && url.starts_with("https://")).then_some(FailureKind::WebhookTls)
    }

    /// Where the cause is hidden only the time tells a deadline. The timeout that the profile
    /// names may not be the one that `OpenIM` loaded: then any whole number of seconds counts.
    fn told_by_time(&self, kind: FailureKind) -> FailureKind {
        if kind != FailureKind::WebhookCauseHidden {
            return kind;
        }
        if let Some(kind) = self.told_by_url() {
            return kind;
        }
        let outcome = &self.created.outcome;
        let replies = self.created.observed.done.iter().filter(|d| d.key.is_before());
        let last = replies.filter_map(|d| d.replied_at).filter(|r| *r <= outcome.answered_at).max();
        let waited_us = outcome.answered_at.since(last.unwrap_or_default().max(outcome.sent_at));
        let key = outcome.post_url.as_deref().and_then(webhook_in);
        let timeout = key.and_then(|k| self.config.timeouts.get(&k)).map(|t| i64::from(*t));
        match resolve_hidden(waited_us, timeout) {
            FailureKind::WebhookCauseHidden => resolve_hidden(waited_us, None),
            told => told,
        }
    }

    fn case(&self, kind: FailureKind, admin: &Admin) -> Case {
        let arrived = self.created.observed.any();
        match kind {
            FailureKind::WebhookRefused => self.refused(),
            FailureKind::WebhookDns => self.no_such_host(),
            FailureKind::WebhookDeadline | FailureKind::WebhookCap if !arrived => self.nothing_arrived(),
            FailureKind::WebhookDeadline | FailureKind::WebhookCap | FailureKind::WebhookBodyRead
                if arrived =>
            {
                self.reply_not_taken()
            }
            FailureKind::WebhookBadAnswer | FailureKind::WebhookCauseHidden if arrived => {
                self.reply_not_taken()
            }
            FailureKind::WebhookBadAnswer => self.foreign_answer(),
            FailureKind::WebhookReset | FailureKind::WebhookBodyRead => self.reset(),
            FailureKind::WebhookCauseHidden => self.cause_hidden(),
            FailureKind::WebhookBadUrl => self.bad_url(),
            FailureKind::WebhookTls => self.webhook_tls(),
            FailureKind::WebhookRejected(code) => self.rejected(code),
            FailureKind::GroupProcessDown => group_process_down(),
            FailureKind::Token(code) => Case(
                "preflight_token_refused",
                say!("preflight-token-refused", code = code),
                Checklist::default().step(say!("preflight-step-token"), &[]),
            ),
            FailureKind::Api(code) => self.api_error(code),
            _ => self.api_failed(kind, admin),
        }
    }

    fn named(&self) -> &str {
        &self.url.url
    }

    fn refused(&self) -> Case {
        let list = container_loopback(Checklist::default(), &self.url);
        let list = loopback_listener(other_place(list, &self.url), &self.url)
            .step(say!("preflight-step-call-inside"), &from_inside(self.named()));
        let what = say!("preflight-webhook-refused", url = self.named());
        Case("preflight_webhook_refused", what, which_settings(list))
    }

    fn no_such_host(&self) -> Case {
        let host = self.url.host();
        let asked = |before: &str| host.map(|host| format!("{before} getent hosts '{host}'"));
        let list = Checklist::default()
            .step(
                say!("preflight-step-extra-hosts", host = &host),
                &[asked("docker compose exec openim-server"), command("docker compose up -d openim-server")],
            )
            .step(say!("preflight-step-full-name"), &[asked("kubectl exec deploy/openim-rpc-group --")])
            .step(say!("preflight-step-address"), &[]);
        let what = say!("preflight-webhook-no-host", host = &host, url = self.named());
        Case("preflight_webhook_no_such_host", what, which_settings(list))
    }

    fn nothing_arrived(&self) -> Case {
        let list = Checklist::default().step(say!("preflight-step-firewall"), &from_inside(self.named()));
        let list = loopback_listener(other_place(container_loopback(list, &self.url), &self.url), &self.url)
            .step(
                say!("preflight-step-host-firewall"),
                &[command("sudo ufw status verbose; sudo nft list ruleset | grep -i drop")],
            )
            .step(say!("preflight-step-old-address"), &[command("ip -brief address")]);
        let seconds = format!("{:.1}", self.elapsed_s);
        let what = say!("preflight-webhook-nothing-arrived", seconds = seconds, url = self.named());
        Case("preflight_webhook_nothing_arrived", what, which_settings(list))
    }

    fn reply_not_taken(&self) -> Case {
        let seconds = format!("{:.2}", self.elapsed_s);
        let list = Checklist::default()
            .step(say!("preflight-step-between"), &from_inside(self.named()))
            .step(say!("preflight-step-timeout", seconds = seconds), &[])
            .step(
                say!("preflight-step-two-addresses"),
                &[self.url.host().map(|host| format!("getent ahosts '{host}'"))],
            );
        let keys = all_of(self.created.observed.seen.iter().map(|s| s.key.name()));
        Case("preflight_webhook_reply_not_taken", say!("preflight-webhook-not-taken", keys = keys), list)
    }

    fn foreign_answer(&self) -> Case {
        let text = self.said();
        let hint = if text.contains("invalid character '<'") {
            say!("preflight-hint-html")
        } else if text.contains("unexpected end of JSON input") {
            say!("preflight-hint-empty")
        } else if text.contains("invalid character") {
            say!("preflight-hint-plain")
        } else {
            say!("preflight-hint-shape")
        };
        let port = self.config.listen.rsplit(':').next().unwrap_or_default();
        let list = Checklist::default().step(say!("preflight-step-who-answers"), &from_inside(self.named()));
        let list = other_place(list, &self.url)
            .step(say!("preflight-step-who-listens"), &[command(format!("ss -ltnp 'sport = :{port}'"))])
            .step(say!("preflight-step-no-route", path = &self.config.path), &[]);
        let what = say!("preflight-webhook-foreign", hint = hint);
        Case("preflight_webhook_foreign_answer", what, which_settings(list))
    }

    fn reset(&self) -> Case {
        let list = Checklist::default().step(say!("preflight-step-closes"), &from_inside(self.named()));
        let list = other_place(list, &self.url).step_if(
            self.url.url.starts_with("http://"),
            say!("preflight-step-expects-tls"),
            &[],
        );
        let what = if self.created.observed.any() {
            say!("preflight-webhook-broke")
        } else {
            say!("preflight-webhook-reset", url = self.named())
        };
        Case("preflight_webhook_reset", what, which_settings(list))
    }

    fn cause_hidden(&self) -> Case {
        let list = Checklist::default().step(say!("preflight-step-candidates"), &from_inside(self.named()));
        let list = loopback_listener(other_place(container_loopback(list, &self.url), &self.url), &self.url)
            .step(say!("preflight-step-docker-hosts"), &[command("docker compose up -d openim-server")])
            .step(say!("preflight-step-hides"), &[]);
        let (text, url, seconds) = (self.said(), self.named(), format!("{:.2}", self.elapsed_s));
        let (code, what) = if text.contains("Post \"") {
            // It names a cause, and none that we know.
            let what = say!("preflight-webhook-unusual", url = url, seconds = seconds, text = text);
            ("preflight_webhook_failed", what)
        } else {
            let what = say!("preflight-webhook-hidden", url = url, seconds = seconds);
            ("preflight_webhook_cause_hidden", what)
        };
        Case(code, what, which_settings(list))
    }

    fn bad_url(&self) -> Case {
        let list = Checklist::default().step(say!("preflight-step-bad-url"), &[command(
            "docker compose exec openim-server sh -c 'env | grep IMENV_WEBHOOKS_URL; grep -n url config/webhooks.yml'",
        )]);
        let what = say!("preflight-webhook-bad-url", url = self.named());
        Case("preflight_webhook_bad_url", what, which_settings(list))
    }

    fn webhook_tls(&self) -> Case {
        let list = Checklist::default()
            .step(say!("preflight-step-tls-plain"), &[])
            .step(say!("preflight-step-tls-front"), &from_inside(self.named()));
        let what = say!("preflight-webhook-tls", url = self.named());
        Case("preflight_webhook_tls", what, which_settings(list))
    }

    fn rejected(&self, code: i64) -> Case {
        let list = Checklist::default().step(say!("preflight-step-rejection"), &from_inside(self.named()));
        let what = if self.created.observed.any() {
            say!("preflight-webhook-rejected-too", code = code)
        } else {
            say!("preflight-webhook-rejected", code = code)
        };
        Case("preflight_webhook_rejected", what, which_settings(list))
    }

    fn api_error(&self, code: i64) -> Case {
        let text = self.said();
        let (what, step, commands) = match code {
            1002 => (say!("preflight-create-not-allowed"), say!("preflight-step-app-admin"), Vec::new()),
            1004 | 1101 => (
                say!("preflight-create-users-unknown", code = code),
                say!("preflight-step-same-database"),
                Vec::new(),
            ),
            1202 => (say!("preflight-create-exists"), say!("preflight-step-same-tag"), Vec::new()),
            500 | 1001 => (
                say!("preflight-create-inside", code = code, text = text),
                say!("preflight-step-inside"),
                vec![command(format!(
                    "docker compose logs --tail 500 openim-server | grep '{}'",
                    self.created.operation_id
                ))],
            ),
            _ => (
                say!("preflight-create-refused", code = code, text = text),
                say!("preflight-step-passes-on"),
                from_inside(self.named()),
            ),
        };
        let name = if (1000..2000).contains(&code) || code == 500 {
            "preflight_create_failed"
        } else {
            "preflight_webhook_rejected"
        };
        Case(name, what, Checklist::default().step(step, &commands))
    }

    fn api_failed(&self, kind: FailureKind, admin: &Admin) -> Case {
        let base = admin.base().to_string();
        let list = Checklist::default()
            .step(
                say!("preflight-step-api-restart"),
                &[command(format!("curl -sS -m 5 -i '{base}/'")), command("docker compose ps")],
            )
            .step(say!("preflight-step-slow-other"), &[]);
        let what = say!(
            "preflight-create-no-answer",
            base = base,
            seconds = format!("{:.1}", self.elapsed_s),
            kind = kind.to_string(),
            text = self.said(),
        );
        Case("preflight_api_call_failed", what, list)
    }
}

fn group_process_down() -> Case {
    let list = Checklist::default()
        .step(
            say!("preflight-step-group-log"),
            &[
                command("docker compose logs --tail 100 openim-server"),
                command("kubectl get pods; kubectl logs deploy/openim-rpc-group --previous --tail 100"),
            ],
        )
        .step(
            say!("preflight-step-group-restart"),
            &[
                command("docker compose restart openim-server"),
                command("kubectl rollout restart deploy/openim-rpc-group"),
            ],
        )
        .step(say!("preflight-step-group-dies"), &[]);
    Case("preflight_group_process_down", say!("preflight-group-down"), list)
}
