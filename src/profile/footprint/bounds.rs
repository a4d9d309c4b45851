//! The lowest bounds that a run can reach: those of a run in which nothing was slow.

/// −ln 0.05: with nothing seen, the upper 95 % bound of a Poisson mean (χ²₀.₉₅(2) ÷ 2).
const NONE_SEEN: f64 = 2.995_732_273_553_991;

/// Upper 95 % bound of the share of slow callbacks after `n` of which none was slow, when they
/// come one by one (Clopper–Pearson with c = 0).
#[must_use]
pub fn single_bound(n: f64) -> f64 {
    if n < 1.0 { 1.0 } else { -f64::exp_m1(-NONE_SEEN / n) }
}

/// The smallest n for which `single_bound` is at most `misfire`.
#[must_use]
pub fn callbacks_for(misfire: f64) -> u64 {
    (-NONE_SEEN / f64::ln_1p(-misfire)).ceil() as u64
}

/// The same bound when they come in spells: no spell seen in `seconds`, mean spell length
/// `spell_s` to be excluded, `rate` callbacks a second: ν · max(rate · τ₀, 1) ÷ rate, with
/// ν = χ²₀.₉₅(2) ÷ 2D.
#[must_use]
pub fn spell_bound(seconds: f64, rate: f64, spell_s: f64) -> f64 {
    if seconds <= 0.0 || rate <= 0.0 {
        return 1.0;
    }
    (NONE_SEEN / seconds * (rate * spell_s).max(1.0) / rate).min(1.0)
}

/// Seconds after which `spell_bound` is at most `misfire`; infinite without callbacks.
#[must_use]
pub fn seconds_for_high(misfire: f64, rate: f64, spell_s: f64) -> f64 {
    if rate <= 0.0 { f64::INFINITY } else { NONE_SEEN * spell_s.max(1.0 / rate) / misfire }
}
