//! Which groups a case may have made, and their end.

use tokio_util::sync::CancellationToken;

use super::{Rig, Run};
use crate::openim::cleanup::{CleanupConfig, dismiss_all};
use crate::probe::observation::Observation;
use crate::wire::WebhookKey;

/// Dismissals in flight.
const PARALLEL: usize = 8;

impl Run<'_> {
    /// Groups of this case: those that we chose, those of answers, and those that only a
    /// callback tells of, since the caller had gone.
    pub(super) fn note_groups(&self, seen: &Observation) {
        let in_callbacks = seen.callbacks.iter().filter(|callback| {
            WebhookKey::from_command(callback.command()) == Some(WebhookKey::AfterCreateGroup)
        });
        let told = in_callbacks.filter_map(|callback| {
            callback.json().get("groupID").and_then(serde_json::Value::as_str).map(str::to_owned)
        });
        let all = self.groups.iter().cloned().chain(told);
        self.rig.note(all.filter(|group| !group.is_empty()));
    }
}

impl Rig {
    pub(super) fn note(&self, groups: impl Iterator<Item = String>) {
        if let Ok(mut left) = self.left.lock() {
            left.extend(groups);
        }
    }

    /// groupIDs that may still be there.
    #[must_use]
    pub fn left(&self) -> Vec<String> {
        self.left.lock().map(|left| left.iter().cloned().collect()).unwrap_or_default()
    }

    /// Dismisses what may be there, and why one could not be, where one could not. What is not
    /// dismissed is tried again the next time.
    pub async fn clean_up(&self) -> Option<String> {
        let groups = self.left();
        if groups.is_empty() {
            return None;
        }
        let config = CleanupConfig { parallel: PARALLEL, ..CleanupConfig::at_rate(self.cleanup_rate) };
        let report = dismiss_all(&self.admin, &groups, config, &CancellationToken::new(), |_| ()).await;
        if let Ok(mut left) = self.left.lock() {
            left.retain(|group| report.left.contains(group) || !groups.contains(group));
        }
        report.why.map(|why| why.en().to_owned())
    }
}
