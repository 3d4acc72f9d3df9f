//! `cargo xtask setup`: what the tests need, on a fresh machine.

use anyhow::{Context, Result, bail};

use crate::run::{self, has, output, root};

/// The WebAssembly target of the page.
pub(crate) const TARGET: &str = "wasm32-wasip1";

/// The oldest node that runs the page's tests.
const OLDEST_NODE: u32 = 20;

/// Adds the WebAssembly target if it is missing.
pub(crate) fn webassembly() -> Result<()> {
    // Any Rust that was told of the target will do, with rustup or without.
    let libraries = output("rustc", &["--print", "target-libdir", "--target", TARGET]);
    if libraries.is_some_and(|path| std::path::Path::new(path.trim()).is_dir()) {
        return Ok(());
    }
    if !has("rustup", "--version") {
        bail!("the page needs Rust's target {TARGET}, and rustup, which would add it, is not here");
    }
    eprintln!("installing the Rust target {TARGET}");
    run::run("rustup", &["target", "add", TARGET])
        .with_context(|| format!("the page needs Rust's target {TARGET}"))
}

/// A program, how it is asked for its version, and Debian's package that has it.
type Program = (&'static str, &'static str, &'static str);

/// The programs that tests use.
const PROGRAMS: [Program; 11] = [
    ("chromium", "--version", "chromium"),
    ("chromedriver", "--version", "chromium-driver"),
    ("node", "--version", "nodejs"),
    // What proves a card pack without our own code, and what holds its feed against the standard's grammar.
    ("openssl", "version", "openssl"),
    ("unzip", "-v", "unzip"),
    // What seals and opens a backup.
    ("age", "--version", "age"),
    // What signs and checks the list of releases: ssh-keygen, which has no way to be asked for its version.
    ("ssh", "-V", "openssh-client"),
    ("xmllint", "--version", "libxml2-utils"),
    // What makes the Debian package.
    ("dpkg-deb", "--version", "dpkg"),
    // What reads and draws PDF.
    ("pdftotext", "-v", "poppler-utils"),
    // A server for the second store: Debian keeps its programs off the path, and brings `pg_lsclusters` with any version of it.
    ("pg_lsclusters", "--help", "postgresql"),
];

/// What the tests in Firefox use besides.
const FIREFOX: [Program; 1] = [("firefox-esr", "--version", "firefox-esr")];

/// What the test with a screen reader uses besides.
const SCREEN_READER: [Program; 7] = [
    ("firefox-esr", "--version", "firefox-esr"),
    ("orca", "--version", "orca"),
    ("/usr/libexec/at-spi2-registryd", "--help", "at-spi2-core"),
    ("dbus-run-session", "--version", "dbus"),
    ("Xvfb", "-help", "xvfb"),
    ("xdotool", "--version", "xdotool"),
    ("openbox", "--version", "openbox"),
];

/// What makes and opens a sealed volume, and fills it.
const VOLUME: [Program; 5] = [
    ("cryptsetup", "--version", "cryptsetup-bin"),
    ("qemu-storage-daemon", "--version", "qemu-utils"),
    ("mkfs.ext4", "-V", "e2fsprogs"),
    ("age", "--version", "age"),
    ("pg_lsclusters", "--help", "postgresql"),
];

/// What drives it: no package of Debian has it.
const GECKODRIVER: &str = "geckodriver";
const GECKODRIVER_VERSION: &str = "0.37.1";

/// The Debian packages whose programs are missing.
fn missing(programs: &[Program], is_here: impl Fn(&str, &str) -> bool) -> Vec<&'static str> {
    let missing = programs
        .iter()
        .filter(|(program, asked, _)| !is_here(program, asked));
    let mut packages: Vec<&str> = missing.map(|(.., package)| *package).collect();
    if packages.contains(&"chromium") {
        // Without it, Korean is drawn as boxes.
        packages.push("fonts-noto-cjk");
    }
    packages
}

/// Installs the programs that are missing, where this user may.
fn programs(programs: &[Program]) -> Result<()> {
    let packages = missing(programs, has);
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    let by_hand = format!("apt-get install --yes --no-install-recommends {list}");
    let is_root = output("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    if !has("apt-get", "--version") {
        bail!("missing: {list} (the names of Debian's packages); install them as this system does");
    }
    if !is_root {
        bail!("missing: {list}; as root: {by_hand}");
    }
    eprintln!("installing {list}");
    run::run("apt-get", &["update", "-qq"])?;
    let quiet = format!("DEBIAN_FRONTEND=noninteractive {by_hand} -qq > /dev/null");
    run::run("sh", &["-c", &quiet]).with_context(|| format!("by hand: {by_hand}"))
}

/// The version that `node --version` prints: `v20.1.0`.
fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

fn node() -> Result<()> {
    let version = output("node", &["--version"]).unwrap_or_default();
    if major(&version).is_none_or(|major| major < OLDEST_NODE) {
        let version = version.trim();
        bail!("the page's tests need Node.js {OLDEST_NODE} or newer; here is {version:?}");
    }
    Ok(())
}

/// Installs everything; says all that is missing, not only the first.
pub(crate) fn run_all() -> Result<()> {
    let errors: Vec<String> = [webassembly(), programs(&PROGRAMS), node()]
        .into_iter()
        .filter_map(|result| result.err().map(|error| format!("{error:#}")))
        .collect();
    if !errors.is_empty() {
        bail!("{}", errors.join("\n"));
    }
    Ok(())
}

/// Builds geckodriver, where neither an earlier run nor the system has it.
fn geckodriver() -> Result<()> {
    let tools = "target/tools";
    let built = root().join(tools).join("bin").join(GECKODRIVER);
    if built.exists() || has(GECKODRIVER, "--version") {
        return Ok(());
    }
    eprintln!("building {GECKODRIVER} {GECKODRIVER_VERSION} (two minutes or more)");
    let install = ["install", GECKODRIVER, "--version", GECKODRIVER_VERSION];
    let place = ["--locked", "--quiet", "--root", tools];
    run::run("cargo", &[&install[..], &place[..]].concat()).with_context(|| {
        format!("the tests in Firefox need {GECKODRIVER}, in {tools}/bin or on the path")
    })
}

/// What the tests in Firefox need besides what all tests need.
pub(crate) fn firefox() -> Result<()> {
    programs(&FIREFOX)?;
    geckodriver()
}

/// What the test with a screen reader needs besides what all tests need.
pub(crate) fn screen_reader() -> Result<()> {
    programs(&SCREEN_READER)
}

/// What `cargo xtask shape-at-rest` needs.
pub(crate) fn volume() -> Result<()> {
    programs(&VOLUME)
}

/// `cargo xtask setup`.
pub(crate) fn run() -> Result<()> {
    run_all()?;
    println!("everything that the tests need is here");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_installed() {
        let missing = |is_here: fn(&str, &str) -> bool| missing(&PROGRAMS, is_here);
        assert_eq!(missing(|_, _| true), [""; 0]);
        assert_eq!(missing(|program, _| program != "node"), ["nodejs"]);
        let all = missing(|_, _| false);
        assert_eq!(all.len(), PROGRAMS.len() + 1);
        assert_eq!(all.last(), Some(&"fonts-noto-cjk"));
    }

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major(""), None);
    }
}
