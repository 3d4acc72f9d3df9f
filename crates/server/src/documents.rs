//! The page's documents, each completed with what the line says now, compressed, and kept until the line says something else.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use axum::http::HeaderValue;
use bytes::Bytes;
use data_encoding::BASE64;
use plain::{Fragments, Language};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::page_files::{DocumentKind, Pace, PageFiles};
use crate::plain_pages::Shown;

/// A document as it is served, in the three codings that browsers ask for.
pub(crate) struct Document {
    pub(crate) plain: Bytes,
    pub(crate) brotli: Bytes,
    /// Browsers ask for Brotli over TLS only, so an onion service needs this.
    pub(crate) gzip: Bytes,
    /// What the document says of itself in its own policy, and that nobody frames it, which only a header can say.
    pub(crate) policy: Option<HeaderValue>,
}

/// The policy that a document states in its head.
fn policy(document: &str) -> Option<HeaderValue> {
    let (_, rest) =
        document.split_once("<meta http-equiv=\"Content-Security-Policy\" content=\"")?;
    let (stated, _) = rest.split_once('"')?;
    HeaderValue::from_str(&format!("{stated}; frame-ancestors 'none'")).ok()
}

/// What a document was completed with.
#[derive(Clone)]
struct Key {
    shown: Option<Arc<Shown>>,
    line: Vec<u8>,
}

impl Key {
    fn is(&self, other: &Key) -> bool {
        let same = match (&self.shown, &other.shown) {
            (None, None) => true,
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        same && self.line == other.line
    }
}

/// Which document: of which kind, and in which language.
type Name = (DocumentKind, Language);
type Held = Mutex<HashMap<(DocumentKind, &'static str), (Key, Arc<Document>)>>;

/// The newest documents by their names.
#[derive(Clone, Default)]
pub(crate) struct Documents(Arc<Held>);

/// Compressing as well as can be takes a second, in which nobody is to wait; as well as this takes a thirtieth of it.
const AT_ONCE: u32 = 5;
const AT_BEST: u32 = 11;

/// Replaces each name once, in the order in which they stand in the document. What is put in is not looked through.
fn complete(template: &str, values: &[(&str, &str)]) -> String {
    let room: usize = values.iter().map(|(_, value)| value.len()).sum();
    let mut document = String::with_capacity(template.len() + room);
    let mut rest = template;
    for (name, value) in values {
        let Some((before, after)) = rest.split_once(name) else {
            continue;
        };
        document.push_str(before);
        document.push_str(value);
        rest = after;
    }
    document.push_str(rest);
    document
}

/// With Brotli, at a quality from 0 to 11.
pub(crate) fn brotli(bytes: &[u8], quality: u32) -> Vec<u8> {
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 1 << 16, quality, 22);
    // Writing into memory does not fail.
    let _ = writer.write_all(bytes);
    drop(writer);
    compressed
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    // Writing into memory does not fail.
    let _ = writer.write_all(bytes);
    writer.finish().unwrap_or_default()
}

fn make(template: &str, pace: Pace, language: Language, key: &Key) -> (Vec<u8>, Document) {
    let said = key
        .shown
        .as_ref()
        .map(|shown| shown.site.fragments(language));
    let said = said.unwrap_or(Fragments {
        check_words: String::new(),
        warning: String::new(),
        answers: String::new(),
    });
    let pace = pace.milliseconds().to_string();
    let line = BASE64.encode(&key.line);
    let values = [
        ("@pace@", pace.as_str()),
        ("@warning@", &said.warning),
        ("@check-words@", &said.check_words),
        ("@answers@", &said.answers),
        ("@line@", &line),
    ];
    let document = complete(template, &values);
    let policy = policy(&document);
    let bytes = document.into_bytes();
    let made = Document {
        policy,
        brotli: brotli(&bytes, AT_ONCE).into(),
        gzip: gzip(&bytes).into(),
        plain: bytes.clone().into(),
    };
    (bytes, made)
}

impl Documents {
    /// A document, completed with what the line shows and with its document's bytes; `None` where the page has none in that language.
    pub(crate) async fn of(
        &self,
        page: &PageFiles,
        (kind, language): Name,
        shown: Option<Arc<Shown>>,
        line: Vec<u8>,
    ) -> Option<Arc<Document>> {
        let template = page.document(kind, language.tag())?;
        let key = Key { shown, line };
        // Whoever comes meanwhile waits instead of compressing the same document again.
        let mut held = self.0.lock().await;
        if let Some((_, document)) = held
            .get(&(kind, language.tag()))
            .filter(|(of, _)| of.is(&key))
        {
            return Some(Arc::clone(document));
        }
        let (template, pace, made_of) = (template.to_owned(), page.pace(), key.clone());
        let made = spawn_blocking(move || make(&template, pace, language, &made_of));
        let (bytes, made) = made.await.ok()?;
        let made = Arc::new(made);
        held.insert((kind, language.tag()), (key.clone(), Arc::clone(&made)));
        tokio::spawn(self.clone().improve((kind, language), key, bytes));
        Some(made)
    }

    /// Compresses once more and better, and puts that in the place of what was made at once, if it is still that.
    async fn improve(self, (kind, language): Name, key: Key, bytes: Vec<u8>) {
        let better = spawn_blocking(move || Bytes::from(brotli(&bytes, AT_BEST)));
        let Ok(better) = better.await else { return };
        let mut held = self.0.lock().await;
        let now = held.get_mut(&(kind, language.tag()));
        if let Some((_, document)) = now.filter(|(of, _)| of.is(&key)) {
            *document = Arc::new(Document {
                brotli: better,
                gzip: document.gzip.clone(),
                plain: document.plain.clone(),
                policy: document.policy.clone(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_once_in_their_order_and_nothing_in_what_was_put_in() {
        let template = "a @one@ b @two@ c @one@";
        let values = [("@one@", "@two@"), ("@none@", "x"), ("@two@", "2")];
        assert_eq!(complete(template, &values), "a @two@ b 2 c @one@");
    }
}
