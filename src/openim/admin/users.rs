//! Users: registering a pool and checking a given list.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Admin, AdminError};
use crate::ids::WORKER_SETUP;

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
            match self.post("/user/user_register", &body, WORKER_SETUP).await {
                Ok(_) => return Ok(todo.len() as u64),
                Err(AdminError::Api { code: 1102, .. }) => todo = self.missing_users(&todo).await?,
                Err(error) => return Err(error),
            }
            if todo.is_empty() {
                return Ok(0);
            }
        }
        Err(AdminError::Api {
            route: "/user/user_register".to_owned(),
            code: 1102,
            text: format!(
                "{} of {} users are registered and not registered at once",
                todo.len(),
                batch.len()
            ),
        })
    }

    fn register_body(
        &self,
        users: &[String],
        nickname: &str,
        with_secret: bool,
    ) -> Result<Value, AdminError> {
        let list: Vec<_> = users
            .iter()
            .map(|id| json!({ "userID": id, "nickname": nickname, "faceURL": "", "ex": nickname }))
            .collect();
        if !with_secret {
            return Ok(json!({ "users": list }));
        }
        match self.secret() {
            Some(secret) => Ok(json!({ "secret": secret.expose(), "users": list })),
            None => Err(AdminError::NoSecret {
                what: "this OpenIM (3.7 or 3.8.0) wants the secret to register users".to_owned(),
            }),
        }
    }

    /// Which of these users are not registered, in the order given.
    ///
    /// # Errors
    /// When the API cannot be reached or refuses.
    pub async fn missing_users(&self, users: &[String]) -> Result<Vec<String>, AdminError> {
        let mut missing = Vec::new();
        for batch in users.chunks(BATCH) {
            let body = json!({ "checkUserIDs": batch });
            let reply = self.post("/user/account_check", &body, WORKER_SETUP).await?;
            let known = registered_of(&reply.envelope.data);
            missing.extend(batch.iter().filter(|id| !known.contains(id.as_str())).cloned());
        }
        Ok(missing)
    }
}

/// accountStatus is a text up to 3.8.0 and a number later.
fn registered_of(data: &Value) -> HashSet<&str> {
    let results = data.get("results").and_then(Value::as_array);
    let is_registered = |status: &Value| match status {
        Value::String(text) => text == "registered",
        Value::Number(number) => number.as_i64() == Some(1),
        _ => false,
    };
    results
        .into_iter()
        .flatten()
        .filter(|row| row.get("accountStatus").is_some_and(is_registered))
        .filter_map(|row| row.get("userID").and_then(Value::as_str))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_registered_account_are_read() {
        let data = json!({ "results": [
            { "userID": "a", "accountStatus": "registered" },
            { "userID": "b", "accountStatus": "unregistered" },
            { "userID": "c", "accountStatus": 1 },
            { "userID": "d", "accountStatus": 0 },
        ] });
        assert_eq!(registered_of(&data), HashSet::from(["a", "c"]));
    }
}
