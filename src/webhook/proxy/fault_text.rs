//! The textual form of a fault rule, as a command line gives it.
//!
//! `hang,key=beforeCreateGroup,p=0.1,from=10s,to=70s,operation=ob`: the fault first, then
//! what limits it. `body=` is last and takes the rest, commas included.

use std::str::FromStr;
use std::time::Duration;

use super::fault::{FaultRule, ProxyFault, USUAL_LENGTH};
use crate::text::Text;
use crate::units::{Span, Stamp};
use crate::wire::WebhookKey;
use crate::{displays_english, say};

/// Why a text is no rule, or a rule cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// It begins with no fault.
    Kind {
        /// As given.
        given: String,
    },
    /// A part that no rule has.
    Part {
        /// As given.
        given: String,
    },
    /// A part whose value cannot be.
    Value {
        /// The part.
        part: &'static str,
        /// As given.
        given: String,
        /// What it may be.
        why: Text,
    },
    /// It is over before it begins.
    NoTime,
    /// `body` without a status.
    BodyAlone,
    /// It hits everybody, and nobody said that this is wanted.
    HitsEveryone,
}

impl FaultError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            FaultError::Kind { given } => say!("upstream-fault-kind", given = given),
            FaultError::Part { given } => say!("upstream-fault-part", given = given),
            FaultError::Value { part, given, why } => {
                say!("upstream-fault-value", part = *part, given = given, why = why)
            }
            FaultError::NoTime => say!("upstream-fault-no-time"),
            FaultError::BodyAlone => say!("upstream-fault-body-alone"),
            FaultError::HitsEveryone => say!("upstream-fault-everyone"),
        }
    }
}

displays_english!(FaultError);

impl FromStr for FaultRule {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<FaultRule, FaultError> {
        let (text, body) = match text.split_once(",body=") {
            Some((text, body)) => (text, Some(body)),
            None => (text, None),
        };
        let mut parts = text.split(',').map(str::trim);
        let mut rule = FaultRule::new(kind(parts.next().unwrap_or_default(), body)?);
        let mut to = None;
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match name {
                "key" => rule.keys.push(key(value)?),
                "command" => rule.keys.push(command(value)?),
                "p" => rule.probability = probability(value)?,
                "from" => rule.from = stamp("from", value)?,
                "to" => to = Some(stamp("to", value)?),
                "operation" if !value.is_empty() => rule.operation = Some(value.to_owned()),
                "operation" => return Err(wrong("operation", value, say!("upstream-fault-operation"))),
                _ => return Err(FaultError::Part { given: clip(part) }),
            }
        }
        rule.to = to.unwrap_or_else(|| rule.from.plus_us(micros(USUAL_LENGTH)));
        if rule.to <= rule.from {
            return Err(FaultError::NoTime);
        }
        Ok(rule)
    }
}

fn kind(text: &str, body: Option<&str>) -> Result<ProxyFault, FaultError> {
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    let fault = match (name, value) {
        ("hang", None) => ProxyFault::Hang,
        ("reset", None) => ProxyFault::Reset,
        ("close", None) => ProxyFault::Close,
        ("slow_body", None) => ProxyFault::SlowBody,
        ("delay", Some(value)) => ProxyFault::Delay(span("delay", value)?),
        ("status", Some(value)) => {
            let code = value.parse().ok().filter(|code| (200..=599).contains(code));
            let code = code.ok_or_else(|| wrong("status", value, say!("upstream-fault-status")))?;
            return Ok(ProxyFault::Status { code, body: body.unwrap_or_default().to_owned() });
        }
        _ => return Err(FaultError::Kind { given: clip(text) }),
    };
    if body.is_some() { Err(FaultError::BodyAlone) } else { Ok(fault) }
}

fn key(text: &str) -> Result<WebhookKey, FaultError> {
    text.parse().map_err(|e: crate::wire::key::UnknownKey| wrong("key", text, e.text()))
}

fn command(text: &str) -> Result<WebhookKey, FaultError> {
    WebhookKey::from_command(text).ok_or_else(|| wrong("command", text, say!("upstream-fault-command")))
}

fn probability(text: &str) -> Result<f64, FaultError> {
    let p = text.parse().ok().filter(|p| *p > 0.0 && *p <= 1.0);
    p.ok_or_else(|| wrong("p", text, say!("upstream-fault-p")))
}

fn span(part: &'static str, text: &str) -> Result<Span, FaultError> {
    text.parse().map_err(|_| wrong(part, text, say!("upstream-fault-span")))
}

fn stamp(part: &'static str, text: &str) -> Result<Stamp, FaultError> {
    span(part, text).map(|span| Stamp(micros(span.0)))
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn wrong(part: &'static str, given: &str, why: Text) -> FaultError {
    FaultError::Value { part, given: clip(given), why }
}

fn clip(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        text.parse::<FaultRule>().unwrap_err().to_string()
    }

    #[test]
    fn a_rule_is_read_with_all_that_limits_it() {
        let rule: FaultRule =
            "hang,key=beforeCreateGroup,p=0.1,from=10s,to=70s,operation=ob".parse().unwrap();
        assert_eq!(rule.fault, ProxyFault::Hang);
        assert_eq!((rule.probability, rule.from, rule.to), (0.1, Stamp(10_000_000), Stamp(70_000_000)));
        assert_eq!(rule.keys, [WebhookKey::BeforeCreateGroup]);
        assert!(rule.covers(WebhookKey::BeforeCreateGroup, "ob1", Stamp(10_000_000)));
        assert!(!rule.covers(WebhookKey::BeforeCreateGroup, "ob1", Stamp(70_000_000)));
        assert!(!rule.covers(WebhookKey::BeforeCreateGroup, "other", Stamp(20_000_000)));
        assert!(!rule.covers(WebhookKey::AfterCreateGroup, "ob1", Stamp(20_000_000)));
        assert!(rule.check(false).is_ok());
    }

    #[test]
    fn a_body_takes_the_rest_and_every_rule_has_an_end() {
        let rule: FaultRule = "status=503,from=5s,body={\"a\":1,\"b\":2}".parse().unwrap();
        assert_eq!(rule.fault, ProxyFault::Status { code: 503, body: "{\"a\":1,\"b\":2}".into() });
        assert_eq!(rule.to, Stamp(65_000_000));
        assert_eq!(rule.check(false), Err(FaultError::HitsEveryone));
        assert!(rule.check(true).is_ok());
        let by_command: FaultRule = "reset,command=callbackAfterCreateGroupCommand".parse().unwrap();
        assert_eq!(by_command.keys, [WebhookKey::AfterCreateGroup]);
        let delayed: FaultRule = "delay=2s".parse().unwrap();
        assert_eq!(delayed.fault, ProxyFault::Delay(Span::secs(2)));
    }

    #[test]
    fn what_is_no_rule_is_answered_with_what_would_be() {
        for (text, says) in [
            ("", "slow_body"),
            ("hung", "hang"),
            ("delay", "delay="),
            ("hang,keys=x", "operation="),
            ("hang,key=beforeCreateGrup", "beforeCreateGroup"),
            ("hang,command=beforeCreateGroup", "callbackBeforeCreateGroupCommand"),
            ("hang,p=0", "1"),
            ("hang,p=nan", "1"),
            ("hang,from=10", "10s"),
            ("hang,from=9s,to=9s", "from"),
            ("hang,operation=", "operation"),
            ("status=99", "200"),
            ("hang,body=x", "status"),
        ] {
            let message = error(text);
            assert!(message.contains(says), "{text}: {message}");
        }
    }
}
