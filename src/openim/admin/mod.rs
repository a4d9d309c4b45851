//! The control side of the API: tokens, users, group look-ups, dismissals.
//!
//! Uses `reqwest`, since nothing here is measured. Connects directly (proxy variables are
//! ignored, as in the load's pool). Errors name the URL and what to do, and never a secret.

mod error;
mod users;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;

pub use self::error::{AdminError, Unreachable};
pub use self::users::Registered;
use super::base_url::BaseUrl;
use super::client::headers;
use super::gzip::unpacked;
use super::pool::ANSWER_LIMIT;
use super::requests;
use super::secret::{Credentials, Secret, scrub};
use super::tls::{self, TlsOptions};
use super::token::{Token, TokenRoute, TokenStore};
use crate::clock::RunClock;
use crate::ids::{OperationId, RunTag, WORKER_CLEANUP, WORKER_SETUP};
use crate::say;
use crate::text::Text;
use crate::units::Stamp;
use crate::wire::api::{self, Envelope, GroupInfo, Operation, PLATFORM_ADMIN, path};
use crate::wire::failure::{error_text, head_of};

/// What the admin client needs to know.
#[derive(Clone, Debug)]
pub struct AdminConfig {
    /// Where the API is.
    pub base: BaseUrl,
    /// What is trusted.
    pub tls: TlsOptions,
    /// userID of an app admin.
    pub admin_user: String,
    /// Secret or ready-made token.
    pub credentials: Credentials,
    /// The run, for operationIDs.
    pub tag: RunTag,
    /// Limit of one request.
    pub timeout: Duration,
}

/// The admin API. Cheap to clone; clones share the token.
#[derive(Clone, Debug)]
pub struct Admin {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: AdminConfig,
    http: reqwest::Client,
    tokens: TokenStore,
    route: Mutex<Option<TokenRoute>>,
    sequence: AtomicU64,
    clock: RunClock,
}

/// An answer with errCode 0.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) envelope: Envelope,
}

impl Admin {
    /// An admin client; nothing is sent yet.
    ///
    /// # Errors
    /// When TLS cannot be set up or a ready-made token cannot be sent in a header.
    pub fn new(config: AdminConfig, clock: RunClock) -> Result<Admin, AdminError> {
        let setup = |text: Text| AdminError::Setup { text };
        let tls = tls::client_config(&config.tls, config.base.is_https()).map_err(|e| setup(e.text()))?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(config.timeout)
            .build()
            .map_err(|e| setup(Text::plain(e.to_string())))?;
        let tokens = TokenStore::new(clock);
        Ok(Admin {
            shared: Arc::new(Shared {
                config,
                http,
                tokens,
                route: Mutex::new(None),
                sequence: AtomicU64::new(0),
                clock,
            }),
        })
    }

    /// Where the API is.
    #[must_use]
    pub fn base(&self) -> &BaseUrl {
        &self.shared.config.base
    }

    pub(super) fn tls(&self) -> &TlsOptions {
        &self.shared.config.tls
    }

    pub(super) fn secret(&self) -> Option<&Secret> {
        self.shared.config.credentials.secret.as_ref()
    }

    pub(super) fn secret_place(&self) -> &str {
        &self.shared.config.credentials.secret_place
    }

    pub(super) fn clock(&self) -> RunClock {
        self.shared.clock
    }

    /// Whether the token was given (`OPENIM_TOKEN`): then none is minted.
    #[must_use]
    pub fn token_is_ready_made(&self) -> bool {
        self.shared.config.credentials.token.is_some()
    }

    /// How often a refused token was replaced.
    #[must_use]
    pub fn token_renewals(&self) -> u64 {
        self.shared.tokens.renewals()
    }

    /// When the token in use expires, where known.
    #[must_use]
    pub fn token_expires_at(&self) -> Option<Stamp> {
        self.shared.tokens.current().and_then(|t| t.expires_at())
    }

    /// The route that gave the token, or that a probe found.
    #[must_use]
    pub fn token_route(&self) -> Option<TokenRoute> {
        self.shared.route.lock().ok().and_then(|route| *route)
    }

    /// The token in use; mints one where there is none.
    ///
    /// # Errors
    /// When the API cannot be reached or refuses.
    pub async fn token(&self) -> Result<Token, AdminError> {
        match self.shared.tokens.current() {
            Some(token) => Ok(token),
            None => self.renew(0).await,
        }
    }

    /// A token newer than number `seen`, minted once for all that ask at the same time.
    ///
    /// # Errors
    /// When the API cannot be reached or refuses, or when a ready-made token was refused.
    pub async fn renew(&self, seen: u64) -> Result<Token, AdminError> {
        let credentials = &self.shared.config.credentials;
        if let Some(token) = &credentials.token {
            let place = credentials.token_place.clone();
            if seen > 0 {
                return Err(AdminError::ReadyTokenRefused { place });
            }
            let made = || async {
                Token::new(token.expose(), None, self.shared.clock.now()).ok_or_else(|| AdminError::Setup {
                    text: say!("preflight-admin-no-header", place = &place),
                })
            };
            return self.shared.tokens.newer_than(0, made).await;
        }
        self.shared.tokens.newer_than(seen, || self.mint()).await
    }

    async fn mint(&self) -> Result<Token, AdminError> {
        let config = &self.shared.config;
        let Some(secret) = &config.credentials.secret else {
            return Err(AdminError::NoSecret { what: say!("preflight-admin-to-be-minted") });
        };
        let (secret, user_id) = (secret.expose().to_owned(), config.admin_user.clone());
        let newer = api::GetAdminToken { secret: secret.clone(), user_id: user_id.clone() };
        let route = match self.token_route() {
            Some(known) => known,
            None => match self.post_open(path::GET_ADMIN_TOKEN, &newer).await {
                Ok(reply) => return self.minted(TokenRoute::GetAdminToken, &reply.envelope),
                Err(error) => older_route(error)?,
            },
        };
        let answer = match route {
            TokenRoute::GetAdminToken => self.post_open(route.path(), &newer).await,
            TokenRoute::UserToken37 | TokenRoute::UserToken380 => {
                let older = api::UserToken { secret, platform_id: PLATFORM_ADMIN, user_id };
                self.post_open(route.path(), &older).await
            }
        };
        self.minted(route, &answer.map_err(|e| self.wrong_path(e, route))?.envelope)
    }

    /// From 3.8.0 on an unknown path is refused by the token check, as `get_admin_token` is by
    /// 3.8.0; when the older route is refused so as well, the path is wrong.
    fn wrong_path(&self, error: AdminError, route: TokenRoute) -> AdminError {
        match error {
            AdminError::Api { code: 1001, ref text, .. }
                if *text == "ArgsError" || text.contains("must have token") =>
            {
                AdminError::WrongPath { url: self.base().url(route.path()) }
            }
            other => other,
        }
    }

    fn minted(&self, route: TokenRoute, envelope: &Envelope) -> Result<Token, AdminError> {
        let token = api::token(envelope).and_then(|t| {
            let lifetime = u64::try_from(t.expires_in_s).ok().filter(|s| *s > 0);
            Token::new(&t.token, lifetime, self.shared.clock.now())
        });
        let Some(token) = token else {
            return Err(AdminError::NotEnvelope {
                url: self.base().url(route.path()),
                head: say!("preflight-head-no-token"),
            });
        };
        self.remember(route);
        Ok(token)
    }

    fn remember(&self, route: TokenRoute) {
        if let Ok(mut known) = self.shared.route.lock() {
            *known = Some(route);
        }
    }

    /// Finds the token route without minting: an empty request to `get_admin_token` is refused
    /// in a way that tells. Needed where the token was ready-made.
    ///
    /// # Errors
    /// When the API cannot be reached or answers with something else than an envelope.
    pub async fn probe_route(&self) -> Result<TokenRoute, AdminError> {
        if let Some(route) = self.token_route() {
            return Ok(route);
        }
        let empty = api::GetAdminToken::default();
        let route = match self.post_open(path::GET_ADMIN_TOKEN, &empty).await {
            Err(AdminError::Api { code: 1001, text, .. }) if text.contains("userID") => {
                TokenRoute::GetAdminToken
            }
            Err(error @ (AdminError::HttpStatus { .. } | AdminError::Api { code: 1001, .. })) => {
                // A wrong base path answers 404 as well; the older route tells them apart.
                let older = older_route(error.clone())?;
                let answer = self.post_open(path::USER_TOKEN, &empty).await;
                match answer.map_err(|e| self.wrong_path(e, older)) {
                    Err(AdminError::HttpStatus { .. }) => return Err(error),
                    Err(end @ (AdminError::Unreachable { .. } | AdminError::WrongPath { .. })) => {
                        return Err(end);
                    }
                    _ => older,
                }
            }
            Err(error @ (AdminError::Unreachable { .. } | AdminError::NotEnvelope { .. })) => {
                return Err(error);
            }
            _ => TokenRoute::GetAdminToken,
        };
        self.remember(route);
        Ok(route)
    }

    /// Whether an error of the API process has no detail (3.8.1 to 3.8.3): asks without a token.
    pub(super) async fn probe_hides_details(&self) -> Option<bool> {
        let any = api::GetGroupsInfo { group_ids: vec!["0".to_owned()] };
        match self.post_open(path::GET_GROUPS_INFO, &any).await {
            Err(AdminError::Api { code: 1001, text, .. }) => Some(!text.contains("token")),
            _ => None,
        }
    }

    /// Whether an empty registration is refused in the words of main as one process.
    pub(super) async fn probe_standalone(&self) -> bool {
        let empty = api::UserRegister::default();
        match self.post(path::USER_REGISTER, &empty, WORKER_SETUP).await {
            Err(AdminError::Api { text, .. }) => text.contains("users is empty"),
            _ => false,
        }
    }

    /// Dismisses a group with its members; `Ok(true)` when it was there, `Ok(false)` when it was gone.
    ///
    /// # Errors
    /// Anything but success, 1004 (unknown group) and 1204 (dismissed already).
    pub async fn dismiss(&self, group_id: &str) -> Result<bool, AdminError> {
        match self.post(Operation::Dismiss.path(), &requests::dismiss(group_id), WORKER_CLEANUP).await {
            Ok(_) => Ok(true),
            Err(AdminError::Api { code: 1004 | 1204, .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// What the server knows of these groups; unknown ones are missing from the answer.
    ///
    /// # Errors
    /// When the API cannot be reached or refuses.
    pub async fn groups_info(&self, group_ids: &[String]) -> Result<Vec<GroupInfo>, AdminError> {
        let mut found = Vec::new();
        for batch in group_ids.chunks(users::BATCH) {
            let body = api::GetGroupsInfo { group_ids: batch.to_vec() };
            let reply = match self.post(path::GET_GROUPS_INFO, &body, WORKER_SETUP).await {
                Err(AdminError::Api { code: 1004, .. }) => continue,
                other => other?,
            };
            found.extend(api::groups(&reply.envelope).unwrap_or_default());
        }
        Ok(found)
    }

    /// Posts with the token; a refused one is renewed and the request repeated once.
    pub(super) async fn post(
        &self,
        route: &str,
        body: &impl Serialize,
        worker: u16,
    ) -> Result<Reply, AdminError> {
        let token = self.token().await?;
        match self.send(route, body, worker, Some(&token)).await {
            Err(AdminError::Api { code: 1501..=1507, .. }) => {
                let token = self.renew(token.generation()).await?;
                self.send(route, body, worker, Some(&token)).await
            }
            other => other,
        }
    }

    /// Posts without a token.
    pub(super) async fn post_open(&self, route: &str, body: &impl Serialize) -> Result<Reply, AdminError> {
        self.send(route, body, WORKER_SETUP, None).await
    }

    async fn send(
        &self,
        route: &str,
        body: &impl Serialize,
        worker: u16,
        token: Option<&Token>,
    ) -> Result<Reply, AdminError> {
        let url = self.base().url(route);
        let sequence = self.shared.sequence.fetch_add(1, Ordering::Relaxed);
        let operation_id = OperationId::new(self.shared.config.tag, worker, sequence);
        let sending = self
            .shared
            .http
            .post(&url)
            .headers(headers(&operation_id, token))
            .body(serde_json::to_vec(body).unwrap_or_default());
        let response = sending.send().await.map_err(|e| AdminError::from_reqwest(&url, &e))?;
        let status = response.status().as_u16();
        let server = response.headers().get("server").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.map_err(|e| AdminError::from_reqwest(&url, &e))?;
        let bytes = unpacked(&headers, bytes, ANSWER_LIMIT);
        let Ok(envelope) = Envelope::parse(&bytes) else {
            let head = self.clean(&head_of(&bytes), token);
            return Err(match status {
                200 => AdminError::NotEnvelope { url, head: Text::plain(head) },
                _ => AdminError::HttpStatus { url, status, head, server },
            });
        };
        if envelope.err_code != 0 {
            let text =
                self.clean(&error_text(&envelope.err_msg, &envelope.err_dlt).unwrap_or_default(), token);
            let (route, text) = (route.to_owned(), Text::plain(text));
            return Err(AdminError::Api { route, code: envelope.err_code, text });
        }
        Ok(Reply { envelope })
    }

    fn clean(&self, text: &str, token: Option<&Token>) -> String {
        let credentials = &self.shared.config.credentials;
        let given = [credentials.secret.as_ref(), credentials.token.as_ref(), token.map(Token::secret)];
        scrub(text, &given.into_iter().flatten().collect::<Vec<_>>())
    }
}

/// Whether this refusal of `get_admin_token` means an older server; else it is the error.
fn older_route(error: AdminError) -> Result<TokenRoute, AdminError> {
    match error {
        AdminError::HttpStatus { status: 404, ref head, .. } if !head.contains('<') => {
            Ok(TokenRoute::UserToken37)
        }
        // The route itself refuses a userID that is no admin with 1001 as well, but says so.
        AdminError::Api { code: 1001, ref text, .. } if !text.contains("userID") => {
            Ok(TokenRoute::UserToken380)
        }
        other => Err(other),
    }
}
