//! What people write: texts of bounded size, languages, urgencies.

use alloc::string::String;
use zeroize::Zeroize;

/// The size of a text at most, in bytes of UTF-8.
pub const TEXT_SIZE: usize = 1500;

/// A text is too long by so many bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextTooLong {
    /// Bytes above the limit.
    pub over: usize,
}

/// A text of at most 1,500 bytes without control characters or characters that turn the direction of what follows.
///
/// It wipes itself, and is neither printed nor compared by accident.
pub struct Text(String);

impl Text {
    /// Cleans and measures what a person typed.
    ///
    /// # Errors
    /// [`TextTooLong`] when more than 1,500 bytes are left after cleaning.
    pub fn new(typed: &str) -> Result<Text, TextTooLong> {
        let mut clean = String::with_capacity(typed.len());
        clean.extend(typed.chars().filter(|c| is_plain(*c)));
        match clean.len().checked_sub(TEXT_SIZE) {
            None | Some(0) => Ok(Text(clean)),
            Some(over) => {
                clean.zeroize();
                Err(TextTooLong { over })
            }
        }
    }

    /// The empty text.
    pub fn empty() -> Text {
        Text(String::new())
    }

    /// Reads a text that was opened; what is not UTF-8 is not a text.
    pub(crate) fn read(bytes: &[u8]) -> Option<Text> {
        Text::new(core::str::from_utf8(bytes).ok()?).ok()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Another copy, on purpose.
    pub fn duplicate(&self) -> Text {
        Text(self.0.clone())
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Whether a character is kept: no controls but line feed and tab, and none that embed, override or isolate direction,
/// since these let a text look like another one.
fn is_plain(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => false,
        c => !c.is_control(),
    }
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum $name { $($(#[$variant_doc])* $variant = $code),+ }

        impl $name {
            /// All values, in order.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The value of a code.
            pub fn from_code(code: u8) -> Option<$name> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }

            /// The code, as it stands in envelopes.
            pub fn code(self) -> u8 {
                self as u8
            }
        }
    };
}
pub(crate) use codes;

codes!(
    /// A language in which a contact wants to be answered.
    Language {
        /// English.
        English = 1,
        /// Korean.
        Korean = 2,
        /// Russian.
        Russian = 3,
        /// Ukrainian.
        Ukrainian = 4,
    }
);

impl Language {
    /// The tag of the language, as in BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Korean => "ko",
            Language::Russian => "ru",
            Language::Ukrainian => "uk",
        }
    }

    /// The language of a tag.
    pub fn from_tag(tag: &str) -> Option<Language> {
        Self::ALL
            .iter()
            .copied()
            .find(|language| language.tag() == tag)
    }
}

codes!(
    /// How much time is left, in the contact's own words; never scored by a program.
    Urgency {
        /// Minutes.
        Minutes = 1,
        /// Hours.
        Hours = 2,
        /// Days.
        Days = 3,
        /// No hurry.
        NoHurry = 4,
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_turns_a_text_is_dropped() {
        let typed = "\u{feff}a\u{202e}b\u{2066}c\u{0}\u{7f}\r\n\td";
        let clean = Text::new(typed).unwrap();
        assert_eq!(clean.as_str(), "abc\n\td");
        let again = Text::new(clean.as_str()).unwrap();
        assert_eq!(
            again.as_str(),
            clean.as_str(),
            "cleaning twice changes nothing"
        );
    }

    #[test]
    fn a_text_is_measured_after_cleaning() {
        let full = "\u{202e}".repeat(9) + &"가".repeat(500);
        assert_eq!(Text::new(&full).unwrap().as_str().len(), TEXT_SIZE);
        let over = Text::new(&(full + "가"));
        assert!(over.is_err_and(|error| error == TextTooLong { over: 3 }));
    }

    #[test]
    fn what_was_opened_is_read_as_a_text_or_refused() {
        assert!(Text::read("한국".as_bytes()).is_some());
        assert!(Text::read(&[0xed, 0x95]).is_none(), "half a character");
        assert!(Text::read(&[b'a'; TEXT_SIZE + 1]).is_none());
        assert!(Text::read(b" \n").is_some_and(|text| text.is_empty()));
    }

    #[test]
    fn codes_are_those_of_the_document() {
        let languages = [1, 2, 3, 4].map(Language::from_code);
        assert_eq!(
            languages.map(|l| l.map(Language::tag)),
            ["en", "ko", "ru", "uk"].map(Some)
        );
        assert_eq!(
            (Language::from_code(0), Language::from_code(5)),
            (None, None)
        );
        assert_eq!(Language::from_tag("de"), None);
        assert_eq!(
            Urgency::ALL
                .iter()
                .map(|urgency| urgency.code())
                .sum::<u8>(),
            10
        );
        assert_eq!((Urgency::from_code(0), Urgency::from_code(5)), (None, None));
    }
}
