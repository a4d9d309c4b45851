//! The admin token that all calls share, and its renewal.
//!
//! Promises that a token which the API refuses (1501 to 1507) is renewed once for all calls
//! that saw it refused (single flight), that a failed or useless renewal is not repeated in
//! a storm, and that a ready-made token is never renewed.

use std::fmt;
use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::header::HeaderValue;

use super::admin::AdminError;
use super::secret::Secret;
use crate::clock::RunClock;
use crate::units::Stamp;
use crate::wire::api::path;

/// Where an admin token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRoute {
    /// `/auth/get_admin_token`: 3.8.1 and later.
    GetAdminToken,
    /// `/auth/user_token` with platformID 10; `get_admin_token` is unknown: 3.7.
    UserToken37,
    /// `/auth/user_token` with platformID 10; the token middleware stands before `get_admin_token`: 3.8.0.
    UserToken380,
}

impl TokenRoute {
    /// 3.7 and 3.8.0 want the secret in the body of a registration.
    #[must_use]
    pub fn registers_with_secret(self) -> bool {
        self != TokenRoute::GetAdminToken
    }

    /// The path.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            TokenRoute::GetAdminToken => path::GET_ADMIN_TOKEN,
            TokenRoute::UserToken37 | TokenRoute::UserToken380 => path::USER_TOKEN,
        }
    }
}

/// A token in use.
#[derive(Clone)]
pub struct Token {
    generation: u64,
    secret: Secret,
    header: HeaderValue,
    expires_at: Option<Stamp>,
}

impl Token {
    /// A token that `lifetime_s` seconds are left for; `None` when it cannot be sent in a header.
    #[must_use]
    pub fn new(text: &str, lifetime_s: Option<u64>, now: Stamp) -> Option<Token> {
        let mut header = HeaderValue::from_str(text).ok()?;
        header.set_sensitive(true);
        let expires_at = lifetime_s.map(|s| now.plus_us(s.saturating_mul(1_000_000)));
        Some(Token { generation: 0, secret: Secret::new(text), header, expires_at })
    }

    /// Number of this token, from 1; later tokens have higher numbers.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The header's value, marked sensitive.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// For `scrub`.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// When it expires, where known.
    #[must_use]
    pub fn expires_at(&self) -> Option<Stamp> {
        self.expires_at
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(number {}, redacted)", self.generation)
    }
}

/// A renewal that follows another within this time is refused: the API accepts none.
const REST: Duration = Duration::from_secs(5);
/// A failed renewal is not tried again within this time.
const FAILURE_REST: Duration = Duration::from_secs(1);

/// The current token and its renewal.
#[derive(Debug)]
pub struct TokenStore {
    current: RwLock<Option<Token>>,
    flight: tokio::sync::Mutex<Flight>,
    renewals: AtomicU64,
    clock: RunClock,
}

#[derive(Debug, Default)]
struct Flight {
    renewed_at: Option<Stamp>,
    failed: Option<(Stamp, AdminError)>,
}

impl TokenStore {
    /// An empty store.
    #[must_use]
    pub fn new(clock: RunClock) -> TokenStore {
        TokenStore {
            current: RwLock::new(None),
            flight: tokio::sync::Mutex::default(),
            renewals: AtomicU64::new(0),
            clock,
        }
    }

    /// The token in use.
    #[must_use]
    pub fn current(&self) -> Option<Token> {
        self.current.read().ok()?.clone()
    }

    /// How often a refused token was replaced.
    #[must_use]
    pub fn renewals(&self) -> u64 {
        self.renewals.load(Ordering::Relaxed)
    }

    /// A token newer than number `seen` (0: any), minted by `mint` unless another caller did so meanwhile.
    ///
    /// # Errors
    /// What `mint` says, or that the token was renewed a moment ago and is refused again.
    pub async fn newer_than<F>(&self, seen: u64, mint: impl FnOnce() -> F) -> Result<Token, AdminError>
    where
        F: Future<Output = Result<Token, AdminError>>,
    {
        let mut flight = self.flight.lock().await;
        if let Some(token) = self.current().filter(|t| t.generation > seen) {
            return Ok(token);
        }
        let within =
            |stamp: Stamp, rest: Duration| u128::from(self.clock.now().since(stamp)) < rest.as_micros();
        if let Some((at, error)) = &flight.failed
            && within(*at, FAILURE_REST)
        {
            return Err(error.clone());
        }
        if flight.renewed_at.is_some_and(|at| within(at, REST)) {
            return Err(AdminError::TokenRefusedAgain);
        }
        match mint().await {
            Ok(mut token) => {
                token.generation = seen + 1;
                if seen > 0 {
                    self.renewals.fetch_add(1, Ordering::Relaxed);
                    flight.renewed_at = Some(self.clock.now());
                }
                flight.failed = None;
                if let Ok(mut current) = self.current.write() {
                    *current = Some(token.clone());
                }
                Ok(token)
            }
            Err(error) => {
                flight.failed = Some((self.clock.now(), error.clone()));
                Err(error)
            }
        }
    }
}
