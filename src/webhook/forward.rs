//! Hands callbacks that are not ours to the server that would have got them.
//!
//! `OpenIM` has one webhook URL; where others share the deployment, `webhook.forward_others`
//! names theirs. The answer is passed on as it is; no answer within 15 s, which is
//! the longest that `OpenIM` waits, ends the connection as their server's absence would.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, HeaderMap, TRANSFER_ENCODING, UPGRADE,
};
use hyper::http::request::Parts;

use super::server::ServerError;
use crate::say;
use crate::text::Text;

const PATIENCE: Duration = Duration::from_secs(15);
const ANSWER_LIMIT: usize = 8 * 1024 * 1024;

/// Their server.
#[derive(Debug)]
pub(super) struct Forwarder {
    client: reqwest::Client,
    base: String,
}

/// Their answer.
pub(super) struct Forwarded {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) body: Bytes,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum ForwardError {
    #[error("`webhook.forward_others`: no answer from {base}: {source}")]
    NoAnswer { base: String, source: reqwest::Error },
    #[error("`webhook.forward_others`: the answer of {base} is above {ANSWER_LIMIT} bytes")]
    TooLarge { base: String },
}

impl Forwarder {
    pub(super) fn new(url: &str) -> Result<Forwarder, ServerError> {
        let wrong = |why: Text| ServerError::Forward { url: url.to_owned(), why };
        let no_url = |why: String| wrong(say!("errors-webhook-no-url", why = why));
        let parsed = reqwest::Url::parse(url).map_err(|e| no_url(e.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.query().is_some() {
            return Err(wrong(say!("errors-webhook-url-form")));
        }
        // Another part may have installed it before; either way there is one afterwards.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|e| wrong(say!("errors-webhook-no-client", why = e.to_string())))?;
        Ok(Forwarder { client, base: url.trim_end_matches('/').to_owned() })
    }

    pub(super) async fn forward(
        &self,
        command: &str,
        head: &Parts,
        body: Bytes,
    ) -> Result<Forwarded, ForwardError> {
        let lost = |source| ForwardError::NoAnswer { base: self.base.clone(), source };
        let query = head.uri.query().map(|q| format!("?{q}")).unwrap_or_default();
        let request = self.client.post(format!("{}/{command}{query}", self.base));
        let request = request.headers(end_to_end(&head.headers)).body(body);
        let mut answer = request.send().await.map_err(lost)?;
        let status = answer.status().as_u16();
        let content_type = answer.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        let mut whole = BytesMut::new();
        while let Some(piece) = answer.chunk().await.map_err(lost)? {
            if whole.len() + piece.len() > ANSWER_LIMIT {
                return Err(ForwardError::TooLarge { base: self.base.clone() });
            }
            whole.extend_from_slice(&piece);
        }
        Ok(Forwarded { status, content_type, body: whole.freeze() })
    }
}

/// The headers that are meant for whoever answers, not for this connection. Encodings
/// are not offered on, since the answer's encoding would not be passed on.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    for name in [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE, EXPECT] {
        kept.remove(name);
    }
    for name in ["accept-encoding", "keep-alive", "te", "trailer", "proxy-connection"] {
        kept.remove(name);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_cannot_be_forwarded_to_is_refused_by_its_key() {
        for url in ["", "127.0.0.1:9/x", "ftp://127.0.0.1/", "http://127.0.0.1/?a=b"] {
            let message = Forwarder::new(url).unwrap_err().to_string();
            assert!(message.contains("webhook.forward_others"), "{message}");
        }
    }
}
