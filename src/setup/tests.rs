//! Tests of the set-up instructions.

use std::collections::BTreeMap;

use super::*;
use crate::ids::RunTag;
use crate::profile::load::{LoadRequest, ProfileSource, load};
use crate::profile::{ResolveContext, resolve};
use crate::wire::webhooks_yml::KeyConfig;

fn plan(sets: &[&str]) -> RunPlan {
    let sets = sets.iter().map(|s| (*s).to_owned()).collect();
    let source = ProfileSource::Named("real-openim".into());
    let loaded = load(LoadRequest { source, sets, ..LoadRequest::default() }).unwrap();
    resolve(&loaded, ResolveContext::new("r", RunTag::from_number(1))).unwrap()
}

fn text(plan: &RunPlan, deployment: Deployment, yml: Option<&WebhooksYml>) -> String {
    instructions(&Request { plan, deployment, public_url: None, yml }).en().to_owned()
}

#[test]
fn docker_gets_variables_of_the_service_and_a_recreated_container() {
    let text = text(&plan(&[]), Deployment::Docker, None);
    for line in [
        "- IMENV_WEBHOOKS_URL=http://host.docker.internal:10006/callbackExample",
        "- IMENV_WEBHOOKS_BEFORECREATEGROUP_ENABLE=true",
        "- IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT=15",
        "- IMENV_WEBHOOKS_AFTERCREATEGROUP_TIMEOUT=15",
        "- \"host.docker.internal:host-gateway\"",
        "docker compose up -d openim-server",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert!(!text.contains("docker compose restart"), "{text}");
    assert!(!text.contains("Mind"), "{text}");
}

#[test]
fn a_listener_on_loopback_is_named_as_unreachable_from_containers_only() {
    let plan = plan(&["webhook.listen=127.0.0.1:10006"]);
    for deployment in [Deployment::Docker, Deployment::K8s] {
        let text = text(&plan, deployment, None);
        assert!(text.contains("webhook.listen=0.0.0.0:10006"), "{text}");
    }
    let source = text(&plan, Deployment::Source, None);
    assert!(source.contains("url: http://127.0.0.1:10006/callbackExample"), "{source}");
    assert!(!source.contains("0.0.0.0"), "{source}");
}

#[test]
fn the_values_in_force_are_put_back_from_the_file() {
    let mut keys = BTreeMap::new();
    let config = |enable, timeout| KeyConfig { enable, timeout, failed_continue: Some(true) };
    keys.insert("beforeCreateGroup".to_owned(), config(true, 7));
    keys.insert("beforeSendSingleMsg".to_owned(), config(true, 5));
    let yml = WebhooksYml { url: "http://app:8080/cb".to_owned(), keys };
    for deployment in Deployment::ALL {
        let text = text(&plan(&[]), deployment, Some(&yml));
        let back = text.split("Afterwards, put back").nth(1).unwrap();
        assert!(back.contains("url: http://app:8080/cb"), "{back}");
        assert!(back.contains("beforeCreateGroup:\n         enable: true\n         timeout: 7"), "{back}");
        assert!(
            back.contains("afterCreateGroup:\n         enable: <as it was>\n         timeout: 5"),
            "{back}"
        );
        assert!(text.contains("beforeSendSingleMsg will call openim-bench too"), "{text}");
    }
}

#[test]
fn kubernetes_removes_the_variables_it_set() {
    let text = text(&plan(&[]), Deployment::K8s, None);
    assert!(text.contains("IMENV_WEBHOOKS_URL='http://<this-machine>:10006/callbackExample' \\"), "{text}");
    assert!(text.contains("         IMENV_WEBHOOKS_URL- \\"), "{text}");
    assert!(text.contains("kubectl rollout restart deployment/group-rpc-server"), "{text}");
}

#[test]
fn source_says_that_main_in_one_process_reads_the_file_only() {
    let text = text(&plan(&[]), Deployment::Source, None);
    assert!(text.contains("beforeMemberJoinGroup:\n         enable: true\n         timeout: 15"), "{text}");
    assert!(text.contains("it reads no IMENV_ variables"), "{text}");
}

#[test]
fn a_given_url_is_used_without_its_last_slash() {
    let plan = plan(&[]);
    let request = Request {
        plan: &plan,
        deployment: Deployment::Docker,
        public_url: Some("http://openim-bench:10006/callbackExample/"),
        yml: None,
    };
    let text = instructions(&request);
    let text = text.en();
    assert!(text.contains("IMENV_WEBHOOKS_URL=http://openim-bench:10006/callbackExample\n"), "{text}");
    assert!(!text.contains("extra_hosts:\n"), "{text}");
}

#[test]
fn the_admin_invitation_that_ends_3_7_is_named() {
    let text = text(&plan(&["target.version=3.7.0"]), Deployment::Source, None);
    assert!(text.contains("an invitation by an app admin ends openim-rpc-group"), "{text}");
}

#[test]
fn nothing_is_to_be_set_up_for_the_simulator_or_a_plain_load() {
    assert!(text(&plan(&["target.url=sim"]), Deployment::Docker, None).contains("nothing to set up"));
    assert!(text(&plan(&["webhook.expect=[]"]), Deployment::Docker, None).contains("plain API load"));
}

#[test]
fn deployments_are_read_by_name() {
    assert_eq!("K8s".parse::<Deployment>().unwrap(), Deployment::K8s);
    assert!("podman".parse::<Deployment>().unwrap_err().to_string().contains("docker, k8s or source"));
}

#[test]
fn the_instructions_are_in_chinese_and_what_is_copied_is_the_same() {
    let plan = plan(&["webhook.listen=127.0.0.1:10006"]);
    for deployment in Deployment::ALL {
        let text = instructions(&Request { plan: &plan, deployment, public_url: None, yml: None });
        let copied = |text: &str| -> Vec<String> {
            let is_copied = |line: &&str| line.starts_with("       ") && !line.contains(['<', '…']);
            text.lines().filter(is_copied).map(str::to_owned).collect()
        };
        assert_eq!(copied(text.en()), copied(text.zh()));
        assert_eq!(english_sentence(text.zh()), None);
        assert!(text.zh().contains("<保持原值>") && text.zh().ends_with('\n'), "{}", text.zh());
    }
}

/// The first line with a run of words that can only be English prose.
fn english_sentence(text: &str) -> Option<&str> {
    let is_word = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
    text.lines().filter(|line| !line.starts_with("       ")).find(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.windows(4).any(|run| run.iter().all(|word| is_word(word)))
    })
}
