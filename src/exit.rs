//! Exit codes: what a script may rely on.
//!
//! Where several apply the order 1, 2, 3, 5, 4, 6 decides (`Exit::first`).

/// What the process ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// 0: done.
    Ok,
    /// 1: a defect of this program.
    Bug,
    /// 2: wrong usage or profile.
    Usage,
    /// 3: target unreachable or preflight failed.
    Target,
    /// 4: objective missed or inconclusive.
    Objective,
    /// 5: the run is invalid, or aborted itself.
    Invalid,
    /// 6: findings at or above `--fail-on`.
    Findings,
    /// 130: interrupted (Ctrl-C); the record is readable.
    Interrupted,
    /// 143: ended by SIGTERM; the record is readable.
    Terminated,
}

impl Exit {
    /// All, in the order of their numbers.
    pub const ALL: [Exit; 9] = [
        Exit::Ok,
        Exit::Bug,
        Exit::Usage,
        Exit::Target,
        Exit::Objective,
        Exit::Invalid,
        Exit::Findings,
        Exit::Interrupted,
        Exit::Terminated,
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Bug => 1,
            Exit::Usage => 2,
            Exit::Target => 3,
            Exit::Objective => 4,
            Exit::Invalid => 5,
            Exit::Findings => 6,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        }
    }

    /// The meaning, as the README and `--help` print it.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Exit::Ok => "done, nothing to complain about",
            Exit::Bug => "a bug in openim-bench: please report it",
            Exit::Usage => "wrong usage or profile",
            Exit::Target => "target unreachable or preflight failed",
            Exit::Objective => "an objective was missed or could not be decided",
            Exit::Invalid => "the run is invalid or aborted itself: do not use its figures",
            Exit::Findings => "findings at or above --fail-on (default: error)",
            Exit::Interrupted => "interrupted by Ctrl-C; the record is readable",
            Exit::Terminated => "ended by SIGTERM; the record is readable",
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Exit::Bug => 0,
            Exit::Interrupted => 1,
            Exit::Terminated => 2,
            Exit::Usage => 3,
            Exit::Target => 4,
            Exit::Invalid => 5,
            Exit::Objective => 6,
            Exit::Findings => 7,
            Exit::Ok => 8,
        }
    }

    /// The one that decides where several apply: a bug before an interruption
    /// before 2, 3, 5, 4, 6, 0.
    #[must_use]
    pub fn first(self, other: Exit) -> Exit {
        if other.rank() < self.rank() { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_run_outranks_a_missed_objective_and_findings() {
        assert_eq!(Exit::Objective.first(Exit::Invalid), Exit::Invalid);
        assert_eq!(Exit::Findings.first(Exit::Objective), Exit::Objective);
        assert_eq!(Exit::Ok.first(Exit::Findings), Exit::Findings);
        assert_eq!(Exit::Invalid.first(Exit::Usage), Exit::Usage);
    }
}
