//! Which webhooks can hold connections at the same time in an outage, and how many operations a second each holds.
//!
//! A webhook that hangs ends its operation, so an operation is held by the first of its webhooks that hangs, for that
//! one's timeout. One webhook alone may hang, or several (one server for all): for each set the connections held are
//! λ · T summed over the operations (Little's law), each with the timeout of its first webhook of the set.

use std::collections::BTreeSet;

use crate::wire::WebhookKey;

/// Sets of more webhooks than this are not tried (2ⁿ of them).
const MOST: usize = 10;

/// An operation: arrivals a second, and its before-webhooks in serial order.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) per_s: f64,
    pub(super) before: Vec<WebhookKey>,
}

/// Operations a second that wait for each webhook, for every set that may hang: first every webhook alone, then those
/// sets that are not covered by another.
pub(super) fn hanging_sets(operations: &[Held]) -> Vec<Vec<(WebhookKey, f64)>> {
    let keys: BTreeSet<WebhookKey> = operations.iter().flat_map(|o| o.before.iter().copied()).collect();
    let alone = keys.iter().map(|key| held(operations, &|k| k == *key));
    let mut sets: Vec<_> = alone.filter(|terms| !terms.is_empty()).collect();
    // Webhooks of the conversation process have a pool of their own.
    let together: Vec<_> = keys.into_iter().filter(|key| !has_own_pool(*key)).take(MOST).collect();
    let mut joint: Vec<Vec<(WebhookKey, f64)>> = Vec::new();
    for mask in 1_u32..1 << together.len() {
        let hangs = |key: WebhookKey| {
            together.iter().position(|k| *k == key).is_some_and(|place| mask >> place & 1 == 1)
        };
        let terms = held(operations, &hangs);
        if terms.len() > 1 {
            joint.push(terms);
        }
    }
    joint.dedup();
    let covered = |i: usize| {
        (0..joint.len())
            .any(|j| j != i && covers(&joint[j], &joint[i]) && (!covers(&joint[i], &joint[j]) || j < i))
    };
    let kept: Vec<usize> = (0..joint.len()).filter(|i| !covered(*i)).collect();
    sets.extend(kept.into_iter().map(|i| joint[i].clone()));
    sets
}

/// Sent by the conversation process of OpenIM's main branch, not by the group process.
fn has_own_pool(key: WebhookKey) -> bool {
    key == WebhookKey::BeforeCreateGroupChatConversations
}

fn held(operations: &[Held], hangs: &dyn Fn(WebhookKey) -> bool) -> Vec<(WebhookKey, f64)> {
    let mut terms: Vec<(WebhookKey, f64)> = Vec::new();
    for operation in operations.iter().filter(|o| o.per_s > 0.0) {
        let Some(first) = operation.before.iter().copied().find(|key| hangs(*key)) else { continue };
        match terms.iter_mut().find(|(key, _)| *key == first) {
            Some((_, per_s)) => *per_s += operation.per_s,
            None => terms.push((first, operation.per_s)),
        }
    }
    terms.sort_by_key(|(key, _)| *key);
    terms
}

/// Whether `wide` asks for at least as much as `narrow`, whatever the timeouts.
fn covers(wide: &[(WebhookKey, f64)], narrow: &[(WebhookKey, f64)]) -> bool {
    narrow.iter().all(|(key, per_s)| wide.iter().any(|(k, w)| k == key && *w >= per_s - 1e-12))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: WebhookKey = WebhookKey::BeforeCreateGroup;
    const MEMBERS: WebhookKey = WebhookKey::BeforeMemberJoinGroup;
    const INVITE: WebhookKey = WebhookKey::BeforeInviteUserToGroup;
    const CHAT: WebhookKey = WebhookKey::BeforeCreateGroupChatConversations;

    #[test]
    fn an_operation_is_held_by_the_first_webhook_that_hangs() {
        let create = Held { per_s: 10.0, before: vec![CREATE, MEMBERS] };
        let sets = hanging_sets(&[create]);
        assert_eq!(sets, [vec![(CREATE, 10.0)], vec![(MEMBERS, 10.0)]], "never both for the same operation");
    }

    #[test]
    fn two_operations_hang_at_once_each_in_a_webhook_of_its_own() {
        let create = Held { per_s: 6.0, before: vec![CREATE, MEMBERS] };
        let invite = Held { per_s: 4.0, before: vec![INVITE, MEMBERS] };
        let sets = hanging_sets(&[create, invite]);
        assert_eq!(sets[1], [(MEMBERS, 10.0)], "it holds both operations");
        let joint: Vec<_> = sets[3..].to_vec();
        assert!(joint.contains(&vec![(CREATE, 6.0), (INVITE, 4.0)]), "{joint:?}");
        assert!(joint.contains(&vec![(CREATE, 6.0), (MEMBERS, 4.0)]), "{joint:?}");
        assert!(joint.contains(&vec![(MEMBERS, 6.0), (INVITE, 4.0)]), "{joint:?}");
        assert_eq!(joint.len(), 3);
    }

    #[test]
    fn the_conversation_process_has_a_pool_of_its_own() {
        let invite = Held { per_s: 4.0, before: vec![INVITE, MEMBERS, CHAT] };
        let create = Held { per_s: 6.0, before: vec![CREATE, MEMBERS] };
        let sets = hanging_sets(&[create, invite]);
        assert!(sets.contains(&vec![(CHAT, 4.0)]));
        assert!(sets.iter().all(|s| s.len() == 1 || s.iter().all(|(key, _)| *key != CHAT)));
    }

    #[test]
    fn an_operation_without_arrivals_holds_nothing() {
        assert!(hanging_sets(&[Held { per_s: 0.0, before: vec![CREATE] }]).is_empty());
        assert!(hanging_sets(&[]).is_empty());
    }
}
