//! `footbridge init`: a line's root keys, first coordinator, and configuration.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use desk_app::{NewDesk, VaultCost};
use statements::{Delegation, DeviceKey, Root, RootKey};
use wire::{Day, LineDocument};
use words::List;
use zeroize::Zeroizing;

use crate::Failure;
use crate::cli::InitArguments;
use crate::terminal;

/// For how many days the first delegation holds.
const DELEGATION_DAYS: u32 = 365;

#[allow(clippy::disallowed_methods, reason = "a command reads the clock")]
pub(crate) fn today() -> Day {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Day(u32::try_from(since.as_secs() / 86_400).unwrap_or(u32::MAX))
}

fn seed() -> Result<Zeroizing<[u8; 32]>, Failure> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut_slice()).map_err(|_| "the system gives no randomness")?;
    Ok(seed)
}

/// Writes a file that only its owner may read, and that must not exist yet.
fn write_secret(path: &Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

fn make_root_keys(arguments: &InitArguments) -> Result<Vec<RootKey>, Failure> {
    let directory = arguments.directory.join("root-keys");
    std::fs::create_dir(&directory)?;
    let mut keys = Vec::new();
    for number in 1..=arguments.root_keys {
        let seed = seed()?;
        let hex: Zeroizing<String> =
            Zeroizing::new(seed.iter().map(|byte| format!("{byte:02x}")).collect());
        let text = Zeroizing::new(format!(
            "# Root key {number} of {}. Keep it where nothing is online; {} of them must sign together.\n{}\n",
            arguments.root_keys, arguments.root_threshold, *hex
        ));
        write_secret(&directory.join(format!("{number}.key")), &text)?;
        keys.push(RootKey::from_seed(&seed));
    }
    Ok(keys)
}

fn configuration(page_files: &Path) -> String {
    let example = include_str!("../../../docs/operate/footbridge.toml");
    if page_files == Path::new("page-files") {
        return example.to_owned();
    }
    let given = format!(
        "page_files = {}",
        toml::Value::from(page_files.display().to_string())
    );
    example.replace("# page_files = \"page-files\"", &given)
}

/// `footbridge init`.
pub(crate) async fn run(arguments: InitArguments) -> Result<(), Failure> {
    if arguments.root_threshold > arguments.root_keys {
        return Err("the root threshold can't be more than the root keys".into());
    }
    client::RelayClient::new(&arguments.relay)?;
    let passphrase = terminal::new_passphrase(arguments.passphrase_file.as_deref())?;
    let directory = &arguments.directory;
    let made = std::fs::create_dir(directory);
    made.map_err(|error| {
        format!(
            "can't make the new directory {}: {error}",
            directory.display()
        )
    })?;
    let root_keys = make_root_keys(&arguments)?;
    let publics = root_keys.iter().map(RootKey::public).collect();
    let root = Root::new(arguments.root_threshold, publics)?;
    let line = root.line_id();
    let device = DeviceKey::from_seed(&*seed()?);
    let days = (today(), today().plus(DELEGATION_DAYS));
    let draft = Delegation::draft(line, 1, days, 1, &[device.public()]);
    let signing = root_keys.iter().take(arguments.root_threshold.into());
    let delegation = signing
        .fold(draft, |draft, key| draft.sign_by_root(key))
        .done();
    let document = LineDocument {
        day: today(),
        statements: vec![root.statement().to_bytes(), delegation.to_bytes()],
    };
    std::fs::write(directory.join("line.statements"), document.to_bytes())?;
    std::fs::write(
        directory.join("footbridge.toml"),
        configuration(&arguments.page_files),
    )?;
    let coordinator = NewDesk {
        vault: directory.join("coordinator"),
        passphrase,
        cost: VaultCost::FULL,
        work_name: arguments.name.clone(),
    };
    desk_app::found(
        coordinator,
        device,
        &arguments.relay,
        &root.statement(),
        &delegation,
    )
    .await?;
    println!("The line is made, in {}.\n", directory.display());
    println!("Its check words, for every card and page:");
    for list in List::ALL {
        println!(
            "  {}  {}",
            list.language(),
            words::check_words(list, &line.0).join(" ")
        );
    }
    println!(
        "\nNext:\n  1. Move each file in {0}/root-keys to a place of its own that is never online.\n  \
         2. Take {0}/line.statements and {0}/footbridge.toml to the server: footbridge serve --config footbridge.toml\n  \
         3. On the coordinator's own machine: footbridge desk --vault {0}/coordinator",
        directory.display()
    );
    Ok(())
}
