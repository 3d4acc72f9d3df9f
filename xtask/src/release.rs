//! `cargo xtask release-list`: puts the page that is built from this commit on the list of releases, for release keys to sign.

use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::run::{read, root};
use crate::{page, reproduce};

/// Where the list is.
const LIST: &str = "releases/page.sums";
/// Its first line.
const TITLE: &str = "# Released pages of Footbridge, oldest first. docs/operate/release.md says how to check this list.";

/// The version in the workspace's Cargo.toml.
pub(crate) fn version(cargo: &str) -> Result<String> {
    let cargo: toml::Value = toml::from_str(cargo).context("Cargo.toml is not TOML")?;
    let package = cargo.get("workspace").and_then(|all| all.get("package"));
    let version = package.and_then(|package| package.get("version")?.as_str());
    Ok(version.context("Cargo.toml has no version")?.to_owned())
}

/// A list with one more release: its line, and the sum of each file by name.
fn with(
    list: &str,
    version: &str,
    date: &str,
    made_of: (&str, &str),
    files: &[(&str, &[u8])],
) -> Result<String> {
    let is_date = date.split('-').map(str::len).eq([4, 2, 2])
        && date
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_digit());
    if !is_date {
        bail!("{date} is no date such as 2026-11-26");
    }
    let mut list = match list {
        "" => format!("{TITLE}\n"),
        list => list.to_owned(),
    };
    if list.contains(&format!("# release {version} ")) {
        bail!(
            "{version} is on the list already; a released page never changes, so raise the version in Cargo.toml"
        );
    }
    let (commit, rust) = made_of;
    list += &format!("# release {version} {date} commit {commit} rust {rust}\n");
    for (name, bytes) in files {
        let sum = HEXLOWER.encode(&Sha256::digest(bytes));
        list += &format!("{sum}  {version}/{name}\n");
    }
    Ok(list)
}

/// `cargo xtask release-list`.
pub(crate) fn run(date: &str) -> Result<()> {
    let (commit, has_more) = reproduce::commit()?;
    if has_more {
        bail!(
            "the tree has changes that are not committed; a release names the commit that it is made of"
        );
    }
    let rust = reproduce::rust()?;
    let mut names: Vec<String> = page::build()?.into_iter().map(|(name, ..)| name).collect();
    names.sort();
    let files: Result<Vec<(String, Vec<u8>)>> = names
        .into_iter()
        .map(|name| {
            let bytes = std::fs::read(root().join(page::FILES).join(&name))?;
            Ok((name, bytes))
        })
        .collect();
    let files = files?;
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    let path = root().join(LIST);
    let list = match path.exists() {
        true => read(LIST)?,
        false => String::new(),
    };
    let version = version(&read("Cargo.toml")?)?;
    let list = with(&list, &version, date, (&commit, &rust), &files)?;
    std::fs::create_dir_all(path.parent().context("no folder")?)?;
    std::fs::write(&path, list).with_context(|| format!("can't write {LIST}"))?;
    println!(
        "{LIST} has {version} of {date}, commit {commit}. Run cargo xtask reproduce on another machine and compare; then remove older \
         signatures, and let each release key sign:\n  ssh-keygen -Y sign -f KEY -n footbridge-page {LIST} && mv {LIST}.sig {LIST}.NAME.sig"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_put_on_the_list_once_and_as_it_is_read() {
        let files: [(&str, &[u8]); 1] = [("en.html", b"")];
        let made_of = ("5c5c", "1.95.0");
        let list = with("", "0.1.0", "2026-11-26", made_of, &files).unwrap();
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let lines: Vec<&str> = list.lines().collect();
        assert_eq!(
            lines,
            [
                TITLE,
                "# release 0.1.0 2026-11-26 commit 5c5c rust 1.95.0",
                &format!("{empty}  0.1.0/en.html"),
            ]
        );
        // What reads it has the same first line.
        assert!(read("crates/release/src/list.rs").unwrap().contains(TITLE));
        assert!(with(&list, "0.1.0", "2026-11-27", made_of, &files).is_err());
        let more = with(&list, "0.1.1", "2026-11-27", made_of, &files).unwrap();
        assert!(more.starts_with(&list));
        assert!(with("", "0.1.0", "26.11.2026", made_of, &files).is_err());
    }

    #[test]
    fn the_version_is_the_workspace_s() {
        let version = version(&read("Cargo.toml").unwrap()).unwrap();
        assert_eq!(version, env!("CARGO_PKG_VERSION"));
    }
}
