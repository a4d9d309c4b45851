//! The steps for each kind of deployment: put in, what it interrupts, put back.

use super::{Deployment, MEASURING_TIMEOUT_S, Request};
use crate::wire::WebhookKey;
use crate::wire::webhooks_yml::KeyConfig;

/// A change to a deployment.
pub(super) struct Change<'a> {
    pub url: &'a str,
    pub keys: &'a [WebhookKey],
    pub request: &'a Request<'a>,
}

impl Change<'_> {
    /// What to put in.
    pub fn put_in(&self) -> Vec<String> {
        match self.request.deployment {
            Deployment::Docker => self.docker_in(),
            Deployment::K8s => self.k8s_in(),
            Deployment::Source => self.source_in(),
        }
    }

    /// What stops working meanwhile.
    pub fn interrupts(&self) -> Vec<String> {
        let restart = match self.request.deployment {
            Deployment::Docker => {
                "the container holds all of OpenIM: recreating it disconnects every client, usually for less than a minute"
            }
            Deployment::K8s => {
                "the pods are replaced one by one: group calls that are under way on the old ones may fail, messages go on"
            }
            Deployment::Source => {
                "until the process is back, group calls fail (errCode 14, on main 500 `grpc service … down`); \
                 main in one process: everything stops until it is back"
            }
        };
        vec![
            restart.to_owned(),
            "from the restart until `openim-bench run` listens, every operation with an enabled before-key fails \
             with 90004; `failedContinue: true` does not help"
                .to_owned(),
            "while measuring, your own webhook server gets no callbacks: what it checks or writes down in them does not happen"
                .to_owned(),
        ]
    }

    /// What to put back.
    pub fn put_back(&self) -> Vec<String> {
        let mut out = match self.request.deployment {
            Deployment::Docker => vec![
                "  1. Remove the IMENV_WEBHOOKS_* lines again, so that webhooks.yml counts as before, or give them back".to_owned(),
                "     the values they had (and remove extra_hosts, if it was not there):".to_owned(),
            ],
            Deployment::K8s => vec!["  1. Remove the variables again (`NAME-`), or give them back the values they had:".to_owned()],
            Deployment::Source => vec!["  1. In webhooks.yml:".to_owned()],
        };
        match self.request.deployment {
            Deployment::Docker => out.push("       docker compose up -d openim-server".to_owned()),
            Deployment::K8s => {
                out.extend(self.kubectl(|name, _| format!("{name}-")));
            }
            Deployment::Source => out.extend(self.present_yaml()),
        }
        if self.request.deployment == Deployment::Source {
            out.push("  2. Restart the same process.".to_owned());
        } else {
            out.push("  2. In force then, as far as known:".to_owned());
            out.extend(self.present_yaml());
        }
        out.push("  3. Write the recommended timeouts only after that, one change at a time.".to_owned());
        out
    }

    fn docker_in(&self) -> Vec<String> {
        let mut out = vec![
            "  1. In docker-compose.yaml, add to the service `openim-server` (to the service itself: a line in `.env`".to_owned(),
            "     reaches the container only if the compose file mentions it):".to_owned(),
            String::new(),
            "       environment:".to_owned(),
        ];
        out.extend(self.variables().into_iter().map(|(name, value)| format!("         - {name}={value}")));
        if self.url.contains("host.docker.internal") {
            out.push("       extra_hosts:".to_owned());
            out.push("         - \"host.docker.internal:host-gateway\"".to_owned());
        }
        out.push(String::new());
        out.extend([
            "     A variable counts only for a key that the webhooks.yml in the container has.".to_owned(),
            "     OpenIM's main in one process reads no variables: change webhooks.yml instead (--deployment source).".to_owned(),
            "  2. Recreate the container; `restart` would keep the old environment:".to_owned(),
            "       docker compose up -d openim-server".to_owned(),
            "  3. Check:".to_owned(),
            "       docker compose exec openim-server env | grep IMENV_WEBHOOKS".to_owned(),
        ]);
        if self.url.contains("host.docker.internal") {
            out.push("       docker compose exec openim-server getent hosts host.docker.internal".to_owned());
        }
        out
    }

    fn k8s_in(&self) -> Vec<String> {
        let mut out = vec![
            "  1. Set the variables on the deployment of openim-rpc-group, `group-rpc-server` in OpenIM's own".to_owned(),
            "     manifests; this rolls it out:".to_owned(),
        ];
        out.extend(self.kubectl(|name, value| format!("{name}='{value}'")));
        out.extend([
            "     Or edit webhooks.yml in the ConfigMap (`openim-config` there) and restart, since the file is read".to_owned(),
            "     at start only:".to_owned(),
            "       kubectl edit configmap openim-config".to_owned(),
            "       kubectl rollout restart deployment/group-rpc-server".to_owned(),
            "     A variable wins over the file, and counts only for a key that the file has.".to_owned(),
            "  2. Wait, and count the pods: each has 100 webhook connections (`webhook.processes`):".to_owned(),
            "       kubectl rollout status deployment/group-rpc-server".to_owned(),
            "  3. Check:".to_owned(),
            "       kubectl exec deployment/group-rpc-server -- env | grep IMENV_WEBHOOKS".to_owned(),
        ]);
        out
    }

    fn source_in(&self) -> Vec<String> {
        let mut out = vec![
            "  1. Keep a copy of config/webhooks.yml, then set in it (the rest of each key stays as it is):"
                .to_owned(),
            String::new(),
            format!("       url: {}", self.url),
        ];
        for key in self.keys {
            out.push(format!("       {key}:"));
            out.push("         enable: true".to_owned());
            out.push(format!("         timeout: {MEASURING_TIMEOUT_S}"));
        }
        out.extend([
            String::new(),
            "     `timeout` is a whole number of seconds; with `15s` the process does not start. Keys stand at the".to_owned(),
            "     top level, without a `callback:` above them.".to_owned(),
            "  2. Restart openim-rpc-group; there is no hot reload. OpenIM's main in one process (cmd/main.go): restart".to_owned(),
            "     the whole process; it reads no IMENV_ variables. With several processes IMENV_WEBHOOKS_* variables".to_owned(),
            "     win over the file: make sure that none is set.".to_owned(),
        ]);
        out
    }

    fn kubectl(&self, argument: impl Fn(&str, &str) -> String) -> Vec<String> {
        let mut out = vec!["       kubectl set env deployment/group-rpc-server \\".to_owned()];
        let variables = self.variables();
        let last = variables.len().saturating_sub(1);
        for (i, (name, value)) in variables.iter().enumerate() {
            let more = if i < last { " \\" } else { "" };
            out.push(format!("         {}{more}", argument(name, value)));
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
    fn present_yaml(&self) -> Vec<String> {
        let url = self.request.yml.map(|y| y.url.as_str()).filter(|u| !u.is_empty());
        let mut out = vec![format!("       url: {}", url.unwrap_or("<as it was>"))];
        for key in self.keys {
            out.push(format!("       {key}:"));
            match (self.present(*key), self.request.plan.timeouts.get(key)) {
                (Some(config), _) => {
                    out.push(format!("         enable: {}", config.enable));
                    out.push(format!("         timeout: {}", config.timeout));
                }
                (None, Some(timeout)) => {
                    out.push("         enable: <as it was>".to_owned());
                    out.push(format!("         timeout: {timeout}"));
                }
                (None, None) => {
                    out.push("         enable: <as it was>".to_owned());
                    out.push("         timeout: <as it was>".to_owned());
                }
            }
        }
        out
    }

    fn present(&self, key: WebhookKey) -> Option<&KeyConfig> {
        let keys = self.request.yml.iter().flat_map(|y| &y.keys);
        keys.filter(|(name, _)| name.eq_ignore_ascii_case(key.name())).map(|(_, c)| c).next()
    }
}
