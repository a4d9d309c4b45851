//! `apply` and `verify` through the binary: a run's timeouts into files and variables, and whether `OpenIM` counts with
//! them, with `sim` in another process in place of a deployment.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use openim_bench::wire::WebhookKey;
use openim_bench::wire::webhooks_yml::WebhooksYml;
use tempfile::TempDir;

use crate::support::{Done, Sim, bench, free_port, run, run_load};

const KEYS: [&str; 3] = ["beforeCreateGroup", "beforeMemberJoinGroup", "afterCreateGroup"];

/// A short run that recommends 1 s for each of three webhooks; beforeMemberJoinGroup had 2 s before, the others 5 s.
fn record() -> &'static Path {
    static RUN: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, record) = RUN.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let done = run_load(|| {
            let mut command = bench();
            command.args(["run", "smoke", "--format", "json", "--quiet", "--out"]).arg(dir.path());
            let sets = [
                "load.duration=\"3s\"",
                "recommend.misfire=0.1",
                "webhook.timeout={ beforeCreateGroup = 5, beforeMemberJoinGroup = 2, afterCreateGroup = 5 }",
            ];
            for set in sets {
                command.args(["--set", set]);
            }
            command
        });
        assert_eq!(done.code, 0, "{}", done.stderr);
        let summary = done.json();
        for key in KEYS {
            let r = &summary["recommendations"][key];
            assert_eq!((&r["timeout_s"], &r["confidence"]), (&1.into(), &"medium".into()), "{r:#}");
        }
        (dir, done.record())
    });
    record
}

/// The same as if the user's own server had answered.
fn real() -> &'static Path {
    static REAL: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, record) = REAL.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let copy = dir.path().join(record().file_name().unwrap());
        std::fs::create_dir(&copy).unwrap();
        for file in std::fs::read_dir(record()).unwrap().flatten() {
            std::fs::copy(file.path(), copy.join(file.file_name())).unwrap();
        }
        // An old summary that says something else is not looked at.
        std::fs::write(copy.join("summary.json"), "{}").unwrap();
        let run = std::fs::read_to_string(copy.join("run.json")).unwrap();
        let real = run.replace("\"basis\": \"simulated\"", "\"basis\": \"real\"");
        assert_ne!(run, real);
        std::fs::write(copy.join("run.json"), real).unwrap();
        (dir, copy)
    });
    record
}

fn apply(record: &Path, arguments: &[&str]) -> Done {
    run(bench().arg("apply").arg(record).args(arguments))
}

const FILE: &str = "\u{feff}# ours, 超时\r\nurl: \"http://10.0.0.5:10006/cb\"\r\n\r\nbeforeCreateGroup:\r\n    enable:  true\r\n    \
                    timeout: \"5\"   # was 5\r\n    failedContinue: true\r\nbeforeMemberJoinGroup: {enable: true, timeout: 5}\r\n\r\n\
                    afterCreateGroup:\r\n  # timeout: 5\r\n  enable: false\r\n  timeout: 5\r\nafterQuitGroup:\r\n  enable: true\r\n  \
                    timeout: 5";

#[test]
fn times_of_another_handler_are_refused_until_they_are_wanted() {
    let refused = apply(record(), &[]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(
        refused.stderr.contains("--modelled-anyway") && refused.stderr.contains("not measured"),
        "{}",
        refused.stderr
    );
    let taken = apply(record(), &["--modelled-anyway"]);
    assert_eq!(taken.code, 0, "{}", taken.stderr);
    assert!(taken.stderr.contains("warning: Simulated"), "{}", taken.stderr);
    assert!(taken.stdout.starts_with("# Not for production."), "{}", taken.stdout);
}

#[test]
fn without_write_the_difference_is_shown_and_nothing_is_touched() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("webhooks.yml");
    std::fs::write(&file, FILE).unwrap();
    let done = apply(real(), &[file.to_str().unwrap(), "--only", "beforeCreateGroup"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), FILE);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    let changed: Vec<&str> = done
        .stdout
        .lines()
        .filter(|l| {
            (l.starts_with('-') || l.starts_with('+')) && !l.starts_with("---") && !l.starts_with("+++")
        })
        .collect();
    assert_eq!(
        changed,
        ["-    timeout: \"5\"   # was 5", "+    timeout: \"1\"   # was 5"],
        "{}",
        done.stdout
    );
    assert!(done.stderr.contains("--write") && done.stderr.contains("confidence medium"), "{}", done.stderr);
}

#[test]
fn with_write_only_the_numbers_change_and_what_it_was_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("webhooks.yml");
    std::fs::write(&file, FILE).unwrap();
    let path = file.to_str().unwrap();
    let done = apply(real(), &[path, "--write", "--deployment", "source"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let new = std::fs::read_to_string(&file).unwrap();
    let different: Vec<(u8, u8)> = FILE.bytes().zip(new.bytes()).filter(|(a, b)| a != b).collect();
    assert_eq!((new.len(), different), (FILE.len(), vec![(b'5', b'1'); 3]));
    let (before, after) = (WebhooksYml::parse(FILE).unwrap(), WebhooksYml::parse(&new).unwrap());
    assert_eq!(after.timeout_of(WebhookKey::AfterQuitGroup), before.timeout_of(WebhookKey::AfterQuitGroup));
    for key in KEYS {
        assert_eq!(after.keys[key].timeout, 1);
        assert_eq!(after.keys[key].enable, before.keys[key].enable);
    }
    for words in [
        "afterCreateGroup is not enabled",
        "restart openim-rpc-group",
        "mage stop && mage start",
        "To undo: cp -p",
        "openim-bench verify",
    ] {
        assert!(done.stderr.contains(words), "{words} in\n{}", done.stderr);
    }
    assert!(!done.stderr.contains("kubectl"), "{}", done.stderr);
    let again = apply(real(), &[path, "--write"]);
    assert_eq!((again.code, again.stdout.as_str()), (0, ""));
    assert!(again.stderr.contains("nothing to change"), "{}", again.stderr);
    let backups: Vec<PathBuf> =
        std::fs::read_dir(dir.path()).unwrap().flatten().map(|f| f.path()).filter(|p| *p != file).collect();
    assert_eq!(backups.len(), 1, "{backups:?}");
    assert_eq!(std::fs::read_to_string(&backups[0]).unwrap(), FILE);
}

#[test]
fn payloads_stand_alone_on_standard_output() {
    let yaml = apply(real(), &["--format", "yaml"]);
    let read = WebhooksYml::parse(&yaml.stdout).unwrap();
    assert_eq!(read.keys.len(), 3);
    assert!(read.keys.values().all(|key| key.timeout == 1));
    let env =
        apply(real(), &["--format", "env", "--only", "beforeCreateGroup", "--only", "afterCreateGroup"]);
    let lines = "IMENV_WEBHOOKS_BEFORECREATEGROUP_TIMEOUT=1\nIMENV_WEBHOOKS_AFTERCREATEGROUP_TIMEOUT=1\n";
    assert_eq!((env.code, env.stdout.as_str()), (0, lines));
    assert!(
        env.stderr.contains("docker compose up -d openim-server") && env.stderr.contains("To undo"),
        "{}",
        env.stderr
    );
    let map = apply(real(), &["--format", "configmap"]);
    assert!(map.stdout.starts_with("apiVersion: v1\nkind: ConfigMap\n"), "{}", map.stdout);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("webhooks.yml");
    std::fs::write(&file, FILE).unwrap();
    let patch = apply(real(), &[file.to_str().unwrap(), "--format", "configmap"]).json();
    let text = patch["data"]["webhooks.yml"].as_str().unwrap();
    assert_eq!(WebhooksYml::parse(text).unwrap().keys["beforeCreateGroup"].timeout, 1);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), FILE);
}

#[test]
fn what_cannot_be_applied_is_exit_2_with_advice_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let outer = write("outer.yml", b"callback:\n  beforeCreateGroup:\n    timeout: 5\n");
    let latin = write("latin.yml", b"# gr\xf6\xdfer\nbeforeCreateGroup:\n  timeout: 5\n");
    let seconds = write("seconds.yml", b"beforeCreateGroup:\n  timeout: 5s\n");
    let good = write("good.yml", FILE.as_bytes());
    let missing = dir.path().join("missing.yml").display().to_string();
    for (arguments, words) in [
        (vec![outer.as_str(), "--write"], "everything below `callback:`"),
        (vec![&latin, "--write"], "UTF-8"),
        (vec![&seconds, "--write"], "whole number of seconds"),
        (vec![&missing, "--write"], "missing.yml"),
        (vec!["--write"], "WEBHOOKS.YML"),
        (vec![&good, "--write", "--format", "env"], "--format"),
        (vec!["--only", "afterQuitGroup"], "says nothing about it"),
        (vec!["--only", "beforeCreatGroup"], "did you mean `beforeCreateGroup`"),
        (vec![dir.path().to_str().unwrap()], "no webhooks.yml"),
    ] {
        let done = apply(real(), &arguments);
        assert_eq!((done.code, done.stdout.as_str()), (2, ""), "{arguments:?}: {}", done.stderr);
        assert!(done.stderr.contains(words), "{arguments:?}: {}", done.stderr);
        assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 4);
}

#[test]
fn a_guess_is_written_only_where_guesses_are_wanted() {
    let dir = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(real()).unwrap().flatten() {
        std::fs::copy(file.path(), dir.path().join(file.file_name())).unwrap();
    }
    let run = std::fs::read_to_string(real().join("run.json")).unwrap();
    let demanding = run.replace("\"misfire\": 0.1", "\"misfire\": 0.0001");
    assert_ne!(run, demanding);
    std::fs::write(dir.path().join("run.json"), demanding).unwrap();
    let without = apply(dir.path(), &["--format", "env"]);
    assert_eq!((without.code, without.stdout.as_str()), (0, ""), "{}", without.stderr);
    for words in
        ["beforeCreateGroup is left as it is: 1 s is a guess", "--include-guess", "nothing to change"]
    {
        assert!(without.stderr.contains(words), "{words} in\n{}", without.stderr);
    }
    let with = apply(dir.path(), &["--format", "yaml", "--include-guess"]);
    assert_eq!(with.code, 0, "{}", with.stderr);
    assert!(with.stdout.contains("  # A guess: "), "{}", with.stdout);
    assert_eq!(WebhooksYml::parse(&with.stdout).unwrap().keys.len(), 3);
}

#[test]
fn of_an_invalid_run_nothing_is_applied() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = bench();
    command.args(["run", "smoke", "--quiet", "--out"]).arg(dir.path());
    for set in [
        "load.duration=\"20s\"",
        "limits.abort_window=\"1s\"",
        "limits.groups=2000",
        "handler.beforeCreateGroup.answer={ reject = { code = 4001, message = \"no\" } }",
    ] {
        command.args(["--set", set]);
    }
    let invalid = run(&mut command);
    assert_eq!(invalid.code, 5, "{}", invalid.stderr);
    for sub in ["apply", "verify"] {
        let done = run(bench().args([sub, "latest", "--out"]).arg(dir.path()));
        assert_eq!((done.code, done.stdout.as_str()), (5, ""), "{sub}: {}", done.stderr);
        assert!(done.stderr.contains("invalid"), "{}", done.stderr);
    }
}

/// A deployment with these timeouts, 0 for a webhook that is off.
fn deployment(dir: &Path, port: u16, version: &str, timeouts: [u32; 3]) -> Sim {
    let mut yml = format!("url: http://127.0.0.1:{port}/callbackExample\n");
    for (key, timeout) in KEYS.iter().zip(timeouts) {
        yml.push_str(&format!("{key}:\n  enable: {}\n  timeout: {timeout}\n", timeout > 0));
    }
    Sim::start(version, dir, &yml)
}

fn verify(target: &str, port: u16, more: &[&str]) -> Command {
    let mut command = bench();
    command.arg("verify").arg(record()).args(["--target", target, "--webhook-listen"]);
    command.arg(format!("127.0.0.1:{port}")).args(more);
    command
}

#[test]
fn timeouts_that_were_loaded_hold() {
    let (dir, port) = (tempfile::tempdir().unwrap(), free_port());
    let sim = deployment(dir.path(), port, "3.8.3-patch.16", [1, 1, 1]);
    let done = run(&mut verify(&sim.url, port, &["--format", "json"]));
    assert_eq!(done.code, 0, "{}", done.stderr);
    let all = done.json();
    assert_eq!(all.as_array().unwrap().len(), 3);
    for one in all.as_array().unwrap() {
        assert_eq!((&one["verdict"], &one["wanted_s"]), (&"holds".into(), &1.into()), "{one:#}");
    }
    assert!(done.stderr.contains("put the address of your own webhook server back"), "{}", done.stderr);
}

#[test]
fn a_file_that_was_not_loaded_whole_is_told_webhook_by_webhook() {
    let (dir, port) = (tempfile::tempdir().unwrap(), free_port());
    let sim = deployment(dir.path(), port, "3.7.0", [1, 2, 0]);
    let done = run(&mut verify(&sim.url, port, &[]));
    assert_eq!(done.code, 6, "{}", done.stderr);
    let line = |key: &str| {
        done.stdout.lines().find(|l| l.starts_with(key)).unwrap_or_else(|| panic!("{}", done.stdout))
    };
    assert!(line("beforeCreateGroup 1 s").contains("holds: "));
    assert!(
        line("beforeMemberJoinGroup 1 s").contains("not loaded: ")
            && line("beforeMemberJoinGroup").contains("as before")
    );
    assert!(line("afterCreateGroup 1 s").contains("not called"));
    assert!(done.stdout.contains("IMENV_WEBHOOKS_BEFOREMEMBERJOINGROUP_TIMEOUT"), "{}", done.stdout);
    assert!(done.stdout.ends_with("OpenIM counts with 1 of 3.\n"), "{}", done.stdout);
}

#[test]
fn a_deployment_that_cannot_be_asked_is_told_before_anything_is_held() {
    let without = run(bench().arg("verify").arg(record()));
    assert_eq!(without.code, 2, "{}", without.stderr);
    assert!(without.stderr.contains("--target URL"), "{}", without.stderr);
    let far = run(&mut verify("http://192.0.2.1:10002", free_port(), &[]));
    assert_eq!(far.code, 2, "{}", far.stderr);
    assert!(far.stderr.contains("--allow-host 192.0.2.1"), "{}", far.stderr);
    let nobody = run(&mut verify(&format!("http://127.0.0.1:{}", free_port()), free_port(), &[]));
    assert_eq!((nobody.code, nobody.stdout.as_str()), (3, ""), "{}", nobody.stderr);
    assert!(!nobody.stderr.contains("--wait"), "{}", nobody.stderr);
}
