//! The load's calls to a real API: `port::Target` on our own connection pool.
//!
//! Promises one outcome a call, never an `Err`; groupIDs, marker and operationID as the
//! attempt says; that a refused token is renewed once for all and the call repeated once.
//! Pacing, limits and recording are the engine's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::admin::{Admin, AdminError};
use super::pool::{Exchange, Pool, SendFailure};
use super::requests::{Request, requests};
use super::secret::{Secret, scrub};
use super::tls::TlsError;
use super::token::Token;
use crate::clock::RunClock;
use crate::ids::OperationId;
use crate::port::{Attempt, CallResult, Outcome, Target};
use crate::units::Stamp;
use crate::wire::FailureKind;
use crate::wire::api::VERIFY_APPLICANTS;
use crate::wire::failure::{Classified, classify, printable};

/// Calls a real API. Cheap to clone; clones share connections and token.
#[derive(Clone, Debug)]
pub struct OpenimClient {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    pool: Pool,
    admin: Admin,
    clock: RunClock,
    http_id_seen: AtomicBool,
}

/// What the calls of one operation have come to so far.
struct Ledger {
    sent_at: Option<Stamp>,
    answered_at: Stamp,
    connect_us: Option<u64>,
}

impl Ledger {
    fn add(&mut self, exchange: &Exchange) {
        self.sent_at.get_or_insert(exchange.sent_at);
        self.answered_at = exchange.answered_at;
        if let Some(us) = exchange.connect_us {
            self.connect_us = Some(self.connect_us.unwrap_or(0) + us);
        }
    }
}

impl OpenimClient {
    /// A client that shares `admin`'s token and keeps up to `in_flight` idle connections.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(admin: Admin, in_flight: usize, clock: RunClock) -> Result<OpenimClient, TlsError> {
        let pool = Pool::new(admin.base().clone(), admin.tls(), in_flight, clock)?;
        let shared = Shared { pool, admin, clock, http_id_seen: AtomicBool::new(false) };
        Ok(OpenimClient { shared: Arc::new(shared) })
    }

    /// How often a refused token was replaced.
    #[must_use]
    pub fn token_renewals(&self) -> u64 {
        self.shared.admin.token_renewals()
    }

    /// How often a kept connection turned out closed and the request went out again.
    #[must_use]
    pub fn connection_retries(&self) -> u64 {
        self.shared.pool.retries()
    }

    /// Connections opened so far.
    #[must_use]
    pub fn connections_opened(&self) -> u64 {
        self.shared.pool.opened()
    }

    /// Whether an answer carried `X-Http-Id`, which only main sends.
    #[must_use]
    pub fn http_id_seen(&self) -> bool {
        self.shared.http_id_seen.load(Ordering::Relaxed)
    }

    pub(super) fn clock(&self) -> RunClock {
        self.shared.clock
    }

    /// Like `Target::call`, with the new group's needVerification (set-up).
    pub async fn call_verified(
        &self,
        attempt: &Attempt,
        deadline: Duration,
        need_verification: i32,
    ) -> Outcome {
        let begun = self.shared.clock.now();
        let mut ledger = Ledger { sent_at: None, answered_at: begun, connect_us: None };
        let mut last = None;
        for request in requests(attempt, need_verification) {
            let left = self.left(begun, deadline);
            let judged = self.step(attempt, &request, left, &mut ledger).await;
            let failed = judged.result.is_err();
            last = Some(judged);
            if failed {
                break;
            }
        }
        self.outcome(begun, &ledger, last)
    }

    fn left(&self, begun: Stamp, deadline: Duration) -> Duration {
        deadline.saturating_sub(Duration::from_micros(self.shared.clock.now().since(begun)))
    }

    /// One request; a refused token is renewed and the request repeated once.
    async fn step(
        &self,
        attempt: &Attempt,
        request: &Request,
        deadline: Duration,
        ledger: &mut Ledger,
    ) -> Classified {
        let begun = self.shared.clock.now();
        let token = match tokio::time::timeout(deadline, self.shared.admin.token()).await {
            Ok(Ok(token)) => token,
            Ok(Err(error)) => return no_token(&error),
            Err(_) => return deadline_in_token(deadline),
        };
        let left = self.left(begun, deadline);
        let judged = self.send(attempt, request, &token, left, ledger).await;
        if !matches!(judged.result, Err(FailureKind::Token(_))) || self.shared.admin.token_is_ready_made() {
            return judged;
        }
        let left = self.left(begun, deadline);
        let renewed = tokio::time::timeout(left, self.shared.admin.renew(token.generation())).await;
        let Ok(Ok(token)) = renewed else { return judged };
        let left = self.left(begun, deadline);
        self.send(attempt, request, &token, left, ledger).await
    }

    async fn send(
        &self,
        attempt: &Attempt,
        request: &Request,
        token: &Token,
        deadline: Duration,
        ledger: &mut Ledger,
    ) -> Classified {
        let pool = &self.shared.pool;
        let headers = headers(&attempt.operation_id, Some(token));
        let exchange =
            pool.post(&pool.base().path(request.path), &headers, request.body.clone(), deadline).await;
        ledger.add(&exchange);
        let mut judged = match exchange.result {
            Ok(answer) => {
                if answer.headers.contains_key("x-http-id") {
                    self.shared.http_id_seen.store(true, Ordering::Relaxed);
                }
                classify(answer.status, &answer.body, attempt.operation)
            }
            Err(failure) => transport(&failure),
        };
        judged.text = judged.text.map(|text| self.scrubbed(&text, token.secret()));
        judged
    }

    fn scrubbed(&self, text: &str, token: &Secret) -> String {
        match self.shared.admin.secret() {
            Some(secret) => scrub(text, &[token, secret]),
            None => scrub(text, &[token]),
        }
    }

    fn outcome(&self, begun: Stamp, ledger: &Ledger, last: Option<Classified>) -> Outcome {
        let sent_at = ledger.sent_at.unwrap_or(begun);
        let answered_at = if ledger.sent_at.is_some() { ledger.answered_at } else { self.shared.clock.now() };
        let judged = last.unwrap_or(Classified {
            result: Err(FailureKind::MalformedAnswer),
            err_code: None,
            post_url: None,
            text: None,
        });
        Outcome {
            result: match judged.result {
                Ok(()) => CallResult::Succeeded,
                Err(kind) => CallResult::Failed(kind),
            },
            sent_at,
            answered_at,
            connect_us: ledger.connect_us,
            err_code: judged.err_code,
            post_url: judged.post_url,
            text: judged.text,
        }
    }
}

impl Target for OpenimClient {
    async fn call(&self, attempt: &Attempt, deadline: Duration) -> Outcome {
        self.call_verified(attempt, deadline, VERIFY_APPLICANTS).await
    }
}

/// The headers of every call.
pub(super) fn headers(operation_id: &OperationId, token: Option<&Token>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(value) = HeaderValue::from_str(&operation_id.to_string()) {
        headers.insert(HeaderName::from_static("operationid"), value);
    }
    if let Some(token) = token {
        headers.insert(HeaderName::from_static("token"), token.header());
    }
    headers
}

fn transport(failure: &SendFailure) -> Classified {
    let kind = match failure {
        SendFailure::Connect(_) => FailureKind::Connect,
        SendFailure::Deadline(_) => FailureKind::ClientDeadline,
        SendFailure::Lost(_) => FailureKind::ConnectionLost,
    };
    failed(kind, &failure.to_string())
}

fn failed(kind: FailureKind, text: &str) -> Classified {
    Classified { result: Err(kind), err_code: None, post_url: None, text: Some(printable(text)) }
}

fn no_token(error: &AdminError) -> Classified {
    let kind = match error {
        AdminError::Api { code, .. } => FailureKind::Token(*code),
        AdminError::HttpStatus { status, .. } => FailureKind::HttpStatus(*status),
        AdminError::NotEnvelope { .. } => FailureKind::MalformedAnswer,
        AdminError::Unreachable { .. } => FailureKind::Connect,
        _ => FailureKind::Token(1507),
    };
    failed(kind, &format!("no token: {error}"))
}

fn deadline_in_token(deadline: Duration) -> Classified {
    failed(FailureKind::ClientDeadline, &format!("no token within {} s", deadline.as_secs_f64()))
}
