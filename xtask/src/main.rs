//! The project's own commands; `cargo xtask --help` lists them.

mod arrows;
mod ci;
mod demo;
mod documents;
mod fuzz;
mod models;
mod night;
mod nightly;
mod package;
mod page;
mod release;
mod reproduce;
mod rules;
mod run;
mod setup;
mod sources;
mod steps;
mod strings;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  cargo xtask demo                a whole line on this machine, until Ctrl-C
  cargo xtask demo --once --json  the same conversation without a person, for a script
  cargo xtask test                install what the tests need, and run all of them
  cargo xtask bench --json        durable posts per second beside the limits of this machine";

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Set up everything and bring up a line on this machine.
    #[command(after_help = "Examples:
  cargo xtask demo                until Ctrl-C; prints the addresses to open
  cargo xtask demo --once --json  the same conversation without a person, for a script")]
    Demo {
        /// What `footbridge demo` takes: --once, --json, --directory, --port.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Install what the tests need.
    #[command(after_help = "Example:
  cargo xtask setup    again is quick: it installs only what is missing")]
    Setup,
    /// Build the contact's page into target/page-files.
    #[command(after_help = "Example:
  cargo xtask page --json    the bytes of each file, as they are and with Brotli")]
    Page {
        /// Print the bytes of each file as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Weigh the page's documents part by part, and fail when one is over its budget.
    #[command(after_help = "Example:
  cargo xtask page-size --json    the bytes of each part with Brotli, by language, and the budget")]
    PageSize {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Build the page twice from what is committed, in two places that have nothing in common, and compare every byte.
    #[command(after_help = "Examples:
  cargo xtask reproduce                         some minutes; prints the SHA-256 of each file, ends with 1 if one differs
  cargo xtask reproduce --against page-files    and compares with what a relay is to serve
  cargo xtask reproduce --json")]
    Reproduce {
        /// Compare with the files in this directory too.
        #[arg(long)]
        against: Option<PathBuf>,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Build the relay, its page and a Debian package of both, into target/package.
    #[command(after_help = "Examples:
  cargo xtask package                                      some minutes; the program is built with --release
  cargo xtask package --container                          and a container of it, by podman, buildah or docker
  cargo xtask package --program target/debug/footbridge    of a program that is there already")]
    Package {
        /// Package this program instead of building one.
        #[arg(long)]
        program: Option<PathBuf>,
        /// Build a container of the package, too, tagged footbridge.
        #[arg(long)]
        container: bool,
        /// The image in which the package is unpacked for it: Debian 12, by its digest when you build for others.
        #[arg(long, requires = "container")]
        base: Option<String>,
    },
    /// Put the page of this commit on the list of releases, for release keys to sign (docs/operate/release.md).
    #[command(after_help = "Example:
  cargo xtask release-list --date 2026-11-26    appends to releases/page.sums")]
    ReleaseList {
        /// The day of the release.
        #[arg(long)]
        date: String,
    },
    /// Install what the tests need, and run all of them but those in Firefox and with a screen reader.
    Test,
    /// Install Firefox and its driver, and see in it that the contact's page works and leaves nothing behind.
    #[command(after_help = "Example:
  cargo xtask firefox    some minutes; the first time builds geckodriver into target/tools, which takes two more")]
    Firefox,
    /// Install Orca and Firefox, and hear in Firefox and Chromium what the contact's page says to somebody who does not see it.
    #[command(after_help = "Example:
  cargo xtask screen-reader    four minutes, on a screen that is not seen; needs root for the first time, to install them")]
    ScreenReader,
    /// Check the house: arrows, documents, rules, sources, strings, fuzz targets.
    #[command(after_help = "Example:
  cargo xtask tidy --json    {\"tidy\":true,\"wrong\":{\"arrows\":[], …}}; ends with 1 if anything is wrong")]
    Tidy {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Format, lints, tidy, tests: what must hold before a change lands.
    Ci,
    /// Measure durable posts per second beside the limits of this machine; or how soon a full desk is seen.
    #[command(after_help = "Examples:
  cargo xtask bench --json
  cargo xtask bench paint --json    the first paint of a desk with 500 open cases, in a browser
  cargo xtask bench absence --json  a desk that was off for a week catches up, over HTTP and into its vault; some minutes
  cargo xtask bench curve --json    what a request costs at 10,000, 100,000 and a million stored posts; takes 6 GB of the disk
  cargo xtask bench record --json   all cards judged again after a claim changed
  cargo xtask bench memory --json   a relay's memory with 10,000 open pages; a minute
  cargo xtask bench stores --json   SQLite beside PostgreSQL
  cargo xtask bench slow --json     a first visit at 50 kbit/s on a device six times slower, as a waterfall")]
    Bench {
        /// What else to measure.
        #[arg(value_enum)]
        what: Option<Measured>,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Take pictures of every screen of the desk and of the page, in four languages, in a real browser.
    #[command(after_help = "Examples:
  cargo xtask pictures            into target/pictures
  cargo xtask pictures --guide    the few that docs/operate/desk.md shows, into docs/operate/pictures")]
    Pictures {
        /// Where to.
        #[arg(long, default_value = "target/pictures")]
        into: PathBuf,
        /// Only those of the screen guide, where it has them.
        #[arg(long)]
        guide: bool,
    },
    /// Play a conversation, then search the relay's files, logs and memory for what must not be there.
    #[command(after_help = "Example:
  cargo xtask seize --json")]
    Seize {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Very many write in one night to a real relay, and everything acknowledged is read back.
    Night(night::NightArguments),
    /// Flood a relay while contacts write: what the flood pays, and what they wait.
    Flood(night::FloodArguments),
    /// Kill the relay under load, again and again, and see whether anything is lost, doubled or wedged.
    Crash(night::CrashArguments),
    /// What takes hours: very many simulated lines, kills, power cuts and fuzzing; ends with 1 if anything is wrong.
    Nightly(nightly::NightlyArguments),
    /// Play a bad evening among guides, with real keys on the real store, and see whether every promise holds.
    #[command(subcommand)]
    Drill(DrillCommand),
    /// Let a symbolic checker try to break the models of the protocol.
    #[command(after_help = "Example:
  cargo xtask models --json    ends with 1 if anything is not as models/expected.toml says")]
    Models {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Measure whether what a contact does at the page can be told from sizes and times; ends with 1 if it surely can.
    #[command(after_help = "Examples:
  cargo xtask shape                                     500 sessions, each watched for a minute; more than an hour
  cargo xtask shape --sessions 50 --seconds 30 --json   a few minutes, and says less
  cargo xtask shape --into target/visits                go on where other runs ended, and judge all of them
  cargo xtask shape --into target/visits --sessions 0   only judge them
  cargo xtask shape --slower 6 --parallel 6             on slow telephones; needs root and control groups")]
    Shape(demo::Shape),
    /// Compare the disks of a line that nobody has written to and of one with very many contacts, sealed and open; ends with 1 if the sealed ones differ.
    #[command(after_help = "Example:
  cargo xtask shape-at-rest --json    two minutes, of both stores; needs root, FUSE and loop devices, and 2 GB of room for temporary files")]
    ShapeAtRest {
        /// How many contacts.
        #[arg(long, default_value_t = 10_000)]
        contacts: u32,
        /// How many blocks of each disk are looked at.
        #[arg(long, default_value_t = 5_000)]
        blocks: u32,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Publish a line as onion services in a Tor network of its own on this machine, and use it through Tor.
    #[command(after_help = "Example:
  cargo xtask onion --json    about two minutes; needs Debian's package tor, and reaches nothing outside of this machine")]
    Onion {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Fuzz the parsers with cargo-fuzz.
    #[command(after_help = "Example:
  cargo xtask fuzz --seconds 20 --target envelope")]
    Fuzz {
        /// Seconds for each target.
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// One target only.
        #[arg(long)]
        target: Option<String>,
    },
}

/// What `cargo xtask bench` measures besides posts.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Measured {
    /// A first visit on a slow link (50 kbit/s, 300 ms, 1 % lost) with a slow device, from nothing to the first message sent.
    Slow,
    /// The first paint of a desk with 500 open cases and 10,000 closed ones; ends with 1 from 100 ms on.
    Paint,
    /// How long a desk that was off for a week of 5,000 cases takes until it has caught up.
    Absence,
    /// What a request costs the store that holds ten thousand, a hundred thousand and a million posts.
    Curve,
    /// Judging 2,000 cards again after one of 20,000 claims changed; ends with 1 from 100 ms on.
    Record,
    /// A relay's memory with 10,000 pages open, each a connection that has its turn now and then: in the clear, under the relay's own TLS, and
    /// over HTTP/2.
    Memory,
    /// Durable appends per second of SQLite and of PostgreSQL, side by side, with the ratio.
    Stores,
}

/// The drills.
#[derive(Subcommand)]
pub enum DrillCommand {
    /// Shut a device out in the middle of a full evening; ends with 1 if a promise is broken.
    #[command(after_help = "Examples:
  cargo xtask drill revoke                       200 desks and 1,000 open cases; some minutes
  cargo xtask drill revoke --desks 20 --cases 100 --json")]
    Revoke {
        /// How many desks the line has.
        #[arg(long, default_value_t = 200)]
        desks: u16,
        /// How many cases are open.
        #[arg(long, default_value_t = 1000)]
        cases: u16,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Leave a desk off for a week of a busy line, and let it catch up.
    #[command(after_help = "Examples:
  cargo xtask drill absence                      8 desks and 2,000 cases
  cargo xtask drill absence --cases 200 --json")]
    Absence {
        /// How many desks the line has.
        #[arg(long, default_value_t = 8)]
        desks: u16,
        /// How many cases the week has.
        #[arg(long, default_value_t = 2000)]
        cases: u16,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Play the day of an announcement, when very many write; ends with 1 if a promise is broken.
    #[command(after_help = "Examples:
  cargo xtask drill surge                        2,000 messages in 11 hours; some minutes
  cargo xtask drill surge --messages 200 --minutes 120 --json")]
    Surge {
        /// How many write for the first time.
        #[arg(long, default_value_t = 2000)]
        messages: u16,
        /// In how many minutes.
        #[arg(long, default_value_t = 660)]
        minutes: u32,
        /// Guides on shift.
        #[arg(long, default_value_t = 12)]
        on_shift: u16,
        /// Guides on the call list.
        #[arg(long, default_value_t = 40)]
        to_call: u16,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Rehearse a public warning, from the alarm to the notice; ends with 1 if it took more than 60 minutes.
    #[command(after_help = "Example:
  cargo xtask drill warning --json")]
    Warning {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Play a handover from the admission of a partner to its receipt, with the distribution's `age`; ends with 1 if a step does not hold.
    #[command(after_help = "Example:
  cargo xtask drill handover --json")]
    Handover {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Play the line's end: said by two, read by everybody, then at once; ends with 1 if a step does not hold.
    #[command(after_help = "Example:
  cargo xtask drill close --json")]
    Close {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Let a changed program try what its device may not; ends with 1 if it gets anything.
    #[command(after_help = "Example:
  cargo xtask drill insider --json")]
    Insider {
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
}

impl DrillCommand {
    /// As the measuring program has it.
    fn arguments(&self) -> Vec<String> {
        let (mut arguments, json) = match self {
            DrillCommand::Revoke { desks, cases, json } => {
                let (desks, cases) = (desks.to_string(), cases.to_string());
                let words = ["drill-revoke", "--desks", &desks, "--cases", &cases];
                (words.map(str::to_owned).to_vec(), *json)
            }
            DrillCommand::Absence { desks, cases, json } => {
                let (desks, cases) = (desks.to_string(), cases.to_string());
                let words = ["drill-absence", "--desks", &desks, "--cases", &cases];
                (words.map(str::to_owned).to_vec(), *json)
            }
            DrillCommand::Surge {
                messages,
                minutes,
                on_shift,
                to_call,
                json,
            } => {
                let numbers = [
                    ("--messages", messages.to_string()),
                    ("--minutes", minutes.to_string()),
                    ("--on-shift", on_shift.to_string()),
                    ("--to-call", to_call.to_string()),
                ];
                let mut words = vec!["drill-surge".to_owned()];
                words.extend(
                    numbers
                        .into_iter()
                        .flat_map(|(name, number)| [name.to_owned(), number]),
                );
                (words, *json)
            }
            // The operator's own command plays it.
            DrillCommand::Warning { json } => (vec!["rehearse".into(), "--once".into()], *json),
            DrillCommand::Handover { json } => (vec!["rehearse".into(), "handover".into()], *json),
            DrillCommand::Close { json } => (vec!["rehearse".into(), "close".into()], *json),
            DrillCommand::Insider { json } => (vec!["drill-insider".to_owned()], *json),
        };
        arguments.extend(json.then(|| "--json".to_owned()));
        arguments
    }
}

fn main() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<()> {
    match command {
        Command::Demo { arguments } => demo::run(&arguments),
        Command::Setup => setup::run(),
        Command::Page { json } => page::run(json),
        Command::PageSize { json } => page::size(json),
        Command::Reproduce { against, json } => reproduce::run(against.as_deref(), json),
        Command::Package {
            program,
            container,
            base,
        } => {
            package::run_all(program.as_deref())?;
            match container {
                true => package::container(base.as_deref()),
                false => Ok(()),
            }
        }
        Command::ReleaseList { date } => release::run(&date),
        Command::Test => ci::test(),
        Command::Firefox => ci::firefox(),
        Command::ScreenReader => ci::screen_reader(),
        Command::Tidy { json } => tidy::run(json),
        Command::Ci => ci::run(),
        Command::Bench { what: None, json } => demo::measure("bench", json),
        Command::Bench {
            what: Some(Measured::Paint),
            json,
        } => demo::desk("paint", json),
        Command::Bench {
            what: Some(Measured::Absence),
            json,
        } => demo::desk("absence", json),
        Command::Bench {
            what: Some(Measured::Slow),
            json,
        } => demo::example("slow", json),
        Command::Pictures { into, guide } => demo::pictures(&into, guide),
        Command::Bench {
            what: Some(Measured::Record),
            json,
        } => demo::measure("bench-record", json),
        Command::Bench {
            what: Some(Measured::Curve),
            json,
        } => demo::measure("bench-curve", json),
        Command::Bench {
            what: Some(Measured::Stores),
            json,
        } => demo::measure("bench-stores", json),
        Command::Bench {
            what: Some(Measured::Memory),
            json,
        } => demo::measure("bench-memory", json),
        Command::Night(night) => night::night(&night),
        Command::Flood(flood) => night::flood(&flood),
        Command::Crash(crash) => night::crash(&crash),
        Command::Seize { json } => demo::measure("seize", json),
        Command::Drill(drill @ (DrillCommand::Warning { .. } | DrillCommand::Handover { .. })) => {
            demo::rehearse(&drill.arguments())
        }
        Command::Drill(drill) => demo::drill(&drill.arguments()),
        Command::Onion { json } => demo::example("onion", json),
        Command::Shape(shape) => demo::shape(&shape),
        Command::ShapeAtRest {
            contacts,
            blocks,
            json,
        } => demo::shape_at_rest(contacts, blocks, json),
        Command::Models { json } => models::run(json),
        Command::Fuzz { seconds, target } => {
            let spent = fuzz::run(seconds, target.as_deref())?;
            println!("all targets: {spent:.0} s of a processor");
            Ok(())
        }
        Command::Nightly(nightly) => nightly::run(&nightly),
    }
}
