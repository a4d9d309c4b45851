//! Users: registering a pool and checking a given list.

use std::collections::HashSet;

use super::{Admin, AdminError};
use crate::ids::WORKER_SETUP;
use crate::say;
use crate::wire::api::{AccountCheck, NewUser, UserRegister, accounts, path};

/// Users a request, and groups a look-up.
pub(super) const BATCH: usize = 100;

/// What a registration came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// Made now; `OpenIM` cannot delete them.
    pub made: u64,
    /// There before.
    pub existing: u64,
}

impl Admin {
    /// Registers users in batches of 100, `nickname` for all; those that exist are fine.
    ///
    /// # Errors
    /// When the API cannot be reached or refuses; 3.7 and 3.8.0 need the secret.
    pub async fn register(&self, users: &[String], nickname: &str) -> Result<Registered, AdminError> {
        let mut sum = Registered::default();
        if users.is_empty() {
            return Ok(sum);
        }
        self.token().await?;
        let with_secret = self.probe_route().await?.registers_with_secret();
        for batch in users.chunks(BATCH) {
            let made = self.register_batch(batch, nickname, with_secret).await?;
            sum.made += made;
            sum.existing += batch.len() as u64 - made;
        }
        Ok(sum)
    }

    /// Number of users made. A batch with a known user is refused whole (1102), so the
    /// unknown ones are found and registered by themselves.
    async fn register_batch(
        &self,
        batch: &[String],
        nickname: &str,
        with_secret: bool,
    ) -> Result<u64, AdminError> {
        let mut todo = batch.to_vec();
        // A second refusal means that somebody else registered meanwhile: look once more.
        for _ in 0..3 {
            let body = self.register_body(&todo, nickname, with_secret)?;
            match self.post(path::USER_REGISTER, &body, WORKER_SETUP).await {
                Ok(_) => return Ok(todo.len() as u64),
                Err(AdminError::Api { code: 1102, .. }) => todo = self.missing_users(&todo).await?,
                Err(error) => return Err(error),
            }
            if todo.is_empty() {
                return Ok(0);
            }
        }
        Err(AdminError::Api {
            route: path::USER_REGISTER.to_owned(),
            code: 1102,
            text: say!("preflight-admin-users-unsettled", left = todo.len(), batch = batch.len()),
        })
    }

    fn register_body(
        &self,
        users: &[String],
        nickname: &str,
        with_secret: bool,
    ) -> Result<UserRegister, AdminError> {
        let new = |id: &String| NewUser {
            user_id: id.clone(),
            nickname: nickname.to_owned(),
            ex: nickname.to_owned(),
            ..NewUser::default()
        };
        let secret = match (with_secret, self.secret()) {
            (false, _) => None,
            (true, Some(secret)) => Some(secret.expose().to_owned()),
            (true, None) => {
                return Err(AdminError::NoSecret { what: say!("preflight-admin-to-register") });
            }
        };
        Ok(UserRegister { secret, users: users.iter().map(new).collect() })
    }

    /// Which of these users are not registered, in the order given.
    ///
    /// # Errors
    /// When the API cannot be reached or refuses.
    pub async fn missing_users(&self, users: &[String]) -> Result<Vec<String>, AdminError> {
        let mut missing = Vec::new();
        for batch in users.chunks(BATCH) {
            let body = AccountCheck { check_user_ids: batch.to_vec() };
            let reply = self.post(path::ACCOUNT_CHECK, &body, WORKER_SETUP).await?;
            let accounts = accounts(&reply.envelope).unwrap_or_default();
            let known: HashSet<&str> =
                accounts.iter().filter(|a| a.registered).map(|a| a.user_id.as_str()).collect();
            missing.extend(batch.iter().filter(|id| !known.contains(id.as_str())).cloned());
        }
        Ok(missing)
    }
}
