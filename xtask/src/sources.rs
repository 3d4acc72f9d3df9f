//! The sources: module documents, lengths, nothing half done, nothing commented out, nothing of one machine.

use anyhow::{Context, Result};

use crate::run::{root, tracked_files};

/// The longest a source file may be, without its tests.
const LONGEST: usize = 500;

/// Places of one machine, hosts of registries, marks of unfinished work. Written in pieces, so that this list does not
/// find itself.
const UNWANTED: [(&str, &str); 14] = [
    ("/wo", "rk/"),
    ("/ro", "ot/"),
    ("/tm", "p/w"),
    ("index.cra", "tes.io"),
    ("static.cra", "tes.io"),
    ("registry.np", "mjs.org"),
    ("registry.yar", "npkg.com"),
    ("files.python", "hosted.org"),
    ("py", "pi.org"),
    ("deb.deb", "ian.org"),
    ("TO", "DO"),
    ("FIX", "ME"),
    ("XX", "X "),
    ("HA", "CK:"),
];

/// The project speaks of itself, not of what it was written with. In small letters.
const TOOLS: [(&str, &str); 8] = [
    ("cla", "ude"),
    ("anth", "ropic"),
    ("chat", "gpt"),
    ("open", "ai"),
    ("copi", "lot"),
    ("language ", "model"),
    ("ai-", "generated"),
    ("ai ", "assistant"),
];

/// What others have written, under a licence of theirs, is not ours to tidy.
fn is_ours(path: &str) -> bool {
    !path.starts_with("e2e/assets/")
}

/// Lines before a file's own tests.
fn length(text: &str) -> usize {
    text.lines()
        .take_while(|line| *line != "#[cfg(test)]")
        .count()
}

/// Whether a comment looks like code: it ends as statements and blocks do, or begins as items do.
fn is_code(comment: &str) -> bool {
    let comment = comment.trim();
    let begins = [
        "let ", "use ", "fn ", "pub ", "return ", "const ", "if ", "for ", "match ", "impl ",
        "struct ",
    ];
    let is_statement = comment.ends_with(';')
        && (comment.contains(['=', '(']) || begins.iter().any(|word| comment.starts_with(word)));
    let opens = comment.ends_with('{') && begins.iter().any(|word| comment.starts_with(word));
    let closes = matches!(comment, "}" | "};" | "})" | "});" | "},");
    let is_attribute = comment.starts_with("#[") && comment.ends_with(']');
    is_statement || opens || closes || is_attribute
}

/// The numbers of lines that look like code that is commented out.
fn commented_out(text: &str) -> Vec<usize> {
    let comments = text.lines().enumerate().filter_map(|(place, line)| {
        let comment = line.trim_start().strip_prefix("//")?;
        let is_document = comment.starts_with(['/', '!']);
        (!is_document && is_code(comment)).then_some(place + 1)
    });
    comments.collect()
}

/// What is wrong with a Rust source.
fn wrong_rust(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if !text.trim_start().starts_with("//!") {
        wrong.push(format!("{path} does not begin by saying what it is (//!)"));
    }
    let is_test = path.contains("/tests/") || path.ends_with("conformance.rs");
    let length = length(text);
    if length > LONGEST && !is_test {
        wrong.push(format!("{path} has {length} lines; {LONGEST} are the most"));
    }
    wrong
}

/// What is wrong with a file of text.
fn wrong(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let is_lock = path.ends_with("Cargo.lock");
    let lines = text.lines().enumerate();
    for (place, line) in lines.filter(|(_, line)| !(is_lock && line.starts_with("source = "))) {
        let small = line.to_lowercase();
        let unwanted = UNWANTED.iter().map(|(one, two)| format!("{one}{two}"));
        let tools = TOOLS.iter().map(|(one, two)| format!("{one}{two}"));
        let found = unwanted
            .filter(|word| line.contains(word.as_str()))
            .chain(tools.filter(|word| small.contains(word.as_str())));
        wrong.extend(found.map(|word| format!("{path}:{} has {word:?}", place + 1)));
    }
    if [".rs", ".js", ".mjs"]
        .iter()
        .any(|ending| path.ends_with(ending))
    {
        let lines = commented_out(text).into_iter();
        wrong.extend(
            lines.map(|line| format!("{path}:{line} looks like code that is commented out")),
        );
    }
    if path.ends_with(".rs") {
        wrong.extend(wrong_rust(path, text));
    }
    wrong
}

/// What is wrong with the sources.
pub(crate) fn check() -> Result<Vec<String>> {
    let mut all = Vec::new();
    for path in tracked_files()?.iter().filter(|path| is_ours(path)) {
        let bytes =
            std::fs::read(root().join(path)).with_context(|| format!("can't read {path}"))?;
        // What is not UTF-8 is no text: pictures, corpora.
        if let Ok(text) = String::from_utf8(bytes) {
            all.extend(wrong(path, &text));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_source_is_in_order() {
        let text = "//! What it is.\n\n// Why; and why not (see there).\nfn one() {}\n";
        assert_eq!(wrong("a.rs", text), [""; 0]);
    }

    #[test]
    fn what_does_not_belong_is_found_with_its_line() {
        let machine = format!("fine\nsee {}{}main\n", "/wo", "rk/");
        assert_eq!(wrong("a.md", &machine).len(), 1);
        assert!(wrong("a.md", &machine).concat().contains("a.md:2"));
        assert_eq!(wrong("a.sh", &format!("# TO{} later", "DO")).len(), 1);
        assert_eq!(wrong("a.md", &format!("Made With Chat{}.", "GPT")).len(), 1);
        assert_eq!(wrong("a.rs", "fn one() {}\n").len(), 1, "says what it is");
        let long = format!("//! Long.\n{}", "fn one() {}\n".repeat(LONGEST));
        assert_eq!(wrong("a.rs", &long).len(), 1);
        assert_eq!(wrong("a/tests/a.rs", &long), [""; 0]);
    }

    #[test]
    fn code_that_is_commented_out_is_found_and_reasons_are_not() {
        for code in [
            "let a = 1;",
            "call(one, two);",
            "if a {",
            "}",
            "#[allow(x)]",
            "use a::b;",
        ] {
            assert!(is_code(code), "{code}");
        }
        for reason in [
            "Why it is so; and more.",
            "The list (see there):",
            "for whoever reads",
            "a = b in the proof",
        ] {
            assert!(!is_code(reason), "{reason}");
        }
    }

    #[test]
    fn a_lock_file_names_its_registry_only_as_a_source() {
        let host = format!("static.cra{}", "tes.io");
        assert_eq!(
            wrong("Cargo.lock", &format!("source = \"{host}\"")),
            [""; 0]
        );
        assert_eq!(wrong("Cargo.lock", &format!("name = \"{host}\"")).len(), 1);
    }
}
