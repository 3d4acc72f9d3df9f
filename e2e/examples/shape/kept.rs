//! Visits kept in a file, a line of JSON each, so that runs add up and one that is stopped loses nothing.
//!
//! They are sizes and times of a demonstration's visits; nobody's words are in them.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::visit::Visit;

/// What all visits of a file have in common, its first line: others can't be judged together with them.
#[derive(Serialize, Deserialize)]
pub(crate) struct Alike {
    /// How long each was watched.
    pub(crate) seconds: u64,
    /// How many times slower than a core the devices were.
    pub(crate) slower: u32,
    /// The SHA-256 of the page that was visited, in hexadecimal.
    pub(crate) page: String,
}

/// A file that more visits are written to.
pub(crate) struct Keeper(File);

impl Keeper {
    /// Opens or begins a file; gives also the visits that are in it. A last line that was cut off is dropped.
    ///
    /// # Errors
    /// When it can't be read or written, is no such file, or its visits are not alike with these.
    pub(crate) fn open(path: &Path, alike: &Alike) -> Result<(Keeper, Vec<Visit>)> {
        let about = || format!("can't keep visits in {}", path.display());
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).with_context(about)?;
        let text = std::io::read_to_string(&file).with_context(about)?;
        let whole = text.rfind('\n').map_or(0, |last| last + 1);
        let mut lines = text.get(..whole).unwrap_or_default().lines();
        let visits = match lines.next() {
            Some(head) => {
                let kept: Alike = serde_json::from_str(head).with_context(about)?;
                let path = path.display();
                ensure!(
                    kept.seconds == alike.seconds,
                    "the visits in {path} were watched for {} s each: say --seconds {}, or give another file",
                    kept.seconds,
                    kept.seconds
                );
                ensure!(
                    kept.slower == alike.slower,
                    "the visits in {path} were made with devices {} times slower: say --slower {}, or give another file",
                    kept.slower,
                    kept.slower
                );
                ensure!(
                    kept.page == alike.page,
                    "the visits in {path} were made to another page than the one that is built now: give another file"
                );
                lines
                    .map(|line| Ok(serde_json::from_str(line)?))
                    .collect::<Result<_>>()
                    .with_context(about)?
            }
            None => Vec::new(),
        };
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        let mut keeper = Keeper(file);
        if whole == 0 {
            keeper.line(alike)?;
        }
        Ok((keeper, visits))
    }

    /// Writes one more.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn add(&mut self, visit: &Visit) -> Result<()> {
        self.line(visit)
    }

    fn line(&mut self, what: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_vec(what)?;
        line.push(b'\n');
        Ok(self.0.write_all(&line)?)
    }
}
