//! New timeouts for a deployment that gets them through variables or a `ConfigMap`, and what to do so that they count.
//!
//! Payloads are meant for programs (`docker compose`, `kubectl`) and hold nothing else; steps are meant for people. Names
//! are those of openim-docker and of OpenIM's own Kubernetes manifests. Prints nothing itself.

use std::collections::BTreeMap;

use super::Deployment;
use crate::wire::WebhookKey;

/// The `ConfigMap` that OpenIM's own manifests mount as its configuration folder.
pub const CONFIG_MAP: &str = "openim-config";
/// A `ConfigMap` of our own, which holds variables.
pub const VARIABLES: &str = "openim-bench-timeouts";

/// The process that sends the callbacks of a key, and its deployment in OpenIM's manifests.
#[must_use]
pub fn process(key: WebhookKey) -> (&'static str, &'static str) {
    match key {
        WebhookKey::BeforeCreateGroupChatConversations | WebhookKey::AfterCreateGroupChatConversations => {
            ("openim-rpc-conversation", "conversation-rpc-server")
        }
        _ => ("openim-rpc-group", "group-rpc-server"),
    }
}

/// The variable that wins over a key's `timeout` in every build that runs as several processes.
#[must_use]
pub fn variable(key: WebhookKey) -> String {
    format!("IMENV_WEBHOOKS_{}_TIMEOUT", key.name().to_uppercase())
}

/// A line a variable, as an environment file has it.
#[must_use]
pub fn env(timeouts: &BTreeMap<WebhookKey, u32>) -> String {
    timeouts.iter().map(|(key, seconds)| format!("{}={seconds}\n", variable(*key))).collect()
}

/// A `ConfigMap` of those variables, as YAML.
#[must_use]
pub fn variables_config_map(timeouts: &BTreeMap<WebhookKey, u32>) -> String {
    let mut text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {VARIABLES}\ndata:\n");
    for (key, seconds) in timeouts {
        text.push_str(&format!("  {}: \"{seconds}\"\n", variable(*key)));
    }
    text
}

/// A merge patch (JSON, which is YAML too) that puts this `webhooks.yml` into [`CONFIG_MAP`].
#[must_use]
pub fn file_config_map(webhooks_yml: &str) -> String {
    let patch = serde_json::json!({ "data": { "webhooks.yml": webhooks_yml } });
    format!("{patch:#}\n")
}

/// What to do after a `webhooks.yml` was changed in place; `backup` is what it was before, `path` where it is.
#[must_use]
pub fn after_file(
    keys: &[WebhookKey],
    deployment: Option<Deployment>,
    path: &str,
    backup: Option<&str>,
) -> Vec<String> {
    let (path, backup) = (quoted(path), backup.map(quoted));
    let mut out = vec![format!(
        "OpenIM reads webhooks.yml at its start only: restart {} (main in one process: all of it).",
        processes(keys).join(" and ")
    )];
    for kind in Deployment::ALL.into_iter().filter(|kind| deployment.is_none_or(|d| d == *kind)) {
        out.extend(match kind {
            Deployment::Source => vec!["  from source:  mage stop && mage start".to_owned()],
            Deployment::Docker => vec![
                "  Docker:       docker compose restart openim-server   (only where the service mounts this file;".to_owned(),
                "                openim-docker does not: use --format env there)".to_owned(),
            ],
            Deployment::K8s => vec![
                "  Kubernetes:   the file must get into the ConfigMap first (--format configmap), then".to_owned(),
                format!("                {}", roll_out(keys)),
            ],
        });
    }
    out.push(
        "A variable IMENV_WEBHOOKS_<KEY>_TIMEOUT in the environment of that process wins over the file (not for main in one process)."
            .to_owned(),
    );
    out.push(CONFIG_CENTRE.to_owned());
    if let Some(backup) = backup {
        out.push(format!("To undo: cp -p {backup} {path}, and restart again."));
    }
    out
}

/// What to do with the lines of [`env`].
#[must_use]
pub fn after_env(timeouts: &BTreeMap<WebhookKey, u32>, before: &BTreeMap<WebhookKey, i64>) -> Vec<String> {
    let keys: Vec<WebhookKey> = timeouts.keys().copied().collect();
    let set: Vec<String> = timeouts.iter().map(|(k, s)| format!("{}={s}", variable(*k))).collect();
    let unset: Vec<String> = keys.iter().map(|k| format!("{}-", variable(*k))).collect();
    let mut out = vec![
        "Docker: put the lines into `environment:` of the service openim-server in docker-compose.yaml, each as `- NAME=n`".to_owned(),
        "  (a line in .env alone does not reach the container), then recreate it; `restart` would keep the old environment:".to_owned(),
        "    docker compose up -d openim-server".to_owned(),
        "Kubernetes:".to_owned(),
    ];
    out.extend(by_deployment(&keys, &set));
    out.push(
        "Processes of your own: into their environment, then restart ".to_owned()
            + &processes(&keys).join(" and ")
            + ".",
    );
    out.extend(cautions());
    out.push("To undo: remove the lines again and recreate the container; Kubernetes:".to_owned());
    out.extend(by_deployment(&keys, &unset));
    out.extend(restores(before));
    out
}

/// What to do with [`variables_config_map`].
#[must_use]
pub fn after_variables(keys: &[WebhookKey], before: &BTreeMap<WebhookKey, i64>) -> Vec<String> {
    let mut out = vec![
        "Save this as timeouts.yaml, then (this replaces the pods one by one):".to_owned(),
        "    kubectl apply -f timeouts.yaml".to_owned(),
    ];
    let from = vec![format!("--from=configmap/{VARIABLES}")];
    out.extend(by_deployment(keys, &from));
    out.extend(cautions());
    out.push("To undo:".to_owned());
    let unset: Vec<String> = keys.iter().map(|k| format!("{}-", variable(*k))).collect();
    out.extend(by_deployment(keys, &unset));
    out.push(format!("    kubectl delete configmap {VARIABLES}"));
    out.extend(restores(before));
    out
}

/// What to do with [`file_config_map`]; `path` is the `webhooks.yml` that it was made from.
#[must_use]
pub fn after_file_config_map(keys: &[WebhookKey], path: &str) -> Vec<String> {
    let path = quoted(path);
    let restart = format!("    {}", roll_out(keys));
    vec![
        format!(
            "Save this as timeouts.json. It holds the whole of {path} with the new timeouts, so that file must be what the"
        ),
        format!("  ConfigMap {CONFIG_MAP} holds now. Compare first (no output: the same):"),
        format!(
            "    kubectl get configmap {CONFIG_MAP} -o jsonpath='{{.data.webhooks\\.yml}}' | diff - {path}"
        ),
        "Then; the file is read at the start only:".to_owned(),
        format!("    kubectl patch configmap {CONFIG_MAP} --type merge --patch-file timeouts.json"),
        restart.clone(),
        "A variable IMENV_WEBHOOKS_<KEY>_TIMEOUT of the deployment wins over the file.".to_owned(),
        CONFIG_CENTRE.to_owned(),
        "To undo:".to_owned(),
        format!(
            "    kubectl create configmap {CONFIG_MAP} --from-file=webhooks.yml={path} --dry-run=client -o json > before.json"
        ),
        format!("    kubectl patch configmap {CONFIG_MAP} --type merge --patch-file before.json"),
        restart,
    ]
}

/// Processes to restart, each once.
fn processes(keys: &[WebhookKey]) -> Vec<&'static str> {
    unique(keys.iter().map(|key| process(*key).0))
}

fn roll_out(keys: &[WebhookKey]) -> String {
    let names = unique(keys.iter().map(|key| process(*key).1));
    let names: Vec<String> = names.iter().map(|name| format!("deployment/{name}")).collect();
    format!("kubectl rollout restart {}", names.join(" "))
}

fn unique(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut out: Vec<&'static str> = Vec::new();
    for name in names {
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

/// `kubectl set env` for each deployment that is concerned; variables of another one's keys do no harm.
fn by_deployment(keys: &[WebhookKey], arguments: &[String]) -> Vec<String> {
    let names = unique(keys.iter().map(|key| process(*key).1));
    names
        .iter()
        .map(|name| format!("    kubectl set env deployment/{name} {}", arguments.join(" ")))
        .collect()
}

/// Where main's config centre is on, what this tool prints has no effect.
const CONFIG_CENTRE: &str = "OpenIM's main with its etcd config centre switched on takes webhooks.yml from etcd: there neither the file nor a variable counts; change it in the config centre (/config/set_config), then restart.";

fn cautions() -> [String; 3] {
    [
        CONFIG_CENTRE.to_owned(),
        "A variable counts only for a key that webhooks.yml has, and wins over its `timeout` there.".to_owned(),
        "OpenIM's main in one process reads no variables: change its webhooks.yml (apply RESULT webhooks.yml).".to_owned(),
    ]
}

/// Without the variables these count again.
fn restores(before: &BTreeMap<WebhookKey, i64>) -> Option<String> {
    let known: Vec<String> = before.iter().map(|(key, seconds)| format!("{key} {seconds}")).collect();
    (!known.is_empty()).then(|| format!("Then these count again, as far as known (s): {}.", known.join(", ")))
}

/// As a shell takes it.
#[must_use]
pub fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@%,".contains(c);
    if !path.is_empty() && path.chars().all(plain) && !path.starts_with('-') {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::WebhookKey::{AfterCreateGroup, BeforeCreateGroup, BeforeCreateGroupChatConversations};
    use crate::wire::webhooks_yml::WebhooksYml;

    fn timeouts() -> BTreeMap<WebhookKey, u32> {
        BTreeMap::from([(BeforeCreateGroup, 2), (AfterCreateGroup, 12)])
    }

    #[test]
    fn variables_are_named_as_openim_looks_for_them() {
        let lines =
            "IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT=2\nIMENV_WEBHOOKS_AFTERCREATEGROUP_TIMEOUT=12\n";
        assert_eq!(env(&timeouts()), lines);
    }

    #[test]
    fn a_config_map_of_variables_holds_texts_as_kubernetes_demands() {
        let text = variables_config_map(&timeouts());
        assert!(text.contains("\n  IMENV_WEBHOOKS_AFTERCREATEGROUP_TIMEOUT: \"12\"\n"), "{text}");
        assert!(text.contains("kind: ConfigMap\nmetadata:\n  name: openim-bench-timeouts\ndata:\n"));
    }

    #[test]
    fn a_merge_patch_carries_the_file_byte_by_byte() {
        let file = "\u{feff}url: \"http://h\"\r\nbeforeCreateGroup: {timeout: 5}\t# 超时 \\\n";
        let patch: serde_json::Value = serde_json::from_str(&file_config_map(file)).unwrap();
        assert_eq!(patch["data"]["webhooks.yml"], file);
        assert!(WebhooksYml::parse(file).is_ok());
    }

    #[test]
    fn each_process_that_sends_a_changed_key_is_restarted() {
        let text = after_file(&[BeforeCreateGroup, BeforeCreateGroupChatConversations], None, "w.yml", None)
            .join("\n");
        assert!(text.contains("restart openim-rpc-group and openim-rpc-conversation"), "{text}");
        assert!(text.contains("deployment/group-rpc-server deployment/conversation-rpc-server"), "{text}");
        assert!(!text.contains("To undo"), "nothing was written: {text}");
        let one = after_file(&[BeforeCreateGroup], Some(Deployment::Docker), "a b.yml", Some("a b.yml.bak"))
            .join("\n");
        assert!(
            one.contains("cp -p 'a b.yml.bak' 'a b.yml'")
                && !one.contains("kubectl")
                && !one.contains("mage"),
            "{one}"
        );
    }

    #[test]
    fn every_payload_comes_with_its_restart_and_its_undo() {
        let before = BTreeMap::from([(BeforeCreateGroup, 5)]);
        let env = after_env(&timeouts(), &before).join("\n");
        for line in [
            "docker compose up -d openim-server",
            "kubectl set env deployment/group-rpc-server IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT=2 IMENV",
            "kubectl set env deployment/group-rpc-server IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT- IMENV",
            "beforeCreateGroup 5",
        ] {
            assert!(env.contains(line), "{line} in\n{env}");
        }
        let map = after_variables(&[BeforeCreateGroup], &before).join("\n");
        assert!(
            map.contains("--from=configmap/openim-bench-timeouts")
                && map.contains("kubectl delete configmap"),
            "{map}"
        );
        let file = after_file_config_map(&[BeforeCreateGroup], "it's.yml").join("\n");
        assert!(file.contains(r"{.data.webhooks\.yml}") && file.contains(r"'it'\''s.yml'"), "{file}");
        assert!(file.matches("kubectl rollout restart deployment/group-rpc-server").count() == 2, "{file}");
    }
}
