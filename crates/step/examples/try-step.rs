//! A step that ends in every way, for the tests of the contract.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, Failure, Input, Outcome, Receipt, Task};

/// End in the way that is asked for.
#[derive(Debug, Parser)]
#[command(name = "try-step", version)]
struct Args {
    /// A path, or `-` for the receipt of the step before
    #[arg(value_name = "INPUT|-")]
    input: Input,
    /// How to end
    #[arg(long, value_name = "HOW", default_value = "done")]
    end: String,
}

/// The step's own key.
#[derive(Debug, Serialize, JsonSchema)]
struct Own {
    /// A word, possibly long.
    word: String,
}

async fn run(args: Args, task: Task) -> Result<Outcome<Own>> {
    tracing::info!("about to end by `{}`", args.end);
    let given = args.input.read(&task).await?;
    let word = match args.end.as_str() {
        "nothing-new" => return Ok(Outcome::NothingNew("the same as before".to_owned())),
        "panic" => panic!("on purpose"),
        "blocking-panic" => task.blocking(|_| -> Result<()> { panic!("on purpose") }).await.map(|()| String::new())?,
        "fail" => {
            let failure = Failure::new(ExitCode::BadInput, "could not do it").hint("do\nit otherwise");
            return Err(failure).context(format!("could not read `{}`", given.path.display()));
        }
        "long" => "é".repeat(5_000),
        "wait" => task.blocking(work_until_stopped).await?,
        "deaf" => task.blocking(work_without_listening).await?,
        _ => "été 🎉".to_owned(),
    };
    Ok(Outcome::Done(Receipt::new(given.path, Own { word })))
}

/// Work that never ends by itself, but asks whether to go on.
fn work_until_stopped(task: &Task) -> Result<String> {
    loop {
        task.go_on()?;
        sleep(Duration::from_millis(10));
    }
}

/// Work that a signal does not reach.
fn work_without_listening(_task: &Task) -> Result<String> {
    sleep(Duration::from_secs(60));
    Ok(String::new())
}

fn main() -> std::process::ExitCode {
    step::main(run, step::nothing_remote)
}
