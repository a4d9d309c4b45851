//! Preflight: before any load, prove that the way there and back works.
//!
//! Reaches the API, gets a token, registers three users, creates one group, waits for its
//! callbacks and dismisses it. Promises either a report (version told, keys seen) or a
//! checklist whose first line names the case, ordered by what that one create answered.
//! Starting and stopping the webhook server is the caller's work; so is printing.

mod api_cases;
mod checklist;
mod model;
mod observe;
mod settings_cases;
mod version;
mod webhook_cases;

use std::time::Duration;

use self::api_cases::Patience;
pub use self::model::{OtherPath, PreflightConfig, PreflightFailure, PreflightReport};
pub use self::observe::SeenCallback;
use self::observe::{Observed, observe};
pub use self::version::{Facts, tell};
use super::admin::{Admin, AdminError};
use super::client::OpenimClient;
use super::token::TokenRoute;
use crate::clock::RunClock;
use crate::finding::{Finding, Severity};
use crate::ids::{self, OperationId, WORKER_PREFLIGHT};
use crate::port::{Attempt, CallResult, Outcome, Target, VecSink};
use crate::say;
use crate::units::Stamp;
use crate::wire::api::Operation;
use crate::wire::{Build, FailureKind, WebhookKey};

/// Runs preflight. `callbacks` holds what the webhook server told so far.
///
/// # Errors
/// When the API, the token, the create or an expected callback failed.
pub async fn run(
    config: &PreflightConfig,
    client: &OpenimClient,
    admin: &Admin,
    callbacks: &VecSink,
    clock: RunClock,
) -> Result<PreflightReport, PreflightFailure> {
    let mut flight = Flight {
        config,
        client,
        admin,
        callbacks,
        clock,
        until: clock.now().plus_us(micros(config.wait.unwrap_or_default())),
        group_ids: Vec::new(),
        groups_left: Vec::new(),
        users: Vec::new(),
        users_made: 0,
    };
    match flight.fly().await {
        Ok(report) => Ok(report),
        Err(findings) => {
            Err(PreflightFailure { findings, group_ids: flight.group_ids, groups_left: flight.groups_left })
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Pause between two tries of an API that is starting.
const TRY_AGAIN: Duration = Duration::from_millis(1_100);
/// So often a create is tried again for users that were registered just now.
const USERS_SETTLE: u64 = 4;
/// Limit of the dismissal of the one group.
const DISMISS_LIMIT: Duration = Duration::from_secs(20);

struct Flight<'a> {
    config: &'a PreflightConfig,
    client: &'a OpenimClient,
    admin: &'a Admin,
    callbacks: &'a VecSink,
    clock: RunClock,
    until: Stamp,
    group_ids: Vec<String>,
    groups_left: Vec<String>,
    users: Vec<String>,
    users_made: u64,
}

/// The create and what came of it.
struct Created {
    operation_id: OperationId,
    outcome: Outcome,
    observed: Observed,
}

impl Flight<'_> {
    async fn fly(&mut self) -> Result<PreflightReport, Vec<Finding>> {
        let route = self.reach().await?;
        self.prepare_users().await?;
        let created = self.create().await;
        self.dismiss(&created).await;
        let CallResult::Succeeded = created.outcome.result else {
            return Err(webhook_cases::create_failed(self.config, self.admin, &created));
        };
        let facts = Facts {
            route,
            http_id: self.client.http_id_seen(),
            hides_details: self.hides_details(route).await,
            standalone: self.is_standalone().await,
            member_callbacks: created.observed.count(WebhookKey::BeforeMemberJoinGroup),
            people: self.users.len(),
        };
        let (told, told_why) = version::tell(&facts);
        let version = self.config.version.clone().unwrap_or_else(|| told.clone());
        let missing = settings_cases::missing(self.config, &created.observed);
        if !missing.is_empty() {
            return Err(settings_cases::silent(self.config, &created, &missing));
        }
        let mut findings = version::contradictions(self.config.version.as_ref(), &told, &told_why, &facts);
        findings.extend(settings_cases::remarks(self.config, self.admin, &created.observed, version.build));
        findings.extend(self.left_group());
        Ok(PreflightReport {
            version_why: if self.config.version.is_some() {
                say!("preflight-version-given")
            } else {
                told_why
            },
            version,
            expect: self.config.expect.clone().unwrap_or_else(|| created.observed.keys()),
            seen: created.observed.seen.clone(),
            findings,
            create: created.outcome,
            group_ids: self.group_ids.clone(),
            groups_left: self.groups_left.clone(),
            users: self.users.clone(),
            users_made: self.users_made,
        })
    }

    fn may_wait(&self) -> bool {
        !self.config.cancel.is_cancelled() && self.clock.now() < self.until
    }

    /// The API answers and gives (or takes) a token.
    async fn reach(&self) -> Result<TokenRoute, Vec<Finding>> {
        loop {
            match self.try_reach().await {
                Ok(route) => return Ok(route),
                Err(error) if error.may_pass() && self.may_wait() => tokio::time::sleep(TRY_AGAIN).await,
                Err(error) => {
                    return Err(vec![api_cases::of(&error, self.admin, Patience::Waits(self.config.wait))]);
                }
            }
        }
    }

    async fn try_reach(&self) -> Result<TokenRoute, AdminError> {
        self.admin.token().await?;
        self.admin.probe_route().await
    }

    async fn prepare_users(&mut self) -> Result<(), Vec<Finding>> {
        let failed =
            |error: &AdminError| vec![api_cases::of(error, self.admin, Patience::Waits(self.config.wait))];
        if let Some(existing) = &self.config.existing_users {
            let users: Vec<String> = existing.iter().take(3).cloned().collect();
            let missing = self.admin.missing_users(&users).await.map_err(|e| failed(&e))?;
            if let Some(user) = missing.first() {
                return Err(vec![api_cases::unknown_user(user)]);
            }
            self.users = users;
            return Ok(());
        }
        let users: Vec<String> =
            (0..3).map(|n| ids::user_id(self.config.tag, ids::GROUPS_OUTSIDE_LOAD + n)).collect();
        let registered = self.admin.register(&users, &self.config.marker).await.map_err(|e| failed(&e))?;
        self.users_made = registered.made;
        self.users = users;
        Ok(())
    }

    /// Creates one group; while `--wait` lasts, again when the group process is still down,
    /// and a few times when users registered a moment ago are not known everywhere yet.
    async fn create(&mut self) -> Created {
        let mut k = 0;
        loop {
            let before = self.callbacks.events().len();
            let attempt = self.attempt(k);
            self.group_ids.push(attempt.group_id.clone());
            let outcome = self.client.call(&attempt, self.config.call_deadline).await;
            let down = outcome.result == CallResult::Failed(FailureKind::GroupProcessDown);
            let unknown = matches!(outcome.result, CallResult::Failed(FailureKind::Api(1004 | 1101)));
            let cancelled = self.config.cancel.is_cancelled();
            let settling = unknown && self.users_made > 0 && k < USERS_SETTLE && !cancelled;
            if settling || (down && self.may_wait() && k < 99) {
                k += 1;
                tokio::time::sleep(TRY_AGAIN).await;
                continue;
            }
            let observed = self.watch(before, &attempt.operation_id, &outcome).await;
            return Created { operation_id: attempt.operation_id, outcome, observed };
        }
    }

    fn attempt(&self, k: u64) -> Attempt {
        let mut users = self.users.iter().cloned();
        let number = ids::GROUPS_OUTSIDE_LOAD + self.config.first_group + k;
        Attempt {
            operation_id: OperationId::new(self.config.tag, WORKER_PREFLIGHT, 2 * k),
            operation: Operation::Create,
            group_id: ids::group_id(self.config.tag, number),
            owner: users.next().unwrap_or_default(),
            admins: users.next().into_iter().collect(),
            members: users.collect(),
            marker: self.config.marker.clone(),
        }
    }

    /// What our server received; waits for after-callbacks of a create that succeeded.
    async fn watch(&self, skip: usize, operation: &OperationId, outcome: &Outcome) -> Observed {
        let succeeded = outcome.result == CallResult::Succeeded;
        let plain = self.config.expect.as_ref().is_some_and(Vec::is_empty);
        let wait = if succeeded && !plain { self.config.after_wait } else { Duration::ZERO };
        let until = self.clock.now().plus_us(micros(wait));
        loop {
            let observed = observe(&self.callbacks.events(), skip, operation, outcome.sent_at);
            let complete = match &self.config.expect {
                Some(_) => settings_cases::missing(self.config, &observed).is_empty(),
                None => observed.count(WebhookKey::AfterCreateGroup) > 0,
            };
            if complete || self.config.cancel.is_cancelled() || self.clock.now() >= until {
                return observed;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Also after a failure that leaves it open whether the group exists.
    async fn dismiss(&mut self, created: &Created) {
        let Some(group_id) = self.group_ids.last().cloned() else { return };
        let unsure = match created.outcome.result {
            CallResult::Succeeded => true,
            CallResult::Failed(kind) => {
                matches!(kind, FailureKind::ClientDeadline | FailureKind::ConnectionLost)
                    || matches!(kind, FailureKind::HttpStatus(_) | FailureKind::MalformedAnswer)
            }
        };
        if !unsure {
            return;
        }
        let attempt = Attempt {
            operation_id: OperationId::new(
                self.config.tag,
                WORKER_PREFLIGHT,
                created.operation_id.seq.saturating_add(1),
            ),
            operation: Operation::Dismiss,
            group_id: group_id.clone(),
            owner: String::new(),
            admins: Vec::new(),
            members: Vec::new(),
            marker: self.config.marker.clone(),
        };
        let limit = DISMISS_LIMIT.min(self.config.call_deadline);
        let outcome = self.client.call(&attempt, limit).await;
        let gone = matches!(
            outcome.result,
            CallResult::Succeeded | CallResult::Failed(FailureKind::Api(1004 | 1204))
        );
        if !gone {
            self.groups_left.push(group_id);
        }
    }

    fn left_group(&self) -> Option<Finding> {
        let group = self.groups_left.first()?;
        Some(Finding::new(
            "preflight_group_left",
            Severity::Warning,
            "preflight",
            say!("preflight-group-left", group = group),
            say!("preflight-group-left-do"),
        ))
    }

    /// Whether an error raised in the API process loses its text, as 3.8.1 to 3.8.3 do.
    async fn hides_details(&self, route: TokenRoute) -> Option<bool> {
        if route != TokenRoute::GetAdminToken {
            return None;
        }
        self.admin.probe_hides_details().await
    }

    async fn is_standalone(&self) -> bool {
        self.client.http_id_seen() && self.admin.probe_standalone().await
    }
}

/// What is observed of the version without creating a group; every request is harmless.
/// `http_id` says whether an answer carried `X-Http-Id`.
///
/// # Errors
/// When the API cannot be reached or gives no token.
pub async fn look(admin: &Admin, http_id: bool) -> Result<Facts, AdminError> {
    admin.token().await?;
    let route = admin.probe_route().await?;
    let later = route == TokenRoute::GetAdminToken;
    Ok(Facts {
        route,
        http_id,
        hides_details: if later { admin.probe_hides_details().await } else { None },
        standalone: http_id && admin.probe_standalone().await,
        member_callbacks: 0,
        people: 0,
    })
}

/// What to check when the API cannot be reached, or refuses token or users; for whoever asks once and does not wait.
#[must_use]
pub fn explain(error: &AdminError, admin: &Admin) -> Finding {
    api_cases::of(error, admin, Patience::AsksOnce)
}

/// The build that a told or given version is treated as.
fn is_main(build: Build) -> bool {
    matches!(build, Build::Main | Build::MainStandalone)
}
