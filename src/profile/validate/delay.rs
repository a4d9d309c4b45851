//! Rules about delay models: can they be drawn from?

use super::Judge;
use crate::delay::{Delay, DelayModel};

pub(super) fn delay(judge: &mut Judge<'_>, key: &str, delay: &Delay) {
    if let Err(what) = validate_delay(delay) {
        judge.fail(key, what);
    }
}

/// Whether a delay can be drawn from.
fn validate_delay(delay: &Delay) -> Result<(), String> {
    let Delay::Model(model) = delay else { return Ok(()) };
    let need = |ok: bool, what: String| if ok { Ok(()) } else { Err(what) };
    match model {
        DelayModel::Constant(_) => Ok(()),
        DelayModel::Uniform { min, max } => {
            need(min <= max, format!("is uniform from {min} to {max}; min must not be above max"))
        }
        DelayModel::Lognormal { median, p99 } => need(
            !median.0.is_zero() && median < p99,
            format!(
                "is log-normal with median {median} and p99 {p99}; both above 0, and p99 above the median"
            ),
        ),
        DelayModel::Pareto { min, alpha, max } => need(
            !min.0.is_zero() && alpha.is_finite() && *alpha > 0.0 && max.is_none_or(|m| m > *min),
            format!("is Pareto with min {min} and alpha {alpha}; both must be above 0, and max above min"),
        ),
        DelayModel::Mixture(parts) => {
            let weighted = parts.iter().all(|p| p.weight.is_finite() && p.weight > 0.0);
            need(
                !parts.is_empty() && weighted,
                "is a mixture; it needs parts, each with a weight above 0".to_owned(),
            )?;
            parts.iter().try_for_each(|p| validate_delay(&p.delay))
        }
        DelayModel::Hlog { file, .. } => need(
            file.is_file(),
            format!(
                "is drawn from `{}`, which is not a file; name an HdrHistogram interval log",
                file.display()
            ),
        ),
        DelayModel::Stall { base, every, duration } => {
            need(
                !duration.0.is_zero() && duration < every,
                format!("stalls {duration} every {every}; a stall must last above 0 and less than `every`"),
            )?;
            validate_delay(base)
        }
    }
}
