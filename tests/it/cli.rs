//! The command line: help, exit codes, messages on wrong input; the README against the binary.

use std::path::Path;

use openim_bench::exit::Exit;

use crate::support::{bench, english_sentence, free_port, run};

fn readme(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn the_readme_lists_every_subcommand_with_its_help_line() {
    let text = readme("README.md");
    let chinese = readme("README.zh-CN.md");
    for sub in openim_bench::cli::command().get_subcommands() {
        let name = format!("openim-bench {}", sub.get_name());
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        assert!(text.contains(&name) && text.contains(&about), "README.md lacks `{name}`: {about}");
        assert!(chinese.contains(&name), "README.zh-CN.md lacks `{name}`");
    }
}

#[test]
fn the_readme_and_the_help_list_every_exit_code() {
    let help = run(bench().arg("--help"));
    assert_eq!(help.code, 0);
    for exit in Exit::ALL {
        let row = format!("| {} | {} |", exit.code(), exit.meaning());
        assert!(readme("README.md").contains(&row), "README.md lacks {row}");
        assert!(readme("README.zh-CN.md").contains(&format!("| {} | ", exit.code())));
        assert!(help.stdout.contains(exit.meaning()), "--help lacks {}", exit.meaning());
    }
}

#[test]
fn every_shipped_profile_is_listed_and_checks() {
    let list = run(bench().args(["profile", "list"]));
    assert_eq!(list.code, 0, "{}", list.stderr);
    for name in [
        "quickstart",
        "smoke",
        "steady",
        "ramp",
        "spike",
        "slow-receiver",
        "retries",
        "outage",
        "example",
        "reentrant",
        "soak",
        "real-openim",
    ] {
        assert!(list.stdout.contains(name), "{}", list.stdout);
        assert!(readme("README.md").contains(&format!("`{name}`")));
        let check = run(bench().args(["profile", "check", name]));
        assert_eq!(check.code, 0, "{name}: {}", check.stderr);
        assert!(check.stdout.contains("groups"), "{}", check.stdout);
    }
}

#[test]
fn wrong_input_is_exit_2_with_advice_and_no_panic() {
    for (args, advice) in [
        (&["run", "profiles/no-such.toml"][..], "no-such"),
        (&["run", "quickstart", "--set", "load.rte=5"][..], "did you mean `rate`"),
        (&["run", "quickstart", "--set", "load.rate=fast"][..], "load.rate"),
        (&["run", "quickstart", "--set", "load.duration=20"][..], "20s"),
        (&["run", "quickstart", "--set", "load.rate=-1"][..], "load.rate"),
        (&["run", "quickstart", "--set", "limits.groups=10"][..], "limits.groups"),
        (&["run", "quickstart", "--set", "handler.beforeCreateGrup.delay=\"1ms\""][..], "beforeCreateGroup"),
        (&["run", "quickstart", "--set", "webhook.listen=nowhere"][..], "webhook.listen"),
        (&["sim", "--version", "3.6.0"][..], "3.7.0"),
        (&["probe"][..], "--target"),
        (&["probe", "--target", "sim", "--only", "reject_4002"][..], "did you mean `reject_4001`"),
        (&["probe", "--target", "sim", "--version", "3.6.0"][..], "3.7.0"),
        (&["probe", "--target", "sim", "--webhooks", "x.yml"][..], "--webhooks"),
        (&["probe", "--target", "sim", "--replay", "/no/such/folder"][..], "/no/such/folder"),
        (&["probe", "--target", "http://127.0.0.1:9", "--replay", "tests/recordings"][..], "--target sim"),
        (&["probe", "--target", "sim", "--out", "/no/such/folder/p.json"][..], "--out"),
        (&["probe", "--target", "127.0.0.1:10002"][..], "--target"),
        (&["probe", "--target", "http://127.0.0.1:9", "--webhooks", "/no/such.yml"][..], "/no/such.yml"),
        (&["probe", "--target", "http://127.0.0.1:9", "--webhook-listen", "nowhere"][..], "--webhook-listen"),
        (&["probe", "--target", "http://192.0.2.1:10002"][..], "--allow-host 192.0.2.1"),
        (&["frobnicate"][..], "frobnicate"),
        (&["report", "/no/such/folder"][..], "/no/such/folder"),
        (&["profile", "show", "nope"][..], "quickstart"),
    ] {
        let done = run(bench().args(args));
        assert_eq!(done.code, 2, "{args:?}: {} {}", done.stdout, done.stderr);
        assert!(done.stderr.contains(advice), "{args:?} lacks `{advice}`: {}", done.stderr);
        assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
    }
}

#[test]
fn an_error_is_told_in_the_language_of_the_person() {
    let cases: [(&[&str], [&str; 2]); 4] = [
        (&["compare", "a"], ["compare needs a candidate", "compare 在基准之后还需要一个候选"]),
        (
            &["profile", "show", "nowhere"],
            ["there is no shipped profile `nowhere`", "没有名为 `nowhere` 的自带 profile"],
        ),
        (&["sim", "--processes", "0"], ["--processes 0 makes no sense", "--processes 0 没有意义"]),
        (&["plot", "latest", "--chart", "none"], ["there is no such chart", "没有这种图表"]),
    ];
    for (arguments, words) in cases {
        for (lang, words) in ["en", "zh"].into_iter().zip(words) {
            let done = run(bench().args(arguments).args(["--lang", lang]));
            assert_eq!(done.code, 2, "{arguments:?}: {}", done.stderr);
            assert!(done.stderr.contains(words), "{arguments:?} {lang}: {}", done.stderr);
        }
    }
}

#[test]
fn a_broken_profile_is_told_in_chinese_with_its_key_line_and_nearest_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("broken.toml");
    let told = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let done = run(bench().arg("run").arg(&path).args(["--lang", "zh"]));
        assert_eq!(done.code, 2, "{} {}", done.stdout, done.stderr);
        done.stderr
    };
    let unknown = told("title = \"x\"\n[load]\nrtae = 3\n");
    assert!(unknown.contains("broken.toml:3：`load.rtae` 不是已知的键；是不是想写 `rate`？"), "{unknown}");
    let unit = told("[load]\nduration = \"20\"\n");
    assert!(unit.contains("broken.toml:2：`load.duration` 有误：`20` 不是时长"), "{unit}");
    let value = told("[load]\nrate = -1.0\n");
    assert!(value.contains("broken.toml:2：`load.rate` 为 -1；必须大于 0"), "{value}");
    let delay = told("[handler.beforeCreateGroup]\ndelay = { uniform = { min = \"9ms\", max = \"2ms\" } }\n");
    assert!(delay.contains("`handler.beforeCreateGroup.delay` 有误：`uniform` 从 9ms 到 2ms"), "{delay}");
    let syntax = told("[load]\nrate = \n");
    assert!(syntax.contains("broken.toml:2：不是有效的 TOML："), "{syntax}");
}

#[test]
fn a_missing_record_or_file_is_told_in_chinese_with_its_name() {
    for (args, parts) in [
        (&["report", "/no/such/folder", "--lang", "zh"][..], ["没有记录", "`/no/such/folder`"]),
        (
            &["run", "profiles/no-such.toml", "--lang", "zh"][..],
            ["没有 profile `profiles/no-such.toml`", "quickstart"],
        ),
        (
            &["run", "quickstart", "--lang", "zh", "--set", "webhook.yml=no.yml"][..],
            ["无法读取 no.yml：", "`webhook.yml`"],
        ),
    ] {
        let done = run(bench().args(args));
        assert_eq!(done.code, 2, "{args:?}: {} {}", done.stdout, done.stderr);
        for part in parts {
            assert!(done.stderr.contains(part), "{args:?} lacks `{part}`: {}", done.stderr);
        }
    }
}

#[test]
fn the_probe_lists_its_cases_and_prints_the_schema_of_portraits() {
    let list = run(bench().args(["probe", "--list"]));
    assert_eq!(list.code, 0, "{}", list.stderr);
    for word in ["create_ok ", "(--slow, --dangerous)", "simulator only", "another webhooks.yml"] {
        assert!(list.stdout.contains(word), "lacks `{word}`: {}", list.stdout);
    }
    let schema = run(bench().args(["probe", "--schema"]));
    assert_eq!(schema.code, 0, "{}", schema.stderr);
    assert!(schema.json()["properties"]["version"].is_object());
}

#[test]
fn the_list_of_cases_is_read_in_chinese_too() {
    let list = run(bench().args(["--lang", "zh", "probe", "--list"]));
    assert_eq!(list.code, 0, "{}", list.stderr);
    assert!(list.stdout.contains("（--slow、--dangerous）"), "{}", list.stdout);
    assert_eq!(english_sentence(&list.stdout, &[]), None);
}

#[test]
fn a_probe_without_a_secret_names_the_variables() {
    let done = run(bench().args(["probe", "--target", "http://127.0.0.1:9"]).env_remove("OPENIM_SECRET"));
    assert_eq!(done.code, 2, "{}", done.stderr);
    for word in ["OPENIM_SECRET", "--secret-file", "OPENIM_TOKEN"] {
        assert!(done.stderr.contains(word), "lacks `{word}`: {}", done.stderr);
    }
}

#[test]
fn a_target_elsewhere_is_refused_until_its_host_is_allowed() {
    let done = run(bench().args(["run", "real-openim", "--target", "http://192.0.2.1:10002"]));
    assert_eq!(done.code, 2, "{}", done.stderr);
    for word in ["192.0.2.1", "--allow-host", "limits.allowed_hosts", "limits.groups"] {
        assert!(done.stderr.contains(word), "lacks `{word}`: {}", done.stderr);
    }
}

#[test]
fn an_api_that_nobody_serves_is_exit_3_and_says_so_first() {
    let dir = tempfile::tempdir().unwrap();
    let target = format!("http://127.0.0.1:{}", free_port());
    let done = run(bench()
        .args(["run", "real-openim", "--set", "webhook.listen=127.0.0.1:0", "--target", &target, "--out"])
        .arg(dir.path()));
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert!(done.stderr.contains(&target), "{}", done.stderr);
}

#[test]
fn a_dry_run_touches_nothing_and_prints_the_footprint() {
    let dir = tempfile::tempdir().unwrap();
    let done = run(bench().args(["run", "quickstart", "--dry-run", "--out"]).arg(dir.path()));
    assert_eq!(done.code, 0, "{}", done.stderr);
    for word in ["groups", "users", "callbacks", "confidence"] {
        assert!(done.stdout.contains(word), "lacks `{word}`: {}", done.stdout);
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn the_secret_is_never_taken_from_the_command_line() {
    let help = run(bench().args(["run", "--help"]));
    assert!(!help.stdout.contains("--secret"), "{}", help.stdout);
    let done = run(bench().args(["run", "quickstart", "--set", "target.secret=openIM123"]));
    assert_eq!(done.code, 2, "{}", done.stderr);
}

#[test]
#[ignore = "run in a process of its own by a_panic_ends_in_exit_code_1"]
fn panics_behind_the_hook() {
    openim_bench::cli::install_panic_hook();
    panic!("on purpose");
}

#[test]
fn a_panic_ends_in_exit_code_1() {
    let done = run(std::process::Command::new(std::env::current_exe().unwrap()).args([
        "--ignored",
        "--exact",
        "--nocapture",
        "cli::panics_behind_the_hook",
    ]));
    assert_eq!(done.code, 1, "{}", done.stderr);
    assert!(done.stderr.contains("this is a bug"), "{}", done.stderr);
}

#[test]
fn a_log_folder_that_cannot_be_written_ends_the_simulator_at_once() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let ended =
        run(bench().args(["sim", "--listen", "127.0.0.1:0", "--for", "1s", "--log-dir"]).arg(file.path()));
    assert_eq!(ended.code, 2);
    let named = ended.stderr.contains("--log-dir") && ended.stderr.contains(&*file.path().to_string_lossy());
    assert!(named, "{}", ended.stderr);
}

#[test]
fn a_log_level_that_openim_does_not_know_is_refused() {
    assert_eq!(run(bench().args(["sim", "--log-dir", "x", "--log-level", "1"])).code, 2);
    assert_eq!(run(bench().args(["sim", "--log-level", "3"])).code, 2, "without a folder it means nothing");
}

#[test]
fn setup_is_told_in_the_language_that_was_asked_for() {
    let told = |lang: &str, deployment: &str| {
        let shown = run(bench().args(["setup", "real-openim", "--deployment", deployment, "--lang", lang]));
        assert_eq!(shown.code, 0, "{}", shown.stderr);
        shown.stdout
    };
    for deployment in ["docker", "k8s", "source"] {
        let (english, chinese) = (told("en", deployment), told("zh", deployment));
        assert!(english.starts_with(&format!("Before measuring ({deployment})\n\n  1. ")), "{english}");
        assert!(chinese.starts_with(&format!("测量之前（{deployment}）\n\n  1. ")), "{chinese}");
        assert!(chinese.contains("\n测量之后恢复\n"), "{chinese}");
        // Commands and fragments of files stand deeper than the sentences.
        let sentences: Vec<&str> = chinese.lines().filter(|line| !line.starts_with("       ")).collect();
        assert_eq!(english_sentence(&sentences.join("\n"), &[]), None);
    }
}

#[test]
fn a_missing_secret_is_told_in_chinese_with_the_names_of_both_variables() {
    let dir = tempfile::tempdir().unwrap();
    let done = run(bench()
        .args(["run", "real-openim", "--set", "webhook.listen=127.0.0.1:0", "--target", "http://127.0.0.1:9"])
        .args(["--lang", "zh", "--out"])
        .arg(dir.path())
        .env_remove("OPENIM_SECRET")
        .env_remove("OPENIM_TOKEN"));
    assert_eq!(done.code, 2, "{}", done.stderr);
    assert!(
        done.stderr.contains("没有密钥：请把 OpenIM 的 share.yml 中的密钥放入环境变量 OPENIM_SECRET"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("OPENIM_TOKEN"), "{}", done.stderr);
}
