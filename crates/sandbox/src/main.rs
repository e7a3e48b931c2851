//! Serves the simulated services, or runs a command against them.

#![expect(clippy::disallowed_methods, reason = "it is no step: it says on stderr where it listens")]

mod run;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sandbox::{Options, Server};
use tokio::signal::unix::{SignalKind, signal};

/// The remote services as seen on the wire, without credentials or network.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a command against the services on a free port, and passes its exit code on
    Run {
        /// The command and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let ended = match &cli.command {
        Some(Command::Run { command }) => run::run(cli.options, command),
        None => serve(cli.options),
    };
    ended.unwrap_or_else(|why| {
        // There is nowhere left to say that stderr is closed.
        writeln!(io::stderr(), "sandbox: {why:#}").ok();
        ExitCode::FAILURE
    })
}

/// Serves until SIGINT or SIGTERM.
fn serve(options: Options) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut interrupt, mut terminate) = {
        let _guard = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    let server = Server::start(options)?;
    let mut stderr = io::stderr().lock();
    writeln!(stderr, "sandbox: listening on {}", server.url())?;
    for (name, value) in server.variables() {
        writeln!(stderr, "export {name}='{value}'")?;
    }
    writeln!(stderr, "unset {}", server.removed_variables().join(" "))?;
    drop(stderr);
    runtime.block_on(async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    });
    Ok(ExitCode::SUCCESS)
}
