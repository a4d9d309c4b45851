//! Answers that are packed although nobody asked for it, as some proxies do.
//!
//! We ask for no compression, since unpacking would be measured as well; what comes packed
//! all the same is unpacked after the stamp is taken.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::GzDecoder;
use hyper::header::{CONTENT_ENCODING, HeaderMap};

/// The body as it was before a proxy packed it. What cannot be unpacked stays as it is, and
/// is no envelope then; more than `limit` bytes are cut off.
pub(super) fn unpacked(headers: &HeaderMap, body: Bytes, limit: usize) -> Bytes {
    let packed = headers.get(CONTENT_ENCODING).is_some_and(|v| v.as_bytes().eq_ignore_ascii_case(b"gzip"));
    if !packed {
        return body;
    }
    let mut plain = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    match GzDecoder::new(body.as_ref()).take(limit).read_to_end(&mut plain) {
        Ok(_) => plain.into(),
        Err(_) => body,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn only_what_says_so_is_unpacked_and_garbage_stays() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"{\"errCode\":0}").unwrap();
        let packed = Bytes::from(packer.finish().unwrap());
        let mut headers = HeaderMap::new();
        assert_eq!(unpacked(&headers, packed.clone(), 100), packed);
        headers.insert(CONTENT_ENCODING, "GZIP".parse().unwrap());
        assert_eq!(unpacked(&headers, packed.clone(), 100).as_ref(), b"{\"errCode\":0}");
        assert_eq!(unpacked(&headers, packed, 4).as_ref(), b"{\"er");
        assert_eq!(unpacked(&headers, Bytes::from_static(b"<html>"), 100).as_ref(), b"<html>");
    }
}
