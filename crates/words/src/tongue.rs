//! The languages in which a line speaks to contacts, and the list that goes with each.

use crate::list::List;

/// A language of what contacts read. Korean is written in two ways; both go with one list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tongue {
    /// English.
    English,
    /// Korean as in the South.
    Korean,
    /// Korean as in the North.
    KoreanNorth,
    /// Russian.
    Russian,
    /// Ukrainian.
    Ukrainian,
}

impl Tongue {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Tongue; 5] = [
        Tongue::English,
        Tongue::Korean,
        Tongue::KoreanNorth,
        Tongue::Russian,
        Tongue::Ukrainian,
    ];

    /// Its tag, as in BCP 47: `en`, `ko`, `ko-KP`, `ru` or `uk`.
    pub fn tag(self) -> &'static str {
        match self {
            Tongue::KoreanNorth => "ko-KP",
            other => other.list().language(),
        }
    }

    /// The list of its words.
    pub fn list(self) -> List {
        match self {
            Tongue::English => List::English,
            Tongue::Korean | Tongue::KoreanNorth => List::Korean,
            Tongue::Russian => List::Russian,
            Tongue::Ukrainian => List::Ukrainian,
        }
    }

    /// The one of exactly this tag.
    pub fn of(tag: &str) -> Option<Tongue> {
        Tongue::ALL.into_iter().find(|tongue| tongue.tag() == tag)
    }

    /// The one that comes nearest to a tag from outside, in either case: of `ru-RU` or `ko_KR` the first part decides, of `ko_KP` both.
    pub fn nearest(tag: &str) -> Option<Tongue> {
        let mut parts = tag.split(['-', '_']);
        let primary = parts.next()?;
        let is_north = parts.any(|part| part.eq_ignore_ascii_case("KP"));
        let all = Tongue::ALL.into_iter();
        let mut alike = all.filter(|tongue| tongue.list().language().eq_ignore_ascii_case(primary));
        let first = alike.next()?;
        Some(alike.find(|_| is_north).unwrap_or(first))
    }

    /// Itself, and the other one that is written for readers of the same language: a text that is not there in the one is understood in it.
    pub fn with_alike(self) -> impl Iterator<Item = Tongue> {
        let all = Tongue::ALL.into_iter();
        let alike = all.filter(move |other| *other != self && other.list() == self.list());
        core::iter::once(self).chain(alike)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_korean_go_with_one_list() {
        assert_eq!(Tongue::of("ko-KP").map(Tongue::list), Some(List::Korean));
        assert_eq!(Tongue::of("ko").map(Tongue::list), Some(List::Korean));
        assert_eq!(Tongue::of("ko-kp"), None);
        for tongue in Tongue::ALL {
            assert_eq!(Tongue::of(tongue.tag()), Some(tongue));
            assert_eq!(Tongue::nearest(tongue.tag()), Some(tongue));
        }
    }

    #[test]
    fn a_tag_from_outside_finds_what_comes_nearest() {
        for (tag, nearest) in [
            ("KO_kp", Some(Tongue::KoreanNorth)),
            ("ko-Kore-KP", Some(Tongue::KoreanNorth)),
            ("ko-KR", Some(Tongue::Korean)),
            ("ru-KP", Some(Tongue::Russian)),
            ("kok", None),
            ("", None),
        ] {
            assert_eq!(Tongue::nearest(tag), nearest, "{tag}");
        }
    }

    #[test]
    fn a_text_is_understood_in_the_other_korean_and_in_no_other_language() {
        assert!(
            Tongue::KoreanNorth
                .with_alike()
                .eq([Tongue::KoreanNorth, Tongue::Korean])
        );
        assert!(Tongue::Russian.with_alike().eq([Tongue::Russian]));
    }
}
