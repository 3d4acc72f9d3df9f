//! `footbridge backup` and `footbridge restore`: the relay's files in one file that only the operator's age key opens. The format and the
//! cryptography are age's, as the distribution packages it; inside is a tar archive.
//!
//! Of a line in PostgreSQL the same is made: what the database holds at one moment is copied into an embedded store, which is then the relay's
//! own in the archive. So there is one kind of backup, and one way to restore it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::json;
use store_postgres::PostgresSnapshot;
use store_sqlite::SqliteEnd;
use wire::LineId;
use words::List;

use crate::cli::{BackupArguments, RestoreArguments};
use crate::config::{Address, Config};
use crate::init::today;
use crate::serve::read_line;
use crate::{Failure, beside, moving};

const CONFIGURATION: &str = "footbridge.toml";
const LINE: &str = "line.statements";
const STORE: &str = "store";
/// The files of a backup, in their order: the database before the cells, as `store_sqlite::copy_database` asks.
const FILES: [&str; 4] = [
    CONFIGURATION,
    LINE,
    "store/line.sqlite3",
    "store/line.cells",
];
/// What fills a backup up, so that its length does not tell how much the line is used.
const ROOM: &str = "room";
/// The head of each file in a tar archive, and the steps in which its content is written (POSIX.1-2017, pax, ustar interchange format).
const BLOCK: u64 = 512;
/// Two blocks of zeros end an archive.
const END: u64 = 2 * BLOCK;

/// How long the file is that fills an archive of `taken` bytes up to `least` bytes, or twice, four times, eight times as many. `least` is a
/// multiple of a block.
fn room(taken: u64, least: u64) -> u64 {
    let needed = taken + BLOCK + END;
    let mut whole = least.max(BLOCK);
    while whole < needed {
        whole *= 2;
    }
    whole - needed
}

fn age(arguments: &[&std::ffi::OsStr], stdin: Stdio, stdout: Stdio) -> Result<Child, Failure> {
    let started = Command::new("age")
        .args(arguments)
        .stdin(stdin)
        .stdout(stdout)
        .spawn();
    started.map_err(|error| {
        format!("can't start age: {error}. Install it (on Debian: apt-get install age).").into()
    })
}

/// A file that is removed when it goes out of scope.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn can_t(what: &str, path: &Path) -> impl Fn(std::io::Error) -> Failure {
    let what = format!("can't {what} {}", path.display());
    move |error| format!("{what}: {error}").into()
}

fn append(
    archive: &mut tar::Builder<impl Write>,
    name: &str,
    length: u64,
    bytes: impl Read,
) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(length);
    header.set_mode(0o600);
    archive.append_data(&mut header, name, bytes.take(length))
}

/// An embedded store for as long as a backup is made of it; then its keys are destroyed.
struct Copied(PathBuf);

impl Drop for Copied {
    fn drop(&mut self) {
        let _ = store_sqlite::discard(&self.0);
    }
}

/// Copies what a database holds at one moment into an embedded store in a new directory beside the backup.
async fn copy(address: &Address, line: LineId, out: &Path) -> Result<Copied, Failure> {
    let directory = beside::named(out, ".copy");
    // What an earlier backup left behind that was cut off. Somebody else's directory of this name is not touched.
    let [_, cells] = store_sqlite::files(&directory);
    if cells.exists() {
        store_sqlite::discard(&directory)?;
    } else if directory.exists() {
        std::fs::remove_dir(&directory).map_err(can_t("make a copy in", &directory))?;
    }
    let mut snapshot = PostgresSnapshot::take(&address.0).await?;
    let copied = Copied(directory);
    // Closed before the other goes, whatever happens.
    let mut end = SqliteEnd::open(&copied.0)?;
    let copy = moving::named(line, false)?;
    copy.copy_out(&mut snapshot, &mut end, moving::teller())
        .await?;
    Ok(copied)
}

/// Puts the files into an archive. Nothing of it is on a disk but the copy of the database, in which every row is sealed.
fn archive(
    config: &Path,
    line: &Path,
    store: &Path,
    least: u64,
    to: impl Write,
) -> Result<(), Failure> {
    let [_, cells] = store_sqlite::files(store);
    let copy = Passing(store.join("backup.sqlite3"));
    if copy.0.exists() {
        std::fs::remove_file(&copy.0).map_err(can_t("remove", &copy.0))?;
    }
    store_sqlite::copy_database(store, &copy.0)?;
    let mut archive = tar::Builder::new(to);
    let sources = [config, line, &copy.0, &cells];
    let mut taken = 0;
    for (name, source) in FILES.into_iter().zip(sources) {
        let file = File::open(source).map_err(can_t("read", source))?;
        let length = file.metadata().map_err(can_t("read", source))?.len();
        // The cells may grow meanwhile: what is new belongs to rows that the copy has not.
        append(&mut archive, name, length, file)?;
        taken += BLOCK + length.next_multiple_of(BLOCK);
    }
    append(&mut archive, ROOM, room(taken, least), std::io::repeat(0))?;
    archive.into_inner()?.flush()?;
    Ok(())
}

/// `footbridge backup`.
pub(crate) async fn backup(arguments: &BackupArguments) -> Result<(), Failure> {
    let out = &arguments.out;
    if out.exists() {
        return Err(format!("{} exists; give another name", out.display()).into());
    }
    let config = Config::load(&arguments.config)?;
    // Before anything is copied: without it nothing can be sealed.
    age(&["--version".as_ref()], Stdio::null(), Stdio::null())?.wait()?;
    let copied = match &config.database {
        None => None,
        Some(address) => Some(copy(address, read_line(&config.line)?.line(), out).await?),
    };
    let store = copied.as_ref().map_or(&config.store, |copied| &copied.0);
    let part = Passing(beside::path(out));
    let mut options: Vec<&std::ffi::OsStr> = vec!["--encrypt".as_ref()];
    for recipient in &arguments.recipients {
        options.push("--recipient".as_ref());
        options.push(recipient.as_ref());
    }
    options.push("--output".as_ref());
    options.push(part.0.as_os_str());
    let mut age = age(&options, Stdio::piped(), Stdio::null())?;
    let stdin = age.stdin.take().ok_or("age takes no input")?;
    let least = u64::from(arguments.least_mib) << 20;
    let archived = archive(
        &arguments.config,
        &config.line,
        store,
        least,
        std::io::BufWriter::new(stdin),
    );
    let sealed = age.wait()?;
    if !sealed.success() {
        return Err("age did not seal it; nothing was kept. What it said stands above.".into());
    }
    archived?;
    File::open(&part.0)?.sync_all()?;
    std::fs::rename(&part.0, out).map_err(can_t("write", out))?;
    let notes = config.backups();
    server::note_backup(notes, today()).map_err(can_t("note the day of the backup in", notes))?;
    let bytes = out.metadata()?.len();
    match arguments.json {
        true => println!("{}", json!({"backup": out, "bytes": bytes})),
        false => println!(
            "{}: {bytes} bytes. Try it: footbridge restore {} --identity KEY --directory NEW\n\
             It keeps what the relay destroys later. Destroy it after a week, and keep no more than two.",
            out.display(),
            out.display()
        ),
    }
    Ok(())
}

/// Takes the files out of an archive; exactly those, in their order.
fn unpack(archive: impl Read, directory: &Path) -> Result<(), Failure> {
    let other = "this is no backup of a relay, or not the whole of one";
    let mut archive = tar::Archive::new(archive);
    let mut entries = archive.entries()?;
    for name in FILES {
        let mut entry = entries.next().ok_or(other)??;
        if entry.path()?.as_ref() != Path::new(name) || !entry.header().entry_type().is_file() {
            return Err(other.into());
        }
        let path = directory.join(name);
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600);
        let mut file = file.open(&path).map_err(can_t("write", &path))?;
        std::io::copy(&mut entry, &mut file).map_err(can_t("write", &path))?;
        file.sync_all().map_err(can_t("write", &path))?;
    }
    // An earlier version filled nothing up.
    if let Some(entry) = entries.next()
        && entry?.path()?.as_ref() != Path::new(ROOM)
    {
        return Err(other.into());
    }
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(other.into()),
    }
}

/// Lets a configuration lead to the files beside it, wherever they were before; also to the store beside it in place of a database.
fn settle(path: &Path) -> Result<(), Failure> {
    let text = std::fs::read_to_string(path)?;
    let mut table: toml::Table = text.parse()?;
    let is_beside = |table: &toml::Table, key: &str, usual: &str, default: Option<&str>| {
        let found = table.get(key).and_then(toml::Value::as_str).or(default);
        found == Some(usual)
    };
    let is_embedded = table.remove("database").is_none();
    if is_embedded
        && is_beside(&table, "line", LINE, None)
        && is_beside(&table, "store", STORE, Some(STORE))
    {
        return Ok(());
    }
    table.insert("line".into(), LINE.into());
    table.insert("store".into(), STORE.into());
    Ok(std::fs::write(path, table.to_string())?)
}

fn fill(arguments: &RestoreArguments) -> Result<store_sqlite::Restored, Failure> {
    let directory = &arguments.directory;
    let options = [
        "--decrypt".as_ref(),
        "--identity".as_ref(),
        arguments.identity.as_os_str(),
        arguments.file.as_os_str(),
    ];
    let mut age = age(&options, Stdio::null(), Stdio::piped())?;
    let stdout = age.stdout.take().ok_or("age gives no output")?;
    let unpacked = unpack(std::io::BufReader::new(stdout), directory);
    if !age.wait()?.success() {
        return Err(
            "age did not open it: is this its key, and was it changed? What it said stands above."
                .into(),
        );
    }
    unpacked?;
    settle(&directory.join(CONFIGURATION))?;
    Ok(store_sqlite::restore(&directory.join(STORE))?)
}

/// `footbridge restore`.
pub(crate) fn restore(arguments: &RestoreArguments) -> Result<(), Failure> {
    let directory = &arguments.directory;
    let mut private = DirBuilder::new();
    private.mode(0o700);
    let made = private.create(directory);
    made.map_err(can_t("make the new directory", directory))?;
    let filled = private
        .create(directory.join(STORE))
        .map_err(can_t("make", directory))
        .and_then(|()| fill(arguments));
    let restored = match filled {
        Ok(restored) => restored,
        Err(failure) => {
            std::fs::remove_dir_all(directory).map_err(can_t("remove", directory))?;
            return Err(failure);
        }
    };
    let line = read_line(&directory.join(LINE))?.line();
    let words = words::check_words(List::English, &line.0).join(" ");
    let store_sqlite::Restored {
        posts,
        entries,
        slots,
        given_up,
    } = restored;
    if arguments.json {
        println!(
            "{}",
            json!({"restored": directory, "check_words": words, "posts": posts, "log_entries": entries, "slots": slots, "given_up": given_up})
        );
        return Ok(());
    }
    println!("Check words of the line: {words}");
    println!(
        "{posts} posts, {entries} entries of the team log, {slots} slots; {given_up} whose key was destroyed were given up."
    );
    println!(
        "Before it runs, stop the relay that it takes the place of. Then: footbridge serve --config {}",
        directory.join(CONFIGURATION).display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_have_few_lengths() {
        let least = 1 << 20;
        let whole = |taken| taken + BLOCK + room(taken, least) + END;
        for (taken, expected) in [
            (0, least),
            (512 * 700, least),
            (least - BLOCK - END, least),
            (least - END, 2 * least),
            (3 * least, 4 * least),
            (4 * least, 8 * least),
        ] {
            assert_eq!(whole(taken), expected, "{taken}");
        }
    }
}
