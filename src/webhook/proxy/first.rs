//! The first answers: is somebody there who speaks `OpenIM`'s language?
//!
//! A virtual host's default page, an IP allow-list or a login page answers as readily as the
//! handler that is meant. When none of the first answers is a JSON object, that is said at once.

use std::fmt;
use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use flate2::read::GzDecoder;
use hyper::header::CONTENT_ENCODING;
use hyper::http::response::Parts;

use crate::say;
use crate::text::Text;

/// So many answers decide.
const FIRST: u32 = 5;
/// Larger answers are judged by their beginning.
const LOOKED_AT: usize = 64 * 1024;
/// Shown of one that is no JSON object.
const SHOWN: usize = 80;
/// A count that no answer reaches: an object was seen, or it was said.
const DECIDED: u32 = u32::MAX / 2;

type Hear = Arc<dyn Fn(&Text) + Send + Sync>;

/// Who hears of answers that `OpenIM` cannot understand; nobody by default.
#[derive(Clone, Default)]
pub struct Notice(Option<Hear>);

impl Notice {
    /// Calls `hear`, at most once.
    pub fn new(hear: impl Fn(&Text) + Send + Sync + 'static) -> Notice {
        Notice(Some(Arc::new(hear)))
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Notice(set)" } else { "Notice(none)" })
    }
}

/// Counts the first answers that are no JSON object.
#[derive(Debug)]
pub(super) struct FirstAnswers {
    notice: Notice,
    odd: AtomicU32,
}

/// The beginning of an answer that is being looked at.
pub(super) struct Look {
    status: u16,
    packed: bool,
    bytes: Vec<u8>,
    whole: bool,
}

impl Look {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let room = LOOKED_AT - self.bytes.len();
        self.whole &= bytes.len() <= room;
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// The body as `OpenIM` reads it, whose client unpacks gzip.
    fn plain(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        let limit = LOOKED_AT as u64;
        if self.packed && GzDecoder::new(self.bytes.as_slice()).take(limit).read_to_end(&mut plain).is_ok() {
            return plain;
        }
        self.bytes.clone()
    }

    fn is_object(&self, plain: &[u8]) -> bool {
        if self.whole && plain.len() < LOOKED_AT {
            return serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(plain).is_ok();
        }
        plain.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
    }
}

impl FirstAnswers {
    pub(super) fn new(notice: Notice) -> FirstAnswers {
        FirstAnswers { notice, odd: AtomicU32::new(0) }
    }

    /// A look at the answer with this head, while looks are still taken.
    pub(super) fn look(&self, counts: bool, head: &Parts) -> Option<Look> {
        if !counts || self.odd.load(Relaxed) >= FIRST {
            return None;
        }
        let encoding = head.headers.get(CONTENT_ENCODING);
        let packed = encoding.is_some_and(|v| v.as_bytes().eq_ignore_ascii_case(b"gzip"));
        Some(Look { status: head.status.as_u16(), packed, bytes: Vec::new(), whole: true })
    }

    pub(super) fn judge(&self, look: Look) {
        let plain = look.plain();
        if look.is_object(&plain) {
            self.odd.store(DECIDED, Relaxed);
            return;
        }
        if self.odd.fetch_add(1, Relaxed) + 1 != FIRST {
            return;
        }
        let Notice(Some(hear)) = &self.notice else { return };
        let begins = plain[..plain.len().min(SHOWN)].escape_ascii().to_string();
        hear(&say!("upstream-first-answers", answers = FIRST, status = look.status, begins = begins));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn heard(bodies: &[&[u8]]) -> Vec<String> {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = heard.clone();
        let notice = Notice::new(move |text| hears.lock().unwrap().push(text.en().to_owned()));
        let first = FirstAnswers::new(notice);
        for body in bodies {
            let head = hyper::Response::builder().status(403).body(()).unwrap().into_parts().0;
            if let Some(mut look) = first.look(true, &head) {
                look.add(body);
                first.judge(look);
            }
        }
        heard.lock().unwrap().clone()
    }

    #[test]
    fn five_answers_without_an_object_are_told_once_with_status_and_beginning() {
        let page = b"<html>\n\x1b[31mLogin</html>".as_slice();
        let told = heard(&[page; 12]);
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("403") && told[0].contains("<html>\\n\\x1b[31mLogin"), "{}", told[0]);
        assert!(heard(&[page; 4]).is_empty());
        let long = vec![b'x'; 500];
        assert!(heard(&[long.as_slice(); 5])[0].matches('x').count() <= 90);
    }

    #[test]
    fn one_object_among_the_first_is_enough_and_neither_a_list_nor_a_bom_is_one() {
        let object = b" {\"actionCode\":0}".as_slice();
        assert!(heard(&[b"no", b"no", object, b"no", b"no", b"no", b"no", b"no"]).is_empty());
        assert_eq!(heard(&[b"[]", b"\xef\xbb\xbf{}", b"", b"null", b"{"]).len(), 1);
    }
}
