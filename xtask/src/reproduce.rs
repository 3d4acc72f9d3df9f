//! `cargo xtask reproduce`: builds the page twice, in two places that have nothing in common but the source, and compares.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::page::from_text;
use crate::run::{output, root};

/// Name → bytes of the files of a page.
type Files = BTreeMap<String, Vec<u8>>;

/// A place to build in. What differs between two of them must not be seen in what is built.
struct Place {
    /// Below the temporary directory.
    checkout: &'static str,
    target: &'static str,
    cargo_home: &'static str,
    home: &'static str,
    umask: &'static str,
    zone: &'static str,
    language: &'static str,
}

const PLACES: [Place; 2] = [
    Place {
        checkout: "a",
        target: "t",
        cargo_home: "c",
        home: "h",
        umask: "022",
        zone: "UTC",
        language: "C",
    },
    Place {
        checkout: "another/checkout/with-a-longer-path",
        target: "another/place-for-what-is-built",
        cargo_home: "another/cargo-home",
        home: "another/home",
        umask: "077",
        zone: "Asia/Seoul",
        language: "ko_KR.UTF-8",
    },
];

/// Where two contents differ.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    /// The first byte that differs; the shorter length, if one ends there.
    offset: usize,
    lengths: (usize, usize),
    /// The part of a document in which that is, and of the module the section.
    part: Option<String>,
}

fn difference(one: &[u8], other: &[u8]) -> Option<Difference> {
    let pairs = one.iter().zip(other);
    let same = pairs.take_while(|(one, other)| one == other).count();
    (one != other).then(|| Difference {
        offset: same,
        lengths: (one.len(), other.len()),
        part: part(one, other, same),
    })
}

/// A number as WebAssembly writes it (WebAssembly Core Specification, section 5.2.2), and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 127) << (7 * at);
        if byte & 128 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

/// The sections of a module in their order: name, content. Ends early where it is no module.
fn sections(module: &[u8]) -> Vec<(String, &[u8])> {
    const NAMES: [&str; 13] = [
        "custom",
        "type",
        "import",
        "function",
        "table",
        "memory",
        "global",
        "export",
        "start",
        "element",
        "code",
        "data",
        "data count",
    ];
    let mut sections = Vec::new();
    let mut rest = module.get(8..).unwrap_or_default();
    while let Some((id, after)) = rest.split_first() {
        let Some((length, after)) = number(after) else {
            break;
        };
        let (Some(content), Some(next)) = (after.get(..length), after.get(length..)) else {
            break;
        };
        let name = NAMES.get(usize::from(*id)).copied().unwrap_or("unknown");
        let own = number(content).filter(|_| *id == 0);
        let own = own.and_then(|(length, rest)| rest.get(..length));
        let own = own.map(|own| format!(" {}", String::from_utf8_lossy(own)));
        sections.push((name.to_owned() + &own.unwrap_or_default(), content));
        rest = next;
    }
    sections
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

/// The module of a document, as the page reads it back.
fn module(document: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(document).ok()?;
    let text = between(
        text,
        "<script type=\"text/plain\" id=\"module\">",
        "</script>",
    )?;
    from_text(text)
}

/// In which part of a document a byte is: the module's section, or the element in whose content it stands.
fn part(one: &[u8], other: &[u8], offset: usize) -> Option<String> {
    let before = String::from_utf8_lossy(one.get(..offset)?);
    let (_, tag) = before.rsplit_once("<script")?;
    let id = between(tag, "id=\"", "\"").unwrap_or("script");
    if tag.contains("</script>") {
        return Some(format!("after {id}"));
    }
    if id != "module" {
        return Some(id.to_owned());
    }
    let (one, other) = (module(one)?, module(other)?);
    let pairs = sections(&one).into_iter().zip(sections(&other));
    let mut differ = pairs.filter(|(one, other)| one != other);
    let (section, _) = differ.next()?.0;
    Some(format!("module, section {section}"))
}

/// What two sets of files differ in: name → where, or `None` where only one has it.
fn compare(one: &Files, other: &Files) -> BTreeMap<String, Option<Difference>> {
    let names = one.keys().chain(other.keys());
    let mut found = BTreeMap::new();
    for name in names {
        match (one.get(name), other.get(name)) {
            (Some(one), Some(other)) => {
                if let Some(difference) = difference(one, other) {
                    found.insert(name.clone(), Some(difference));
                }
            }
            _ => drop(found.insert(name.clone(), None)),
        }
    }
    found
}

/// The page's files of a directory.
fn files(directory: &Path) -> Result<Files> {
    let entries = std::fs::read_dir(directory);
    let entries = entries.with_context(|| format!("can't read {}", directory.display()))?;
    let mut files = Files::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let is_page = |name: &&str| {
            [".html", ".json", ".br"]
                .iter()
                .any(|end| name.ends_with(end))
        };
        if let Some(name) = name.filter(is_page) {
            files.insert(name.to_owned(), std::fs::read(&path)?);
        }
    }
    if files.is_empty() {
        bail!("{} has no files of a page", directory.display());
    }
    Ok(files)
}

/// The directory of what cargo downloads, so that the second build downloads nothing again.
fn cargo_home() -> Result<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    home.context("neither CARGO_HOME nor HOME is set")
}

/// Builds the page of a commit in a place of its own.
fn build(below: &Path, place: &Place, commit: &str) -> Result<Files> {
    let at = |name: &str| below.join(name);
    for folder in [place.cargo_home, place.home] {
        std::fs::create_dir_all(at(folder))?;
    }
    for shared in ["registry", "git"] {
        let from = cargo_home()?.join(shared);
        if from.is_dir() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(from, at(place.cargo_home).join(shared))?;
        }
    }
    let checkout = at(place.checkout);
    // With the umask from the start, so that what is checked out has other permissions too.
    let script = "umask $1 && git clone --quiet --local --no-checkout \"$2\" \"$3\" && cd \"$3\" && git checkout --quiet --detach \"$4\" && exec cargo xtask page --json";
    let rustup = std::env::var_os("RUSTUP_HOME").map(PathBuf::from);
    let rustup = rustup.or_else(|| std::env::home_dir().map(|home| home.join(".rustup")));
    let mut command = Command::new("sh");
    command
        .args(["-c", script, "sh", place.umask])
        .args([&root(), &checkout])
        .arg(commit)
        .env("CARGO_TARGET_DIR", at(place.target))
        .env("CARGO_HOME", at(place.cargo_home))
        .env("HOME", at(place.home))
        .env("TZ", place.zone)
        .env("LANG", place.language)
        .env("LC_ALL", place.language)
        // What this build was started with is no part of the source.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .stdout(std::process::Stdio::null());
    if let Some(rustup) = rustup {
        command.env("RUSTUP_HOME", rustup);
    }
    let status = command.status().context("can't run sh")?;
    if !status.success() {
        bail!("the page could not be built in {}", checkout.display());
    }
    files(&checkout.join(crate::page::FILES))
}

fn sum(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The commit that is built, and whether the tree has more than it.
pub(crate) fn commit() -> Result<(String, bool)> {
    let git = |arguments: &[&str]| output("git", arguments).context("git is needed, and a clone");
    let commit = git(&["rev-parse", "HEAD"])?.trim().to_owned();
    let has_more = !git(&["status", "--porcelain"])?.trim().is_empty();
    Ok((commit, has_more))
}

/// The version of Rust, such as 1.95.0.
pub(crate) fn rust() -> Result<String> {
    let said = output("rustc", &["--version"]).context("rustc can't be run")?;
    let version = said.split(' ').nth(1).context("rustc says no version")?;
    Ok(version.to_owned())
}

fn told(differences: &BTreeMap<String, Option<Difference>>) -> Value {
    let told = differences.iter().map(|(name, difference)| {
        let told = match difference {
            None => json!({"only_in_one": true}),
            Some(one) => json!({"offset": one.offset, "lengths": [one.lengths.0, one.lengths.1], "part": one.part}),
        };
        (name.clone(), told)
    });
    Value::Object(told.collect())
}

fn print(with: &str, differences: &BTreeMap<String, Option<Difference>>) {
    for (name, difference) in differences {
        match difference {
            None => println!("{name} is only in one of the two ({with})"),
            Some(one) => {
                let part = match &one.part {
                    Some(part) => format!(", {part}"),
                    None if name.ends_with(".html") => ", in what can be read".into(),
                    None => String::new(),
                };
                let (lengths, offset) = (one.lengths, one.offset);
                println!(
                    "{name} differs from {with} at byte {offset} ({} and {} bytes){part}",
                    lengths.0, lengths.1
                );
            }
        }
    }
}

/// `cargo xtask reproduce`.
pub(crate) fn run(against: Option<&Path>, as_json: bool) -> Result<()> {
    let (commit, has_more) = commit()?;
    if has_more {
        eprintln!(
            "the tree has changes that are not committed: they are not built, only {commit} is"
        );
    }
    let rust = rust()?;
    let against = against.map(|directory| Ok::<_, anyhow::Error>((directory, files(directory)?)));
    let against = against.transpose()?;
    let below = std::env::temp_dir().join(format!("footbridge-reproduce-{}", std::process::id()));
    std::fs::create_dir(&below).with_context(|| format!("can't make {}", below.display()))?;
    let built = PLACES.iter().map(|place| build(&below, place, &commit));
    let built: Result<Vec<Files>> = built.collect();
    // The temporary directory goes away whether it worked or not.
    let removed = std::fs::remove_dir_all(&below);
    let built = built?;
    removed.with_context(|| format!("can't remove {}", below.display()))?;
    let [one, other] = built.as_slice() else {
        bail!("the page was not built twice");
    };
    let differences = compare(one, other);
    let given = against.map(|(directory, files)| (directory, compare(one, &files)));
    let is_same = differences.is_empty();
    let is_given = given.as_ref().is_none_or(|(_, found)| found.is_empty());
    let sums = one.iter().filter(|(name, _)| !name.ends_with(".br"));
    let sums: BTreeMap<&str, String> = sums
        .map(|(name, bytes)| (name.as_str(), sum(bytes)))
        .collect();
    if as_json {
        let given = given.map(|(_, found)| told(&found));
        println!(
            "{}",
            json!({
                "same": is_same, "commit": commit, "uncommitted": has_more, "rust": rust, "files": one.len(), "sums": sums,
                "differences": told(&differences), "against": given,
            })
        );
    } else {
        println!(
            "commit {commit}, Rust {rust}: built twice, {} files",
            one.len()
        );
        for (name, sum) in &sums {
            println!("{sum}  {name}");
        }
        print("the second build", &differences);
        if let Some((directory, found)) = &given {
            print(&directory.display().to_string(), found);
        }
    }
    match (is_same, is_given) {
        (true, true) => Ok(()),
        (false, _) => bail!("the two builds differ: the page of {commit} cannot be reproduced"),
        (true, false) => bail!(
            "both builds are the same, and differ from what was given: it was built of another commit or by another Rust, or it was changed"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module of three sections, with this code.
    fn wasm(code: &[u8]) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend(b"\x01\x04\x01\x60\0\0");
        module.extend([10, u8::try_from(code.len()).unwrap()]);
        module.extend(code);
        module.extend(b"\0\x06\x04namex");
        module
    }

    fn document(head: &str, module: &[u8], script: &str) -> Vec<u8> {
        let text = crate::page::as_text(module);
        format!("<p>{head}</p><script type=\"text/plain\" id=\"part\">{{}}</script>\n<script type=\"text/plain\" id=\"module\">{text}</script>\n<script>{script}</script>\n").into_bytes()
    }

    fn found(one: &[u8], other: &[u8]) -> (usize, String) {
        let found = difference(one, other).unwrap();
        (found.offset, found.part.unwrap_or_default())
    }

    #[test]
    fn a_module_has_its_sections() {
        let module = wasm(&[0, 13, 60, 200]);
        let read = document("", &module, "");
        assert_eq!(super::module(&read).unwrap(), module);
        let names: Vec<String> = sections(&module)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["type", "code", "custom name"]);
        for end in 0..module.len() {
            assert!(sections(&module[..end]).len() < 3);
        }
        assert!(sections(b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\xff\xff").is_empty());
    }

    #[test]
    fn two_builds_are_compared_to_the_byte_and_the_section() {
        let right = document("a", &wasm(&[1, 2, 3]), "one");
        assert_eq!(difference(&right, &right), None);
        let at = |text: &str| {
            let all = String::from_utf8_lossy(&right).into_owned();
            all.find(text).unwrap() + text.len()
        };
        let other = document("b", &wasm(&[1, 2, 3]), "one");
        assert_eq!(found(&right, &other), (at("<p>"), String::new()));
        let other = document("a", &wasm(&[1, 9, 3]), "one");
        let (offset, part) = found(&right, &other);
        assert_eq!(part, "module, section code");
        assert!(offset > at("id=\"module\">") && offset < at("id=\"module\">") + 25);
        let other = document("a", &wasm(&[1, 2, 3]), "two");
        assert_eq!(found(&right, &other), (at("<script>"), "script".into()));
        let cut = &right[..right.len() - 1];
        assert_eq!(found(&right, cut).0, cut.len());
        assert_eq!(found(cut, &right).0, cut.len());
    }

    #[test]
    fn a_file_that_only_one_build_has_is_a_difference() {
        let files = |names: &[&str]| -> Files {
            names
                .iter()
                .map(|name| ((*name).to_owned(), name.as_bytes().to_vec()))
                .collect()
        };
        assert!(compare(&files(&["a", "b"]), &files(&["a", "b"])).is_empty());
        for (one, other) in [
            (["a", "b"].as_slice(), ["a"].as_slice()),
            (&["a"], &["a", "b"]),
        ] {
            let found = compare(&files(one), &files(other));
            assert_eq!(found.into_iter().collect::<Vec<_>>(), [("b".into(), None)]);
        }
    }
}
