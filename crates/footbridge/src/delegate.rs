//! `footbridge delegate`: the root keys name the coordinators, and how many of them must agree.
//!
//! A delegation goes from machine to machine as a small text file: each root key signs where it is kept.

use std::path::Path;

use client::RelayClient;
use serde_json::json;
use statements::{
    Delegation, DevicePublicKey, Line, Root, RootKey, StatementKind, UnverifiedStatement,
};
use zeroize::Zeroizing;

use crate::Failure;
use crate::cli::{DelegateCommand, DelegationSource};
use crate::init::today;

/// So many days before its end a delegation is to be renewed.
const RENEW_DAYS: u32 = 30;

/// What a file holds: the root, and a delegation that some of its keys have signed.
struct DelegationFile {
    root: Root,
    delegation: UnverifiedStatement,
}

pub(crate) fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.trim();
    let pairs = (0..digits.len()).step_by(2);
    let bytes = pairs.map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok());
    bytes.collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A device key, 64 hex digits with or without spaces between.
pub(crate) fn device(digits: &str) -> Result<DevicePublicKey, Failure> {
    let digits: String = digits.split_whitespace().collect();
    let bytes = unhex(&digits).and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or("a device key has 64 hex digits, as the roster's page shows it")?;
    Ok(DevicePublicKey(bytes))
}

fn line_of(text: &str, name: &str) -> Result<UnverifiedStatement, Failure> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let bytes = value.and_then(unhex);
    let bytes = bytes.ok_or_else(|| format!("the file has no {name}: is it a delegation's?"))?;
    Ok(UnverifiedStatement::parse(&bytes)?)
}

impl DelegationFile {
    fn read(path: &Path) -> Result<DelegationFile, Failure> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("can't read {}: {error}", path.display()))?;
        let root = Root::read(&line_of(&text, "root")?)?;
        let delegation = line_of(&text, "delegation")?;
        if delegation.kind() != StatementKind::Delegation || delegation.line() != root.line_id() {
            return Err("the delegation in that file is not one of that root".into());
        }
        Ok(DelegationFile { root, delegation })
    }

    fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = format!(
            "# A delegation of a line's root keys. {} of {} of them must sign it; it holds no secret.\nroot: {}\ndelegation: {}\n",
            self.root.threshold(),
            self.root.keys().len(),
            hex(&self.root.statement().to_bytes()),
            hex(&self.delegation.to_bytes()),
        );
        std::fs::write(path, text)
            .map_err(|error| format!("can't write {}: {error}", path.display()).into())
    }

    /// How many different root keys have signed.
    fn signed(&self) -> usize {
        let keys = self.root.keys().iter();
        let signed = keys.filter(|key| self.delegation.signers().any(|by| *by == key.0));
        signed.count()
    }

    fn missing(&self) -> usize {
        usize::from(self.root.threshold()).saturating_sub(self.signed())
    }

    /// What it says, once enough have signed; before that only what is in the file.
    fn says(&self) -> Result<Delegation, Failure> {
        Ok(Delegation::proposed(&self.delegation, &self.root)?)
    }
}

async fn fetch(relay: &str) -> Result<Line, Failure> {
    let document = RelayClient::new(relay)?.line().await?;
    Ok(Line::verify(&document, None)?)
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
    let drafted = DelegationFile {
        root: line.root().clone(),
        delegation: draft.done(),
    };
    drafted.write(file)?;
    println!(
        "Drafted: {} coordinators, {threshold} must agree. Now let {} root keys sign it, each where it is kept:\n  \
         footbridge delegate sign --key ROOT-KEY-FILE --file {}",
        named.len(),
        line.root().threshold(),
        file.display()
    );
    Ok(())
}

fn sign(key: &Path, file: &Path) -> Result<(), Failure> {
    let text = std::fs::read_to_string(key)
        .map_err(|error| format!("can't read {}: {error}", key.display()))?;
    let text = Zeroizing::new(text);
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let seed = lines.find_map(|line| unhex(line).map(Zeroizing::new));
    let seed = seed.and_then(|seed| <[u8; 32]>::try_from(seed.as_slice()).ok());
    let seed = Zeroizing::new(seed.ok_or("that is no root key's file")?);
    let key = RootKey::from_seed(&seed);
    let mut delegation = DelegationFile::read(file)?;
    if !delegation.root.keys().contains(&key.public()) {
        return Err("that key is not one of this line's root keys".into());
    }
    if delegation
        .delegation
        .signers()
        .any(|by| *by == key.public().0)
    {
        return Err("that key has signed already".into());
    }
    print_delegation(&delegation.says()?);
    delegation.delegation = delegation.delegation.reopen().sign_by_root(&key).done();
    delegation.write(file)?;
    match delegation.missing() {
        0 => println!(
            "Signed; nothing is missing. Now: footbridge delegate publish --relay URL --file {}",
            file.display()
        ),
        missing => println!("Signed; {missing} more must sign."),
    }
    Ok(())
}

async fn publish(relay: &str, file: &Path) -> Result<(), Failure> {
    let delegation = DelegationFile::read(file)?;
    if delegation.missing() > 0 {
        return Err(format!("{} more root keys must sign first", delegation.missing()).into());
    }
    Delegation::verify(&delegation.delegation, &delegation.root)?;
    let client = RelayClient::new(relay)?;
    client.publish(&delegation.delegation.to_bytes()).await?;
    println!("Published. Desks go by it as soon as they hear of it.");
    Ok(())
}

async fn show(source: &DelegationSource, as_json: bool) -> Result<(), Failure> {
    let (says, signed, due) = match (&source.file, &source.relay) {
        (Some(file), _) => {
            let file = DelegationFile::read(file)?;
            (file.says()?, file.signed(), file.root.threshold())
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
