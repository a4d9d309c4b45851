//! The command line: what was typed becomes a request to a use case of `app`; its
//! outcome becomes an exit code and, for an error, one message that says what to do.
//!
//! A subcommand a file. Results go to standard output, everything else to standard error.

mod apply;
mod args;
mod capacity;
mod cleanup;
mod compare;
mod explain;
mod lint;
mod logs;
mod monitoring;
mod plot;
mod probe;
mod profile;
mod proxy;
mod report;
mod results;
mod run;
mod schema;
mod setup;
mod sim;
mod verify;
mod webhook;
mod whatif;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::app::{Failure, dashboard, out};
use crate::exit::Exit;
use crate::text::Lang;

pub use args::{Cli, command};

/// Parses the arguments, runs the use case, returns the exit code.
#[must_use]
pub fn main() -> ExitCode {
    install_panic_hook();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(usage_exit(&error).code()),
    };
    let exit = match dispatch(cli) {
        Ok(exit) => exit,
        Err(failure) => {
            say_error(&failure);
            failure.exit
        }
    };
    ExitCode::from(exit.code())
}

fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    out::speak(cli.lang.map_or_else(environment_language, Into::into));
    match cli.command {
        args::Command::Run(args) => run::main(*args),
        args::Command::Setup(args) => setup::main(args),
        args::Command::Report(args) => report::main(args),
        args::Command::Compare(args) => compare::main(*args),
        args::Command::Apply(args) => apply::main(args),
        args::Command::Verify(args) => verify::main(args),
        args::Command::Lint(args) => lint::main(args),
        args::Command::Webhook(args) => webhook::main(args),
        args::Command::Logs(args) => logs::main(args),
        args::Command::Whatif(args) => whatif::main(args),
        args::Command::Explain(args) => explain::main(args),
        args::Command::Probe(args) => probe::main(*args),
        args::Command::Capacity(args) => capacity::main(*args),
        args::Command::Proxy(args) => proxy::main(*args),
        args::Command::Sim(args) => sim::main(args),
        args::Command::Profile(args) => profile::main(args),
        args::Command::Schema(args) => schema::main(&args),
        args::Command::Monitoring(args) => monitoring::main(&args),
        args::Command::Plot(args) => plot::main(args),
        args::Command::List(args) => results::list(&args),
        args::Command::Show(args) => results::show(&args),
        args::Command::Open(args) => results::open(&args),
        args::Command::Cleanup(args) => cleanup::main(args),
    }
}

/// The language of the locale, by the variables that POSIX names, the strongest first.
fn environment_language() -> Lang {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).map_or(Lang::En, |locale| Lang::of_locale(&locale))
}

/// Help and version are no error; everything else that clap refuses is usage.
fn usage_exit(error: &clap::Error) -> Exit {
    // A closed pipe while help is printed is not worth a message.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Ok,
        _ => Exit::Usage,
    }
}

#[expect(clippy::print_stderr, reason = "the one place where an error is shown to the person")]
fn say_error(failure: &Failure) {
    eprintln!("openim-bench: {}", failure.text().of(out::lang()));
}

/// A panic is a bug: one clear message, and exit code 1 instead of Rust's 101.
pub fn install_panic_hook() {
    let standard = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        dashboard::restore();
        standard(info);
        report_bug();
        std::process::exit(i32::from(Exit::Bug.code()));
    }));
}

#[expect(clippy::print_stderr, reason = "the process is about to end")]
fn report_bug() {
    eprintln!(
        "openim-bench: this is a bug; please report it with the lines above and the command that was run. \
         What was measured until now is in the record (openim-bench report)."
    );
}
