//! The `footbridge` command: it reads what was typed, and hands it to the crate that can do it.

mod backup;
mod beside;
mod cards;
mod cli;
mod close;
mod config;
mod delegate;
mod deliver;
mod demonstrate;
mod desk_commands;
mod doctor;
mod forecast;
mod handover;
mod init;
mod moving;
mod onion;
mod operator;
mod outcomes;
mod pack;
mod page;
mod porch;
mod print;
mod record;
mod rehearse;
mod revoke;
mod root_signed;
mod serve;
mod terminal;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Command};

/// What went wrong, in a sentence that says what to do next.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return terminal::failed(&error.into()),
    };
    let result = runtime.block_on(run(command));
    // Threads that still read or hash must not hold up the end.
    runtime.shutdown_background();
    match result {
        Ok(code) => code,
        Err(failure) => terminal::failed(&failure),
    }
}

async fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo(arguments) => return demonstrate::run(arguments).await,
        Command::Cards(arguments) => return cards::run(&arguments),
        Command::Record(command) => return crate::record::run(&command),
        Command::Outcomes(arguments) => crate::outcomes::run(&arguments)?,
        Command::Deliver(arguments) => deliver::deliver(&arguments).await?,
        Command::Collect(arguments) => deliver::collect(&arguments).await?,
        Command::Handover(command) => handover::run(command).await?,
        Command::Pack(command) => return pack::run(command).await,
        Command::Page(command) => return page::run(command).await,
        Command::Forecast(arguments) => return crate::forecast::run(&arguments),
        Command::Rehearse(arguments) => return rehearse::run(arguments).await,
        Command::Doctor(arguments) => return doctor::run(&arguments).await,
        Command::Revoke(arguments) => return revoke::run(arguments).await,
        Command::Delegate(command) => delegate::run(command).await?,
        Command::Backup(arguments) => backup::backup(&arguments).await?,
        Command::Restore(arguments) => backup::restore(&arguments)?,
        Command::Move(arguments) => moving::run(&arguments).await?,
        Command::Close(command) => close::run(command).await?,
        Command::Print(arguments) => print::run(&arguments).await?,
        Command::Init(arguments) => init::run(arguments).await?,
        Command::Serve(arguments) => serve::run(arguments).await?,
        Command::Porch(arguments) => crate::porch::run(arguments).await?,
        Command::Onion(arguments) => crate::onion::run(arguments).await?,
        Command::Desk(arguments) => desk_commands::desk(arguments).await?,
        Command::Invite(arguments) => desk_commands::invite(arguments).await?,
        Command::Join(arguments) => desk_commands::join(arguments).await?,
        Command::Completions { shell } => {
            let mut command = Cli::command();
            clap_complete::generate(shell, &mut command, "footbridge", &mut std::io::stdout());
        }
    }
    Ok(ExitCode::SUCCESS)
}
