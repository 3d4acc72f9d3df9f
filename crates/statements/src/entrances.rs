//! Where a line can be reached, what only looks like it, what people are warned of, and what a card pack holds.

use alloc::{string::String, vec::Vec};
use wire::{Day, LineId, Minute, Reader, Writer};

use crate::Delegation;
use crate::corps::{codes, is_plain};
use crate::statement::{Draft, StatementError, StatementKind, UnverifiedStatement};

/// The size of an address at most, in bytes.
pub const ADDRESS_SIZE: usize = 255;
/// How many entrances a list has at most.
const MAX_ENTRANCES: usize = 16;
/// How many fakes a list has at most.
const MAX_FAKES: usize = 64;

codes!(
    /// What kind of place an entrance is.
    EntranceKind {
        /// The line's own site.
        Site = 1: "site",
        /// An onion service.
        Onion = 2: "onion",
        /// Somebody else's copy.
        Mirror = 3: "mirror",
        /// A porch: writes for browsers without scripts.
        Porch = 4: "porch",
    }
);

codes!(
    /// What a warning is about. What it says stands in the strings of screens, in each language.
    WarningAbout {
        /// An address only looks like the line.
        FakeEntrance = 1: "fake-entrance",
        /// Somebody writes to people first in the line's name.
        WritesFirst = 2: "writes-first",
        /// Somebody says that he is the line's partner, and is not.
        FalsePartner = 3: "false-partner",
        /// Strangers were in the line: what was written may be known.
        Entered = 4: "entered",
    }
);

/// A place where the line can be reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entrance {
    /// What it is.
    pub kind: EntranceKind,
    /// Its address, as [`is_entrance`] has it.
    pub address: String,
}

/// Whether a text is the address of an entrance of a kind: `https://`, or `http://` before a name that ends in `.onion` or before
/// `127.0.0.1`, where a demonstration is; a name in lower case, perhaps a port and a path. Nothing that could carry a mark of who follows
/// it: no user, no query, no fragment, no escapes.
pub fn is_entrance(kind: EntranceKind, address: &str) -> bool {
    let is_onion = |host: &str| host.ends_with(".onion");
    let (rest, is_secure) = match address.strip_prefix("https://") {
        Some(rest) => (rest, true),
        None => (address.strip_prefix("http://").unwrap_or(""), false),
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let is_label = |label: &str| {
        let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !label.is_empty() && label.chars().all(is_inner) && !label.starts_with('-')
    };
    let is_step = |c: char| c.is_ascii_alphanumeric() || "._~/-".contains(c);
    address.len() <= ADDRESS_SIZE
        && host.contains('.')
        && host.split('.').all(is_label)
        && port.parse::<u16>().is_ok_and(|port| port != 0)
        && path.chars().all(is_step)
        && (is_secure || is_onion(host) || host == "127.0.0.1")
        && (kind == EntranceKind::Onion) == is_onion(host)
}

/// An address without its path: scheme, name and port.
fn origin(address: &str) -> &str {
    let after_scheme = address.find("://").map_or(0, |at| at.saturating_add(3));
    let rest = address.get(after_scheme..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    address
        .get(..after_scheme.saturating_add(end))
        .unwrap_or(address)
}

/// Whether a text can name a fake: what somebody copied out of an address bar, without anything unseen.
pub fn is_fake(address: &str) -> bool {
    !address.is_empty() && is_plain(address, ADDRESS_SIZE) && !address.contains(char::is_whitespace)
}

/// Where the line can be reached: serial u32 ‖ day ‖ good until day ‖ count u8 (≤ 16) ‖ (kind u8 ‖ address)* ‖ count u8 (≤ 64) ‖ fake*.
/// An address is length u8 ‖ text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntranceList {
    /// Rises with each list; a lower one is out of date.
    pub serial: u32,
    /// The day on which it was signed.
    pub day: Day,
    /// The last day on which it is to be trusted; at most 60 days later.
    pub good_until: Day,
    /// The places.
    pub entrances: Vec<Entrance>,
    /// Addresses that only look like the line. Nothing of who reported them.
    pub fakes: Vec<String>,
}

impl EntranceList {
    /// For how many days a list is trusted at most.
    pub const GOOD_DAYS: u32 = 60;

    /// Whether an address is one of the entrances, whatever follows after its name and port.
    pub fn leads_to(&self, address: &str) -> bool {
        let places = &mut self.entrances.iter();
        places.any(|place| origin(&place.address) == origin(address))
    }

    /// Whether it may be signed: at least one entrance, each an address, none among the fakes, none twice, and not good for too long.
    pub fn is_valid(&self) -> bool {
        let places = &self.entrances;
        let is_new = |at: usize, address: &str| {
            let before = places.iter().take(at);
            before.clone().all(|other| other.address != address)
        };
        let good = (self.day, self.day.plus(Self::GOOD_DAYS));
        !places.is_empty()
            && places.len() <= MAX_ENTRANCES
            && self.fakes.len() <= MAX_FAKES
            && good.0 < self.good_until
            && self.good_until <= good.1
            && places.iter().enumerate().all(|(at, place)| {
                is_entrance(place.kind, &place.address) && is_new(at, &place.address)
            })
            && self
                .fakes
                .iter()
                .all(|fake| is_fake(fake) && !self.leads_to(fake))
    }

    /// A list for coordinators to sign.
    pub fn draft(&self, line: LineId) -> Draft {
        let head = Writer::default()
            .u32(self.serial)
            .u32(self.day.0)
            .u32(self.good_until.0);
        let count = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
        let writer = self
            .entrances
            .iter()
            .fold(head.u8(count(self.entrances.len())), |writer, place| {
                writer.u8(place.kind as u8).short(place.address.as_bytes())
            });
        let writer = self
            .fakes
            .iter()
            .fold(writer.u8(count(self.fakes.len())), |writer, fake| {
                writer.short(fake.as_bytes())
            });
        Draft::new(StatementKind::EntranceList, line, writer.done())
    }

    /// Believes a list that the admission threshold of coordinators signed.
    ///
    /// # Errors
    /// `Signatures` when too few did; `Kind`, `Line`, `Layout`; `Rule` when [`EntranceList::is_valid`] does not hold.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<EntranceList, StatementError> {
        let threshold = delegation.admission_threshold();
        Self::read(delegation.verified_body(statement, StatementKind::EntranceList, threshold)?)
    }

    /// Reads what a statement proposes, whoever signed it.
    ///
    /// # Errors
    /// `Kind`, `Line`, `Layout`, `Rule`, as [`EntranceList::verify`].
    pub fn proposed(
        statement: &UnverifiedStatement,
        line: &LineId,
    ) -> Result<EntranceList, StatementError> {
        Self::read(statement.unsigned_body(StatementKind::EntranceList, line)?)
    }

    fn read(body: &[u8]) -> Result<EntranceList, StatementError> {
        let mut reader = Reader::new(body);
        let (serial, day) = (reader.u32()?, Day(reader.u32()?));
        let good_until = Day(reader.u32()?);
        let entrances = (0..reader.u8()?)
            .map(|_| {
                let kind = EntranceKind::from_code(reader.u8()?).ok_or(StatementError::Rule)?;
                let address = read_address(&mut reader)?;
                Ok(Entrance { kind, address })
            })
            .collect::<Result<Vec<_>, StatementError>>()?;
        let fakes = (0..reader.u8()?)
            .map(|_| read_address(&mut reader))
            .collect::<Result<Vec<_>, StatementError>>()?;
        reader.end()?;
        let list = EntranceList {
            serial,
            day,
            good_until,
            entrances,
            fakes,
        };
        list.is_valid().then_some(list).ok_or(StatementError::Rule)
    }
}

fn read_address(reader: &mut Reader<'_>) -> Result<String, StatementError> {
    let text = core::str::from_utf8(reader.short()?).map_err(|_| StatementError::Rule)?;
    Ok(text.into())
}

/// What people are warned of: serial u32 ‖ issued minute ‖ until day ‖ about u8 ‖ address (length u8 ‖ text; may be empty).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// Rises with each warning; a lower one is out of date.
    pub serial: u32,
    /// When it was signed.
    pub issued: Minute,
    /// The last day on which it is shown. A warning is taken back by another one that ends before it begins.
    pub until: Day,
    /// What it is about.
    pub about: WarningAbout,
    /// The address that it is about, if it is about one.
    pub address: String,
}

impl Warning {
    /// For how many days a warning is shown at most; then it is either given again or was forgotten.
    pub const SHOWN_DAYS: u32 = 60;

    /// Whether it may be signed: its address names a fake or is empty, an address is there where it is about one, and it is not shown for
    /// too long.
    pub fn is_valid(&self) -> bool {
        let is_named = !self.address.is_empty();
        let needs_name = self.about == WarningAbout::FakeEntrance;
        (is_named || !needs_name)
            && (!is_named || is_fake(&self.address))
            && self.until <= self.issued.day().plus(Self::SHOWN_DAYS)
    }

    /// A warning for a coordinator to sign.
    pub fn draft(&self, line: LineId) -> Draft {
        let body = Writer::default()
            .u32(self.serial)
            .u32(self.issued.0)
            .u32(self.until.0)
            .u8(self.about as u8)
            .short(self.address.as_bytes())
            .done();
        Draft::new(StatementKind::Warning, line, body)
    }

    /// Believes a warning that one coordinator signed: whoever sees the danger first must be able to say so.
    ///
    /// # Errors
    /// `Signatures` when none did; `Kind`, `Line`, `Layout`; `Rule` for an unknown code, or when [`Warning::is_valid`] does not hold.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<Warning, StatementError> {
        let body = delegation.verified_body(statement, StatementKind::Warning, 1)?;
        let mut reader = Reader::new(body);
        let warning = Warning {
            serial: reader.u32()?,
            issued: Minute(reader.u32()?),
            until: Day(reader.u32()?),
            about: WarningAbout::from_code(reader.u8()?).ok_or(StatementError::Rule)?,
            address: read_address(&mut reader)?,
        };
        reader.end()?;
        let is_valid = warning.is_valid();
        is_valid.then_some(warning).ok_or(StatementError::Rule)
    }

    /// Whether it is shown on a day.
    pub fn is_on(&self, today: Day) -> bool {
        today <= self.until
    }
}

/// What a card pack holds: serial u32 of the card set ‖ day ‖ SHA-256 of its list of files 32.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackManifest {
    /// The serial of the card set that it was made from; a lower one is out of date.
    pub serial: u32,
    /// The day on which it was made.
    pub day: Day,
    /// SHA-256 of its `SHA256SUMS`.
    pub sums: [u8; 32],
}

impl PackManifest {
    /// A manifest for coordinators to sign.
    pub fn draft(&self, line: LineId) -> Draft {
        let head = Writer::default().u32(self.serial).u32(self.day.0);
        let body = head.put(&self.sums).done();
        Draft::new(StatementKind::PackManifest, line, body)
    }

    /// Believes a manifest that the admission threshold of coordinators signed.
    ///
    /// # Errors
    /// `Signatures` when too few did; `Kind`, `Line`, `Layout`.
    pub fn verify(
        statement: &UnverifiedStatement,
        delegation: &Delegation,
    ) -> Result<PackManifest, StatementError> {
        let threshold = delegation.admission_threshold();
        Self::read(delegation.verified_body(statement, StatementKind::PackManifest, threshold)?)
    }

    /// Reads what a statement proposes, whoever signed it.
    ///
    /// # Errors
    /// `Kind`, `Line`, `Layout`, as [`PackManifest::verify`].
    pub fn proposed(
        statement: &UnverifiedStatement,
        line: &LineId,
    ) -> Result<PackManifest, StatementError> {
        Self::read(statement.unsigned_body(StatementKind::PackManifest, line)?)
    }

    fn read(body: &[u8]) -> Result<PackManifest, StatementError> {
        let mut reader = Reader::new(body);
        let manifest = PackManifest {
            serial: reader.u32()?,
            day: Day(reader.u32()?),
            sums: reader.array()?,
        };
        reader.end()?;
        Ok(manifest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entrance_has_one_plain_form() {
        let onion = "http://abcdefghijklmnop.onion/";
        for (kind, right) in [
            (EntranceKind::Site, "https://line.example"),
            (
                EntranceKind::Site,
                "https://line.example:8443/ko/index.html",
            ),
            (EntranceKind::Mirror, "https://mirror.example/line/"),
            (EntranceKind::Onion, onion),
            (EntranceKind::Site, "http://127.0.0.1:8080/"),
        ] {
            assert!(is_entrance(kind, right), "{right}");
        }
        for wrong in [
            "",
            "line.example",
            "http://line.example",
            "https://line",
            "https://Line.example",
            "https://line.example?who=1",
            "https://line.example/#x",
            "https://you@line.example",
            "https://line.example:0",
            "https://line.example:99999",
            "https://line.example/%41",
            "https://l\u{456}ne.example",
            "https://line.example/ x",
            "https://line.example\u{202e}",
            "https://.example",
            "https://-a.example",
            "http://127.0.0.2",
            "http://localhost",
            "javascript://line.example",
            onion,
        ] {
            assert!(!is_entrance(EntranceKind::Site, wrong), "{wrong}");
        }
        let long = alloc::format!("https://line.example/{}", "a".repeat(300));
        assert!(!is_entrance(EntranceKind::Site, &long));
    }

    fn list() -> EntranceList {
        EntranceList {
            serial: 1,
            day: Day(20_000),
            good_until: Day(20_060),
            entrances: alloc::vec![Entrance {
                kind: EntranceKind::Site,
                address: "https://line.example".into(),
            }],
            fakes: alloc::vec!["https://1ine.example/".into()],
        }
    }

    #[test]
    fn a_list_that_contradicts_itself_is_not_signed() {
        assert!(list().is_valid());
        let wrong: [fn(&mut EntranceList); 6] = [
            |list| list.entrances.clear(),
            |list| list.good_until = Day(20_061),
            |list| list.good_until = list.day,
            |list| list.fakes.push("https://line.example/ko".into()),
            |list| list.fakes.push("two words".into()),
            |list| list.entrances.push(list.entrances[0].clone()),
        ];
        for (number, change) in wrong.iter().enumerate() {
            let mut list = list();
            change(&mut list);
            assert!(!list.is_valid(), "{number}");
        }
    }

    #[test]
    fn an_entrance_is_known_by_its_name_and_port() {
        for address in ["https://line.example", "https://line.example/ko?x#y"] {
            assert!(list().leads_to(address), "{address}");
        }
        for address in [
            "",
            "http://line.example",
            "https://line.example.evil.example",
            "https://line.example:444",
            "https://line.example@evil.example",
            "line.example",
        ] {
            assert!(!list().leads_to(address), "{address}");
        }
    }

    #[test]
    fn a_warning_of_a_fake_names_it_and_ends() {
        let warning = |about, address: &str, until| Warning {
            serial: 1,
            issued: Minute(20_000 * 1440),
            until: Day(until),
            about,
            address: address.into(),
        };
        let fake = WarningAbout::FakeEntrance;
        assert!(warning(fake, "https://1ine.example", 20_060).is_valid());
        assert!(warning(WarningAbout::WritesFirst, "", 20_001).is_valid());
        assert!(!warning(fake, "", 20_001).is_valid());
        assert!(!warning(fake, "two words", 20_001).is_valid());
        assert!(!warning(fake, "https://1ine.example", 20_061).is_valid());
    }
}
