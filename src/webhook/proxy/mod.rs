//! The webhook server as a proxy: what `OpenIM` sends goes to the user's own server and its answer back.
//!
//! Promises that nothing but hop-by-hop headers and `Host` is changed on the way, that an
//! upstream's failure looks to `OpenIM` as it would without us, that `OpenIM`'s churn of
//! connections does not reach the upstream, and that a request lives on after `OpenIM` has
//! given up, so that the time of its answer is known. Faults by rule take the upstream's
//! place, for rehearsals; every one has an end.

mod exchange;
mod fault;
mod fault_text;
mod first;
mod headers;
mod io;
mod outlive;
mod pool;
mod url;
mod watch;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub use fault::{FaultRule, ProxyFault};
pub use fault_text::FaultError;
pub use first::Notice;
pub(super) use outlive::{Outliving, Relayed};
pub use pool::Upstream;
pub use url::UpstreamUrl;
pub(super) use watch::UpstreamWatch;

use super::host::FaultWindow;
use super::responder::{Callback, Passing, Reply, Responder};
use crate::clock::RunClock;
use crate::profile::model::Fault;
pub use crate::profile::model::OnUpstreamError;
use crate::text::Text;
use crate::tls::TlsError;
use crate::units::Stamp;
use crate::wire::WebhookKey;
use crate::{displays_english, say};

/// What to pass on, and where to.
#[derive(Clone, Debug)]
pub struct ProxyConfig {
    /// The user's server.
    pub upstream: UpstreamUrl,
    /// `webhook.path`, which a path of the upstream replaces.
    pub path: String,
    /// Leave `Host` as `OpenIM` sent it.
    pub keep_host: bool,
    /// PEM file of a private authority, for https.
    pub ca_file: Option<PathBuf>,
    /// Accept any certificate.
    pub insecure: bool,
    /// What `OpenIM` sees where the upstream cannot be reached.
    pub on_upstream_error: OnUpstreamError,
    /// What goes wrong on purpose; `FaultRule::check` has been passed.
    pub faults: Vec<FaultRule>,
    /// Phases in which webhooks fail, for the callbacks of a run's load.
    pub fault_windows: Vec<FaultWindow>,
    /// Seed of the rules' probabilities.
    pub seed: u64,
    /// Who hears at once that the answers are none that `OpenIM` understands.
    pub notice: Notice,
}

impl ProxyConfig {
    /// Passes on to `upstream` whatever comes under `path`.
    #[must_use]
    pub fn new(upstream: UpstreamUrl, path: impl Into<String>) -> ProxyConfig {
        ProxyConfig {
            upstream,
            path: path.into(),
            keep_host: false,
            ca_file: None,
            insecure: false,
            on_upstream_error: OnUpstreamError::Close,
            faults: Vec::new(),
            fault_windows: Vec::new(),
            seed: 1,
            notice: Notice::default(),
        }
    }
}

/// Why there can be no proxy.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// The upstream is no URL that can be passed on to.
    Url {
        /// As given, without credentials.
        url: String,
        /// What is wrong with it.
        why: Text,
    },
    /// The authority's file cannot be used.
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: Text,
    },
    /// TLS cannot be set up.
    Tls(Text),
}

impl ProxyError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            ProxyError::Url { url, why } => say!("upstream-url", url = url, why = why),
            ProxyError::CaFile { path, why } => {
                say!("upstream-ca-file", path = path.display().to_string(), why = why)
            }
            ProxyError::Tls(why) => say!("upstream-tls", why = why),
        }
    }
}

displays_english!(ProxyError);

impl From<TlsError> for ProxyError {
    fn from(error: TlsError) -> ProxyError {
        match error {
            TlsError::CaFile { path, why } => ProxyError::CaFile { path, why },
            TlsError::NoRoots { why } => ProxyError::Tls(why),
            TlsError::Config(why) => ProxyError::Tls(Text::plain(why)),
        }
    }
}

/// Passes callbacks on, but for what a fault takes.
#[derive(Debug)]
pub struct ProxyResponder {
    upstream: Arc<Upstream>,
    faults: Vec<FaultRule>,
    fault_windows: RwLock<Vec<FaultWindow>>,
    chance: Mutex<ChaCha8Rng>,
}

impl ProxyResponder {
    /// Nothing is connected to yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(config: ProxyConfig, clock: RunClock) -> Result<ProxyResponder, ProxyError> {
        let chance = Mutex::new(ChaCha8Rng::seed_from_u64(config.seed));
        let faults = config.faults.clone();
        let fault_windows = RwLock::new(config.fault_windows.clone());
        let upstream = Arc::new(Upstream::new(config, clock)?);
        Ok(ProxyResponder { upstream, faults, fault_windows, chance })
    }

    /// Replaces the phases in which webhooks fail. Takes effect from the next arrival on.
    pub fn set_fault_windows(&self, windows: Vec<FaultWindow>) {
        *self.fault_windows.write().unwrap_or_else(PoisonError::into_inner) = windows;
    }

    /// Requests that were let go because too many outlived their callbacks.
    #[must_use]
    pub fn let_go(&self) -> u64 {
        self.upstream.let_go()
    }

    /// What a phase of the run does to a callback of `key` at `at`.
    fn phase(&self, key: WebhookKey, at: Stamp) -> Option<Reply> {
        let windows = self.fault_windows.read().unwrap_or_else(PoisonError::into_inner);
        let window = windows.iter().find(|window| window.covers(key, at))?;
        match window.fault {
            Fault::Slow => {
                Some(Reply::Upstream(Passing { factor: window.factor.max(1.0), ..Passing::default() }))
            }
            fault => super::host::faulty(fault),
        }
    }

    /// What a rule does to it.
    fn rule(&self, callback: &Callback) -> Option<Reply> {
        let operation = callback.headers.get("operationid").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let mut covering =
            self.faults.iter().filter(|rule| rule.covers(callback.key, operation, callback.received_at));
        let rule = covering.find(|rule| self.strikes(rule.probability))?;
        Some(rule.fault.reply())
    }

    fn strikes(&self, probability: f64) -> bool {
        // A certain one needs no draw, so that it does not shift those of the others.
        probability >= 1.0
            || self.chance.lock().unwrap_or_else(PoisonError::into_inner).random::<f64>() < probability
    }
}

impl Responder for ProxyResponder {
    async fn respond(&self, callback: &Callback) -> Reply {
        callback.mark_started(callback.received_at);
        let of_the_load = callback.operations.iter().any(crate::ids::OperationId::is_load);
        let phase = if of_the_load { self.phase(callback.key, callback.received_at) } else { None };
        phase.or_else(|| self.rule(callback)).unwrap_or(Reply::Upstream(Passing::default()))
    }

    fn upstream(&self) -> Option<Arc<Upstream>> {
        Some(self.upstream.clone())
    }
}
