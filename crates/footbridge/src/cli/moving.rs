//! What a person can type about moving a line.

use clap::Args;

/// Arguments of `footbridge move`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge move --from line/footbridge.toml --to postgresql://footbridge@%2Frun%2Fpostgresql/footbridge
  footbridge move --from postgresql://footbridge@%2Frun%2Fpostgresql/footbridge --to line/store-again
  footbridge move --from line/footbridge.toml --to new.toml --json
  footbridge move --from line/footbridge.toml --give-up      when it was begun, and the line is to stay

Stop the relay first. Cut off at any moment, the same command goes on. Nothing of the source is deleted. An address with a
password belongs into a configuration: others on this machine can read what was typed. docs/operate/moving.md says more.")]
pub(crate) struct MoveArguments {
    /// The store that is moved: its relay's configuration (a name that ends with .toml), its directory, or a database's address.
    #[arg(long)]
    pub(crate) from: String,
    /// The store to move to, named in the same ways; an empty one, or the half of this same move.
    #[arg(long, required_unless_present = "give_up")]
    pub(crate) to: Option<String>,
    /// Destroy what an earlier move of this line left in the destination, and begin anew.
    #[arg(long)]
    pub(crate) again: bool,
    /// Let relays serve from the source again, whose move was begun and is not finished.
    #[arg(long, conflicts_with_all = ["to", "again"])]
    pub(crate) give_up: bool,
    /// Print one JSON object instead of text; how far it is goes to standard error.
    #[arg(long)]
    pub(crate) json: bool,
}
