//! The steps for each kind of deployment: put in, what it interrupts, put back.

use super::{Deployment, MEASURING_TIMEOUT_S, Request, paragraph};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::webhooks_yml::KeyConfig;

/// A change to a deployment.
pub(super) struct Change<'a> {
    pub url: &'a str,
    pub keys: &'a [WebhookKey],
    pub request: &'a Request<'a>,
}

/// A line of a file or a command: the same in both languages.
fn plain(line: impl Into<String>) -> Text {
    Text::plain(line)
}

fn numbered(number: usize, text: &Text) -> Text {
    paragraph(&format!("  {number}. "), text)
}

/// More about the step above.
fn below(text: &Text) -> Text {
    paragraph("     ", text)
}

impl Change<'_> {
    /// What to put in.
    pub fn put_in(&self) -> Vec<Text> {
        match self.request.deployment {
            Deployment::Docker => self.docker_in(),
            Deployment::K8s => self.k8s_in(),
            Deployment::Source => self.source_in(),
        }
    }

    /// What stops working meanwhile.
    pub fn interrupts(&self) -> Vec<Text> {
        let restart = match self.request.deployment {
            Deployment::Docker => say!("setup-interrupts-docker"),
            Deployment::K8s => say!("setup-interrupts-k8s"),
            Deployment::Source => say!("setup-interrupts-source"),
        };
        vec![restart, say!("setup-interrupts-before"), say!("setup-interrupts-yours")]
    }

    /// What to put back.
    pub fn put_back(&self) -> Vec<Text> {
        let mut out = match self.request.deployment {
            Deployment::Docker => vec![
                numbered(1, &say!("setup-back-docker")),
                plain("       docker compose up -d openim-server"),
            ],
            Deployment::K8s => {
                let mut out = vec![numbered(1, &say!("setup-back-k8s"))];
                out.extend(self.kubectl(|name, _| format!("{name}-")));
                out
            }
            Deployment::Source => {
                let mut out = vec![numbered(1, &say!("setup-back-source"))];
                out.extend(self.present_yaml());
                out
            }
        };
        if self.request.deployment == Deployment::Source {
            out.push(numbered(2, &say!("setup-back-restart")));
        } else {
            out.push(numbered(2, &say!("setup-back-in-force")));
            out.extend(self.present_yaml());
        }
        out.push(numbered(3, &say!("setup-back-recommended")));
        out
    }

    fn docker_in(&self) -> Vec<Text> {
        let to_host = self.url.contains("host.docker.internal");
        let mut out =
            vec![numbered(1, &say!("setup-docker-environment")), plain(""), plain("       environment:")];
        out.extend(
            self.variables().into_iter().map(|(name, value)| plain(format!("         - {name}={value}"))),
        );
        if to_host {
            out.push(plain("       extra_hosts:"));
            out.push(plain("         - \"host.docker.internal:host-gateway\""));
        }
        out.extend([
            plain(""),
            below(&say!("setup-docker-counts")),
            numbered(2, &say!("setup-docker-recreate")),
            plain("       docker compose up -d openim-server"),
            numbered(3, &say!("setup-check")),
            plain("       docker compose exec openim-server env | grep IMENV_WEBHOOKS"),
        ]);
        if to_host {
            out.push(plain("       docker compose exec openim-server getent hosts host.docker.internal"));
        }
        out
    }

    fn k8s_in(&self) -> Vec<Text> {
        let mut out = vec![numbered(1, &say!("setup-k8s-variables"))];
        out.extend(self.kubectl(|name, value| format!("{name}='{value}'")));
        out.extend([
            below(&say!("setup-k8s-file")),
            plain("       kubectl edit configmap openim-config"),
            plain("       kubectl rollout restart deployment/group-rpc-server"),
            below(&say!("setup-k8s-counts")),
            numbered(2, &say!("setup-k8s-wait")),
            plain("       kubectl rollout status deployment/group-rpc-server"),
            numbered(3, &say!("setup-check")),
            plain("       kubectl exec deployment/group-rpc-server -- env | grep IMENV_WEBHOOKS"),
        ]);
        out
    }

    fn source_in(&self) -> Vec<Text> {
        let mut out = vec![
            numbered(1, &say!("setup-source-file")),
            plain(""),
            plain(format!("       url: {}", self.url)),
        ];
        for key in self.keys {
            out.push(plain(format!("       {key}:")));
            out.push(plain("         enable: true"));
            out.push(plain(format!("         timeout: {MEASURING_TIMEOUT_S}")));
        }
        out.extend([
            plain(""),
            below(&say!("setup-source-seconds")),
            numbered(2, &say!("setup-source-restart")),
        ]);
        out
    }

    fn kubectl(&self, argument: impl Fn(&str, &str) -> String) -> Vec<Text> {
        let mut out = vec![plain("       kubectl set env deployment/group-rpc-server \\")];
        let variables = self.variables();
        let last = variables.len().saturating_sub(1);
        for (i, (name, value)) in variables.iter().enumerate() {
            let more = if i < last { " \\" } else { "" };
            out.push(plain(format!("         {}{more}", argument(name, value))));
        }
        out
    }

    fn variables(&self) -> Vec<(String, String)> {
        let mut variables = vec![("IMENV_WEBHOOKS_URL".to_owned(), self.url.to_owned())];
        for key in self.keys {
            let name = format!("IMENV_WEBHOOKS_{}", key.name().to_uppercase());
            variables.push((format!("{name}_ENABLE"), "true".to_owned()));
            variables.push((format!("{name}_TIMEOUT"), MEASURING_TIMEOUT_S.to_string()));
        }
        variables
    }

    /// The values in force now: from the file, else the timeouts of the profile, else a reminder.
    fn present_yaml(&self) -> Vec<Text> {
        let as_it_was = say!("setup-as-it-was");
        let value = |key: &str, value: &Text| value.map(|value| format!("{key}: {value}"));
        let url = self.request.yml.map(|y| y.url.as_str()).filter(|u| !u.is_empty());
        let mut out = vec![value("       url", &url.map_or_else(|| as_it_was.clone(), plain))];
        for key in self.keys {
            let (enable, timeout) = match (self.present(*key), self.request.plan.timeouts.get(key)) {
                (Some(config), _) => (plain(config.enable.to_string()), plain(config.timeout.to_string())),
                (None, Some(timeout)) => (as_it_was.clone(), plain(timeout.to_string())),
                (None, None) => (as_it_was.clone(), as_it_was.clone()),
            };
            out.push(plain(format!("       {key}:")));
            out.push(value("         enable", &enable));
            out.push(value("         timeout", &timeout));
        }
        out
    }

    fn present(&self, key: WebhookKey) -> Option<&KeyConfig> {
        let keys = self.request.yml.iter().flat_map(|y| &y.keys);
        keys.filter(|(name, _)| name.eq_ignore_ascii_case(key.name())).map(|(_, c)| c).next()
    }
}
