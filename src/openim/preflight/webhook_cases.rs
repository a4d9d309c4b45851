//! What to check when the one create failed, ordered by what it was answered.

use super::super::admin::Admin;
use super::checklist::{
    Checklist, WebhookUrl, container_loopback, from_inside, loopback_listener, other_place, which_settings,
};
use super::{Created, PreflightConfig};
use crate::finding::{Finding, Severity};
use crate::port::CallResult;
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
struct Case(&'static str, String, Checklist);

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
    let mut evidence = vec![format!(
        "create_group ended after {:.2} s: {kind}{}",
        scene.elapsed_s,
        created.outcome.text.as_ref().map_or_else(String::new, |t| format!(" ({t})"))
    )];
    if kind.is_90004() || matches!(kind, FailureKind::WebhookBadAnswer | FailureKind::WebhookRejected(_)) {
        evidence.extend(scene.url.evidence(&config.listen));
    }
    evidence.extend(created.observed.evidence(created.outcome.sent_at));
    vec![Finding::new(code, Severity::Error, "preflight", what, list.text()).with_evidence(evidence)]
}

impl Scene<'_> {
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
                format!("the token is refused (errCode {code})"),
                Checklist::default().step(
                    "Give a fresh token in OPENIM_TOKEN, or unset it and give the secret in OPENIM_SECRET.",
                    &[],
                ),
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
            .step("Call the URL from where the group process runs:", &from_inside(self.named()));
        Case(
            "preflight_webhook_refused",
            format!(
                "connection refused: nothing listens at {} as OpenIM's group process sees it",
                self.named()
            ),
            which_settings(list),
        )
    }

    fn no_such_host(&self) -> Case {
        let host = self.url.host().to_owned();
        let list = Checklist::default()
            .step(
                format!(
                    "Docker: `host.docker.internal` is known only with `extra_hosts: [\"host.docker.internal:host-gateway\"]` \
                     on the service of openim-server; then recreate it (seen from there, {host} has no address):"
                ),
                &[
                    format!("docker compose exec openim-server getent hosts '{host}'"),
                    "docker compose up -d openim-server".to_owned(),
                ],
            )
            .step("Kubernetes: name the service in full, such as openim-bench.NAMESPACE.svc:", &[format!(
                "kubectl exec deploy/openim-rpc-group -- getent hosts '{host}'"
            )])
            .step("Or write an address instead of a name into `url` of webhooks.yml.", &[]);
        Case(
            "preflight_webhook_no_such_host",
            format!(
                "no such host: OpenIM's group process finds no address for {host} (it called {})",
                self.named()
            ),
            which_settings(list),
        )
    }

    fn nothing_arrived(&self) -> Case {
        let list = Checklist::default().step(
            "A firewall that drops packets? Call the URL from where the group process runs; it should answer at once:",
            &from_inside(self.named()),
        );
        let list = loopback_listener(other_place(container_loopback(list, &self.url), &self.url), &self.url)
            .step("The firewall of this host must let the container network in, for instance:", &[
                "sudo ufw status verbose; sudo nft list ruleset | grep -i drop".to_owned(),
            ])
            .step("An address of another machine or an old container? Compare `url` with this host's addresses:", &[
                "ip -brief address".to_owned(),
            ]);
        Case(
            "preflight_webhook_nothing_arrived",
            format!(
                "nothing arrived here, and OpenIM gave up after {:.1} s waiting for {}",
                self.elapsed_s,
                self.named()
            ),
            which_settings(list),
        )
    }

    fn reply_not_taken(&self) -> Case {
        let list = Checklist::default()
            .step(
                "Something between OpenIM and this tool (proxy, mesh, load balancer) changed or held back the answer? It should be JSON with actionCode:",
                &from_inside(self.named()),
            )
            .step(
                format!(
                    "Is the webhook's timeout shorter than the way there and back? The call took {:.2} s in all; while measuring set `timeout: 15`.",
                    self.elapsed_s
                ),
                &[],
            )
            .step("A listener that is not this one behind the same name (two addresses)? Compare:", &[format!(
                "getent ahosts '{}'",
                self.url.host()
            )]);
        let keys: Vec<_> = self.created.observed.seen.iter().map(|s| s.key.name()).collect();
        Case(
            "preflight_webhook_reply_not_taken",
            format!("{} arrived here, but OpenIM did not take the answer", keys.join(" and ")),
            list,
        )
    }

    fn foreign_answer(&self) -> Case {
        let text = self.created.outcome.text.as_deref().unwrap_or_default();
        let hint = if text.contains("invalid character '<'") {
            "the answer begins with `<`: an HTML page, mostly a web server's error page"
        } else if text.contains("unexpected end of JSON input") {
            "the answer was empty or broke off"
        } else if text.contains("invalid character") {
            "the answer begins with plain text, such as `404 page not found`"
        } else {
            "the answer was JSON of another shape"
        };
        let list = Checklist::default().step(
            "See who answers at the URL in webhooks.yml; from where the group process runs:",
            &from_inside(self.named()),
        );
        let list = other_place(list, &self.url)
            .step("See what listens on the port here:", &[format!(
                "ss -ltnp 'sport = :{}'",
                self.config.listen.rsplit(':').next().unwrap_or_default()
            )])
            .step(
                format!(
                    "A receiver without the route of this command answers with a 404 page: `url` must end before the command, in {}.",
                    self.config.path
                ),
                &[],
            );
        Case(
            "preflight_webhook_foreign_answer",
            format!("somebody else answered the webhook, and not as OpenIM expects (90007): {hint}"),
            which_settings(list),
        )
    }

    fn reset(&self) -> Case {
        let arrived = self.created.observed.any();
        let list = Checklist::default()
            .step("A proxy or another server on that port that closes connections? From where the group process runs:", &from_inside(self.named()));
        let list = other_place(list, &self.url).step_if(
            self.url.url.starts_with("http://"),
            "A port that expects TLS closes plain HTTP: then write https:// in `url`.",
            &[],
        );
        let what = if arrived {
            "the callback arrived here, but its connection broke before OpenIM had the answer".to_owned()
        } else {
            format!(
                "the connection to {} was made and closed without an answer, and not by this tool",
                self.named()
            )
        };
        Case("preflight_webhook_reset", what, which_settings(list))
    }

    fn cause_hidden(&self) -> Case {
        let list = Checklist::default()
            .step(
                "One command tells the candidates apart: `Connection refused` → nothing listens there; `Could not resolve host` → no such host (Docker: extra_hosts); `Connection reset` or `Empty reply` → another server closes it. From the group container:",
                &from_inside(self.named()),
            );
        let list = loopback_listener(other_place(container_loopback(list, &self.url), &self.url), &self.url)
            .step(
                "Docker and no such host: `extra_hosts: [\"host.docker.internal:host-gateway\"]` on the service, then:",
                &["docker compose up -d openim-server".to_owned()],
            )
            .step("v3.8.3 hides the cause, in its log as well; v3.8.3-patch.5 and later name it.", &[]);
        let text = self.created.outcome.text.as_deref().unwrap_or_default();
        let (code, why) = if text.contains("Post \"") {
            // It names a cause, and none that we know.
            ("preflight_webhook_failed", format!("for a reason that is not among the usual ones: {text}"))
        } else {
            (
                "preflight_webhook_cause_hidden",
                "and this OpenIM hides why: connection refused, no such host, connection reset or closed without an answer (EOF)".to_owned(),
            )
        };
        let what =
            format!("the webhook call to {} failed within {:.2} s {why}", self.named(), self.elapsed_s);
        Case(code, what, which_settings(list))
    }

    fn bad_url(&self) -> Case {
        let list = Checklist::default().step(
            "`url` in webhooks.yml must begin with http:// or https:// (3.7 and 3.8.0 ship `webhook://`, which never works) and have no query:",
            &["docker compose exec openim-server sh -c 'env | grep IMENV_WEBHOOKS_URL; grep -n url config/webhooks.yml'".to_owned()],
        );
        Case(
            "preflight_webhook_bad_url",
            format!("OpenIM cannot use the webhook's url {}", self.named()),
            which_settings(list),
        )
    }

    fn webhook_tls(&self) -> Case {
        let list = Checklist::default()
            .step("OpenIM checks the certificate against its container's authorities. This tool speaks plain HTTP: write http:// in `url`,", &[])
            .step("or end TLS in front of this tool with a certificate that OpenIM trusts:", &from_inside(self.named()));
        Case(
            "preflight_webhook_tls",
            format!("TLS between OpenIM and the webhook {} failed", self.named()),
            which_settings(list),
        )
    }

    fn rejected(&self, code: i64) -> Case {
        let list = Checklist::default()
            .step(
                "A rejection is actionCode 0 with nextCode 1. This tool goes on with everything during preflight, so another server answered; see who:",
                &from_inside(self.named()),
            );
        let what = if self.created.observed.any() {
            format!("callbacks arrived here, yet another webhook server rejected the create (errCode {code})")
        } else {
            format!(
                "a webhook server that is not this tool rejected the create (errCode {code}, nothing created)"
            )
        };
        Case("preflight_webhook_rejected", what, which_settings(list))
    }

    fn api_error(&self, code: i64) -> Case {
        let text = self.created.outcome.text.as_deref().unwrap_or_default();
        let list = Checklist::default();
        let (what, list) = match code {
            1002 => (
                "the token is not allowed to create groups for others (errCode 1002)".to_owned(),
                list.step("target.admin_user (or the user of OPENIM_TOKEN) must be an app admin of share.yml.", &[]),
            ),
            1004 | 1101 => (
                format!("the create says that users are unknown (errCode {code}), though they were registered"),
                list.step("User and group process must use the same database; see OpenIM's log for the operationID.", &[]),
            ),
            1202 => (
                "the groupID exists already (errCode 1202)".to_owned(),
                list.step("Another run used the same tag: start again, which draws a new one.", &[]),
            ),
            500 | 1001 => (
                format!("the create failed inside OpenIM (errCode {code}: {text})"),
                list.step("See OpenIM's log for the operationID (MongoDB, Redis and Kafka up?):", &[format!(
                    "docker compose logs --tail 500 openim-server | grep '{}'",
                    self.created.operation_id
                )]),
            ),
            _ => (
                format!("the create was refused with errCode {code} ({text}): mostly a rejection by a webhook server that is not this tool"),
                list.step("A rejection passes the webhook server's own errCode on. See who answers:", &from_inside(self.named())),
            ),
        };
        let name = if (1000..2000).contains(&code) || code == 500 {
            "preflight_create_failed"
        } else {
            "preflight_webhook_rejected"
        };
        Case(name, what, list)
    }

    fn api_failed(&self, kind: FailureKind, admin: &Admin) -> Case {
        let base = admin.base();
        let text = self.created.outcome.text.as_deref().unwrap_or_default();
        let list = Checklist::default()
            .step("Token and users worked a moment ago. Did the API restart, or does a proxy cut long calls (nginx: proxy_read_timeout)?", &[
                format!("curl -sS -m 5 -i '{base}/'"),
                "docker compose ps".to_owned(),
            ])
            .step("A slow before-webhook of another server holds the call: T seconds for each. target.call_timeout is our limit.", &[]);
        Case(
            "preflight_api_call_failed",
            format!(
                "create_group got no usable answer from {base} after {:.1} s ({kind}): {text}",
                self.elapsed_s
            ),
            list,
        )
    }
}

fn group_process_down() -> Case {
    let list = Checklist::default()
        .step("See whether openim-rpc-group runs, and its last words:", &[
            "docker compose logs --tail 100 openim-server".to_owned(),
            "kubectl get pods; kubectl logs deploy/openim-rpc-group --previous --tail 100".to_owned(),
        ])
        .step("Restart it. A server that is still starting: add `--wait 120s`.", &[
            "docker compose restart openim-server".to_owned(),
            "kubectl rollout restart deploy/openim-rpc-group".to_owned(),
        ])
        .step(
            "It dies by some answers of a webhook server (a memberCallbackList entry without userID; on 3.7 an admin's invite with beforeMemberJoinGroup enabled): check what yours answers.",
            &[],
        );
    Case("preflight_group_process_down", "the group process (openim-rpc-group) is down".to_owned(), list)
}
