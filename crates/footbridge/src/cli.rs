//! The command line: what a person can type, with examples.

#[path = "cli/close.rs"]
pub(crate) mod close;
// Where this file is read by others too, the path is the same.
#[path = "cli/forecast.rs"]
pub(crate) mod forecast;
#[path = "cli/public.rs"]
pub(crate) mod public;
// As above.
#[path = "cli/moving.rs"]
mod moving;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use forecast::ForecastArguments;
pub(crate) use moving::MoveArguments;
use public::{
    CardsArguments, CollectArguments, DeliverArguments, HandoverCommand, OutcomesArguments,
    PackCommand, PageCommand, PrintArguments, RecordCommand, RehearseArguments,
};

/// A safe-passage line: an anonymous, end-to-end encrypted helpline on one small server.
#[derive(Parser)]
#[command(name = "footbridge", version, propagate_version = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "Examples:
  footbridge demo                          a whole line on this machine, to try it
  footbridge init --directory line --relay https://line.example --name Willow
  footbridge serve --config line/footbridge.toml
  footbridge desk --vault line/coordinator
  footbridge invite --vault line/coordinator --name Birch
  footbridge join --vault desk INVITATION --name Birch
  footbridge delegate draft --relay https://line.example --coordinator KEY --coordinator KEY --file delegation.txt
  footbridge revoke --vault line/coordinator --work-name Birch --reason lost
  footbridge cards cards.json --record record.json
  footbridge pack check pack.zip --words \"five check words\"
  footbridge page check https://line.example/ko --words \"five check words\"
  footbridge deliver --relay https://line.example letter.txt
  footbridge print leaflet --line https://line.example --language ko --out leaflet.pdf
  footbridge forecast --guides 200 --hours 4
  footbridge rehearse
  footbridge outcomes --example
  footbridge backup --config line/footbridge.toml --recipient age1… --out monday.age
  footbridge move --from line/footbridge.toml --to new-store
  footbridge close draft --relay https://line.example --last-day 2027-01-31 --file end.txt
  footbridge doctor --config line/footbridge.toml";

/// The subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Bring up a whole line on this machine with demonstration data.
    Demo(DemoArguments),
    /// Create a line: its root keys, its first coordinator, its configuration.
    Init(InitArguments),
    /// Run the relay.
    Serve(ServeArguments),
    /// Write to a line for browsers without scripts; may run elsewhere than the relay.
    Porch(PorchArguments),
    /// Publish a relay or a porch as an onion service, by the tor that is installed here.
    Onion(OnionArguments),
    /// Open a desk in this machine's browser.
    Desk(DeskArguments),
    /// Invite a guide's device (the coordinator's desk must not be running; its screen can invite too).
    Invite(InviteArguments),
    /// Answer an invitation: make this device's keys and ask to be admitted.
    Join(JoinArguments),
    /// Let the root keys name the coordinators, and say how many must agree.
    #[command(subcommand)]
    Delegate(DelegateCommand),
    /// Shut a device out (the coordinator's desk must not be running; its screen can do it too).
    Revoke(RevokeArguments),
    /// Say what is wrong with a card set, and which of its cards could be sent today.
    Cards(CardsArguments),
    /// The record in the formats of others, and the hash of an archived copy.
    #[command(subcommand)]
    Record(RecordCommand),
    /// Fetch the card pack of a line, or check one that somebody passed on.
    #[command(subcommand)]
    Pack(PackCommand),
    /// Say whether the page of a line is one that was released, and which.
    #[command(subcommand)]
    Page(PageCommand),
    /// Hand in a letter for somebody who has no network.
    Deliver(DeliverArguments),
    /// Fetch what may be the answer to a letter, for its writer.
    Collect(CollectArguments),
    /// What a contact has sealed for a partner.
    #[command(subcommand)]
    Handover(HandoverCommand),
    /// Print a line's cards and addresses on paper: a leaflet or a poster, as PDF.
    Print(PrintArguments),
    /// Publish a month's counts so that no contact can be found in them, within the year's budget.
    Outcomes(OutcomesArguments),
    /// What waits a rota brings, how many guides are missing, and what a number of them can carry.
    Forecast(ForecastArguments),
    /// Rehearse a public warning: from the alarm to the notice, by the clock.
    Rehearse(RehearseArguments),
    /// Keep the relay's files in one file that only an age key opens; the relay goes on meanwhile.
    Backup(BackupArguments),
    /// Make a relay of a backup, in a new directory.
    Restore(RestoreArguments),
    /// Move a line to another store: to PostgreSQL, back, or to another directory. The relay must not be running.
    Move(MoveArguments),
    /// End a line: what contacts are told, and what is destroyed.
    #[command(subcommand)]
    Close(close::CloseCommand),
    /// Explain what is wrong on this machine.
    Doctor(DoctorArguments),
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// Arguments of `footbridge demo`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge demo                 until Ctrl-C; prints the addresses to open
  footbridge demo --once          play a conversation without a person, and end
  footbridge demo --once --json   the same for a script: one JSON object")]
pub(crate) struct DemoArguments {
    /// Play the conversation without a person; end with 0 only if every step held.
    #[arg(long)]
    pub(crate) once: bool,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
    /// Keep the line's files here instead of a directory that goes away.
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub(crate) directory: Option<PathBuf>,
    /// Where the page's files are (`cargo xtask page` makes them).
    #[arg(long, default_value = "target/page-files", value_hint = ValueHint::DirPath)]
    pub(crate) page_files: PathBuf,
    /// Where the demonstration data are.
    #[arg(long, default_value = "demonstration", value_hint = ValueHint::DirPath)]
    pub(crate) data: PathBuf,
    /// The relay's port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
}

/// Arguments of `footbridge init`.
#[derive(Args)]
#[command(after_help = "Example:
  footbridge init --directory line --relay https://line.example --name Willow --root-keys 3 --root-threshold 2

Afterwards: move the files in line/root-keys to separate places that are never online.")]
pub(crate) struct InitArguments {
    /// A new directory for the line's files.
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub(crate) directory: PathBuf,
    /// The address under which desks and contacts reach the relay.
    #[arg(long)]
    pub(crate) relay: String,
    /// The first coordinator's work name; never a real one.
    #[arg(long)]
    pub(crate) name: String,
    /// How many root keys to make.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) root_keys: u8,
    /// How many of them must sign together.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) root_threshold: u8,
    /// Where the page's files are; goes into the configuration.
    #[arg(long, default_value = "page-files", value_hint = ValueHint::DirPath)]
    pub(crate) page_files: PathBuf,
    /// A file with the vault's passphrase in its first line; otherwise it is asked for.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Arguments of `footbridge serve`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge serve --config line/footbridge.toml
  footbridge serve --config line/footbridge.toml --listen 127.0.0.1:8080
  footbridge serve --config line/footbridge.toml --log-format json")]
pub(crate) struct ServeArguments {
    /// The configuration; paths in it are relative to it.
    #[arg(long, default_value = "footbridge.toml", value_hint = ValueHint::FilePath)]
    pub(crate) config: PathBuf,
    /// Listen here instead of where the configuration says.
    #[arg(long)]
    pub(crate) listen: Option<SocketAddr>,
    /// Open pages take a turn so often instead of as the configuration says, from 20 to 60000.
    #[arg(long)]
    pub(crate) pace_milliseconds: Option<u64>,
    /// How each line of the log is written; what may stand in it is the same (docs/logging.md).
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
    /// Print one JSON object when ready, for a script.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How a line of the log is written.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LogFormat {
    /// For a person.
    Text,
    /// One JSON object each.
    Json,
}

/// Arguments of `footbridge backup`.
#[derive(Args)]
#[command(after_help = "Example:
  footbridge backup --config line/footbridge.toml --recipient age1… --out monday.age

The key is made with age-keygen, on a machine that is not the relay's. A backup keeps what the relay destroys later: docs/operate/backup.md.")]
pub(crate) struct BackupArguments {
    /// The relay's configuration.
    #[arg(long, default_value = "footbridge.toml", value_hint = ValueHint::FilePath)]
    pub(crate) config: PathBuf,
    /// Who can open it, as age writes a recipient; once for each.
    #[arg(long = "recipient", required = true)]
    pub(crate) recipients: Vec<String>,
    /// The file to write; none is written over.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// How long it is at least, in MiB; filled up, and doubled when that is not enough. Always give the same.
    #[arg(long, default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    pub(crate) least_mib: u32,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `footbridge restore`.
#[derive(Args)]
#[command(after_help = "Example:
  footbridge restore monday.age --identity key.txt --directory line-again")]
pub(crate) struct RestoreArguments {
    /// The backup.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The file with its age key.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) identity: PathBuf,
    /// A new directory for the relay's files.
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub(crate) directory: PathBuf,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `footbridge porch`.
#[derive(Args)]
#[command(after_help = "Example:
  footbridge porch --relay https://line.example --listen 127.0.0.1:8081

It seals for browsers that run no scripts, in memory only, and says so on each page. Put its address on the list of entrances.")]
pub(crate) struct PorchArguments {
    /// The relay of the line.
    #[arg(long)]
    pub(crate) relay: String,
    /// A loopback address to listen on, behind a server that speaks TLS and writes no access log.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) listen: SocketAddr,
    /// Print one JSON object when ready, for a script.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `footbridge onion`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge onion --to 127.0.0.1:8080 --directory relay-onion    the relay; prints its address, and runs until Ctrl-C
  footbridge onion --to 127.0.0.1:8081 --directory porch-onion    the porch, under an address of its own
  footbridge onion --to 127.0.0.1:8080 --print-configuration      the lines for a tor that runs by itself

The address is made once and kept in the directory: whoever has the key in it can pose as this entrance. docs/operate/onion.md says more.")]
pub(crate) struct OnionArguments {
    /// The relay's or the porch's loopback address.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) to: SocketAddr,
    /// Where tor keeps the service's key and what it knows of the network; nobody else may look into it.
    #[arg(long, default_value = "onion", value_hint = ValueHint::DirPath)]
    pub(crate) directory: PathBuf,
    /// Further lines of tor's configuration, such as bridges.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) tor_configuration: Option<PathBuf>,
    /// Print the lines that make the service, for a tor that runs by itself, and end.
    #[arg(long)]
    pub(crate) print_configuration: bool,
    /// Print one JSON object when tor has reached the network, for a script.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `footbridge desk`.
#[derive(Args)]
#[command(after_help = "Example:
  footbridge desk --vault line/coordinator")]
pub(crate) struct DeskArguments {
    /// The desk's vault.
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub(crate) vault: PathBuf,
    /// Reach the relay here instead of where the line says.
    #[arg(long)]
    pub(crate) relay: Option<String>,
    /// The desk's port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// A file with the vault's passphrase in its first line; otherwise it is asked for.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Print one JSON object when ready, for a script.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `footbridge invite`.
#[derive(Args)]
#[command(after_help = "Example:
  footbridge invite --vault line/coordinator --name Birch")]
pub(crate) struct InviteArguments {
    /// The coordinator's vault.
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub(crate) vault: PathBuf,
    /// The work name that the newcomer will have; never a real one.
    #[arg(long)]
    pub(crate) name: String,
    /// A file with the vault's passphrase in its first line; otherwise it is asked for.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Arguments of `footbridge join`.
#[derive(Args)]
#[command(after_help = "Example:
  footbridge join footbridge-invitation:… --vault desk --name Birch

It prints five words: compare them with the coordinator by voice, then run `footbridge desk --vault desk`.")]
pub(crate) struct JoinArguments {
    /// The invitation, as the coordinator gave it; `-` reads it from standard input.
    pub(crate) invitation: String,
    /// A new directory for this device's vault.
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub(crate) vault: PathBuf,
    /// Your work name; never a real one.
    #[arg(long)]
    pub(crate) name: String,
    /// A file with the new vault's passphrase in its first line; otherwise it is asked for.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Print one JSON object, for a script.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The subcommands of `footbridge delegate`.
#[derive(Subcommand)]
#[command(
    after_help = "Examples, in order; each root key signs on the machine where it is kept:
  footbridge delegate draft --relay https://line.example --coordinator KEY --coordinator KEY --threshold 2 --file delegation.txt
  footbridge delegate sign --key 1.key --file delegation.txt
  footbridge delegate sign --key 3.key --file delegation.txt
  footbridge delegate publish --relay https://line.example --file delegation.txt"
)]
pub(crate) enum DelegateCommand {
    /// Write a new delegation, unsigned, into a file.
    Draft {
        /// The relay that has the present one.
        #[arg(long)]
        relay: String,
        /// A coordinator's device key, as the roster's page shows it; once for each. Without any: those who are it now.
        #[arg(long = "coordinator")]
        coordinators: Vec<String>,
        /// How many coordinators must agree; two if more than one is named.
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=16))]
        threshold: Option<u8>,
        /// For how many days it holds.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=1100))]
        days: u32,
        /// The file to write.
        #[arg(long, value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Sign it with one root key.
    Sign {
        /// The root key's file.
        #[arg(long, value_hint = ValueHint::FilePath)]
        key: PathBuf,
        /// The delegation's file.
        #[arg(long, value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Give it to the relay, once enough root keys have signed.
    Publish {
        /// The relay.
        #[arg(long)]
        relay: String,
        /// The delegation's file.
        #[arg(long, value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Say what a delegation says, in a file or at a relay.
    Show {
        /// Where it is.
        #[command(flatten)]
        source: DelegationSource,
        /// Print one JSON object instead of text.
        #[arg(long)]
        json: bool,
    },
}

/// Where a delegation is.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct DelegationSource {
    /// The delegation's file.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
    /// The relay that has it.
    #[arg(long)]
    pub(crate) relay: Option<String>,
}

/// Arguments of `footbridge revoke`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge revoke --vault line/coordinator --work-name Birch --reason lost
  footbridge revoke --vault line/coordinator --device KEY --reason distrusted --json

It ends with 0 only when every case of that device has new keys and the relay has all of it.")]
pub(crate) struct RevokeArguments {
    /// The coordinator's vault.
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub(crate) vault: PathBuf,
    /// Whose devices; all of that work name.
    #[arg(long, required_unless_present = "device", conflicts_with = "device")]
    pub(crate) work_name: Option<String>,
    /// Which device, as the roster's page shows it.
    #[arg(long)]
    pub(crate) device: Option<String>,
    /// Why: leaves, lost or distrusted.
    #[arg(long, value_parser = ["leaves", "lost", "distrusted"])]
    pub(crate) reason: String,
    /// A file with the vault's passphrase in its first line; otherwise it is asked for.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Print one JSON object for each device, for a script.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `footbridge doctor`.
#[derive(Args)]
#[command(after_help = "Example:
  footbridge doctor --config line/footbridge.toml --json")]
pub(crate) struct DoctorArguments {
    /// The configuration; paths in it are relative to it.
    #[arg(long, default_value = "footbridge.toml", value_hint = ValueHint::FilePath)]
    pub(crate) config: PathBuf,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
