//! The page's files, held in memory.

/// One file of the page.
pub struct PageFile {
    /// The path under which it is served, such as `/page.css`.
    pub path: String,
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The same compressed with Brotli, for browsers that accept it.
    pub brotli: Option<Vec<u8>>,
}

/// All files of the page.
#[derive(Default)]
pub struct PageFiles {
    files: Vec<PageFile>,
}

impl PageFiles {
    /// The files given.
    pub fn new(files: Vec<PageFile>) -> PageFiles {
        PageFiles { files }
    }

    /// The file at a path; `/` is `/index.html`.
    pub(crate) fn get(&self, path: &str) -> Option<&PageFile> {
        let path = if path == "/" { "/index.html" } else { path };
        self.files.iter().find(|file| file.path == path)
    }

    /// The media type by a file name's ending.
    pub fn content_type(name: &str) -> &'static str {
        match name.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("json") => "application/json",
            Some("wasm") => "application/wasm",
            _ => "application/octet-stream",
        }
    }
}
