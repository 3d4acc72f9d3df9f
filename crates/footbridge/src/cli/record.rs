//! What `footbridge record` takes.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

/// The subcommands of `footbridge record`.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  footbridge record export --format json-ld demonstration/record.json > record.jsonld
  footbridge record export --format csv cards.json > record.csv
  footbridge record import --format csv record.csv > record.json
  footbridge record hash article.html")]
pub(crate) enum RecordCommand {
    /// Print a record, or that of a card set, in another format.
    Export(ExportArguments),
    /// Read a record in another format, and print it as record.json; what is wrong is said with its row, and nothing is printed.
    Import(ImportArguments),
    /// Print the SHA-256 of a file: what a source names as its archived copy.
    Hash(HashArguments),
}

/// The formats of others.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// schema.org's Claim as JSON-LD.
    JsonLd,
    /// One row for each source and claim.
    Csv,
}

/// Arguments of `footbridge record export`.
#[derive(Args)]
pub(crate) struct ExportArguments {
    /// The format.
    #[arg(long)]
    pub(crate) format: Format,
    /// A record, or a card set with its record, as JSON.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Translations of the claims, if they are a file of their own.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) claims: Option<PathBuf>,
}

/// Arguments of `footbridge record import`.
#[derive(Args)]
pub(crate) struct ImportArguments {
    /// The format.
    #[arg(long)]
    pub(crate) format: Format,
    /// The file.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Write translations of the claims into this file; it must not be there yet.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) claims: Option<PathBuf>,
}

/// Arguments of `footbridge record hash`.
#[derive(Args)]
pub(crate) struct HashArguments {
    /// The file.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}
