//! What a group operation does to the group's conversation: on main two webhooks of the
//! conversation process, on 3.8.0 to patch.16 the answer `maxSeq is invalid`.

use std::time::Duration;

use super::super::bodies;
use super::super::error::{ARGS, OpError};
use super::super::stack::Site;
use super::Op;
use crate::wire::{Build, WebhookKey};

/// Invitees whose conversations are made in one call.
const CHUNK: usize = 50;
/// The created notice has passed the message pipeline after this time.
const PIPELINE: Duration = Duration::from_millis(200);

const BEFORE: WebhookKey = WebhookKey::BeforeCreateGroupChatConversations;
const AFTER: WebhookKey = WebhookKey::AfterCreateGroupChatConversations;

impl Op<'_> {
    /// `users` newcomers get their conversation.
    ///
    /// # Errors
    /// Patch.16 has written the rows and fails here; on main a webhook that fails.
    pub(super) async fn make_conversations(&self, group: &str, users: usize) -> Result<(), OpError> {
        match self.build() {
            Build::Patch16 => Err(self.max_seq_invalid()),
            Build::Main | Build::MainStandalone => {
                for _ in 0..users.div_ceil(CHUNK) {
                    self.sim.make_conversation(group, &self.call.operation).await?;
                }
                Ok(())
            }
            Build::V370 | Build::V380 | Build::V383 => Ok(()),
        }
    }

    /// A kick or quit that comes before the created notice has passed the message pipeline:
    /// the rows are gone, the answer is an error all the same.
    ///
    /// # Errors
    /// On 3.8.0 to patch.16, right after the create.
    pub(super) fn leave_conversation(&self, group: &str) -> Result<(), OpError> {
        let affected = matches!(self.build(), Build::V380 | Build::V383 | Build::Patch16);
        let created = self.with_group(group, |g| g.info.create_time)?;
        let young = self.sim.now_ms().saturating_sub(created) < PIPELINE.as_millis() as i64;
        if affected && young { Err(self.max_seq_invalid()) } else { Ok(()) }
    }

    fn max_seq_invalid(&self) -> OpError {
        if self.build() == Build::V380 {
            let text = "2 maxSeq is invalid: 1001 ArgsError".to_owned();
            return OpError::Raw { code: 2, msg: text.clone(), dlt: text };
        }
        OpError::rpc(ARGS, "maxSeq is invalid")
    }

    /// On main the message pipeline makes the conversation of a new group, after the answer.
    pub(super) fn conversation_later(&self, group: &str) {
        if !matches!(self.build(), Build::Main | Build::MainStandalone) {
            return;
        }
        let (sim, group, operation) = (self.sim.clone(), group.to_owned(), self.call.operation.clone());
        self.sim.tasks.spawn(async move {
            tokio::time::sleep(PIPELINE).await;
            // Nobody waits for it any more.
            let _ = sim.make_conversation(&group, &operation).await;
        });
    }
}

impl super::super::core::Sim {
    async fn make_conversation(&self, group: &str, operation: &str) -> Result<(), OpError> {
        let body = |c: &str| bodies::conversation(c, group, None);
        let answer = self.conversations.ask(BEFORE, Site::CONVERSATION, operation, body).await?;
        let body = |c: &str| bodies::conversation(c, group, answer.as_ref());
        self.conversations.tell(AFTER, operation, body).await;
        Ok(())
    }
}
