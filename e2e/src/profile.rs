//! What a browser leaves on the disk, as somebody finds it who takes the device.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use memchr::memmem::Finder;

use crate::{Browser, PACE, PATIENCE};

/// What Firefox's compressed files begin with: its open windows, its bookmarks. Then come the length and one block of LZ4.
const MOZILLA_LZ4: &[u8] = b"mozLz40\0";

/// What a closed browser has left on the disk. Gone when dropped.
pub struct Profile(pub(crate) tempfile::TempDir);

impl Profile {
    /// The files whose name or bytes hold one of these texts, in UTF-8 or UTF-16. Of files that are compressed, only Firefox's own kind
    /// is opened.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn search(&self, canaries: &[&str]) -> Result<Vec<String>> {
        search(self.0.path(), canaries)
    }
}

impl Browser {
    /// Waits until the browser has written a text to the disk, and gives where.
    ///
    /// # Errors
    /// When that does not happen in time.
    pub async fn wait_for_disk(&self, text: &str) -> Result<Vec<String>> {
        let waiting = async {
            let mut looks = tokio::time::interval(PACE);
            loop {
                looks.tick().await;
                // Folders come and go while it runs.
                let found = search(self.profile.path(), &[text]).unwrap_or_default();
                if !found.is_empty() {
                    return found;
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        waited.with_context(|| format!("never on the disk: {text}"))
    }
}

/// The bytes as the browser wrote them before it compressed them.
fn opened(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    match bytes.strip_prefix(MOZILLA_LZ4) {
        None => Ok(bytes.into()),
        Some(block) => Ok(lz4_flex::block::decompress_size_prepended(block)?.into()),
    }
}

fn search(root: &Path, canaries: &[&str]) -> Result<Vec<String>> {
    let needles: Vec<Vec<u8>> = canaries
        .iter()
        .flat_map(|canary| {
            let wide = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
            [canary.as_bytes().to_vec(), wide]
        })
        .collect();
    let finders: Vec<Finder> = needles.iter().map(Finder::new).collect();
    let holds = |bytes: &[u8]| finders.iter().any(|finder| finder.find(bytes).is_some());
    let mut found = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let is_named = holds(entry.file_name().as_encoded_bytes());
            // Sockets and dangling links have no content; what the browser removes while it ends holds nothing any more.
            let bytes = match kind.is_file().then(|| std::fs::read(&path)) {
                Some(Err(error)) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("can't read {}", path.display()));
                }
                Some(Ok(bytes)) => bytes,
                _ => Vec::new(),
            };
            let opened =
                opened(&bytes).with_context(|| format!("can't open {}", path.display()))?;
            if is_named || holds(&opened) {
                found.push(path.display().to_string());
            }
            if kind.is_dir() {
                directories.push(path);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_found_in_either_encoding_in_any_folder_and_in_names() {
        let profile = Profile(tempfile::tempdir().unwrap());
        let deep = profile.0.path().join("one/two");
        std::fs::create_dir_all(&deep).unwrap();
        let wide: Vec<u8> = "까마귀-1"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        std::fs::write(deep.join("wide"), [b"\x01", &wide[..]].concat()).unwrap();
        std::fs::write(deep.join("narrow"), "before 까마귀-1 after").unwrap();
        std::fs::write(deep.join("까마귀-1.txt"), "").unwrap();
        std::fs::write(deep.join("other"), "nothing").unwrap();
        std::os::unix::fs::symlink("nowhere", deep.join("dangling")).unwrap();
        assert_eq!(profile.search(&["까마귀-1"]).unwrap().len(), 3);
        assert_eq!(profile.search(&["heron"]).unwrap(), [""; 0]);
    }

    #[test]
    fn a_canary_is_found_in_what_firefox_compresses() {
        let profile = Profile(tempfile::tempdir().unwrap());
        // Eight letters as they are, a space, and the same eight once more as a reference: nine back, four and four long.
        let block = b"\x94heron-71 \x09\x00\x50/done";
        let file = [MOZILLA_LZ4, &22_u32.to_le_bytes(), block].concat();
        std::fs::write(profile.0.path().join("recovery.jsonlz4"), &file).unwrap();
        assert_eq!(
            profile.search(&["heron-71 heron-71/done"]).unwrap().len(),
            1
        );
        assert_eq!(profile.search(&["lark"]).unwrap(), [""; 0]);
        std::fs::write(profile.0.path().join("torn"), &file[..20]).unwrap();
        assert!(profile.search(&["lark"]).is_err());
    }
}
