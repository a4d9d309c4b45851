//! `webhooks.yml` as `OpenIM` reads it.
