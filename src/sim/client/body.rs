//! The answer's body: read whole, unpacked where it is gzip.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::GzDecoder;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::CONTENT_ENCODING;
use hyper::{HeaderMap, Response};

/// A body longer than this is not a webhook answer; Go would read on until memory ends.
const MAX_UNPACKED: u64 = 16 << 20;

/// Why a body could not be read.
pub(super) enum BodyError {
    /// By the connection.
    Transport(hyper::Error),
    /// In Go's words.
    Text(String),
}

/// Reads it whole.
pub(super) async fn read(response: Response<Incoming>) -> Result<Bytes, BodyError> {
    let (head, body) = response.into_parts();
    let raw = body.collect().await.map_err(BodyError::Transport)?.to_bytes();
    if is_gzip(&head.headers) && !raw.is_empty() { unpack(&raw) } else { Ok(raw) }
}

fn is_gzip(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_some_and(|v| v.as_bytes().eq_ignore_ascii_case(b"gzip"))
}

fn unpack(raw: &[u8]) -> Result<Bytes, BodyError> {
    let mut out = Vec::new();
    match GzDecoder::new(raw).take(MAX_UNPACKED).read_to_end(&mut out) {
        Ok(_) => Ok(Bytes::from(out)),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(BodyError::Text("unexpected EOF".to_owned()))
        }
        Err(_) => Err(BodyError::Text("gzip: invalid header".to_owned())),
    }
}
