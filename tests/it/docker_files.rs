//! Dockerfile and Compose service, linted as far as that works without a daemon.

#![expect(clippy::unwrap_used, reason = "a file that cannot be read fails the test")]

use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Instructions of a Dockerfile: name in capitals and arguments, continued lines joined.
fn instructions(text: &str) -> Vec<(String, String)> {
    let mut joined = String::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        match line.strip_suffix('\\') {
            Some(part) => joined.push_str(part),
            None => {
                joined.push_str(line);
                joined.push('\n');
            }
        }
    }
    let split = |l: &str| l.split_once(' ').map(|(i, a)| (i.to_uppercase(), a.trim().to_owned()));
    joined
        .lines()
        .map(|l| split(l).unwrap_or_else(|| panic!("an instruction without arguments: {l}")))
        .collect()
}

fn dockerfile() -> Vec<(String, String)> {
    instructions(&std::fs::read_to_string(root().join("Dockerfile")).unwrap())
}

fn arguments<'a>(all: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    all.iter().filter(|(i, _)| i == name).map(|(_, a)| a.as_str()).collect()
}

/// Names of the stages; every `FROM` must give one.
fn stages(all: &[(String, String)]) -> Vec<String> {
    arguments(all, "FROM")
        .iter()
        .map(|from| match from.split_whitespace().collect::<Vec<_>>().as_slice() {
            [image, word, name] if word.eq_ignore_ascii_case("as") => {
                let (_, tag) = image.split_once(':').unwrap_or_else(|| panic!("{image} has no tag"));
                assert_ne!(tag, "latest", "{image}: a tag that does not move");
                (*name).to_owned()
            }
            _ => panic!("FROM {from} names no stage"),
        })
        .collect()
}

#[test]
fn the_dockerfile_has_known_instructions_and_named_stages() {
    const KNOWN: &[&str] = &[
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "LABEL",
        "RUN",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    ];
    let all = dockerfile();
    for (instruction, arguments) in &all {
        assert!(KNOWN.contains(&instruction.as_str()), "{instruction} {arguments}");
    }
    assert_eq!(all[0].0, "FROM");
    let stages = stages(&all);
    assert_eq!(stages.len(), 2, "build and run");
}

#[test]
fn what_the_dockerfile_copies_exists() {
    let all = dockerfile();
    let stages = stages(&all);
    for copy in arguments(&all, "COPY") {
        let words: Vec<&str> = copy.split_whitespace().collect();
        if let Some(from) = words[0].strip_prefix("--from=") {
            assert!(stages.iter().any(|s| s == from), "{copy}");
            continue;
        }
        for source in &words[..words.len() - 1] {
            assert!(root().join(source).exists(), "COPY {source}");
        }
    }
}

#[test]
fn the_build_stage_gets_everything_that_the_crate_includes() {
    let copied: Vec<String> = arguments(&dockerfile(), "COPY").iter().map(|c| (*c).to_owned()).collect();
    for needed in ["Cargo.toml", "Cargo.lock", "src", "profiles", "tests/it/main.rs"] {
        assert!(copied.iter().any(|c| c.split_whitespace().any(|w| w == needed)), "{needed}");
    }
    let manifest: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    for section in ["bench", "example"] {
        assert!(
            !manifest.contains_key(section),
            "[[{section}]] is not copied: cargo would refuse the manifest"
        );
    }
    if root().join("build.rs").exists() {
        assert!(copied.iter().any(|c| c.contains("build.rs")), "build.rs");
    }
    let rust = manifest["package"]["rust-version"].as_str().unwrap();
    let all = dockerfile();
    let image = arguments(&all, "FROM")[0];
    assert!(image.starts_with(&format!("rust:{rust}")), "{image} against rust-version {rust}");
}

/// Files that the program takes in while it is built, outside `src`.
#[test]
fn what_the_program_includes_is_copied() {
    let mut folders = vec![root().join("src")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|e| e != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for rest in text.split("include_str!(").chain(text.split("include_bytes!(")).skip(1) {
                let Some(name) = rest.split('"').nth(1).filter(|n| n.starts_with("../")) else { continue };
                let target = name.trim_start_matches("../").split('/').next().unwrap().to_owned();
                seen += 1;
                let copied = arguments(&dockerfile(), "COPY")
                    .iter()
                    .any(|c| c.split_whitespace().any(|w| w == target));
                assert!(
                    copied || folder.join(name).starts_with(root().join("src")),
                    "{}: {name}",
                    path.display()
                );
            }
        }
    }
    assert!(seen > 0, "the shipped profiles are included");
}

#[test]
fn the_image_runs_as_an_ordinary_user_and_starts_the_program() {
    let all = dockerfile();
    let last_from = all.iter().rposition(|(i, _)| i == "FROM").unwrap();
    let run = &all[last_from..];
    let user = *arguments(run, "USER").last().expect("a USER in the last stage");
    assert!(!["root", "0"].contains(&user.split(':').next().unwrap()), "{user}");
    let entry: Vec<String> = serde_json::from_str(arguments(run, "ENTRYPOINT")[0]).expect("the list form");
    assert_eq!(entry, ["openim-bench"]);
    let command: Vec<String> = serde_json::from_str(arguments(run, "CMD")[0]).expect("the list form");
    assert_eq!(command, ["run", "quickstart"]);
}

#[test]
fn no_secret_is_in_the_image() {
    for (instruction, arguments) in dockerfile() {
        let text = arguments.to_lowercase();
        let sets = ["ENV", "ARG", "LABEL"].contains(&instruction.as_str());
        assert!(!(sets && ["secret", "token", "password"].iter().any(|w| text.contains(w))), "{arguments}");
    }
    let ignored = std::fs::read_to_string(root().join(".dockerignore")).unwrap();
    for folder in ["target", "results", ".git"] {
        assert!(ignored.lines().any(|l| l == folder), "{folder}");
    }
}

fn compose() -> (PathBuf, Value) {
    let path = root().join("deploy/compose.openim-bench.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    (path, serde_saphyr::from_str(&text).unwrap())
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect()
}

#[test]
fn the_compose_service_joins_the_network_of_openim() {
    let (path, compose) = compose();
    let service = &compose["services"]["openim-bench"];
    let context = path.parent().unwrap().join(service["build"]["context"].as_str().unwrap());
    assert!(Path::new(&context).join("Dockerfile").exists());
    assert_eq!(texts(&service["networks"]), ["openim"]);
    let network = &compose["networks"]["openim"];
    assert_eq!(network["external"], Value::Bool(true));
    assert_eq!(network["name"], "${OPENIM_NETWORK:-openim-docker_openim}");
}

#[test]
fn the_compose_service_carries_no_secret_and_allows_its_target() {
    let (_, compose) = compose();
    let service = &compose["services"]["openim-bench"];
    let environment = texts(&service["environment"]);
    assert_eq!(environment, ["OPENIM_SECRET", "OPENIM_TOKEN"], "names only: values come from the shell");
    let command = texts(&service["command"]);
    let after = |flag: &str| command.iter().position(|w| *w == flag).map(|i| command[i + 1]).unwrap();
    assert_eq!(command[0], "run");
    assert!(after("--target").contains(after("--allow-host")));
    let mount = texts(&service["volumes"])[0];
    assert!(mount.ends_with(&format!(":{}", after("--out"))), "{mount}");
}
