//! What a person can type about what the line says in public: cards, the record, paper, packs, its page, warnings.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

/// Arguments of `footbridge cards`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge cards demonstration/cards.json --record demonstration/record.json
  footbridge cards cards.json --json     one JSON object; ends with 1 when the set could not be published")]
pub(crate) struct CardsArguments {
    /// The card set, as JSON.
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The record on which its cards rest, if it is a file of its own.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) record: Option<PathBuf>,
    /// Translations of the claims, if they are a file of their own.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) claims: Option<PathBuf>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `footbridge deliver`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge deliver --relay https://line.example letter.txt
  footbridge deliver --relay https://line.example part-1.txt part-2.txt    parts of one letter, in any order
  footbridge deliver --relay https://line.example - --json < letter.txt

Nothing of a letter can be read here. The same letter once more does no harm. docs/operate/letters.md says who learns what.")]
pub(crate) struct DeliverArguments {
    /// The relay of the line.
    #[arg(long)]
    pub(crate) relay: String,
    /// Files with the letter's text, whole or in parts; `-` reads standard input.
    #[arg(required = true, value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `footbridge collect`.
#[derive(Args)]
#[command(after_help = "Example:
  footbridge collect --relay https://line.example letter.txt --out answer.txt

What is fetched looks the same whether there is an answer in it or not: only the writer's words open it.")]
pub(crate) struct CollectArguments {
    /// The relay of the line.
    #[arg(long)]
    pub(crate) relay: String,
    /// Files with the text of the letter that was handed in; `-` reads standard input.
    #[arg(required = true, value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// The file to write; `-` writes to standard output.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Print one JSON object instead of text; not with `--out -`.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The subcommands of `footbridge handover`.
#[derive(Subcommand)]
pub(crate) enum HandoverCommand {
    /// Fetch it, once; only the partner's own age key opens it.
    Collect(HandoverCollectArguments),
}

/// Arguments of `footbridge handover collect`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge handover collect --relay https://line.example CODE --out handover.age
  age --decrypt --identity key.txt handover.age > handover.txt

The code is shown at the desk of whoever has the case. It opens nothing by itself. docs/operate/partner.md says what a partner does.")]
pub(crate) struct HandoverCollectArguments {
    /// The relay of the line.
    #[arg(long)]
    pub(crate) relay: String,
    /// The collection code, 64 letters and digits.
    pub(crate) code: String,
    /// The file to write; it must not be there yet.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

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

/// What is printed.
#[derive(ValueEnum, Clone, Copy)]
pub(crate) enum Paper {
    /// Cards and addresses on a few pages, to be read in the hand.
    Leaflet,
    /// Addresses and check words on one page, to be read from a wall.
    Poster,
}

/// Arguments of `footbridge print`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge print leaflet --line https://line.example --language ko --out leaflet.pdf
  footbridge print poster --line line.bin --language uk --out poster.pdf --date 2026-11-26

A file holds what the relay answers under /v1/line. Compare the check words that the command says before you hand anything out.
Print a leaflet on one side and fold it with the print inside: nothing shows outside.")]
pub(crate) struct PrintArguments {
    /// A leaflet or a poster.
    #[arg(value_enum)]
    pub(crate) paper: Paper,
    /// The relay's address, or a file with its answer under /v1/line.
    #[arg(long, value_hint = ValueHint::AnyPath)]
    pub(crate) line: String,
    /// The language: en, ko, ko-KP (Korean as in the North), ru or uk.
    #[arg(long)]
    pub(crate) language: String,
    /// The file to write.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// The day from which it is handed out, such as 2026-11-26; today if it is not given.
    #[arg(long)]
    pub(crate) date: Option<String>,
    /// Write over a file that is there.
    #[arg(long)]
    pub(crate) force: bool,
}

/// The subcommands of `footbridge pack`.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  footbridge pack fetch --relay https://line.example --out pack.zip
  footbridge pack check pack.zip
  footbridge pack check pack.zip --words \"five check words\"    from a card that came by another way
  footbridge pack check pack.zip --json                        one JSON object; ends with 1 when it is not genuine")]
pub(crate) enum PackCommand {
    /// Fetch the card pack from a relay, and keep it only if it is genuine and not older than what is there.
    Fetch {
        /// The relay, or a mirror of it.
        #[arg(long)]
        relay: String,
        /// The file to write.
        #[arg(long, value_hint = ValueHint::FilePath)]
        out: PathBuf,
        /// Of which line it must be.
        #[command(flatten)]
        expected: ExpectedLine,
        /// Print one JSON object instead of text.
        #[arg(long)]
        json: bool,
    },
    /// Check a card pack without a network: whose it is, of which day, and what of it has expired.
    Check {
        /// The pack.
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Of which line it must be.
        #[command(flatten)]
        expected: ExpectedLine,
        /// Print one JSON object instead of text.
        #[arg(long)]
        json: bool,
    },
}

/// The subcommands of `footbridge page`.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  footbridge page check https://line.example/ko --words \"five check words\"
  footbridge page check saved.html --relay https://line.example
  footbridge page check saved.html --releases releases/page.sums --signers releases/signers --json")]
pub(crate) enum PageCommand {
    /// Say which release a page is, whether it is the newest, and whose line it serves.
    Check(PageArguments),
}

/// Arguments of `footbridge page check`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge page check https://line.example/ko --words \"five check words\"
  footbridge page check saved.html --json    one JSON object; ends with 1 unless it is the newest release

Save a page in the browser as \"HTML only\" or \"page source\": other ways change it. The list of releases lies in the source code, its
signatures beside it as page.sums.NAME.sig; docs/operate/check-page.sh does the same with public tools.")]
pub(crate) struct PageArguments {
    /// A page that was saved, or the address of one.
    #[arg(value_hint = ValueHint::AnyPath)]
    pub(crate) page: String,
    /// The list of releases; its signatures lie beside it.
    #[arg(long, default_value = "releases/page.sums", value_hint = ValueHint::FilePath)]
    pub(crate) releases: PathBuf,
    /// The release keys, from somewhere else than the page.
    #[arg(long, default_value = "releases/signers", value_hint = ValueHint::FilePath)]
    pub(crate) signers: PathBuf,
    /// Ask this relay for the signed cards, and compare the answers on the page with them; without it, the relay of the address.
    #[arg(long)]
    pub(crate) relay: Option<String>,
    /// Of which line it must be.
    #[command(flatten)]
    pub(crate) expected: ExpectedLine,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The line that somebody expects, as it reached him by another way.
#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct ExpectedLine {
    /// The line id, 64 hex digits.
    #[arg(long)]
    pub(crate) line: Option<String>,
    /// The five check words, in any of the line's languages.
    #[arg(long)]
    pub(crate) words: Option<String>,
}

/// Arguments of `footbridge outcomes`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge outcomes --example --claim deserted --record demonstration/record.json
  footbridge outcomes november.toml --book outcomes.book
  footbridge outcomes november.toml --book outcomes.book --as svg --language ko > november.svg

A month is drawn once: asked again with the same book, in any form, the same figures come. Whoever deletes the book can draw again, and an
exact count can be worked out from many draws; docs/decisions/0039-outcomes.md says what the figures protect and what not.")]
pub(crate) struct OutcomesArguments {
    /// The counts of a month, as TOML; they stay here.
    #[arg(value_hint = ValueHint::FilePath, required_unless_present = "example", conflicts_with = "example")]
    pub(crate) counts: Option<PathBuf>,
    /// The book of what was published, which is also the account of the year's budget; made if it is not there.
    #[arg(long, value_hint = ValueHint::FilePath, required_unless_present = "example")]
    pub(crate) book: Option<PathBuf>,
    /// Take the counts of a night that was simulated, to show what comes out; without a book nothing is kept.
    #[arg(long)]
    pub(crate) example: bool,
    /// What the month may give away, from 0.001 to 2; the year has 6.
    #[arg(long, default_value = "0.5")]
    pub(crate) epsilon: String,
    /// A claim of the record on the same matter, by its id; shown with what stands against it. Needs --record.
    #[arg(long, requires = "record")]
    pub(crate) claim: Option<String>,
    /// The record, as JSON.
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub(crate) record: Option<PathBuf>,
    /// The form in which the figures are printed.
    #[arg(long = "as", value_enum, default_value_t = Form::Text)]
    pub(crate) form: Form,
    /// The language of text and picture: en, ko, ru, uk.
    #[arg(long, default_value = "en", value_parser = ["en", "ko", "ru", "uk"])]
    pub(crate) language: String,
    /// The same as --as json.
    #[arg(long, conflicts_with = "form")]
    pub(crate) json: bool,
}

/// A form of published figures.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// For a person.
    Text,
    /// For a table.
    Csv,
    /// A picture that says everything in words too.
    Svg,
    /// One JSON object.
    Json,
}

/// What `footbridge rehearse` rehearses.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rehearsed {
    /// A public warning, from the first report of a fake to what everybody reads.
    Warning,
    /// A handover, from the admission of a partner to its receipt; by itself, and with `age` and `openssl` as the system has them.
    Handover,
    /// The line's end: said by two, read by everybody, then at once; by itself.
    Close,
}

/// Arguments of `footbridge rehearse`.
#[derive(Args)]
#[command(after_help = "Examples:
  footbridge rehearse                 brings up a demonstration line, raises the alarm, and waits until you have warned everybody
  footbridge rehearse --once --json   the same without a person, for a script; ends with 1 when it took more than 60 minutes")]
pub(crate) struct RehearseArguments {
    /// What is rehearsed.
    #[arg(value_enum, default_value_t = Rehearsed::Warning)]
    pub(crate) what: Rehearsed,
    /// Let the coordinator's desk warn by itself.
    #[arg(long)]
    pub(crate) once: bool,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
    /// Where the page's files are (`cargo xtask page` makes them).
    #[arg(long, default_value = "target/page-files", value_hint = ValueHint::DirPath)]
    pub(crate) page_files: PathBuf,
    /// Where the demonstration data are.
    #[arg(long, default_value = "demonstration", value_hint = ValueHint::DirPath)]
    pub(crate) data: PathBuf,
}
