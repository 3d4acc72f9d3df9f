//! The page's files, held in memory: a document for each language, which the relay completes, and what is asked for beside it.

use std::time::Duration;

/// One file of the page.
pub struct PageFile {
    /// The path under which it is served, such as `/ko.json`. Documents are `/ko.html`, served as `/ko`, and `/letters-ko.html`, served as
    /// `/letters/ko`.
    pub path: String,
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The same compressed with Brotli, for browsers that accept it.
    pub brotli: Option<Vec<u8>>,
}

/// Which document of a language.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum DocumentKind {
    /// The page.
    Page,
    /// The page for letters, which works from a file too.
    Letters,
}

/// All files of the page.
#[derive(Default)]
pub struct PageFiles {
    files: Vec<PageFile>,
    pace: Pace,
}

/// How often a page that is open takes a turn, whatever is done there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace(Duration);

impl Default for Pace {
    /// Six seconds: a turn takes half of that on a link of 50 kbit/s (`docs/decisions/0028-turns.md`).
    fn default() -> Self {
        Pace(Duration::from_secs(6))
    }
}

impl Pace {
    /// A pace of 20 milliseconds to a minute; `None` for others.
    pub fn new(pace: Duration) -> Option<Pace> {
        let allowed = Duration::from_millis(20)..=Duration::from_secs(60);
        allowed.contains(&pace).then_some(Pace(pace))
    }

    pub(crate) fn milliseconds(self) -> u128 {
        self.0.as_millis()
    }
}

impl PageFiles {
    /// The files given.
    pub fn new(files: Vec<PageFile>) -> PageFiles {
        PageFiles {
            files,
            pace: Pace::default(),
        }
    }

    /// The same at another pace.
    pub fn with_pace(self, pace: Pace) -> PageFiles {
        PageFiles { pace, ..self }
    }

    pub(crate) fn pace(&self) -> Pace {
        self.pace
    }

    /// The file at a path, which is none for a document.
    pub(crate) fn get(&self, path: &str) -> Option<&PageFile> {
        self.files
            .iter()
            .find(|file| file.path == path && !path.ends_with(".html"))
    }

    /// A document before it is completed.
    pub(crate) fn document(&self, kind: DocumentKind, tag: &str) -> Option<&str> {
        let path = match kind {
            DocumentKind::Page => format!("/{tag}.html"),
            DocumentKind::Letters => format!("/letters-{tag}.html"),
        };
        let file = self.files.iter().find(|file| file.path == path)?;
        std::str::from_utf8(&file.bytes).ok()
    }

    /// The media type by a file name's ending.
    pub fn content_type(name: &str) -> &'static str {
        match name.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("json") => "application/json",
            _ => "application/octet-stream",
        }
    }
}
