//! Recommendations in both languages.

use super::super::testing::{AFTER, BEFORE, KEYS, MEMBERS, cut, healthy, slow};
use super::{analysed, recommended};
use crate::analysis::Recommendation;
use crate::profile::model::Loop;
use crate::record::read::RunRecord;
use crate::text::Text;
use crate::units::Span;

/// 1 % of the callbacks of the two before-webhooks take `seconds`, one by one.
fn slow_tails(seconds: f64) -> RunRecord {
    let mut record = healthy(60, 250);
    for key in [BEFORE, MEMBERS] {
        (0..200).for_each(|i| slow(&mut record, key, 2.0 + f64::from(i) * 0.3, i as u64, seconds));
    }
    record
}

/// Every sentence of a recommendation. What fires the webhook is a setting.
fn sentences(r: &Recommendation) -> Vec<&Text> {
    let lists = [&r.why, &r.ways_out, &r.consequences];
    let mut all = vec![&r.confidence_words, &r.raise];
    all.extend(lists.into_iter().flatten());
    all.extend(r.upper_limits.iter().map(|l| &l.why));
    all.extend(r.tail.iter().map(|t| &t.words));
    all.extend(r.sizes.iter().map(|s| &s.words));
    all
}

/// The most words of plain English in a row.
fn english_words(text: &str) -> usize {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    let mut rows = vec![0];
    for word in text.split(' ') {
        match rows.last_mut() {
            Some(row) if is_word(word) => *row += 1,
            _ => rows.push(0),
        }
    }
    rows.into_iter().max().unwrap_or(0)
}

#[test]
fn every_sentence_of_a_recommendation_is_chinese_in_chinese() {
    let mut margin = slow_tails(2.5);
    margin.header.plan.profile.recommend.margin = 2;
    margin.header.plan.profile.recommend.packet_loss = Some(0.000_4);
    margin.header.plan.profile.recommend.after_outage_rate = Some(0.5);
    let mut collision = slow_tails(4.5);
    collision.header.plan.profile.recommend.caller_budget = Some(Span::secs(6));
    let mut closed = healthy(20, 250);
    closed.header.plan.profile.load.r#loop = Loop::Closed;
    let mut killed = healthy(60, 250);
    killed.header.end = None;
    let mut cuts = healthy(60, 250);
    (0..60).for_each(|i| cut(&mut cuts, BEFORE, 2.0 + f64::from(i) * 0.9, i as u64));
    for record in [healthy(4, 250), slow_tails(2.5), margin, collision, closed, killed, cuts] {
        let analysis = analysed(&record);
        for text in KEYS.iter().flat_map(|key| sentences(&analysis.recommendations[key])) {
            let (en, zh) = (text.en(), text.zh());
            assert!(en.is_empty() || (zh != en && english_words(zh) < 3), "{en}\n{zh}");
            assert_eq!(en.is_empty(), zh.is_empty(), "{en}");
        }
    }
}

#[test]
fn who_shares_a_limit_is_listed_as_each_language_does() {
    let mut record = slow_tails(4.5);
    record.header.plan.profile.recommend.caller_budget = Some(Span::secs(6));
    let words = recommended(&record, BEFORE).confidence_words;
    assert!(words.contains("5 s for beforeCreateGroup, 5 s for beforeMemberJoinGroup"), "{}", words.en());
    let zh = "beforeCreateGroup 占 5 s、beforeMemberJoinGroup 占 5 s";
    assert!(words.zh().contains(zh) && !words.zh().contains("。。"), "{}", words.zh());
    assert!(!recommended(&record, AFTER).confidence_words.zh().contains("拒绝"));
}
