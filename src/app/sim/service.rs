//! `--service-time`: a duration, a delay model in short, or one as a profile writes it.
//!
//! The rules about what a model may be are `delay`'s; here only the text is read.

use std::fmt;
use std::str::FromStr;

use anyhow::Context as _;
use serde::Deserialize;

use super::Failure;
use crate::clock::RunClock;
use crate::delay::{Delay, DelaySampler};
use crate::sim::ServiceTime;
use crate::units::Span;
use crate::webhook::hlog_file;

/// Seed offset of service times, so that they are not those of the handlers.
const SERVICE_STREAM: u64 = 0x5e41_11ce;

/// The server's own part, as typed.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceSpec {
    /// What it means.
    pub delay: Delay,
    text: String,
}

/// Why a text is no service time.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{text}` is no service time ({why}); write \"3ms\", \"lognormal:median=25ms,p99=130ms\", \"uniform:min=1ms,max=9ms\", \"pareto:min=2ms,alpha=1.5\", \"hlog:file=FILE\", or a table as in a profile: {{ stall = {{ base = \"3ms\", every = \"10s\", duration = \"1s\" }} }}"
)]
pub struct ServiceSpecError {
    text: String,
    why: String,
}

impl fmt::Display for ServiceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for ServiceSpec {
    type Err = ServiceSpecError;

    fn from_str(text: &str) -> Result<ServiceSpec, ServiceSpecError> {
        let text = text.trim();
        let wrong = |why: String| ServiceSpecError { text: text.to_owned(), why };
        let delay = match text.split_once(':') {
            _ if text.starts_with('{') => read(text).map_err(wrong)?,
            Some((name, fields)) => read(&table(name.trim(), fields)).map_err(wrong)?,
            None => Delay::Fixed(text.parse::<Span>().map_err(|e| wrong(e.to_string()))?),
        };
        // A file is looked for when the simulator starts.
        delay.check(|_| Ok(())).map_err(|e| wrong(e.to_string()))?;
        Ok(ServiceSpec { delay, text: text.to_owned() })
    }
}

/// `{ name = { key = "value" } }`, as a profile writes it.
fn table(name: &str, fields: &str) -> String {
    let value = |text: &str| {
        let text = text.trim();
        if text.parse::<f64>().is_ok() { text.to_owned() } else { toml::Value::from(text).to_string() }
    };
    if !fields.contains('=') {
        return format!("{{ {name} = {} }}", value(fields));
    }
    let fields = fields.split(',').map(|field| match field.split_once('=') {
        Some((key, text)) => format!("{} = {}", key.trim(), value(text)),
        None => field.to_owned(),
    });
    format!("{{ {name} = {{ {} }} }}", fields.collect::<Vec<_>>().join(", "))
}

fn read(inline: &str) -> Result<Delay, String> {
    #[derive(Deserialize)]
    struct Typed {
        delay: Delay,
    }
    let names = ["constant", "uniform", "lognormal", "pareto", "mixture", "hlog", "stall"];
    toml::from_str::<Typed>(&format!("delay = {inline}"))
        .map(|typed| typed.delay)
        .map_err(|_| format!("not one of the models {} with its fields", names.join(", ")))
}

/// Draws from a delay; `key` is the flag or profile key that it comes from.
pub(super) fn sampled(delay: &Delay, seed: u64, key: &'static str) -> Result<ServiceTime, Failure> {
    let sampler = DelaySampler::with_hlogs(delay, seed ^ SERVICE_STREAM, hlog_file::load);
    let mut sampler = sampler.context(key).map_err(Failure::usage)?;
    let clock = RunClock::start();
    Ok(ServiceTime::new(move || sampler.sample(clock.now_offset())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delay::DelayModel;

    #[test]
    fn a_duration_a_short_model_and_a_table_are_read() {
        let of = |text: &str| text.parse::<ServiceSpec>().unwrap().delay;
        assert_eq!(of("3ms"), Delay::Fixed(Span::millis(3)));
        let lognormal = DelayModel::Lognormal { median: Span::millis(3), p99: Span::millis(20) };
        assert_eq!(of("lognormal:median=3ms,p99=20ms"), Delay::Model(lognormal.clone()));
        assert_eq!(of("{ lognormal = { median = \"3ms\", p99 = \"20ms\" } }"), Delay::Model(lognormal));
        assert_eq!(of("constant:5ms"), Delay::Model(DelayModel::Constant(Span::millis(5))));
        let pareto = DelayModel::Pareto { min: Span::millis(2), alpha: 1.5, max: None };
        assert_eq!(of("pareto:min=2ms,alpha=1.5"), Delay::Model(pareto));
    }

    #[test]
    fn what_is_no_model_is_refused_with_an_example() {
        for text in ["3", "lognormal:median=3ms", "lognormal:median=9ms,p99=3ms", "normal:mean=3ms", "{", ":"]
        {
            let said = text.parse::<ServiceSpec>().unwrap_err().to_string();
            assert!(said.contains(text) && said.contains("lognormal:median="), "{text}: {said}");
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_service_times() {
        let spec: ServiceSpec = "lognormal:median=3ms,p99=20ms".parse().unwrap();
        let draws = |seed| {
            let mut sampler = DelaySampler::new(&spec.delay, seed).unwrap();
            (0..20).map(|_| sampler.sample(crate::units::Offset(0))).collect::<Vec<_>>()
        };
        assert_eq!(draws(4), draws(4));
        assert_ne!(draws(4), draws(5));
    }
}
