//! The cases: what is tried, what each build is expected to do, and what that means for
//! whoever runs a webhook server.
//!
//! Only data; how to run them is the runner's, whether what was seen fits is the judge's.
//! A case has the name of the recorded scenario where there is one.

mod answers;
mod api;
mod callbacks;
mod configuration;
mod failures;
mod flows;
mod limits;
mod parts;
mod rejections;
mod timeouts;

use super::case::Case;

const FILES: [&[Case]; 9] = [
    api::CASES,
    callbacks::CASES,
    answers::CASES,
    rejections::CASES,
    failures::CASES,
    timeouts::CASES,
    limits::CASES,
    flows::CASES,
    configuration::CASES,
];

const COUNT: usize = {
    let (mut count, mut file) = (0, 0);
    while file < FILES.len() {
        count += FILES[file].len();
        file += 1;
    }
    count
};

static ALL: [&Case; COUNT] = {
    let mut all = [&FILES[0][0]; COUNT];
    let (mut count, mut file) = (0, 0);
    while file < FILES.len() {
        let mut place = 0;
        while place < FILES[file].len() {
            all[count] = &FILES[file][place];
            count += 1;
            place += 1;
        }
        file += 1;
    }
    all
};

/// Every case, in the order of the output.
pub static CASES: &[&Case] = &ALL;

/// Recorded scenarios that are no case, and why.
pub const NO_CASE: &[(&str, &str)] = &[(
    "reentrant_starvation",
    "its webhook server calls the API itself from its only worker, which a probe that hosts the webhook server cannot show; `sim --accept-any-user` finds it in your own server",
)];

/// The case of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Case> {
    CASES.iter().copied().find(|case| case.name == name)
}

#[cfg(test)]
mod tests;
