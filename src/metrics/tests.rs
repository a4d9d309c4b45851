//! Names, buckets, labels and what the events of a run come to.
