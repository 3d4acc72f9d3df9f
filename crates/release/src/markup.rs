//! What may stand in a document where a line puts something in: text, and a few elements that show text.

/// Whether a text holds neither tags nor control characters other than a tab. What it shows is not judged.
pub(crate) fn is_text(text: &str) -> bool {
    let is_unfit = |byte: u8| matches!(byte, b'<' | b'>' | 0..=8 | 10..=31 | 127);
    !text.bytes().any(is_unfit)
}

/// The tags of languages.
const LANGUAGES: [&str; 5] = ["en", "ko", "ko-KP", "ru", "uk"];

/// Elements as they begin, without `<` and `>`; `*` stands for a language's tag.
const BEGINNINGS: [&str; 15] = [
    "summary dir=\"auto\"",
    "p",
    "p class=\"text\" dir=\"auto\"",
    "p class=\"small\" lang=\"*\"",
    "p class=\"trouble\" lang=\"*\"",
    "dl",
    "dt lang=\"*\"",
    "dd",
    "ul class=\"small\" lang=\"\"",
    "li",
    // A date comes from a card, which may have anything there.
    "time datetime=\"?\"",
    "details lang=\"*\" data-testid=\"card\" data-standing=\"live\"",
    "details lang=\"*\" data-testid=\"card\" data-standing=\"expired\"",
    "details lang=\"*\" data-testid=\"card\" data-standing=\"suspended\"",
    "details lang=\"*\" data-testid=\"card\" data-standing=\"withdrawn\"",
];

/// Whether a tag is one of those that may begin an element.
fn begins(tag: &str) -> bool {
    BEGINNINGS.iter().any(|allowed| {
        if let Some((before, after)) = allowed.split_once('*') {
            let between = tag
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after));
            return between.is_some_and(|language| LANGUAGES.contains(&language));
        }
        if let Some((before, after)) = allowed.split_once('?') {
            let between = tag
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after));
            return between.is_some_and(|value| !value.contains('"'));
        }
        tag == *allowed
    })
}

/// Whether a piece of a document is what cards are shown with: elements of the list above alone, each closed where it was opened, so that
/// nothing after it is drawn into it. Gives what is wrong.
pub(crate) fn cards(piece: &str) -> Result<(), String> {
    let mut parts = piece.split('<');
    let mut text = parts.next().unwrap_or_default();
    let mut open: Vec<&str> = Vec::new();
    for part in parts {
        if !is_text(text) {
            return Err("a control character or a stray > in its text".into());
        }
        let (tag, after) = part.split_once('>').ok_or("a tag that does not end")?;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> where it was not opened"));
            }
        } else if begins(tag) {
            open.push(tag.split(' ').next().unwrap_or_default());
        } else {
            return Err(format!("<{tag}>"));
        }
        text = after;
    }
    match (is_text(text), open.pop()) {
        (true, None) => Ok(()),
        (_, Some(name)) => Err(format!("<{name}> that is not closed")),
        (false, None) => Err("a control character or a stray > in its text".into()),
    }
}

/// What follows after the beginning of a band, whether it is hidden or not.
fn in_band<'a>(piece: &'a str, head: &str) -> Option<&'a str> {
    let rest = piece.strip_prefix(head)?;
    rest.strip_prefix(" hidden")
        .unwrap_or(rest)
        .strip_prefix('>')
}

/// Whether a piece of a document is the bands that warn and that say that the line ends, as they always are: only their three texts differ,
/// and whether they show. Gives the three.
pub(crate) fn warning(piece: &str) -> Option<[&str; 3]> {
    const WARNED: &str =
        "<div id=\"warned\" class=\"band warned\" role=\"alert\" data-testid=\"warned\"";
    const ENDS: &str = "<div id=\"ends\" class=\"band warned\" role=\"alert\" data-testid=\"ends\"";
    let rest = in_band(piece, WARNED)?.strip_prefix("<p id=\"warned-of\">")?;
    let (about, rest) = rest.split_once("</p><p><bdi id=\"warned-address\" class=\"address\">")?;
    let (address, rest) = rest.split_once("</bdi></p></div>")?;
    let rest = in_band(rest, ENDS)?.strip_prefix("<p id=\"ends-said\">")?;
    let texts = [about, address, rest.strip_suffix("</p></div>")?];
    texts.iter().all(|text| is_text(text)).then_some(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_cards_passes_and_whatever_runs_or_leads_away_does_not() {
        for right in [
            "",
            "<p>There are none.</p>",
            "<details lang=\"ko\" data-testid=\"card\" data-standing=\"live\"><summary dir=\"auto\">Q&amp;A</summary><p class=\"text\" dir=\"auto\">A&#10;B</p>\
             <dl><dt lang=\"ko\">C</dt><dd>D</dd></dl><p class=\"small\" lang=\"ko\"><time datetime=\"2026-01-01\">2026-01-01</time></p></details>",
        ] {
            assert_eq!(cards(right), Ok(()), "{right}");
        }
        for wrong in [
            "<script>1</script>",
            "<p onclick=\"1\">x</p>",
            "<p style=\"color:red\">x</p>",
            "<P>x</P>",
            "<p >x</p>",
            "<p\n>x</p>",
            "<p/>",
            "<img src=x>",
            "<iframe></iframe>",
            "<a href=\"https://fake.example\">x</a>",
            "<form><input></form>",
            "<meta http-equiv=\"refresh\" content=\"0;url=x\">",
            "<link rel=\"stylesheet\" href=\"x\">",
            "<base href=\"x\">",
            "<object></object>",
            "<div></div>",
            "</div><p>x</p><div>",
            "</section>",
            "<!--",
            "<!doctype html>",
            "<p>x",
            "x</p>",
            "<p><li></p></li>",
            "<p>x</p",
            "a > b",
            "a\u{0}b",
            "a\u{1b}(Jb",
            "<p id=\"check-words\">x</p>",
            "<p class=\"text\" dir=\"auto\" hidden>x</p>",
            "<time datetime=\"\" onclick=\"1\">x</time>",
            "<dt lang=\"xx\">x</dt>",
            "<details lang=\"ko\" data-testid=\"card\" data-standing=\"live\" open></details>",
        ] {
            assert!(cards(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_bands_that_warn_are_always_the_same() {
        let band = "<div id=\"warned\" class=\"band warned\" role=\"alert\" data-testid=\"warned\" hidden><p id=\"warned-of\">A</p><p><bdi id=\"warned-address\" class=\"address\">B</bdi></p></div>\
            <div id=\"ends\" class=\"band warned\" role=\"alert\" data-testid=\"ends\" hidden><p id=\"ends-said\">C</p></div>";
        assert_eq!(warning(band), Some(["A", "B", "C"]));
        assert_eq!(warning(&band.replace(" hidden", "")), Some(["A", "B", "C"]));
        for (one, other) in [
            ("A", "<b>A</b>"),
            ("hidden", "hidden hidden"),
            ("</div>", "</div><p></p>"),
            ("B", "B\u{0}"),
            ("C", "<b>C</b>"),
            ("<div id=\"ends\"", "<p></p><div id=\"ends\""),
            ("id=\"ends\" ", ""),
        ] {
            assert_eq!(warning(&band.replacen(one, other, 1)), None, "{one}");
        }
    }
}
