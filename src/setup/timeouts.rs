//! New timeouts for a deployment that gets them through variables or a `ConfigMap`, and what to do so that they count.
//!
//! Payloads are meant for programs (`docker compose`, `kubectl`) and hold nothing else; steps are meant for people. Names
//! are those of openim-docker and of OpenIM's own Kubernetes manifests. Prints nothing itself.

use std::collections::BTreeMap;

use super::{Deployment, paragraph};
use crate::say;
use crate::text::Text;
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
) -> Vec<Text> {
    let (path, backup) = (quoted(path), backup.map(quoted));
    let mut out = vec![say!("setup-file-restart", processes = processes(keys))];
    for kind in Deployment::ALL.into_iter().filter(|kind| deployment.is_none_or(|d| d == *kind)) {
        let how = match kind {
            Deployment::Source => say!("setup-file-source"),
            Deployment::Docker => say!("setup-file-docker"),
            Deployment::K8s => say!("setup-file-k8s"),
        };
        out.push(paragraph("  ", &how));
        if kind == Deployment::K8s {
            out.push(Text::plain(format!("                {}", roll_out(keys))));
        }
    }
    out.push(say!("setup-file-variable"));
    out.push(say!("setup-config-centre"));
    out.extend(backup.map(|backup| say!("setup-file-undo", backup = backup, path = &path)));
    out
}

/// What to do with the lines of [`env`].
#[must_use]
pub fn after_env(timeouts: &BTreeMap<WebhookKey, u32>, before: &BTreeMap<WebhookKey, i64>) -> Vec<Text> {
    let keys: Vec<WebhookKey> = timeouts.keys().copied().collect();
    let set: Vec<String> = timeouts.iter().map(|(k, s)| format!("{}={s}", variable(*k))).collect();
    let unset: Vec<String> = keys.iter().map(|k| format!("{}-", variable(*k))).collect();
    let mut out = vec![
        say!("setup-env-docker"),
        paragraph("  ", &say!("setup-env-recreate")),
        Text::plain("    docker compose up -d openim-server"),
        Text::plain("Kubernetes:"),
    ];
    out.extend(by_deployment(&keys, &set));
    out.push(say!("setup-env-processes", processes = processes(&keys)));
    out.extend(cautions());
    out.push(say!("setup-env-undo"));
    out.extend(by_deployment(&keys, &unset));
    out.extend(restores(before));
    out
}

/// What to do with [`variables_config_map`].
#[must_use]
pub fn after_variables(keys: &[WebhookKey], before: &BTreeMap<WebhookKey, i64>) -> Vec<Text> {
    let mut out = vec![say!("setup-map-save"), Text::plain("    kubectl apply -f timeouts.yaml")];
    let from = vec![format!("--from=configmap/{VARIABLES}")];
    out.extend(by_deployment(keys, &from));
    out.extend(cautions());
    out.push(say!("setup-undo"));
    let unset: Vec<String> = keys.iter().map(|k| format!("{}-", variable(*k))).collect();
    out.extend(by_deployment(keys, &unset));
    out.push(Text::plain(format!("    kubectl delete configmap {VARIABLES}")));
    out.extend(restores(before));
    out
}

/// What to do with [`file_config_map`]; `path` is the `webhooks.yml` that it was made from.
#[must_use]
pub fn after_file_config_map(keys: &[WebhookKey], path: &str) -> Vec<Text> {
    let path = quoted(path);
    let restart = Text::plain(format!("    {}", roll_out(keys)));
    vec![
        say!("setup-map-file-save", path = &path, map = CONFIG_MAP),
        Text::plain(format!(
            "    kubectl get configmap {CONFIG_MAP} -o jsonpath='{{.data.webhooks\\.yml}}' | diff - {path}"
        )),
        say!("setup-map-file-then"),
        Text::plain(format!(
            "    kubectl patch configmap {CONFIG_MAP} --type merge --patch-file timeouts.json"
        )),
        restart.clone(),
        say!("setup-map-file-variable"),
        say!("setup-config-centre"),
        say!("setup-undo"),
        Text::plain(format!(
            "    kubectl create configmap {CONFIG_MAP} --from-file=webhooks.yml={path} --dry-run=client -o json > before.json"
        )),
        Text::plain(format!(
            "    kubectl patch configmap {CONFIG_MAP} --type merge --patch-file before.json"
        )),
        restart,
    ]
}

/// Processes to restart, each once.
fn processes(keys: &[WebhookKey]) -> Text {
    let names = unique(keys.iter().map(|key| process(*key).0)).into_iter().map(Text::plain);
    names.reduce(|first, second| say!("setup-and", first = first, second = second)).unwrap_or_default()
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
fn by_deployment(keys: &[WebhookKey], arguments: &[String]) -> Vec<Text> {
    let names = unique(keys.iter().map(|key| process(*key).1));
    let command = |name| format!("    kubectl set env deployment/{name} {}", arguments.join(" "));
    names.into_iter().map(|name| Text::plain(command(name))).collect()
}

/// Where main's config centre is on, what this tool prints has no effect.
fn cautions() -> [Text; 3] {
    [say!("setup-config-centre"), say!("setup-variable-counts"), say!("setup-variable-not-main")]
}

/// Without the variables these count again.
fn restores(before: &BTreeMap<WebhookKey, i64>) -> Option<Text> {
    let known: Vec<Text> =
        before.iter().map(|(key, seconds)| Text::plain(format!("{key} {seconds}"))).collect();
    (!known.is_empty()).then(|| say!("setup-restores", known = Text::list(&known)))
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

    fn english(steps: &[Text]) -> String {
        Text::lines(steps).en().to_owned()
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
        let text = english(&after_file(
            &[BeforeCreateGroup, BeforeCreateGroupChatConversations],
            None,
            "w.yml",
            None,
        ));
        assert!(text.contains("restart openim-rpc-group and openim-rpc-conversation"), "{text}");
        assert!(text.contains("deployment/group-rpc-server deployment/conversation-rpc-server"), "{text}");
        assert!(!text.contains("To undo"), "nothing was written: {text}");
        let one = english(&after_file(
            &[BeforeCreateGroup],
            Some(Deployment::Docker),
            "a b.yml",
            Some("a b.yml.bak"),
        ));
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
        let env = english(&after_env(&timeouts(), &before));
        for line in [
            "docker compose up -d openim-server",
            "kubectl set env deployment/group-rpc-server IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT=2 IMENV",
            "kubectl set env deployment/group-rpc-server IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT- IMENV",
            "beforeCreateGroup 5",
        ] {
            assert!(env.contains(line), "{line} in\n{env}");
        }
        let map = english(&after_variables(&[BeforeCreateGroup], &before));
        assert!(
            map.contains("--from=configmap/openim-bench-timeouts")
                && map.contains("kubectl delete configmap"),
            "{map}"
        );
        let file = english(&after_file_config_map(&[BeforeCreateGroup], "it's.yml"));
        assert!(file.contains(r"{.data.webhooks\.yml}") && file.contains(r"'it'\''s.yml'"), "{file}");
        assert!(file.matches("kubectl rollout restart deployment/group-rpc-server").count() == 2, "{file}");
    }

    #[test]
    fn the_steps_for_each_deployment_stand_below_each_other() {
        let steps = after_file(&[BeforeCreateGroup], None, "w.yml", None);
        let text = english(&steps);
        for line in [
            "\n  Docker:       docker compose restart openim-server   (only where the service mounts this file;\n",
            "\n                openim-docker does not: use --format env there)\n",
            "\n  Kubernetes:   the file must get into the ConfigMap first (--format configmap), then\n",
            "\n                kubectl rollout restart deployment/group-rpc-server\n",
            "\n  from source:  mage stop && mage start\n",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        let chinese = Text::lines(&steps);
        assert!(chinese.zh().contains("\n                kubectl rollout restart"), "{}", chinese.zh());
    }
}
