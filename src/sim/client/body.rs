//! The answer's body: read whole, unpacked where it is gzip.

use std::io::Read as _;

use bytes::{Bytes, BytesMut};
use flate2::read::MultiGzDecoder;
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
    let raw = collect(body).await?;
    if is_gzip(&head.headers) && !raw.is_empty() { unpack(&raw) } else { Ok(raw) }
}

async fn collect(mut body: Incoming) -> Result<Bytes, BodyError> {
    let mut raw = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(BodyError::Transport)?;
        raw.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
        if raw.len() as u64 > MAX_UNPACKED {
            return Err(BodyError::Text("longer than 16 MiB".to_owned()));
        }
    }
    Ok(raw.freeze())
}

fn is_gzip(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_some_and(|v| v.as_bytes().eq_ignore_ascii_case(b"gzip"))
}

fn unpack(raw: &[u8]) -> Result<Bytes, BodyError> {
    /// A gzip header is no shorter.
    const HEADER: usize = 10;
    let fail = |text: &str| Err(BodyError::Text(text.to_owned()));
    if raw.len() < HEADER {
        return fail("unexpected EOF");
    }
    let mut out = Vec::new();
    match MultiGzDecoder::new(raw).take(MAX_UNPACKED).read_to_end(&mut out) {
        Ok(_) => Ok(Bytes::from(out)),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => fail("unexpected EOF"),
        Err(error) => {
            let text = error.to_string();
            if text.contains("checksum") {
                fail("gzip: invalid checksum")
            } else if text.contains("deflate") {
                // Go also counts the bytes up to there.
                fail("flate: corrupt input before offset 1")
            } else {
                fail("gzip: invalid header")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    fn text(raw: &[u8]) -> String {
        match unpack(raw) {
            Ok(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            Err(BodyError::Text(text)) => text,
            Err(BodyError::Transport(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn a_packed_answer_is_unpacked_and_a_broken_one_described_in_gos_words() {
        let good = packed(br#"{"nextCode":0}"#);
        assert_eq!(text(&good), r#"{"nextCode":0}"#);
        assert_eq!(
            text(&[good.clone(), packed(b" ")].concat()),
            "{\"nextCode\":0} ",
            "several parts are one"
        );
        assert_eq!(text(b"{}"), "unexpected EOF");
        assert_eq!(text(br#"{"nextCode":0}"#), "gzip: invalid header");
        assert_eq!(text(&good[..good.len() - 3]), "unexpected EOF");
        let mut wrong = good.clone();
        let at = wrong.len() - 6;
        wrong[at] ^= 1;
        assert_eq!(text(&wrong), "gzip: invalid checksum");
    }
}
