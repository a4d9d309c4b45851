//! `cleanup`: dismisses the groups that a run left behind, from the list in its record.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::live::Display;
use super::run::after::{Sweep, Swept};
use super::target::Access;
use super::{Failure, out, unwritten};
use crate::clock::RunClock;
use crate::exit::Exit;
use crate::openim::{self, Admin, BaseUrl, safety};
use crate::profile::plan::Basis;
use crate::record::ids::{IdLog, read_ids};
use crate::record::read::RunRecord;
use crate::record::store;
use crate::say;
use crate::text::Told;

/// What to clean up.
#[derive(Clone, Debug)]
pub struct CleanupRequest {
    /// Folder, prefix of a run id, or `latest`.
    pub result: String,
    /// Where records are.
    pub out: PathBuf,
    /// API URL; default: the run's.
    pub target: Option<String>,
    /// `--allow-host`.
    pub allow_hosts: Vec<String>,
    /// Do not check certificates.
    pub insecure: bool,
    /// Dismissals per second; default: the run's.
    pub rate: Option<f64>,
}

/// Dismisses what is left.
///
/// # Errors
/// Exit code 2 when there is no such record, 3 when the API cannot be reached.
pub fn main(request: CleanupRequest) -> Result<Exit, Failure> {
    let folder = store::find(&request.out, &request.result).map_err(Failure::usage)?;
    let record = RunRecord::open(&folder).map_err(Failure::usage)?;
    let list = read_ids(&folder).map_err(Failure::usage)?;
    let profile = &record.header.plan.profile;
    let url = match (&request.target, record.header.plan.basis) {
        (Some(url), _) => url.clone(),
        (None, Basis::Simulated) => {
            return Err(Failure::usage(Told::new(say!("app-cleanup-simulator"))));
        }
        (None, _) => profile.target.url.clone(),
    };
    let rate = request.rate.unwrap_or(profile.cleanup.rate);
    if !(rate.is_finite() && rate > 0.0) {
        return Err(Failure::usage(Told::new(say!("app-cleanup-rate", rate = rate.to_string()))));
    }
    let mut allowed = profile.limits.allowed_hosts.clone();
    allowed.extend(request.allow_hosts.iter().cloned());
    safety::check_target(&url, &allowed, profile.limits.groups).map_err(Failure::usage)?;
    openim::tls::install_provider();
    let mut access = Access::from(&profile.target);
    access.insecure |= request.insecure;
    let base = BaseUrl::parse(&url).context("--target").map_err(Failure::usage)?;
    let config = access.admin(base, access.credentials()?, list.tag);
    let admin = Admin::new(config, RunClock::start()).map_err(Failure::usage)?;
    let mut ids = IdLog::append(&folder).map_err(|error| unwritten(Path::new("ids.txt"), error))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::bug)?;
    let display = Display::new(false);
    let swept = runtime.block_on(async {
        admin.token().await.map_err(Failure::target)?;
        let sweep = Sweep { doubtful: false, admin: &admin, tag: list.tag, rate, display: &display };
        let singles: Vec<String> = list.left_singles().map(str::to_owned).collect();
        let mut swept: Swept = sweep.all(&singles, 0, &mut ids).await;
        for range in list.left() {
            sweep.range(range.start, range.end, range.end, &mut swept, &mut ids).await;
        }
        Ok::<Swept, Failure>(swept)
    })?;
    display.end();
    let (dismissed, gone, left) = (swept.dismissed, swept.gone, swept.left_count);
    let done = say!("app-cleanup-done", dismissed = dismissed, gone = gone, left = left);
    out::result(format!("{}\n", done.of(out::lang())).as_bytes())?;
    if let Some(line) = swept.report(&folder, Basis::Modelled) {
        out::tell(&line);
        return Ok(Exit::Target);
    }
    Ok(Exit::Ok)
}
