//! What can be typed to end a line.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

/// Subcommands of `footbridge close`.
#[derive(Subcommand)]
#[command(
    after_help = "Two coordinators end a line at their desks (Decisions, The line's end). This is for when they can't: the root keys end it.

Examples:
  footbridge close draft --relay https://line.example --last-day 2027-01-31 --file end.txt
  footbridge close draft --relay https://line.example --at-once --file end.txt
  footbridge close sign --key root-1.key --file end.txt      once for each root key that must sign
  footbridge close publish --relay https://line.example --file end.txt
  footbridge close show --relay https://line.example --json
  footbridge close relay --config line/footbridge.toml --file end.txt     at the server, with the relay stopped
  footbridge close desk --vault line/coordinator"
)]
pub(crate) enum CloseCommand {
    /// Write a final notice, unsigned, into a file.
    Draft {
        /// The relay of the line that ends.
        #[arg(long)]
        relay: String,
        /// When.
        #[command(flatten)]
        when: When,
        /// The file to write.
        #[arg(long, value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Sign it with one root key.
    Sign {
        /// The root key's file.
        #[arg(long, value_hint = ValueHint::FilePath)]
        key: PathBuf,
        /// The notice's file.
        #[arg(long, value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Give it to the relay, once enough root keys have signed. At once, everything there is destroyed.
    Publish {
        /// The relay.
        #[arg(long)]
        relay: String,
        /// The notice's file.
        #[arg(long, value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Say whether a line ends, and when.
    Show {
        /// Where to look.
        #[command(flatten)]
        source: NoticeSource,
        /// Print one JSON object instead of text.
        #[arg(long)]
        json: bool,
    },
    /// End the line at its store, with the relay stopped: where it cannot be reached any more.
    Relay {
        /// The relay's configuration.
        #[arg(long, value_hint = ValueHint::FilePath)]
        config: PathBuf,
        /// The notice's file.
        #[arg(long, value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Destroy a desk's vault on this machine, whether its line ends or not.
    Desk {
        /// The vault's directory.
        #[arg(long, value_hint = ValueHint::DirPath)]
        vault: PathBuf,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

/// When a line ends.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct When {
    /// The last day on which everything works, 7 to 180 days ahead, as 2027-01-31.
    #[arg(long)]
    pub(crate) last_day: Option<String>,
    /// In an emergency: at once, and everything is destroyed.
    #[arg(long)]
    at_once: bool,
}

/// Where a notice is.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct NoticeSource {
    /// A file.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
    /// A relay.
    #[arg(long)]
    pub(crate) relay: Option<String>,
}
