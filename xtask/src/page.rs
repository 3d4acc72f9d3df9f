//! `cargo xtask page`: the contact's page, ready to be served.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use data_encoding::BASE64;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::run::{read, root, run_with};
use crate::{setup, strings};

/// Where the page's files go, from the root.
pub(crate) const FILES: &str = "target/page-files";
/// The parts of the document that are written by hand.
const WEB: &str = "crates/page/web";
/// A document of which there is one for each language: the page, and the page for letters, which weighs more.
struct Kind {
    /// What stands before the language in its file's name.
    prefix: &'static str,
    /// The WebAssembly that it runs.
    binary: &'static str,
    /// Its script, out of parts that a person can read.
    script: &'static [&'static str],
    /// Its worker's.
    worker: &'static [&'static str],
    /// Its style.
    style: &'static [&'static str],
    /// Which lines of the document are its own, and which are not.
    own: &'static str,
    others: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind {
        prefix: "",
        binary: "page",
        script: &["entrances.js", "handover.js", "parts.js", "page.js"],
        worker: &["worker.js"],
        style: &["page.css"],
        own: "without-letters",
        others: "letters",
    },
    Kind {
        prefix: "letters-",
        binary: "page-letters",
        script: &[
            "entrances.js",
            "handover.js",
            "letters.js",
            "parts.js",
            "page.js",
        ],
        worker: &["letters-worker.js", "worker.js"],
        style: &["page.css", "letters.css"],
        own: "letters",
        others: "without-letters",
    },
];
/// How the names of those texts begin that only the page for letters shows.
const OF_LETTERS: &str = "letter";
/// Lists of words by language: all, and those with which no phrase is proposed.
const LISTS: [(&str, &str, Option<&str>); 5] = [
    ("en", "english", Some("left-out-english")),
    ("ko", "korean", Some("left-out-korean")),
    ("ko-KP", "korean", Some("left-out-korean")),
    ("ru", "russian", None),
    ("uk", "ukrainian", None),
];
/// Where its WebAssembly is built, and the profile's folder below the target's.
const BUILD: &str = "target/page";
const TARGET_OF_PAGE: &str = "page";

fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 1 << 16, 11, 24);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(compressed)
}

/// Writes a file and its compressed twin, unless the same bytes are there already. Gives both sizes.
fn write(directory: &Path, name: &str, bytes: &[u8]) -> Result<(usize, usize)> {
    let (plain, twin) = (directory.join(name), directory.join(format!("{name}.br")));
    if let (Ok(held), Ok(compressed)) = (std::fs::read(&plain), std::fs::read(&twin))
        && held == bytes
    {
        return Ok((bytes.len(), compressed.len()));
    }
    let compressed = compress(bytes)?;
    std::fs::write(&plain, bytes)?;
    std::fs::write(&twin, &compressed)?;
    Ok((bytes.len(), compressed.len()))
}

/// Builds the page. Gives (file, bytes, bytes compressed).
pub(crate) fn build() -> Result<Vec<(String, usize, usize)>> {
    setup::webassembly()?;
    let arguments = [
        "build",
        "--quiet",
        "--package",
        "page",
        "--bins",
        "--target",
        setup::TARGET,
        "--profile",
        "page",
        "--target-dir",
        BUILD,
    ];
    // No path of the machine that built it belongs into the page; and the smaller of two ways to hash is fast enough there.
    let home = std::env::var("CARGO_HOME")
        .or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo"))?;
    // Parted by a character that no path has (Cargo's own variable, which also goes before whatever else asks for flags).
    let flags = [
        format!("--remap-path-prefix={home}=cargo"),
        format!("--remap-path-prefix={}=.", root().display()),
        "--cfg".into(),
        "sha2_backend_soft=\"compact\"".into(),
        // The linker otherwise leaves five bytes for each number of a function or an address.
        "-Clink-arg=--compress-relocations".into(),
        // A little more inlining than for the least code: what is inlined then grows together with what calls it, and compresses better.
        "-Cllvm-args=-inline-threshold=50".into(),
    ];
    let flags = flags.join("\u{1f}");
    run_with("cargo", &arguments, ("CARGO_ENCODED_RUSTFLAGS", &flags))?;
    let compiled = strings::compile("crates/page/strings")?;
    let directory = root().join(FILES);
    std::fs::create_dir_all(&directory)?;
    let mut files = Vec::new();
    for kind in &KINDS {
        let file = format!("{TARGET_OF_PAGE}/{}.wasm", kind.binary);
        let wasm = root().join(BUILD).join(setup::TARGET).join(file);
        let module =
            std::fs::read(&wasm).with_context(|| format!("can't read {}", wasm.display()))?;
        let document = Template::read(kind, &module)?;
        for (tag, list, left_out) in LISTS {
            let strings = compiled.get(tag).and_then(Value::as_object);
            let strings = strings.with_context(|| format!("no strings for {tag}"))?;
            let words = |name: &str| read(&format!("crates/words/lists/{name}.txt"));
            let (words, left_out) = (
                words(list)?,
                left_out.map(words).transpose()?.unwrap_or_default(),
            );
            let part = |strings: &Map<String, Value>| {
                json!({"strings": strings, "words": words, "leftOut": left_out}).to_string()
            };
            // What another language's page fetches serves both kinds.
            if kind.prefix.is_empty() {
                files.push((format!("{tag}.json"), part(strings).into_bytes()));
            }
            let document = document.fill(tag, strings, &part(&kind.shown(strings)))?;
            files.push((format!("{}{tag}.html", kind.prefix), document.into_bytes()));
        }
    }
    files
        .into_iter()
        .map(|(name, bytes)| {
            let (plain, compressed) = write(&directory, &name, &bytes)?;
            Ok((name, plain, compressed))
        })
        .collect()
}

/// What stands behind the last byte of bytes in a document: a document that did not come whole lacks it.
const WHOLE: char = '\u{200}';

/// A byte as a character of its own number, but those that HTML changes or that may end the script, which stand 256 higher.
fn as_character(byte: u8) -> char {
    match byte {
        0 | b'\r' | b'<' => char::from_u32(u32::from(byte) + 256).unwrap_or_default(),
        byte => char::from(byte),
    }
}

/// The bytes that change places: one whose character takes one byte in a document, and one that is more frequent and whose takes two.
fn swapped(bytes: &[u8]) -> Vec<(u8, u8)> {
    let mut counts = BTreeMap::<u8, usize>::new();
    for byte in bytes {
        *counts.entry(*byte).or_default() += 1;
    }
    let often = |byte: &u8| counts.get(byte).copied().unwrap_or_default();
    let (mut narrow, mut wide): (Vec<u8>, Vec<u8>) =
        (0..=255).partition(|byte| as_character(*byte).len_utf8() == 1);
    narrow.sort_by_key(often);
    wide.sort_by_key(|byte| Reverse(often(byte)));
    let pairs = narrow.into_iter().zip(wide);
    pairs
        .take_while(|(rare, frequent)| often(rare) < often(frequent))
        .collect()
}

/// The bytes, those of a pair in each other's place.
fn exchanged(bytes: impl Iterator<Item = u8>, pairs: &[(u8, u8)]) -> impl Iterator<Item = u8> {
    let both = pairs
        .iter()
        .flat_map(|(one, other)| [(*one, *other), (*other, *one)]);
    let others: BTreeMap<u8, u8> = both.collect();
    bytes.map(move |byte| others.get(&byte).copied().unwrap_or(byte))
}

/// Bytes as a text of a document, a character for each: count of pairs ‖ pairs ‖ bytes, those of a pair in each other's place ‖ [`WHOLE`].
/// It compresses nearly as well as the bytes do.
pub(crate) fn as_text(bytes: &[u8]) -> String {
    let pairs = swapped(bytes);
    let count = u8::try_from(pairs.len()).unwrap_or_default();
    let head = std::iter::once(count).chain(pairs.iter().flat_map(|(one, other)| [*one, *other]));
    let body = exchanged(bytes.iter().copied(), &pairs);
    let text = head.chain(body).map(as_character);
    text.chain(std::iter::once(WHOLE)).collect()
}

/// The bytes that [`as_text`] was given, as the page reads them back; `None` when the text is not whole.
pub(crate) fn from_text(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_suffix(WHOLE)?;
    let byte = |letter: char| u8::try_from(u32::from(letter) & 255).ok();
    let mut bytes = text.chars().filter_map(byte);
    let count = bytes.next()?;
    let pairs: Option<Vec<(u8, u8)>> = (0..count)
        .map(|_| Some((bytes.next()?, bytes.next()?)))
        .collect();
    let pairs = pairs?;
    Some(exchanged(bytes, &pairs).collect())
}

/// A script or style without its comments, which stand on lines of their own, and without indentation.
fn lean(source: &str) -> String {
    let lines = source.lines().map(str::trim);
    let kept = lines.filter(|line| {
        let is_comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
        !line.is_empty() && !is_comment
    });
    kept.collect::<Vec<_>>().join("\n")
}

/// A text between tags or in an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// A source as a policy names it (CSP Level 3, section 2.3.1).
fn source_hash(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    format!("'sha256-{}'", BASE64.encode(hash.as_slice()))
}

/// The document before it speaks a language.
struct Template(String);

/// A document without the lines between two marks, and without the marks of others.
fn without(document: &str, others: &str, own: &str) -> Result<String> {
    let (begin, end) = (format!("<!--{others}-->\n"), format!("<!--/{others}-->\n"));
    let mut pieces = document.split(&begin);
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (_, rest) = piece
            .split_once(&end)
            .with_context(|| format!("<!--{others}--> is not closed"))?;
        kept.push_str(rest);
    }
    let marks = [format!("<!--{own}-->\n"), format!("<!--/{own}-->\n")];
    Ok(marks
        .iter()
        .fold(kept, |kept, mark| kept.replace(mark.as_str(), "")))
}

impl Kind {
    /// The texts that it shows.
    fn shown(&self, strings: &Map<String, Value>) -> Map<String, Value> {
        let of_letters = self.own == "letters";
        let is_shown = |id: &str| of_letters || !id.starts_with(OF_LETTERS);
        let shown = strings.iter().filter(|(id, _)| is_shown(id));
        shown.map(|(id, text)| (id.clone(), text.clone())).collect()
    }
}

impl Template {
    fn read(kind: &Kind, module: &[u8]) -> Result<Template> {
        let web = |name: &str| read(&format!("{WEB}/{name}"));
        let joined = |names: &[&str]| -> Result<String> {
            let parts: Result<Vec<String>> = names.iter().map(|name| web(name)).collect();
            Ok(lean(&parts?.join("\n")))
        };
        let script = format!("\"use strict\";\n{}", joined(kind.script)?);
        let style = joined(kind.style)?;
        let (worker, turns) = (joined(kind.worker)?, joined(&["turns.js"])?);
        for part in [&script, &style, &worker, &turns] {
            // Either would end the element or change how it is read.
            if part.contains("</") || part.contains("<!--") {
                bail!("a script or the style has </ or <!-- in it");
            }
        }
        let policy = format!(
            "default-src 'none'; script-src {} 'wasm-unsafe-eval'; worker-src blob:; style-src {}; connect-src 'self'; img-src data:; \
             base-uri 'none'; form-action 'none'",
            source_hash(&script),
            source_hash(&style),
        );
        let document = without(&web("index.html")?, kind.others, kind.own)?
            .replace("@policy@", &policy)
            .replace("@style@", &style)
            .replace("@worker@", &worker)
            .replace("@turns@", &turns)
            .replace("@script@", &script)
            .replace("@module@", &as_text(module));
        Ok(Template(document))
    }

    /// The document in a language; what only the line knows is left for the relay to put in.
    fn fill(&self, tag: &str, strings: &Map<String, Value>, part: &str) -> Result<String> {
        let say = |id: &str| {
            let text = strings.get(id).and_then(Value::as_str);
            text.with_context(|| format!("the document says {id}, which is no string in {tag}"))
        };
        let (head, data) = self
            .0
            .split_once("<script type=\"text/plain\" id=\"part\">")
            .context("the document has no part")?;
        let mut filled = String::with_capacity(self.0.len() + part.len());
        let mut pieces = head.split(" data-say=\"");
        filled.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let (id, rest) = piece.split_once('"').context("data-say is not closed")?;
            let (attributes, content) = rest.split_once('>').context("a tag is not closed")?;
            filled.push_str(&format!(
                " data-say=\"{id}\"{attributes}>{}{content}",
                escaped(say(id)?)
            ));
        }
        let labelled = filled.split(" data-label=\"").collect::<Vec<_>>();
        let mut document = String::new();
        for (at, piece) in labelled.into_iter().enumerate() {
            if at > 0 {
                let (id, rest) = piece.split_once('"').context("data-label is not closed")?;
                let label = escaped(say(id)?);
                document.push_str(&format!(
                    " data-label=\"{id}\" aria-label=\"{label}\"{rest}"
                ));
            } else {
                document.push_str(piece);
            }
        }
        let document = document.replace("@tag@", tag);
        // Nothing in a part may end the element that holds it.
        let part = part.replace('<', "\\u003c");
        let data = data.replacen("@part@", &part, 1);
        Ok(format!(
            "{document}<script type=\"text/plain\" id=\"part\">{data}"
        ))
    }
}

/// `cargo xtask page`.
pub(crate) fn run(as_json: bool) -> Result<()> {
    let files = build()?;
    if as_json {
        let files: serde_json::Map<_, _> = files
            .into_iter()
            .map(|(name, plain, compressed)| (name, json!({"bytes": plain, "brotli": compressed})))
            .collect();
        println!("{}", json!({"files": files}));
        return Ok(());
    }
    for (name, plain, compressed) in files {
        println!("{name:14} {plain:8} bytes  {compressed:7} with Brotli");
    }
    Ok(())
}

/// What a document may weigh, compressed, before the relay puts the line's own words into it. The aim is less than half of it; the module
/// alone weighs more than the aim (`docs/figures.md`).
const BUDGET: usize = 123_500;
/// The same for the page for letters, which is fetched once, to be saved and passed on.
const LETTERS_BUDGET: usize = 148_000;

/// The parts of a document, by what stands before and after each. What is none of these can be read before any script has come.
const PARTS: [(&str, &str, &str); 6] = [
    ("style", "<style>", "</style>"),
    (
        "strings and words",
        "<script type=\"text/plain\" id=\"part\">",
        "</script>",
    ),
    (
        "worker",
        "<script type=\"text/plain\" id=\"worker\">",
        "</script>",
    ),
    (
        "turns",
        "<script type=\"text/plain\" id=\"turns\">",
        "</script>",
    ),
    (
        "module",
        "<script type=\"text/plain\" id=\"module\">",
        "</script>",
    ),
    ("script", "<script>", "</script>"),
];

/// What each part of a document adds to it, compressed, and the whole.
fn weigh(document: &str) -> Result<(Vec<(&'static str, usize)>, usize)> {
    let whole = compress(document.as_bytes())?.len();
    let mut parts = Vec::new();
    let mut rest = whole;
    for (name, before, after) in PARTS {
        let part = document.split_once(before);
        let part = part.and_then(|(_, rest)| Some(rest.split_once(after)?.0));
        let part = part.with_context(|| format!("the document has no {name}"))?;
        let without = compress(document.replacen(part, "", 1).as_bytes())?.len();
        parts.push((name, whole.saturating_sub(without)));
        rest = rest.saturating_sub(whole.saturating_sub(without));
    }
    parts.push(("readable without scripts", rest));
    Ok((parts, whole))
}

/// `cargo xtask page-size`.
pub(crate) fn size(as_json: bool) -> Result<()> {
    build()?;
    let mut over = Vec::new();
    let mut told = serde_json::Map::new();
    let documents = LISTS.iter().flat_map(|(tag, ..)| {
        [
            (tag.to_string(), BUDGET),
            (format!("letters-{tag}"), LETTERS_BUDGET),
        ]
    });
    for (tag, budget) in documents {
        let (parts, whole) = weigh(&read(&format!("{FILES}/{tag}.html"))?)?;
        if whole > budget {
            over.push(tag.clone());
        }
        if as_json {
            let parts: serde_json::Map<_, _> = parts
                .into_iter()
                .map(|(name, size)| (name.to_owned(), size.into()))
                .collect();
            told.insert(
                tag,
                json!({"parts": parts, "brotli": whole, "budget": budget}),
            );
            continue;
        }
        let parts: Vec<String> = parts
            .into_iter()
            .map(|(name, size)| format!("{name} {size}"))
            .collect();
        println!(
            "{tag}: {whole} bytes with Brotli of {budget}: {}",
            parts.join(", ")
        );
    }
    if as_json {
        println!("{}", json!({"documents": told, "over": over}));
    }
    if !over.is_empty() {
        bail!(
            "the page is over its budget of bytes in {}",
            over.join(", ")
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_stand_in_a_document_and_are_read_back() {
        let all: Vec<u8> = (0..=255).collect();
        let frequent = [[0; 30], [200; 30], [13; 30]].concat();
        for bytes in [
            &all,
            &frequent,
            &[all.as_slice(), &frequent].concat(),
            &vec![],
        ] {
            let text = as_text(bytes);
            assert!(!text.contains(['\0', '\r', '<']));
            assert_eq!(from_text(&text).as_ref(), Some(bytes));
            assert_eq!(from_text(text.trim_end_matches(WHOLE)), None);
        }
        let text = as_text(&frequent);
        assert!(
            text.len() < frequent.len() + 20,
            "what is frequent is narrow"
        );
    }

    #[test]
    fn a_lean_script_has_no_comments_and_no_indentation() {
        let source = "// Why.\nconst one = 1;\n\n  /** What. */\n  two(\"//\");\n";
        assert_eq!(lean(source), "const one = 1;\ntwo(\"//\");");
    }

    #[test]
    fn each_kind_of_document_has_its_own_lines() {
        let both = "1\n<!--a-->\n2\n<!--/a-->\n3\n<!--b-->\n4\n<!--/b-->\n<!--a-->\n5\n<!--/a-->\n";
        assert_eq!(without(both, "a", "b").unwrap(), "1\n3\n4\n");
        assert_eq!(without(both, "b", "a").unwrap(), "1\n2\n3\n5\n");
        assert!(without("<!--a-->\n2\n", "a", "b").is_err());
    }

    #[test]
    fn a_document_speaks_and_what_it_can_not_say_is_found() {
        let template = "<p data-say=\"a\" class=\"x\"></p><nav data-label=\"b\"></nav><i lang=\"@tag@\"></i><script type=\"text/plain\" id=\"part\">@part@</script>";
        let template = Template(template.into());
        let strings = |value: Value| value.as_object().cloned().unwrap();
        let all = strings(json!({"a": "A < \"B\"", "b": "C"}));
        let document = template.fill("ko", &all, "{\"x\":\"</\"}").unwrap();
        assert_eq!(
            document,
            "<p data-say=\"a\" class=\"x\">A &lt; &quot;B&quot;</p><nav data-label=\"b\" aria-label=\"C\"></nav><i lang=\"ko\"></i><script type=\"text/plain\" id=\"part\">{\"x\":\"\\u003c/\"}</script>"
        );
        assert!(
            template
                .fill("ko", &strings(json!({"a": "A"})), "{}")
                .is_err()
        );
    }
}
