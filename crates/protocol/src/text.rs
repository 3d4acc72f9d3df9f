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
