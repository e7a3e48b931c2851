//! A step that ends in every way, for the tests of the contract.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use schemars::JsonSchema;
use serde::Serialize;
use step::{ExitCode, ExposeSecret, Failure, Input, Outcome, Receipt, RootArgs, SecretString, Task};

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
    /// How often
    #[arg(long, value_name = "N", env = "TRY_TIMES", default_value_t = 1)]
    times: u8,
    /// Key of nothing
    #[arg(long, env = "TRY_KEY", hide = true, hide_env_values = true)]
    key: Option<SecretString>,
    #[command(flatten)]
    root: RootArgs,
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
        // As a step that does not think of signals: nothing else in its runtime goes on.
        "deaf-to-all" => work_without_listening(&task)?,
        "key" => args.key.as_ref().map_or("none", |key| key.expose_secret()).to_owned(),
        "root" => step::absolute(&args.root.join("out"))?,
        "times" => args.times.to_string(),
        _ => "été 🎉".to_owned(),
    };
    Ok(Outcome::Done(Receipt::new(given.path, Own { word })))
}

/// Work that never ends by itself, but asks whether to go on.
fn work_until_stopped(task: &Task) -> Result<String> {
    show_work()?;
    loop {
        task.go_on()?;
        sleep(Duration::from_millis(10));
    }
}

/// Work that a signal does not reach.
fn work_without_listening(_task: &Task) -> Result<String> {
    show_work()?;
    sleep(Duration::from_secs(60));
    Ok(String::new())
}

/// Lets whoever watches the folder know that the work has begun.
fn show_work() -> Result<()> {
    std::fs::write("at-work", "").context("could not write `at-work`")
}

async fn check(args: Args) -> Result<Vec<String>> {
    args.input.check()
}

fn main() -> std::process::ExitCode {
    step::main(run, check)
}
