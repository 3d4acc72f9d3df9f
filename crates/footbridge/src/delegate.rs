//! `footbridge delegate`: the root keys name the coordinators, and how many of them must agree.
//!
//! A delegation goes from machine to machine as a small text file: each root key signs where it is kept.

use std::path::Path;

use client::RelayClient;
use serde_json::json;
use statements::{Delegation, DevicePublicKey, StatementKind};

use crate::Failure;
use crate::cli::{DelegateCommand, DelegationSource};
use crate::init::today;
use crate::root_signed::{About, RootSigned, fetch, hex, unhex};

/// So many days before its end a delegation is to be renewed.
const RENEW_DAYS: u32 = 30;

/// What the files here are about.
const ABOUT: About = About {
    kind: StatementKind::Delegation,
    name: "delegation",
    command: "delegate",
};

/// A device key, 64 hex digits with or without spaces between.
pub(crate) fn device(digits: &str) -> Result<DevicePublicKey, Failure> {
    let digits: String = digits.split_whitespace().collect();
    let bytes = unhex(&digits).and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or("a device key has 64 hex digits, as the roster's page shows it")?;
    Ok(DevicePublicKey(bytes))
}

/// What a file's delegation says, whoever has signed it.
fn says(file: &RootSigned) -> Result<Delegation, Failure> {
    Ok(Delegation::proposed(&file.statement, &file.root)?)
}

/// `footbridge delegate`.
pub(crate) async fn run(command: DelegateCommand) -> Result<(), Failure> {
    match command {
        DelegateCommand::Draft {
            relay,
            coordinators,
            threshold,
            days,
            file,
        } => draft(&relay, &coordinators, threshold, days, &file).await,
        DelegateCommand::Sign { key, file } => sign(&key, &file),
        DelegateCommand::Publish { relay, file } => publish(&relay, &file).await,
        DelegateCommand::Show { source, json } => show(&source, json).await,
    }
}

async fn draft(
    relay: &str,
    coordinators: &[String],
    threshold: Option<u8>,
    days: u32,
    file: &Path,
) -> Result<(), Failure> {
    let line = fetch(relay).await?;
    let present = line.delegation();
    let named = match coordinators.is_empty() {
        true => present.coordinators().to_vec(),
        false => coordinators
            .iter()
            .map(|c| device(c))
            .collect::<Result<_, _>>()?,
    };
    let usual = if named.len() > 1 { 2 } else { 1 };
    let threshold = threshold.unwrap_or_else(|| present.admission_threshold().max(usual));
    if usize::from(threshold) > named.len() {
        return Err(format!(
            "{threshold} coordinators can't agree where {} are named",
            named.len()
        )
        .into());
    }
    for left_out in present.coordinators().iter().filter(|d| !named.contains(d)) {
        eprintln!(
            "Note: {} is a coordinator now and is left out.",
            hex(&left_out.0)
        );
    }
    if threshold == 1 {
        eprintln!("Note: one coordinator alone can then admit, permit and publish.");
    }
    let serial = present.serial().saturating_add(1);
    let days = (today(), today().plus(days));
    let draft = Delegation::draft(line.id(), serial, days, threshold, &named);
    RootSigned::new(&ABOUT, line.root().clone(), draft.done()).write(file)?;
    println!(
        "Drafted: {} coordinators, {threshold} must agree. Now let {} root keys sign it, each where it is kept:\n  \
         footbridge delegate sign --key ROOT-KEY-FILE --file {}",
        named.len(),
        line.root().threshold(),
        file.display()
    );
    Ok(())
}

fn sign(key: &Path, path: &Path) -> Result<(), Failure> {
    let file = RootSigned::read(&ABOUT, path)?;
    print_delegation(&says(&file)?);
    file.sign(key, path)
}

async fn publish(relay: &str, file: &Path) -> Result<(), Failure> {
    let file = RootSigned::read(&ABOUT, file)?;
    let bytes = file.whole()?;
    Delegation::verify(&file.statement, &file.root)?;
    RelayClient::new(relay)?.publish(&bytes).await?;
    println!("Published. Desks go by it as soon as they hear of it.");
    Ok(())
}

async fn show(source: &DelegationSource, as_json: bool) -> Result<(), Failure> {
    let (says, signed, due) = match (&source.file, &source.relay) {
        (Some(file), _) => {
            let file = RootSigned::read(&ABOUT, file)?;
            (says(&file)?, file.signed(), file.root.threshold())
        }
        (None, Some(relay)) => {
            let line = fetch(relay).await?;
            let due = line.root().threshold();
            (line.delegation().clone(), due.into(), due)
        }
        (None, None) => return Err("say which: --file or --relay".into()),
    };
    if as_json {
        let coordinators: Vec<String> = says.coordinators().iter().map(|d| hex(&d.0)).collect();
        println!(
            "{}",
            json!({
                "serial": says.serial(), "until_day": says.until().0, "threshold": says.admission_threshold(),
                "coordinators": coordinators, "signed": signed, "must_sign": due,
            })
        );
        return Ok(());
    }
    print_delegation(&says);
    println!("Root keys that have signed: {signed} of {due}.");
    Ok(())
}

fn print_delegation(says: &Delegation) {
    println!(
        "Delegation {}: {} of {} coordinators must agree.",
        says.serial(),
        says.admission_threshold(),
        says.coordinators().len()
    );
    for device in says.coordinators() {
        println!("  {}", hex(&device.0));
    }
    match says.until().0.checked_sub(today().0) {
        None => println!("It is over: draft a new one."),
        Some(left) if left <= RENEW_DAYS => println!("It ends in {left} days: draft a new one."),
        Some(left) => println!("It holds for {left} days more."),
    }
}
