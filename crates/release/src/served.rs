//! A document as a relay serves it, and the document as it was released: the difference is what the line put in.

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::markup;

/// The largest document that is read, in bytes.
const LARGEST: usize = 16 << 20;
/// What stands before and after the pace, which alone has no line of its own.
const PACE: (&str, &str) = ("<body data-leave=\"about:blank\" data-pace=\"", "\">");

/// A place in a document where the relay puts something in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    /// How often an open page takes a turn: two to five digits.
    Pace,
    /// The band that warns: always the same elements, with two texts.
    Warning,
    /// The line's check words, as text.
    CheckWords,
    /// The cards: few kinds of elements, each closed.
    Answers,
    /// What the line says of itself: base64 (RFC 4648, section 4).
    Line,
}

impl Slot {
    /// In the order in which they stand.
    pub const ALL: [Slot; 5] = [
        Slot::Pace,
        Slot::Warning,
        Slot::CheckWords,
        Slot::Answers,
        Slot::Line,
    ];

    /// What stands there in a released document.
    pub fn token(self) -> &'static str {
        match self {
            Slot::Pace => "@pace@",
            Slot::Warning => "@warning@",
            Slot::CheckWords => "@check-words@",
            Slot::Answers => "@answers@",
            Slot::Line => "@line@",
        }
    }

    /// The line after which it stands, on a line of its own; that of the pace is the beginning of the line in which it stands.
    fn before(self) -> &'static str {
        match self {
            Slot::Pace => PACE.0,
            Slot::Warning => "<!--warning-->",
            Slot::CheckWords => "<p id=\"check-words\" data-testid=\"check-words\">",
            Slot::Answers => "<div id=\"cards-list\">",
            Slot::Line => "<script type=\"text/plain\" id=\"line\">",
        }
    }

    /// Whether it begins at this line.
    fn is_at(self, line: &str) -> bool {
        match self {
            Slot::Pace => line.starts_with(PACE.0),
            _ => line == self.before(),
        }
    }

    fn wrong(self, what: impl Into<String>) -> NotServed {
        NotServed::Inserted(self, what.into())
    }

    /// Whether this may stand there.
    fn allows(self, value: &str) -> Result<(), NotServed> {
        let is_right = match self {
            Slot::Pace => {
                (2..=5).contains(&value.len())
                    && value.bytes().all(|byte| byte.is_ascii_digit())
                    && !value.starts_with('0')
            }
            Slot::Warning => markup::warning(value).is_some(),
            Slot::CheckWords => markup::is_text(value),
            Slot::Answers => return markup::cards(value).map_err(|what| self.wrong(what)),
            Slot::Line => BASE64.decode(value.as_bytes()).is_ok(),
        };
        let shown: String = value.chars().take(80).collect();
        is_right.then_some(()).ok_or_else(|| self.wrong(shown))
    }
}

/// Why bytes are no document of a line.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotServed {
    /// It is larger than a document can be.
    #[error("it is larger than a page can be")]
    TooLarge,
    /// It is no text, or has a zero byte in it.
    #[error("it is no page: not UTF-8, or with a zero byte")]
    NotText,
    /// A place is missing, there twice, or in another order.
    #[error("the place of {} is missing, or there twice, or elsewhere than it was", .0.token())]
    Place(Slot),
    /// Something stands in a place that no line puts there.
    #[error("in the place of {} stands what no line puts there: {:?}", .0.token(), .1)]
    Inserted(Slot, String),
}

/// A document taken apart: nothing of it is believed yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Served {
    /// The SHA-256 of the document with [`Slot::token`] in each place.
    pub sum: [u8; 32],
    /// How often an open page takes a turn, in milliseconds, as digits.
    pub pace: String,
    /// The band that warns, as HTML.
    pub warning: String,
    /// The check words that it shows.
    pub check_words: String,
    /// The cards that it shows, as HTML.
    pub answers: String,
    /// What the line says of itself, as `wire::LineDocument` reads it.
    pub line: Vec<u8>,
}

impl Served {
    /// Takes any bytes apart.
    ///
    /// Guaranteed: if `sum` is that of a released document, then the bytes are that document with something in its five places, and nothing that
    /// stands there is a script, a style, a frame, a form, a link, or an attribute that does something; nor does it close or hide what comes after
    /// it. Not guaranteed: that the texts in the places are true or the line's, or what HTTP headers say beside the document.
    ///
    /// # Errors
    /// [`NotServed`].
    pub fn read(bytes: &[u8]) -> Result<Served, NotServed> {
        if bytes.len() > LARGEST {
            return Err(NotServed::TooLarge);
        }
        let text = std::str::from_utf8(bytes).ok();
        let text = text.filter(|text| !text.contains('\0'));
        let text = text.ok_or(NotServed::NotText)?;
        let mut hasher = Sha256::new();
        let mut values: [&str; Slot::ALL.len()] = Default::default();
        let mut due = Slot::ALL.into_iter().zip(&mut values);
        let mut next = due.next();
        let mut lines = text.split('\n');
        let mut separator = "";
        while let Some(line) = lines.next() {
            hasher.update(separator);
            separator = "\n";
            let Some(slot) = Slot::ALL.into_iter().find(|slot| slot.is_at(line)) else {
                hasher.update(line);
                continue;
            };
            let (_, place) = next
                .filter(|(due, _)| *due == slot)
                .ok_or(NotServed::Place(slot))?;
            next = due.next();
            let missing = NotServed::Place(slot);
            let value = match slot {
                Slot::Pace => {
                    let value = line.strip_prefix(PACE.0);
                    value.and_then(|rest| rest.strip_suffix(PACE.1))
                }
                _ => lines.next(),
            };
            let value = value.ok_or(missing)?;
            slot.allows(value)?;
            *place = value;
            hasher.update(slot.before());
            hasher.update(if slot == Slot::Pace { "" } else { "\n" });
            hasher.update(slot.token());
            hasher.update(if slot == Slot::Pace { PACE.1 } else { "" });
        }
        if let Some((missing, _)) = next {
            return Err(NotServed::Place(missing));
        }
        let [pace, warning, check_words, answers, line] = values;
        Ok(Served {
            sum: hasher.finalize().into(),
            pace: pace.to_owned(),
            warning: warning.to_owned(),
            check_words: check_words.to_owned(),
            answers: answers.to_owned(),
            line: BASE64.decode(line.as_bytes()).unwrap_or_default(),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) const TEMPLATE: &str = include_str!("../../page/web/index.html");
    const WARNING: &str = "<div id=\"warned\" class=\"band warned\" role=\"alert\" data-testid=\"warned\" hidden><p id=\"warned-of\"></p><p><bdi id=\"warned-address\" class=\"address\"></bdi></p></div><div id=\"ends\" class=\"band warned\" role=\"alert\" data-testid=\"ends\" hidden><p id=\"ends-said\"></p></div>";

    /// A document with these in its places.
    pub(crate) fn filled(values: [&str; 5]) -> String {
        let places = Slot::ALL.into_iter().zip(values);
        places.fold(TEMPLATE.to_owned(), |document, (slot, value)| {
            document.replacen(slot.token(), value, 1)
        })
    }

    fn right() -> String {
        filled(["6000", WARNING, "one two", "<p>None.</p>", "AAAA"])
    }

    fn sum(text: &str) -> [u8; 32] {
        Sha256::digest(text).into()
    }

    #[test]
    fn what_a_line_put_in_is_taken_out_again() {
        let served = Served::read(right().as_bytes()).unwrap();
        assert_eq!(served.sum, sum(TEMPLATE));
        assert_eq!(served.check_words, "one two");
        assert_eq!(served.answers, "<p>None.</p>");
        assert_eq!(served.line, [0, 0, 0]);
        for end in ["", "x", "\n"] {
            let other = right().trim_end().to_owned() + end;
            let expected = TEMPLATE.trim_end().to_owned() + end;
            assert_eq!(Served::read(other.as_bytes()).unwrap().sum, sum(&expected));
        }
    }

    #[test]
    fn nothing_that_runs_hides_in_what_is_taken_out() {
        let script = "<script>1</script>";
        for (place, value) in [
            (0, "6000\" onload=\"1"),
            (0, ""),
            (0, "600000"),
            (0, "@pace@"),
            (0, "-6000"),
            (1, script),
            (1, ""),
            (2, script),
            (2, "a\nb"),
            (3, script),
            (3, "<p>a\nb</p>"),
            (3, "</div><script>1</script><div>"),
            (4, "AAAA</script><script>1"),
            (4, "AAA"),
            (4, " AAAA"),
        ] {
            let mut values = ["6000", WARNING, "one two", "<p>None.</p>", "AAAA"];
            values[place] = value;
            let found = Served::read(filled(values).as_bytes());
            assert!(
                found.is_err() || found.unwrap().sum != sum(TEMPLATE),
                "{place} {value}"
            );
        }
        for (one, other) in [
            ("<!--warning-->\n", ""),
            ("<!--warning-->\n", "<!--warning-->\n\n"),
            ("<main>", "<main>\n<div id=\"cards-list\">\nx"),
            ("<div id=\"cards-list\">", "<div id=\"cards-list\" >"),
            ("\n</html>", "\n</html>\n<!--warning-->"),
            ("<html", "<html\0"),
        ] {
            let other = right().replacen(one, other, 1);
            assert_ne!(other, right());
            let found = Served::read(other.as_bytes());
            assert!(
                found.is_err() || found.unwrap().sum != sum(TEMPLATE),
                "{one}"
            );
        }
        assert_eq!(Served::read(b"\xff"), Err(NotServed::NotText));
        assert_eq!(Served::read(b""), Err(NotServed::Place(Slot::Pace)));
        assert_eq!(
            Served::read(&vec![b' '; LARGEST + 1]),
            Err(NotServed::TooLarge)
        );
    }

    proptest! {
        #[test]
        fn one_changed_byte_is_found_or_stands_in_a_place(at in 0..TEMPLATE.len(), flip in 1u8..128) {
            let mut bytes = right().into_bytes();
            let offset = at.min(bytes.len() - 1);
            bytes[offset] ^= flip;
            // What is called released is the released document with what was taken out, and nothing else.
            if let Ok(served) = Served::read(&bytes) && served.sum == sum(TEMPLATE) {
                let line = BASE64.encode(&served.line);
                let again = filled([&served.pace, &served.warning, &served.check_words, &served.answers, &line]);
                prop_assert_eq!(again.as_bytes(), bytes);
            }
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Served::read(&bytes);
        }
    }
}
