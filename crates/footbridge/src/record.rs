//! `footbridge record`: the record in the formats of others, and the hash of an archived copy.

use std::path::Path;
use std::process::ExitCode;

use record::{CardSet, Exchange, Record};
use serde_json::json;

use crate::Failure;
use crate::cli::record::{ExportArguments, Format, ImportArguments, RecordCommand};

/// How many problems are printed.
const SHOWN: usize = 30;

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    String::from_utf8(bytes)
        .map_err(|_| format!("{} is not UTF-8 text; save it as UTF-8", path.display()).into())
}

fn parsed<T: serde::de::DeserializeOwned>(path: &Path, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn export(arguments: &ExportArguments) -> Result<(), Failure> {
    let text = read(&arguments.file)?;
    let mut exchange = match CardSet::parse(&text) {
        Ok(set) => Exchange::of(&set),
        Err(_) => Exchange {
            record: parsed::<Record>(&arguments.file, &text)?,
            ..Exchange::default()
        },
    };
    if let Some(path) = &arguments.claims {
        exchange.texts = parsed(path, &read(path)?)?;
    }
    if exchange.record == Record::default() {
        return Err(format!("{} has no record", arguments.file.display()).into());
    }
    match arguments.format {
        Format::JsonLd => println!("{}", exchange.to_json_ld()),
        Format::Csv => print!("{}", exchange.to_csv()),
    }
    Ok(())
}

fn import(arguments: &ImportArguments) -> Result<ExitCode, Failure> {
    let text = read(&arguments.file)?;
    let read = match arguments.format {
        Format::JsonLd => Exchange::from_json_ld(&text),
        Format::Csv => Exchange::from_csv(&text),
    };
    let exchange = match read {
        Ok(exchange) => exchange,
        Err(problems) => {
            for problem in problems.iter().take(SHOWN) {
                eprintln!("{}: {problem}", arguments.file.display());
            }
            let more = problems.len().saturating_sub(SHOWN);
            if more > 0 {
                eprintln!("and {more} more");
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    if let Some(path) = &arguments.claims {
        let mut file = std::fs::File::create_new(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::to_writer_pretty(&mut file, &exchange.texts)?;
    } else if !exchange.texts.is_empty() {
        eprintln!(
            "translations of {} claims are left out; --claims FILE writes them",
            exchange.texts.len()
        );
    }
    println!("{}", serde_json::to_string_pretty(&json!(exchange.record))?);
    Ok(ExitCode::SUCCESS)
}

fn hash(path: &Path) -> Result<(), Failure> {
    let file = std::fs::File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let hash = desk_app::sha256_of(file).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{hash}  {}", path.display());
    Ok(())
}

/// Runs `footbridge record`.
pub(crate) fn run(command: &RecordCommand) -> Result<ExitCode, Failure> {
    match command {
        RecordCommand::Export(arguments) => export(arguments)?,
        RecordCommand::Import(arguments) => return import(arguments),
        RecordCommand::Hash(arguments) => hash(&arguments.file)?,
    }
    Ok(ExitCode::SUCCESS)
}
