//! What a person can type about staffing.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Arguments of `footbridge forecast`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge forecast --example > counts.toml                a file to put your own counts in
  footbridge forecast counts.toml                            waits by hour and language, and the guides who are missing
  footbridge forecast counts.toml --svg waits.svg --language ko
  footbridge forecast counts.toml --surge 3                  the same when three times as many write
  footbridge forecast counts.toml --guides 200 --hours 4     what so many could carry
  footbridge forecast --guides 200                           the same without counts, from assumptions alone
  footbridge forecast --messages 2000 --within 15 --on-shift 12 --to-call 40

It reads counts and nothing else. Counts by hour are not to be published: docs/operate/forecast.md says why.")]
pub(crate) struct ForecastArguments {
    /// The counts, as TOML.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
    /// Print a file of counts in which every key is explained.
    #[arg(long, conflicts_with_all = ["file", "surge", "guides", "messages"])]
    pub(crate) example: bool,
    /// So many times as many people write in each hour.
    #[arg(long, requires = "file", conflicts_with_all = ["guides", "messages"])]
    pub(crate) surge: Option<f64>,
    /// What could so many guides carry?
    #[arg(long, conflicts_with = "messages", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) guides: Option<u32>,
    /// Hours a week that each of these guides gives.
    #[arg(long, default_value_t = 4.0)]
    pub(crate) hours: f64,
    /// A day on which so many write for the first time.
    #[arg(long)]
    pub(crate) messages: Option<u32>,
    /// They write within so many hours, half of them in the first third.
    #[arg(long, default_value_t = 15)]
    pub(crate) within: u32,
    /// Guides on shift all of these hours.
    #[arg(long, default_value_t = 12)]
    pub(crate) on_shift: u32,
    /// Guides on the call list, who come within an hour once more than two wait for each guide.
    #[arg(long, default_value_t = 0)]
    pub(crate) to_call: u32,
    /// Show the 168 hours of the week instead of the 24 of the day.
    #[arg(long)]
    pub(crate) week: bool,
    /// Play other people with the same counts: how far the figures move shows how sure they are.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Draw the waits of a usual week as SVG into this file; none is written over.
    #[arg(long, requires = "file", conflicts_with_all = ["guides", "messages"], value_hint = ValueHint::FilePath)]
    pub(crate) svg: Option<PathBuf>,
    /// In which language the picture's words are.
    #[arg(long, default_value = "en", value_parser = ["en", "ko", "ru", "uk"])]
    pub(crate) language: String,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}
