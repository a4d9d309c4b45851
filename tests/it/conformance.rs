//! Holds the simulator against every recording of a real server.
//!
//! Recordings come from `OPENIM_RECORDINGS`, else from `tests/recordings/`; those over 20 s
//! are played with `CI=true` only. The engine is `probe::replay`; here it is run, and held to
//! account itself.

mod wary;

use std::path::{Path, PathBuf};

use openim_bench::probe::replay::{ReplayOptions, replay_all};

/// Where the recordings are: `OPENIM_RECORDINGS`, else the copy in the repository.
fn root() -> PathBuf {
    match std::env::var_os("OPENIM_RECORDINGS").filter(|v| !v.is_empty()) {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_simulator_does_what_every_recorded_server_did() {
    let long = std::env::var("CI").is_ok_and(|v| v == "true");
    let report = replay_all(&root(), ReplayOptions { long, only: None }).await.unwrap();
    println!("{}", report.table().en());
    assert!(report.recordings() > 0, "no recordings in {}", root().display());
    let differing = report.differing();
    assert_eq!(differing, 0, "the simulator differs from {differing} recordings; see the table above");
}
