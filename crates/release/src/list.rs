//! The list of released pages: a text that `sha256sum` reads.

use data_encoding::HEXLOWER;

/// The files of the page that a release names, in their order: for each language a document, its strings, and the document for letters.
pub const FILES: [&str; 15] = [
    "en.html",
    "en.json",
    "ko-KP.html",
    "ko-KP.json",
    "ko.html",
    "ko.json",
    "letters-en.html",
    "letters-ko-KP.html",
    "letters-ko.html",
    "letters-ru.html",
    "letters-uk.html",
    "ru.html",
    "ru.json",
    "uk.html",
    "uk.json",
];

/// The first line.
const TITLE: &str = "# Released pages of Footbridge, oldest first. docs/operate/release.md says how to check this list.";
/// The longest list that is read, in bytes: some thousand releases.
const LARGEST: usize = 4 << 20;

/// A released page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Release {
    /// Its version, such as 0.1.0.
    pub version: String,
    /// The day of its release, such as 2026-11-26.
    pub date: String,
    /// The commit of the source, 40 hex digits.
    pub commit: String,
    /// The version of Rust that built it, such as 1.95.0: another one gives other bytes.
    pub rust: String,
    /// The SHA-256 of each of [`FILES`].
    sums: [[u8; 32]; FILES.len()],
}

/// All releases, oldest first; at least one. Whoever signed it is no concern of this type: [`crate::Signers::verify`] asks that first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Releases(Vec<Release>);

/// Why a file is no list of releases.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line} of the list of releases is not of its form: fetch the list again, as it is")]
pub struct NotAList {
    /// The line, counted from 1.
    pub line: usize,
}

/// A version's three numbers.
fn version(text: &str) -> Option<[u32; 3]> {
    let mut numbers = text.split('.').map(|number| {
        let is_plain = number == "0" || !number.starts_with(['0', '+']);
        number.parse().ok().filter(|_| is_plain)
    });
    let version = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(version)
}

fn is_date(text: &str) -> bool {
    let shape = text.bytes().map(|byte| match byte.is_ascii_digit() {
        true => b'0',
        false => byte,
    });
    shape.eq(*b"0000-00-00")
}

/// `# release VERSION DATE commit COMMIT rust RUST`, without its sums.
fn head(line: &str) -> Option<Release> {
    let mut words = line.strip_prefix("# release ")?.split(' ');
    let mut word = || words.next();
    let (number, date) = (word()?, word()?);
    let commit = (word()? == "commit").then(&mut word)??;
    let rust = (word()? == "rust").then(&mut word)??;
    let is_right = version(number).is_some()
        && version(rust).is_some()
        && is_date(date)
        && commit.len() == 40
        && HEXLOWER.decode(commit.as_bytes()).is_ok();
    (is_right && word().is_none()).then(|| Release {
        version: number.to_owned(),
        date: date.to_owned(),
        commit: commit.to_owned(),
        rust: rust.to_owned(),
        sums: [[0; 32]; FILES.len()],
    })
}

/// `SHA256  VERSION/FILE`, as `sha256sum` writes it.
fn sum(line: &str, version: &str, file: &str) -> Option<[u8; 32]> {
    let (digits, path) = line.split_once("  ")?;
    let is_named = path.strip_prefix(version)?.strip_prefix('/')? == file;
    let sum = HEXLOWER.decode(digits.as_bytes()).ok()?.try_into().ok()?;
    is_named.then_some(sum)
}

impl Releases {
    /// Reads a list, strictly: the title, then for each release its line and one for each of [`FILES`]. Versions rise, dates do not fall.
    ///
    /// # Errors
    /// [`NotAList`], with the first line that is not of this form.
    pub fn parse(bytes: &[u8]) -> Result<Releases, NotAList> {
        let wrong = |line| NotAList { line };
        let fits = bytes.len() <= LARGEST;
        let text = std::str::from_utf8(bytes).ok().filter(|_| fits);
        let text = text
            .and_then(|text| text.strip_suffix('\n'))
            .ok_or(wrong(1))?;
        let mut lines = (1..).zip(text.split('\n'));
        if lines.next().is_none_or(|(_, title)| title != TITLE) {
            return Err(wrong(1));
        }
        let mut releases: Vec<Release> = Vec::new();
        let mut last = 1;
        while let Some((at, line)) = lines.next() {
            let mut release = head(line).ok_or(wrong(at))?;
            last = at;
            if releases.last().is_some_and(|before| {
                version(&before.version) >= version(&release.version) || before.date > release.date
            }) {
                return Err(wrong(at));
            }
            for (file, place) in FILES.into_iter().zip(&mut release.sums) {
                let (at, line) = lines.next().ok_or(wrong(last + 1))?;
                *place = sum(line, &release.version, file).ok_or(wrong(at))?;
                last = at;
            }
            releases.push(release);
        }
        match releases.is_empty() {
            true => Err(wrong(last + 1)),
            false => Ok(Releases(releases)),
        }
    }

    /// The newest release.
    pub fn newest(&self) -> Option<&Release> {
        self.0.last()
    }

    /// The newest release that has a file with this SHA-256, and which of [`FILES`] it is.
    pub fn find(&self, sum: &[u8; 32]) -> Option<(&Release, &'static str)> {
        self.0.iter().rev().find_map(|release| {
            let mut files = FILES.into_iter().zip(&release.sums);
            let (file, _) = files.find(|(_, listed)| *listed == sum)?;
            Some((release, file))
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A list of these versions and dates; each file's sum is that of `VERSION/FILE`, but where another is given.
    pub(crate) fn list(releases: &[(&str, &str)], other: &[(&str, [u8; 32])]) -> String {
        use sha2::{Digest, Sha256};
        let mut text = format!("{TITLE}\n");
        for (version, date) in releases {
            let commit = "5c".repeat(20);
            text += &format!("# release {version} {date} commit {commit} rust 1.95.0\n");
            for file in FILES {
                let path = format!("{version}/{file}");
                let given = other.iter().find(|(name, _)| *name == path);
                let sum = given.map_or_else(|| Sha256::digest(&path).into(), |(_, sum)| *sum);
                text += &format!("{}  {path}\n", HEXLOWER.encode(&sum));
            }
        }
        text
    }

    const TWO: [(&str, &str); 2] = [("0.9.0", "2026-11-26"), ("0.10.0", "2026-12-01")];

    #[test]
    fn a_file_is_found_in_the_newest_release_that_has_it() {
        let text = list(
            &TWO,
            &[("0.9.0/ko.html", [7; 32]), ("0.10.0/ru.html", [8; 32])],
        );
        let releases = Releases::parse(text.as_bytes()).unwrap();
        assert_eq!(releases.newest().unwrap().version, "0.10.0");
        let (release, file) = releases.find(&[7; 32]).unwrap();
        assert_eq!((release.version.as_str(), file), ("0.9.0", "ko.html"));
        assert_eq!(release.commit, "5c".repeat(20));
        assert_eq!(releases.find(&[9; 32]), None);
        let same = list(
            &TWO,
            &[("0.9.0/ko.html", [7; 32]), ("0.10.0/ko.html", [7; 32])],
        );
        let same = Releases::parse(same.as_bytes()).unwrap();
        assert_eq!(same.find(&[7; 32]).unwrap().0.version, "0.10.0");
    }

    #[test]
    fn what_is_not_of_the_form_is_refused_with_its_line() {
        let right = list(&TWO, &[]);
        for (one, other, line) in [
            ("# Released", "# released", 1),
            ("# release 0.9.0", "# release 0.9", 2),
            ("# release 0.9.0", "# release 0.09.0", 2),
            ("# release 0.9.0", "# release 0.10.0", 3),
            ("2026-11-26 commit", "26.11.2026 commit", 2),
            ("2026-11-26 commit", "2027-11-26 commit", 18),
            ("2026-12-01 commit 5c", "2026-12-01 commit 5C", 18),
            ("# release 0.10.0", "# release 0.8.0", 18),
            ("  0.9.0/en.html", " *0.9.0/en.html", 3),
            ("  0.9.0/en.json", "  0.9.0/en.jsonl", 4),
            ("  0.10.0/ko.html", "  0.9.0/ko.html", 23),
            ("\n# release 0.10.0", "\n\n# release 0.10.0", 18),
            ("rust 1.95.0\n", "rust 1.95.0 \n", 2),
            ("  0.9.0/uk.json\n", "  0.9.0/uk.json\r\n", 17),
        ] {
            assert!(right.contains(one), "{one}");
            let wrong = right.replacen(one, other, 1);
            assert_eq!(
                Releases::parse(wrong.as_bytes()),
                Err(NotAList { line }),
                "{one}"
            );
        }
        let cut = &right[..right.rfind("# release").unwrap()];
        assert!(Releases::parse(cut.as_bytes()).is_ok());
        for end in [
            0,
            1,
            TITLE.len() + 1,
            cut.len() - 1,
            right.len() - 1,
            right.len() - 80,
        ] {
            assert!(Releases::parse(&right.as_bytes()[..end]).is_err(), "{end}");
        }
    }
}
