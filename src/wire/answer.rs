//! A webhook server's answer and what `OpenIM` makes of it.
