//! Set-up: makes the groups that operations other than create act on.
//!
//! The engine says which (groupIDs, owner, members, who may enter); this module makes them
//! at a bounded rate before the load starts. Their callbacks carry a set-up operationID,
//! so they are never counted as load. Every groupID is known beforehand, so that clean-up
//! covers groups of a set-up that failed half-way.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::client::OpenimClient;
use super::pace::{Pacer, rest};
use crate::ids::{OperationId, RunTag, WORKER_SETUP};
use crate::port::{Attempt, CallResult};
use crate::say;
use crate::text::Text;
use crate::wire::FailureKind;
use crate::wire::api::{Operation, VERIFY_APPLICANTS, VERIFY_NOBODY};

/// Who may enter a group that applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Entry {
    /// Anyone at once (needVerification 2): for `join`.
    Open,
    /// After approval (needVerification 0): for `apply`, and the server's own default.
    #[default]
    Approval,
}

impl Entry {
    /// The value of needVerification.
    #[must_use]
    pub fn need_verification(self) -> i32 {
        match self {
            Entry::Open => VERIFY_NOBODY,
            Entry::Approval => VERIFY_APPLICANTS,
        }
    }
}

/// A group to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSpec {
    /// Its groupID.
    pub group_id: String,
    /// Its owner.
    pub owner: String,
    /// Its admins.
    pub admins: Vec<String>,
    /// Its members besides.
    pub members: Vec<String>,
    /// Who may enter.
    pub entry: Entry,
}

/// How set-up goes about it.
#[derive(Clone, Debug)]
pub struct SetupConfig {
    /// The run.
    pub tag: RunTag,
    /// groupName and `ex`.
    pub marker: Arc<str>,
    /// Creates per second at most; what is not positive counts as 1.
    pub rate: f64,
    /// Creates in flight at most.
    pub parallel: usize,
    /// Limit of one create.
    pub deadline: Duration,
    /// Rest after the last create: on 3.8.3 a kick or quit that follows at once answers 1001
    /// because the created notice has not been stored yet.
    pub settle: Duration,
}

impl SetupConfig {
    /// The usual: 50 a second, 8 in flight, one second of rest.
    #[must_use]
    pub fn new(tag: RunTag, marker: Arc<str>, deadline: Duration) -> SetupConfig {
        SetupConfig { tag, marker, rate: 50.0, parallel: 8, deadline, settle: Duration::from_secs(1) }
    }
}

/// Why set-up gave up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// A create failed, retries included.
    Create {
        /// Groups made so far.
        made: u64,
        /// Groups wanted.
        wanted: u64,
        /// The one that failed.
        group_id: String,
        /// How.
        kind: FailureKind,
        /// What the server said.
        text: Option<String>,
    },
    /// Cancelled.
    Cancelled {
        /// Groups made so far.
        made: u64,
        /// Groups wanted.
        wanted: u64,
    },
}

impl SetupError {
    /// What it says, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            SetupError::Create { made, wanted, group_id: group, kind, text: Some(text) } => say!(
                "preflight-groups-create-said",
                made = *made,
                wanted = *wanted,
                group = group,
                kind = kind.to_string(),
                text = text,
            ),
            SetupError::Create { made, wanted, group_id: group, kind, text: None } => say!(
                "preflight-groups-create",
                made = *made,
                wanted = *wanted,
                group = group,
                kind = kind.to_string(),
            ),
            SetupError::Cancelled { made, wanted } => {
                say!("preflight-groups-cancelled", made = *made, wanted = *wanted)
            }
        }
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

/// Makes all groups; gives their number.
///
/// # Errors
/// When a create fails three times or for good, or on cancellation; groups made so far stay, for clean-up.
pub async fn make_groups(
    client: &OpenimClient,
    specs: &[GroupSpec],
    config: &SetupConfig,
    cancel: &CancellationToken,
    mut progress: impl FnMut(u64),
) -> Result<u64, SetupError> {
    let wanted = specs.len() as u64;
    let mut made = 0;
    let mut running = JoinSet::new();
    let mut pacer = Pacer::new(client.clock(), config.rate);
    let mut todo = specs.iter().enumerate();
    loop {
        if cancel.is_cancelled() {
            let_end(&mut running).await;
            return Err(SetupError::Cancelled { made, wanted });
        }
        let next = if running.len() < config.parallel.max(1) { todo.next() } else { None };
        if let Some((index, spec)) = next {
            if !pacer.turn(cancel).await {
                continue;
            }
            let (client, config, spec) = (client.clone(), config.clone(), spec.clone());
            running.spawn(async move { make_one(&client, &config, index as u64, spec).await });
            continue;
        }
        let Some(end) = running.join_next().await else { break };
        match end {
            Ok(Ok(())) => made += 1,
            Ok(Err((group_id, kind, text))) => {
                let_end(&mut running).await;
                return Err(SetupError::Create { made, wanted, group_id, kind, text });
            }
            Err(_) => return Err(SetupError::Cancelled { made, wanted }),
        }
        progress(made);
    }
    if made > 0 {
        rest(config.settle, cancel).await;
    }
    Ok(made)
}

type Failed = (String, FailureKind, Option<String>);

async fn make_one(
    client: &OpenimClient,
    config: &SetupConfig,
    index: u64,
    spec: GroupSpec,
) -> Result<(), Failed> {
    let verification = spec.entry.need_verification();
    let mut attempt = Attempt {
        operation_id: OperationId::new(config.tag, WORKER_SETUP, SETUP_SEQ + PAUSES.len() as u64 * index),
        operation: Operation::Create,
        group_id: spec.group_id,
        owner: spec.owner,
        admins: spec.admins,
        members: spec.members,
        marker: config.marker.clone(),
    };
    let mut said = None;
    for pause in PAUSES {
        let outcome = client.call_verified(&attempt, config.deadline, verification).await;
        let CallResult::Failed(kind) = outcome.result else { return Ok(()) };
        // Our own ID exists: an earlier try did make the group.
        if said.is_some() && kind == FailureKind::Api(1202) {
            return Ok(());
        }
        let text = outcome.text.or_else(|| said.take().and_then(|(_, text)| text));
        said = Some((kind, text));
        let (Some(pause), true) = (pause, may_pass(kind)) else { break };
        tokio::time::sleep(pause).await;
        attempt.operation_id.seq += 1;
    }
    let (kind, text) = said.unwrap_or((FailureKind::Connect, None));
    Err((attempt.group_id, kind, text))
}

/// Pauses after the first, second and last try of a create.
const PAUSES: [Option<Duration>; 3] =
    [Some(Duration::from_millis(300)), Some(Duration::from_millis(1_500)), None];

/// Whether another try may succeed. Users are registered just before, and not known
/// everywhere at once (1004, 1101).
fn may_pass(kind: FailureKind) -> bool {
    match kind {
        FailureKind::Api(code) => matches!(code, 500 | 1004 | 1101),
        FailureKind::Token(_) => false,
        _ => true,
    }
}

/// Lets creates that are under way end, so that what they make is there for clean-up.
async fn let_end<T: 'static>(running: &mut JoinSet<T>) {
    let all = async { while running.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(LAST_CREATES, all).await;
}

/// How long creates under way are waited for when set-up ends early.
const LAST_CREATES: Duration = Duration::from_secs(5);

/// Sequence numbers of set-up creates start here; below are those of the admin client.
const SETUP_SEQ: u64 = 1_000_000_000;
