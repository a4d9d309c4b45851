//! Set-up and clean-up of groups.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use openim_bench::openim::cleanup::{self, CleanupConfig};
use openim_bench::openim::setup_groups::{self, Entry, GroupSpec, SetupConfig, SetupError};

use super::fake::{self, Line, err};

fn quick() -> CleanupConfig {
    CleanupConfig { pause: Duration::from_millis(1), ..CleanupConfig::at_rate(5_000.0) }
}

fn names(count: u64) -> Vec<String> {
    (0..count).map(|n| openim_bench::ids::group_id(fake::tag(), n)).collect()
}

fn specs(count: u64, entry: Entry) -> Vec<GroupSpec> {
    let spec = |group_id| GroupSpec {
        group_id,
        owner: "1".to_owned(),
        admins: Vec::new(),
        members: vec!["2".to_owned()],
        entry,
    };
    names(count).into_iter().map(spec).collect()
}

fn setup() -> SetupConfig {
    let config = SetupConfig::new(fake::tag(), Arc::from("m"), Duration::from_secs(5));
    SetupConfig { rate: 5_000.0, settle: Duration::ZERO, ..config }
}

#[tokio::test]
async fn what_set_up_makes_clean_up_dismisses_and_what_is_gone_counts_as_gone() {
    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    let admin = fake::admin(&server.url());
    let client = fake::client(&admin);
    let cancel = CancellationToken::new();
    let mut seen = 0;
    let made =
        setup_groups::make_groups(&client, &specs(40, Entry::Open), &setup(), &cancel, |n| seen = n).await;
    assert_eq!((made, seen), (Ok(40), 40));
    let log = api.lock().unwrap().log.clone();
    let create = log.iter().find(|got| got.path == "/group/create_group").unwrap();
    assert_eq!(create.json()["groupInfo"]["needVerification"], 2);
    assert_eq!(admin.groups_info(&names(41)).await.unwrap().len(), 40);

    admin.dismiss(&names(1)[0]).await.unwrap();
    let mut all = names(40);
    all.push("7000".to_owned());
    let report = cleanup::dismiss_all(&admin, &all, quick(), &cancel, |_| ()).await;
    assert_eq!((report.dismissed, report.gone, report.left_count), (39, 2, 0), "{report:?}");
    assert!(report.finding("x").is_none());
}

#[tokio::test]
async fn a_dismissal_is_tried_again_twice_and_then_listed() {
    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    let admin = fake::admin(&server.url());
    let cancel = CancellationToken::new();
    api.lock().unwrap().groups.extend(names(2));
    api.lock().unwrap().failing_dismissals = 5;
    let one_by_one = CleanupConfig { parallel: 1, ..quick() };
    let report = cleanup::dismiss_all(&admin, &names(2), one_by_one, &cancel, |_| ()).await;
    assert_eq!((report.dismissed, &report.left), (1, &vec![names(1)[0].clone()]), "{report:?}");
    let finding = report.finding("openim-bench cleanup R").unwrap();
    assert!(
        finding.do_next.contains("openim-bench cleanup R") && finding.what.contains("mongo"),
        "{finding:?}"
    );
}

#[tokio::test]
async fn a_cancelled_clean_up_lists_what_it_left() {
    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    let admin = fake::admin(&server.url());
    let cancel = CancellationToken::new();
    api.lock().unwrap().groups.extend(names(50));
    let slow = CleanupConfig { parallel: 1, ..quick() };
    let stop = cancel.clone();
    let report = cleanup::dismiss_all(&admin, &names(50), slow, &cancel, move |done| {
        if done == 5 {
            stop.cancel();
        }
    })
    .await;
    assert!(report.cancelled && report.left_count >= 40, "{report:?}");
    assert_eq!(report.dismissed + report.left_count, 50);
}

#[tokio::test]
async fn clean_up_gives_up_when_the_api_is_down_instead_of_trying_each_group() {
    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    let admin = fake::admin(&server.url());
    api.lock().unwrap().failing_dismissals = usize::MAX;
    let report =
        cleanup::dismiss_all(&admin, &names(2_000), quick(), &CancellationToken::new(), |_| ()).await;
    assert_eq!(report.left_count, 2_000);
    let tries = api.lock().unwrap().log.iter().filter(|g| g.path.ends_with("dismiss_group")).count();
    assert!(tries < 600, "{tries}");
}

#[tokio::test]
async fn a_create_that_was_made_although_it_failed_counts_and_a_refusal_ends_set_up() {
    let api = fake::api(Line::Main);
    let server = fake::serve_api(&api).await;
    let client = fake::client(&fake::admin(&server.url()));
    let cancel = CancellationToken::new();
    api.lock().unwrap().groups.extend(names(1));
    api.lock().unwrap().creates.push(err(90004, "NetworkError", "Error: Post \"http://h/c\": EOF"));
    let made =
        setup_groups::make_groups(&client, &specs(1, Entry::Approval), &setup(), &cancel, |_| ()).await;
    assert_eq!(made, Ok(1), "the second try says that our groupID exists");

    api.lock().unwrap().creates.push(err(1002, "NoPermissionError", "not an admin"));
    let refused =
        setup_groups::make_groups(&client, &specs(3, Entry::Approval), &setup(), &cancel, |_| ()).await;
    let error = refused.unwrap_err();
    assert!(matches!(error, SetupError::Create { .. }));
    assert!(error.to_string().contains("not an admin"), "{error}");
}
