//! What a case is: data for the runner (receiver, API calls, needs) and for the judge.

mod expect;

use super::observation::Observation;
use crate::text::Text;
use crate::wire::webhooks_yml::WebhooksYml;
use crate::wire::{Build, OpenimVersion, WebhookKey};
pub use expect::{Called, Expect, Fact, Want};

/// A sentence of a table of constants: made when it is said.
pub type Saying = fn() -> Text;

/// What the webhook server does with the callbacks of a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Does {
    /// HTTP 200 and this JSON (or other text) body; place holders as in `Step::body`.
    Says(&'static str),
    /// This status line ("500 Internal Server Error"), Content-Type and body.
    Answers(&'static str, &'static str, &'static str),
    /// The neutral answer, packed with gzip.
    Gzip,
    /// This status line with a `Location` of its own server; what comes there is answered neutrally.
    Redirects(&'static str),
    /// Neutral after so many milliseconds.
    After(u64),
    /// This body after so many milliseconds.
    SaysAfter(u64, &'static str),
    /// Neutral a little before the key's timeout passes.
    InTime,
    /// Every answer is this status line with a `Location` of its own server, without end.
    RedirectsAlways(&'static str),
    /// Held until `OpenIM` gives up; at most 18 s.
    Holds,
    /// Head and first byte at once, the rest when `OpenIM` has given up; at most 18 s.
    HoldsBody,
    /// Connection closed without an answer.
    Closes,
    /// Connection reset without an answer.
    Resets,
}

/// Whose token a call carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Acting {
    /// The app admin's.
    #[default]
    Admin,
    /// The group owner's.
    Owner,
    /// That of `{m1}`, an ordinary member.
    Member,
    /// None.
    Nobody,
    /// One that nobody has been given.
    Stranger,
}

/// How often a step is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// Once.
    #[default]
    Once,
    /// So many at the same time.
    AtOnce(u32),
    /// `count` calls, one every `ms` milliseconds, whether or not earlier ones have ended.
    Every {
        /// How many.
        count: u32,
        /// Distance.
        ms: u32,
    },
    /// So many callers, each so many calls one after another.
    Callers {
        /// Callers.
        callers: u32,
        /// Calls of each.
        rounds: u32,
    },
}

/// An API call (or many alike).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Path, without the target's base path.
    pub path: &'static str,
    /// Body with place holders: `{group}` a groupID of this call's own (digits, new for each
    /// call of a step with many), `{created}` the groupID of the last create that succeeded,
    /// `{same}` the groupID last used as `{group}`, `{owner}`, `{admin1}` … `{admin9}`,
    /// `{m1}` … `{m9}` registered users, `{outsider}` a registered user of no group,
    /// `{nobody}` a userID that is not registered, `{imadmin}` the app admin, `{marker}` the name to give to groups,
    /// `{secret}` the deployment's secret. Some bodies are no JSON, on purpose.
    pub body: &'static str,
    /// Token.
    pub acting: Acting,
    /// How often.
    pub times: Times,
    /// Pause before it, ms.
    pub pause_ms: u32,
    /// The caller goes away after so many ms.
    pub give_up_ms: Option<u32>,
    /// `Accept-Encoding: gzip` is sent.
    pub gzip: bool,
    /// No `operationID` header is sent.
    pub without_operation_id: bool,
    /// GET without a body instead of POST.
    pub get: bool,
}

impl Step {
    /// A call by the admin, once, at once.
    #[must_use]
    pub const fn new(path: &'static str, body: &'static str) -> Step {
        Step {
            path,
            body,
            acting: Acting::Admin,
            times: Times::Once,
            pause_ms: 0,
            give_up_ms: None,
            gzip: false,
            without_operation_id: false,
            get: false,
        }
    }

    /// With this token.
    #[must_use]
    pub const fn acting(mut self, acting: Acting) -> Step {
        self.acting = acting;
        self
    }

    /// So often.
    #[must_use]
    pub const fn times(mut self, times: Times) -> Step {
        self.times = times;
        self
    }

    /// After a pause of so many ms.
    #[must_use]
    pub const fn pause(mut self, ms: u32) -> Step {
        self.pause_ms = ms;
        self
    }

    /// The caller goes away after so many ms.
    #[must_use]
    pub const fn give_up(mut self, ms: u32) -> Step {
        self.give_up_ms = Some(ms);
        self
    }

    /// Calls that it makes in all.
    #[must_use]
    pub const fn calls(&self) -> usize {
        match self.times {
            Times::Once => 1,
            Times::AtOnce(count) | Times::Every { count, .. } => count as usize,
            Times::Callers { callers, rounds } => callers as usize * rounds as usize,
        }
    }
}

/// How `webhooks.yml` must differ from what a deployment normally has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Config {
    /// `timeout` of a key is so many seconds.
    Timeout(WebhookKey, i64),
    /// `timeout` of a key is written as this text.
    TimeoutText(WebhookKey, &'static str),
    /// `failedContinue: true` at this key.
    FailedContinue(WebhookKey),
    /// `url` is this; `{url}` stands for the right one.
    Url(&'static str),
    /// Only these keys are enabled, besides those that the case needs.
    Extra(&'static [WebhookKey]),
}

/// What must hold for the case to be run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// Keys that must be enabled.
    pub keys: &'static [WebhookKey],
    /// `webhooks.yml` must be so: a real deployment is only used as it is.
    pub config: Option<Config>,
    /// Only with `--slow`: takes longer than a second or two.
    pub slow: bool,
    /// Only with `--dangerous`: what it may do to a deployment.
    pub danger: Option<Saying>,
    /// No webhook server may listen while it runs.
    pub no_listener: bool,
    /// Only a simulator can be brought into this state (group process down); says how.
    pub simulator_only: Option<Saying>,
}

impl Needs {
    /// These keys, enabled.
    #[must_use]
    pub const fn keys(keys: &'static [WebhookKey]) -> Needs {
        Needs { keys, config: None, slow: false, danger: None, no_listener: false, simulator_only: None }
    }

    /// And `webhooks.yml` so.
    #[must_use]
    pub const fn config(mut self, config: Config) -> Needs {
        self.config = Some(config);
        self
    }

    /// And `--slow`.
    #[must_use]
    pub const fn slow(mut self) -> Needs {
        self.slow = true;
        self
    }

    /// And `--dangerous`, since it may do this.
    #[must_use]
    pub const fn danger(mut self, what: Saying) -> Needs {
        self.danger = Some(what);
        self
    }

    /// And a simulator in this state.
    #[must_use]
    pub const fn simulator_only(mut self, state: Saying) -> Needs {
        self.simulator_only = Some(state);
        self
    }
}

/// What a case is about; the order of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// API envelope, headers, tokens.
    Api,
    /// Which callbacks come, with what.
    Callbacks,
    /// What answers mean.
    Answers,
    /// Rejections.
    Rejections,
    /// Failures of the webhook server.
    Failures,
    /// Timeouts.
    Timeouts,
    /// Connections and queue.
    Limits,
    /// Other group operations.
    Flows,
    /// `webhooks.yml`.
    Configuration,
}

/// What is known of the deployment when cases are run and judged.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The version, as told or given.
    pub version: OpenimVersion,
    /// `webhooks.yml` as far as known: given by the user, or the simulator's.
    pub webhooks: Option<WebhooksYml>,
    /// Keys that were seen to call back, or that `webhooks` enables.
    pub enabled: Vec<WebhookKey>,
    /// `--slow`.
    pub slow: bool,
    /// `--dangerous`.
    pub dangerous: bool,
    /// The target is a simulator of ours, started for each case.
    pub simulator: bool,
}

impl Setting {
    /// The effective timeout of a key in seconds, where `webhooks.yml` is known.
    #[must_use]
    pub fn timeout_s(&self, key: WebhookKey) -> Option<u32> {
        let config = self.webhooks.as_ref()?.keys.iter().find(|(name, _)| name.as_str() == key.name())?.1;
        Some(crate::wire::webhooks_yml::effective_timeout_s(config.timeout))
    }
}

/// A case: its name is that of the recorded scenario, where there is one.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Name, `lower_snake_case`; `--only` takes it.
    pub name: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// What is tried, in a few words.
    pub tries: Saying,
    /// What the webhook server does; keys that are not named are answered neutrally.
    pub receiver: &'static [(WebhookKey, Does)],
    /// What the API is asked, one after another.
    pub steps: &'static [Step],
    /// Conditions.
    pub needs: Needs,
    /// What builds do; every build is named in exactly one entry.
    pub expect: &'static [For],
    /// What that means for whoever runs a webhook server or calls the API.
    pub means: Saying,
}

impl Case {
    /// A case that needs nothing and tries nothing yet.
    #[must_use]
    pub const fn new(topic: Topic, name: &'static str, tries: Saying, means: Saying) -> Case {
        Case { name, topic, tries, receiver: &[], steps: &[], needs: Needs::keys(&[]), expect: &[], means }
    }

    /// One that is in no list, so that nobody is told of it.
    #[must_use]
    pub const fn unlisted(topic: Topic, name: &'static str) -> Case {
        Case::new(topic, name, Text::default, Text::default)
    }

    /// The webhook server does this.
    #[must_use]
    pub const fn receiver(mut self, receiver: &'static [(WebhookKey, Does)]) -> Case {
        self.receiver = receiver;
        self
    }

    /// The API is asked this.
    #[must_use]
    pub const fn steps(mut self, steps: &'static [Step]) -> Case {
        self.steps = steps;
        self
    }

    /// Under these conditions.
    #[must_use]
    pub const fn needs(mut self, needs: Needs) -> Case {
        self.needs = needs;
        self
    }

    /// Builds do this.
    #[must_use]
    pub const fn expect(mut self, expect: &'static [For]) -> Case {
        self.expect = expect;
        self
    }

    /// What a build is expected to do.
    #[must_use]
    pub fn expected(&self, build: Build) -> Option<&'static Expect> {
        self.expect.iter().find(|f| f.builds.contains(&build)).map(|f| &f.expect)
    }
}

/// What some builds do.
#[derive(Clone, Copy, Debug)]
pub struct For {
    /// These.
    pub builds: &'static [Build],
    /// This.
    pub expect: Expect,
}

impl For {
    /// What every build does.
    #[must_use]
    pub const fn every(expect: Expect) -> For {
        For { builds: &Build::ALL, expect }
    }

    /// What these do.
    #[must_use]
    pub const fn these(builds: &'static [Build], expect: Expect) -> For {
        For { builds, expect }
    }
}

/// How a case ended.
#[derive(Clone, Debug)]
pub enum CaseOutcome {
    /// It was run.
    Seen(Box<Observation>),
    /// This deployment cannot show it, and why.
    NotTestable(Text),
    /// It was left out, and which flag runs it.
    NotMeasured(Text),
    /// It could not be carried out (API unreachable, no token …), and why.
    Failed(Text),
}

/// A case and how it ended.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The case.
    pub case: &'static Case,
    /// How it ended.
    pub outcome: CaseOutcome,
}

/// What a judge says of what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As expected of the deployment's build; all builds that do the same, oldest first.
    Matches(Vec<Build>),
    /// Not as expected of the deployment's build.
    Differs {
        /// Builds that do what was seen, oldest first; often none.
        like: Vec<Build>,
        /// The first difference, as "expected …, seen …".
        difference: Text,
    },
}
