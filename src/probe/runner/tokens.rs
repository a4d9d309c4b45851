//! Whose token a call carries. Each is minted once for all cases: a new one would end the
//! older ones on some builds.

use std::time::Duration;

use serde_json::json;

use super::{Rig, Stopped, prefix};
use crate::openim::Secret;
use crate::probe::api::Request;
use crate::probe::case::Acting;
use crate::probe::people::user_id;
use crate::say;
use crate::text::Text;
use crate::wire::api::path;

/// Gives a user's token to an app admin, on every version.
const GET_USER_TOKEN: &str = "/auth/get_user_token";
/// Platform of the users' tokens (iOS); any but that of admins.
const PLATFORM: i32 = 1;
/// Limit of a call that is not part of a case.
const LIMIT: Duration = Duration::from_secs(30);
/// A token that nobody was given.
const STRANGER: &str = "a-token-that-nobody-was-given";

impl Rig {
    /// The token of whoever acts; `None` where none is sent.
    pub(super) async fn token(&self, acting: Acting) -> Result<Option<Secret>, Stopped> {
        match acting {
            Acting::Nobody => Ok(None),
            Acting::Stranger => Ok(Some(Secret::new(STRANGER))),
            Acting::Admin => {
                let token = self.admin.token().await?;
                self.api.hide(token.secret());
                Ok(Some(token.secret().clone()))
            }
            Acting::Owner => self.user_token("owner").await.map(Some),
            Acting::Member => self.user_token("m1").await.map(Some),
        }
    }

    /// A new one of the admin's.
    pub(super) async fn renewed(&self) -> Result<Secret, Stopped> {
        let seen = self.admin.token().await?.generation();
        let token = self.admin.renew(seen).await?;
        self.api.hide(token.secret());
        Ok(token.secret().clone())
    }

    async fn user_token(&self, role: &str) -> Result<Secret, Stopped> {
        let user = user_id(role).unwrap_or_default();
        let mut tokens = self.tokens.lock().await;
        if let Some(token) = tokens.get(&user) {
            return Ok(token.clone());
        }
        let old = self.admin.token_route().is_some_and(|route| route.registers_with_secret());
        let (route, body) = match self.secret.as_ref().filter(|_| old) {
            Some(secret) => {
                (path::USER_TOKEN, json!({"secret": secret.expose(), "platformID": PLATFORM, "userID": user}))
            }
            None => (GET_USER_TOKEN, json!({"platformID": PLATFORM, "userID": user})),
        };
        let request = Request {
            path: route.to_owned(),
            body: body.to_string(),
            operation: Some(format!("{}token-{}", prefix(self.tag), tokens.len())),
            token: Some(self.admin.token().await?.secret().clone()),
            ..Request::default()
        };
        let answer = self.api.send(&request, LIMIT).await.result;
        let answer = answer.map_err(|why| Stopped::Failed(Text::plain(why.to_string())))?;
        let json = answer.json();
        match json.pointer("/data/token").and_then(serde_json::Value::as_str) {
            Some(token) => {
                let token = Secret::new(token);
                self.api.hide(&token);
                tokens.insert(user, token.clone());
                Ok(token)
            }
            None => Err(Stopped::Failed(say!(
                "probe-no-user-token",
                route = route,
                user = user,
                code = json["errCode"].to_string(),
                message = json["errMsg"].to_string()
            ))),
        }
    }
}
