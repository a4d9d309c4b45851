//! Size classes of a group, and how many callbacks belong to each.
//!
//! A handler that looks at every member is slow for large groups only; figures of all callbacks together hide
//! that. The size is that of the operation: members, admins and owner of a create, else the users acted on. An
//! operation without a size (a dismissal) belongs to no class.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::say;
use crate::text::Text;

/// A class of sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum SizeClass {
    /// 1 to 10.
    #[serde(rename = "1-10")]
    Small,
    /// 11 to 100.
    #[serde(rename = "11-100")]
    Medium,
    /// 101 to 1,000.
    #[serde(rename = "101-1000")]
    Large,
    /// More.
    #[serde(rename = "1001-")]
    Huge,
}

impl SizeClass {
    /// All, the smallest first.
    pub const ALL: [SizeClass; 4] = [SizeClass::Small, SizeClass::Medium, SizeClass::Large, SizeClass::Huge];

    /// The class of a size; none for 0, which stands for unknown.
    #[must_use]
    pub const fn of(size: u32) -> Option<SizeClass> {
        match size {
            0 => None,
            1..=10 => Some(SizeClass::Small),
            11..=100 => Some(SizeClass::Medium),
            101..=1_000 => Some(SizeClass::Large),
            _ => Some(SizeClass::Huge),
        }
    }

    /// For people: `101 to 1,000`.
    #[must_use]
    pub fn words(self) -> Text {
        match self {
            SizeClass::Small => say!("recommendation-size-small"),
            SizeClass::Medium => say!("recommendation-size-medium"),
            SizeClass::Large => say!("recommendation-size-large"),
            SizeClass::Huge => say!("recommendation-size-huge"),
        }
    }
}

/// Callbacks by size class. Written as a map of the classes that have any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SizeCounts([u64; SizeClass::ALL.len()]);

impl SizeCounts {
    /// A callback of an operation of this size; one of unknown size is left out.
    pub fn count(&mut self, size: u32) {
        if let Some(class) = SizeClass::of(size) {
            self.0[class as usize] += 1;
        }
    }

    /// How many belong to a class.
    #[must_use]
    pub const fn get(&self, class: SizeClass) -> u64 {
        self.0[class as usize]
    }

    /// Adds `other`, class by class.
    pub fn add(&mut self, other: SizeCounts) {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a += b);
    }

    /// No callback of a known size.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|n| *n == 0)
    }
}

impl Serialize for SizeCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let filled = SizeClass::ALL.iter().map(|class| (class, self.get(*class))).filter(|(_, n)| *n > 0);
        serializer.collect_map(filled)
    }
}

impl<'de> Deserialize<'de> for SizeCounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SizeCounts, D::Error> {
        let mut counts = SizeCounts::default();
        for (class, n) in BTreeMap::<SizeClass, u64>::deserialize(deserializer)? {
            counts.0[class as usize] = n;
        }
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::model::CallbackCounts;

    #[test]
    fn every_size_has_its_class_and_an_unknown_one_has_none() {
        let class = SizeClass::of;
        assert_eq!((class(0), class(1), class(10)), (None, Some(SizeClass::Small), Some(SizeClass::Small)));
        assert_eq!((class(11), class(100)), (Some(SizeClass::Medium), Some(SizeClass::Medium)));
        assert_eq!((class(101), class(1_000)), (Some(SizeClass::Large), Some(SizeClass::Large)));
        assert_eq!((class(1_001), class(u32::MAX)), (Some(SizeClass::Huge), Some(SizeClass::Huge)));
    }

    #[test]
    fn only_classes_that_have_any_are_written_and_they_are_read_back() {
        let mut counts = CallbackCounts::default();
        let text = serde_json::to_string(&counts).unwrap();
        assert!(!text.contains("sizes"), "{text}");
        assert_eq!(serde_json::from_str::<CallbackCounts>(&text).unwrap(), counts);
        [3, 700, 700, 0].into_iter().for_each(|size| counts.sizes.count(size));
        let text = serde_json::to_string(&counts).unwrap();
        assert!(text.contains(r#""sizes":{"1-10":1,"101-1000":2}"#), "{text}");
        assert_eq!(serde_json::from_str::<CallbackCounts>(&text).unwrap(), counts);
    }

    #[test]
    fn counts_of_classes_add_up() {
        let (mut a, mut b) = (CallbackCounts::default(), CallbackCounts::default());
        a.sizes.count(5);
        b.sizes.count(6);
        b.sizes.count(50);
        a.add(b);
        assert_eq!((a.sizes.get(SizeClass::Small), a.sizes.get(SizeClass::Medium)), (2, 1));
        assert_eq!(SizeClass::ALL.map(|class| a.sizes.get(class)).iter().sum::<u64>(), 3);
    }
}
