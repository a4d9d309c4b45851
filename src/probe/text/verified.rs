//! What `verify` prints: a line a webhook, with what to do below where it does not hold.

use super::layout::wrapped;
use crate::probe::verify::{Judged, Verdict};
use crate::say;
use crate::text::{Lang, Text};
use crate::wire::failure::printable;

/// Columns before a verdict.
const NAME: usize = 36;

/// A line, or a few, for one webhook.
#[must_use]
pub fn verified(judged: &Judged, lang: Lang) -> String {
    let mut out = String::new();
    let name = format!("{} {} s", judged.key, judged.wanted_s);
    wrapped(&mut out, &format!("{name:<NAME$} "), &printable(judged.what.of(lang)));
    if !judged.do_next.is_empty() {
        wrapped(&mut out, "    ", judged.do_next.of(lang));
    }
    out
}

/// The sum in one line.
#[must_use]
pub fn sum(all: &[Judged]) -> Text {
    let holds = all.iter().filter(|j| j.verdict == Verdict::Holds).count();
    match (holds, all.len()) {
        (h, n) if h == n => say!("probe-verify-all"),
        (0, _) => say!("probe-verify-none"),
        (h, n) => say!("probe-verify-some", holds = h, all = n),
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::probe::verify::{Held, judge};
    use crate::wire::WebhookKey;

    #[test]
    fn lines_fit_and_name_webhook_timeout_and_what_to_do() {
        let longest = WebhookKey::BeforeCreateGroupChatConversations;
        let judged = judge(longest, 12, Some(5), &[Held::Cut(5.01), Held::Cut(5.0)], None);
        let text = verified(&judged, Lang::En);
        assert!(text.starts_with("beforeCreateGroupChatConversations 12 s not loaded: "), "{text}");
        assert!(text.contains("IMENV_WEBHOOKS_BEFORECREATEGROUPCHATCONVERSATIONS_TIMEOUT"), "{text}");
        assert!(text.lines().all(|line| line.width() <= super::super::WIDTH), "{text}");
        let chinese = verified(&judged, Lang::Zh);
        assert!(chinese.contains("没有加载") && !chinese.contains("gave up"), "{chinese}");
        assert!(chinese.lines().all(|line| line.width() <= super::super::WIDTH), "{chinese}");
        let good = judge(WebhookKey::BeforeCreateGroup, 2, Some(5), &[Held::Cut(2.0)], None);
        assert_eq!(sum(&[judged, good.clone()]), "OpenIM counts with 1 of 2.");
        assert_eq!(verified(&good, Lang::En).lines().count(), 1);
    }
}
