//! What a contact wishes of whoever answers: kept through transfer, return and shift change (`docs/protocol.md`, section 4).

use wire::{ReadError, Reader, Writer};

use crate::text::codes;

codes!(
    /// A dialect in which a contact wants to be answered.
    Dialect {
        /// Korean as it is spoken in the North.
        KoreanNorth = 1,
        /// Korean as it is spoken in the South.
        KoreanSouth = 2,
    }
);

impl Dialect {
    /// The tag under which guides name it in their profiles (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Dialect::KoreanNorth => "ko-KP",
            Dialect::KoreanSouth => "ko-KR",
        }
    }
}

codes!(
    /// What a message is about.
    Topic {
        /// Leaving, hiding, coming across.
        Leaving = 1,
        /// Captivity.
        Captivity = 2,
        /// A wound, an illness, a crisis.
        Health = 3,
        /// Law and papers.
        Law = 4,
        /// Somebody else: a relative, a friend.
        Relatives = 5,
    }
);

impl Topic {
    /// The word under which guides name it in their profiles.
    pub fn word(self) -> &'static str {
        match self {
            Topic::Leaving => "leaving",
            Topic::Captivity => "captivity",
            Topic::Health => "health",
            Topic::Law => "law",
            Topic::Relatives => "relatives",
        }
    }
}

/// Groups none of which is to answer: a bit each, the same as in a guide's profile.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Exclusions(u8);

impl Exclusions {
    /// Nobody who served in this army.
    pub const ARMY: Exclusions = Exclusions(1);
    /// Nobody from the contact's home region.
    pub const REGION: Exclusions = Exclusions(2);
    /// No man.
    pub const MEN: Exclusions = Exclusions(4);
    /// No woman.
    pub const WOMEN: Exclusions = Exclusions(8);
    /// All of them, in the order of their bits.
    pub const ALL: [Exclusions; 4] = [Self::ARMY, Self::REGION, Self::MEN, Self::WOMEN];

    /// Those of the known groups whose bits are set.
    pub fn from_bits(bits: u8) -> Option<Exclusions> {
        (bits < 16).then_some(Exclusions(bits))
    }

    /// The bits.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether somebody who says to be outside of these groups may answer.
    pub fn allow(self, outside: u8) -> bool {
        self.0 & !outside == 0
    }
}

impl core::ops::BitOr for Exclusions {
    type Output = Exclusions;

    fn bitor(self, other: Exclusions) -> Exclusions {
        Exclusions(self.0 | other.0)
    }
}

/// What a contact wishes of whoever answers, besides the language.
///
/// dialect u8 (0: any) ‖ topic u8 (0: not said) ‖ exclusions u8.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Choices {
    /// The dialect, if one is wished.
    pub dialect: Option<Dialect>,
    /// The topic, if one is named.
    pub topic: Option<Topic>,
    /// Who is not to answer.
    pub exclusions: Exclusions,
}

impl Choices {
    /// Writes them.
    pub fn write(self, writer: Writer) -> Writer {
        writer
            .u8(self.dialect.map_or(0, Dialect::code))
            .u8(self.topic.map_or(0, Topic::code))
            .u8(self.exclusions.bits())
    }

    /// Reads them.
    ///
    /// # Errors
    /// `Value` when a code or a bit is not known.
    pub fn read(reader: &mut Reader<'_>) -> Result<Choices, ReadError> {
        let dialect = match reader.u8()? {
            0 => None,
            code => Some(Dialect::from_code(code).ok_or(ReadError::Value)?),
        };
        let topic = match reader.u8()? {
            0 => None,
            code => Some(Topic::from_code(code).ok_or(ReadError::Value)?),
        };
        Ok(Choices {
            dialect,
            topic,
            exclusions: Exclusions::from_bits(reader.u8()?).ok_or(ReadError::Value)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_nothing_is_excluded_by_any_wish() {
        let wish = Exclusions::ARMY | Exclusions::MEN;
        assert!(!wish.allow(0));
        assert!(!wish.allow(Exclusions::ARMY.bits()));
        assert!(wish.allow(wish.bits()));
        assert!(Exclusions::default().allow(0));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for bytes in [[3, 0, 0], [0, 6, 0], [0, 0, 16]] {
            assert!(Choices::read(&mut Reader::new(&bytes)).is_err());
        }
        let bytes = [1, 5, 15];
        let choices = Choices::read(&mut Reader::new(&bytes)).unwrap();
        assert_eq!(choices.write(Writer::default()).done(), bytes);
    }
}
