//! Tokens and users.

use serde::Serialize;

use super::core::Sim;
use super::error::{
    ARGS, NO_PERMISSION, NOT_FOUND, OpError, REGISTERED, TOKEN_KICKED, TOKEN_MALFORMED, TOKEN_NOT_EXIST,
};
use super::model::User;
use super::store::{ADMIN_PLATFORM, NotStored, OrNull, Token, distinct};
use super::{Answer, Call, Fault};
use crate::wire::gojson::go_json_text;
use crate::wire::{Build, Wording};

/// 90 days, the default.
const TOKEN_SECONDS: i64 = 90 * 86_400;

impl Sim {
    /// Whom a token belongs to.
    pub(super) fn check_token(&self, text: &str) -> Result<Token, OpError> {
        if self.faults.is_on(Fault::TokenRefused) {
            return Err(OpError::rpc(TOKEN_KICKED, ""));
        }
        if let Some(token) = self.store.token(text) {
            return self.still_good(token);
        }
        if text.split('.').count() == 3 {
            return Err(OpError::rpc(TOKEN_NOT_EXIST, ""));
        }
        let parse = format!("jwt parse error, token={text}");
        let raw = |dlt: String| {
            Err(OpError::Raw { code: TOKEN_MALFORMED.0, msg: TOKEN_MALFORMED.1.to_owned(), dlt })
        };
        match self.build() {
            _ if self.version.wording() == Wording::OneText => Err(OpError::rpc(TOKEN_MALFORMED, "")),
            Build::V370 | Build::V380 | Build::V383 if self.version.wording() == Wording::CauseHidden => {
                raw(parse)
            }
            Build::V370 | Build::V380 | Build::V383 | Build::Patch16 => {
                raw(format!("{} {} {parse}", TOKEN_MALFORMED.0, TOKEN_MALFORMED.1))
            }
            Build::Main | Build::MainStandalone => raw(String::new()),
        }
    }

    fn still_good(&self, token: Token) -> Result<Token, OpError> {
        if token.kicked {
            return Err(OpError::rpc(TOKEN_KICKED, ""));
        }
        if token.known_until.is_some_and(|until| self.now_us() > until) {
            return Err(OpError::rpc(TOKEN_NOT_EXIST, ""));
        }
        Ok(token)
    }

    /// A token: opaque, in the three parts of a JWT.
    fn mint(&self, user: &str, platform: i64) -> Answer {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Minted {
            token: String,
            expire_time_seconds: i64,
        }
        let token =
            format!("sim.{:016x}{:016x}.{:08x}", self.random_u64(), self.random_u64(), self.random_u32());
        let expires = self.now_ms() / 1000 + TOKEN_SECONDS;
        let new = Token { user: user.to_owned(), platform, expires, kicked: false, known_until: None };
        self.store.add_token(token.clone(), new);
        Ok(Some(go_json_text(&Minted { token, expire_time_seconds: TOKEN_SECONDS })))
    }

    fn check_secret(&self, call: &Call) -> Result<(), OpError> {
        if call.body.text("secret").unwrap_or_default() == self.secret {
            return Ok(());
        }
        Err(OpError::rpc(NO_PERMISSION, "secret invalid"))
    }

    pub(super) fn need_admin(&self, call: &Call) -> Result<(), OpError> {
        if self.is_admin(&call.user) {
            return Ok(());
        }
        Err(OpError::rpc(NO_PERMISSION, format!("user {} is not admin userID", call.user)))
    }

    /// `/auth/get_admin_token`.
    pub(super) fn admin_token(&self, call: &Call) -> Answer {
        self.check_secret(call)?;
        let user = call.body.text("userID").unwrap_or_default();
        if !self.is_admin(user) {
            let text = format!("userID is error., userID={user}, adminUserID=[{}]", self.admin);
            return Err(OpError::rpc(ARGS, text));
        }
        if matches!(self.build(), Build::Main | Build::MainStandalone) {
            self.replace_tokens(user);
        }
        self.mint(user, ADMIN_PLATFORM)
    }

    /// main keeps an admin's earlier tokens for a while only.
    fn replace_tokens(&self, user: &str) {
        let grace = u64::try_from(self.token_grace.as_micros()).unwrap_or(u64::MAX);
        let until = self.now_us().saturating_add(grace);
        let earlier = |t: &Token| t.user == user && t.platform == ADMIN_PLATFORM && t.known_until.is_none();
        self.store.change_tokens(earlier, |t| t.known_until = Some(until));
    }

    /// `/auth/force_logout`.
    pub(super) fn force_logout(&self, call: &Call) -> Answer {
        self.need_admin(call)?;
        let user = call.body.text("userID").unwrap_or_default();
        let platform = call.body.int("platformID").unwrap_or(0);
        if user.is_empty() {
            return Err(OpError::api(ARGS, "userID is empty"));
        }
        if !(1..=10).contains(&platform) {
            return Err(OpError::api(ARGS, "platform is invalid"));
        }
        self.store.change_tokens(|t| t.user == user && t.platform == platform, |t| t.kicked = true);
        Ok(None)
    }

    /// `/auth/user_token`.
    pub(super) fn user_token_by_secret(&self, call: &Call) -> Answer {
        let platform = call.body.int("platformID").unwrap_or(0);
        if !(1..=10).contains(&platform) {
            return Err(OpError::api(ARGS, "platform is invalid"));
        }
        self.check_secret(call)?;
        self.token_of_user(call, platform)
    }

    fn token_of_user(&self, call: &Call, platform: i64) -> Answer {
        let user = call.body.text("userID").unwrap_or_default();
        if self.user(user).is_none() {
            return Err(self.unknown_user());
        }
        self.mint(user, platform)
    }

    /// `/auth/get_user_token`.
    pub(super) fn user_token(&self, call: &Call) -> Answer {
        self.need_admin(call)?;
        let platform = call.body.int("platformID").unwrap_or(0);
        let user = call.body.text("userID").unwrap_or_default();
        if !self.build().admin_token_by_user_token() {
            if platform == ADMIN_PLATFORM {
                return Err(OpError::rpc(
                    NO_PERMISSION,
                    "platformID invalid. platformID must not be adminPlatformID",
                ));
            }
            if self.is_admin(user) {
                return Err(OpError::rpc(NO_PERMISSION, "don't get Admin token"));
            }
        }
        if !(1..=10).contains(&platform) {
            return Err(OpError::api(ARGS, "platform is invalid"));
        }
        self.token_of_user(call, platform)
    }

    /// `/auth/parse_token`.
    pub(super) fn parse_token(&self, call: &Call) -> Answer {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Parsed {
            #[serde(rename = "userID")]
            user: String,
            #[serde(rename = "platformID")]
            platform: i64,
            expire_time_seconds: i64,
        }
        let text = call.body.text("token").unwrap_or_default();
        if text.is_empty() {
            return Err(OpError::api(ARGS, "token is empty"));
        }
        let token = self.check_token(text)?;
        Ok(Some(go_json_text(&Parsed {
            user: token.user,
            platform: token.platform,
            expire_time_seconds: token.expires,
        })))
    }

    /// A user that is asked for and does not exist.
    pub(super) fn unknown_user(&self) -> OpError {
        match self.build() {
            Build::V370 | Build::V380 => {
                // The user service's text, wrapped once more on its way.
                let text = "1004 userID not found: 1004 RecordNotFoundError \
                            userID not found: 1004 RecordNotFoundError";
                OpError::Raw { code: NOT_FOUND.0, msg: text.to_owned(), dlt: text.to_owned() }
            }
            _ => OpError::rpc(super::error::USER_NOT_FOUND, "user not found"),
        }
    }

    /// `/user/user_register`.
    pub(super) fn register(&self, call: &Call) -> Answer {
        let old = self.build().admin_token_by_user_token();
        let entries = call.body.list("users").unwrap_or_default();
        if entries.is_empty() {
            return Err(self.no_users());
        }
        if old {
            self.check_secret(call)?;
        } else {
            self.need_admin(call)?;
        }
        let now = self.now_ms();
        let users: Vec<User> = entries.iter().map(|entry| User::read(entry, now)).collect();
        if !distinct(users.iter().map(|u| u.user_id.as_str())) {
            return Err(OpError::rpc(ARGS, "userID repeated"));
        }
        for user in &users {
            self.check_new_user(user)?;
        }
        match self.store.register(users) {
            Ok(()) => Ok(None),
            Err(NotStored::Known) => Err(OpError::rpc(REGISTERED, "userID registered already")),
            Err(NotStored::Full) => Err(super::error::full("users", self.store.limits.users)),
        }
    }

    fn no_users(&self) -> OpError {
        let raw = |text: &str| OpError::Raw { code: 2, msg: text.to_owned(), dlt: format!("2 {text}") };
        match self.build() {
            Build::V370 => raw("Users are empty: 1001 ArgsError"),
            Build::V380 => raw("users are empty: 1001 ArgsError"),
            Build::V383 | Build::Patch16 | Build::Main => OpError::rpc(ARGS, "users are empty"),
            // Checked by the API here, where the others ask the user service.
            Build::MainStandalone => OpError::rpc(ARGS, "users is empty"),
        }
    }

    fn check_new_user(&self, user: &User) -> Result<(), OpError> {
        let id = user.user_id.as_str();
        if user.nickname.is_empty() {
            return Err(OpError::rpc(ARGS, "nickname is empty"));
        }
        if id.is_empty() {
            return Err(OpError::rpc(ARGS, "userID is empty"));
        }
        let legal = match self.build() {
            Build::V370 => !id.contains(':'),
            _ => id.chars().all(|c| c.is_alphanumeric() || c == '_'),
        };
        if legal { Ok(()) } else { Err(OpError::rpc(ARGS, "userID is legal")) }
    }

    /// `/user/account_check`.
    pub(super) fn account_check(&self, call: &Call) -> Answer {
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Status {
            Text(&'static str),
            Number(i32),
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Checked {
            #[serde(rename = "userID")]
            user: String,
            account_status: Status,
        }
        #[derive(Serialize)]
        struct Results {
            results: OrNull<Checked>,
        }
        let ids = call.body.texts("checkUserIDs").unwrap_or_default();
        if ids.is_empty() {
            return Err(OpError::api(ARGS, "CheckUserIDs is empty"));
        }
        if !distinct(ids.iter().map(String::as_str)) {
            return Err(OpError::rpc(ARGS, "userID repeated"));
        }
        self.need_admin(call)?;
        let old = self.build().admin_token_by_user_token();
        let status = |known: bool| match (old, known) {
            (true, true) => Status::Text("registered"),
            (true, false) => Status::Text("unregistered"),
            (false, known) => Status::Number(known.into()),
        };
        let check = |user: String| Checked { account_status: status(self.user(&user).is_some()), user };
        let results = ids.into_iter().map(check).collect::<Vec<_>>().into();
        Ok(Some(go_json_text(&Results { results })))
    }

    /// `/user/get_users`, page by page; texts match anywhere and in any case.
    pub(super) fn users(&self, call: &Call) -> Answer {
        #[derive(Serialize)]
        struct Page {
            total: usize,
            users: OrNull<User>,
        }
        let (skip, take) = super::request::page(&call.body);
        let text = |name| call.body.text(name).unwrap_or_default().to_lowercase();
        let (id, nickname) = (text("userID"), text("nickName"));
        let has = |value: &str, part: &str| !part.is_empty() && value.to_lowercase().contains(part);
        let wanted = |u: &User| {
            let all = id.is_empty() && nickname.is_empty();
            // Notification accounts are no users.
            u.app_manager_level <= 1 && (all || has(&u.user_id, &id) || has(&u.nickname, &nickname))
        };
        let (total, users) = self.store.some_users(wanted, skip, take);
        Ok(Some(go_json_text(&Page { total, users: users.into() })))
    }

    /// `/user/get_users_info`.
    pub(super) fn users_info(&self, call: &Call) -> Answer {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Infos {
            users_info: OrNull<User>,
        }
        let ids = call.body.texts("userIDs").unwrap_or_default();
        if ids.is_empty() {
            return Err(OpError::api(ARGS, "userIDs is empty"));
        }
        let users = ids.iter().filter_map(|id| self.user(id)).collect::<Vec<_>>();
        Ok(Some(go_json_text(&Infos { users_info: users.into() })))
    }
}
