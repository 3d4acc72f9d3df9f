//! The feed of public changes, in Atom (RFC 4287), so that partners and mirrors can follow.
//!
//! It says that an answer was checked, suspended, taken back or has expired, and until when it is to be trusted; not the answer itself, since
//! readers keep what they have fetched for longer than it holds.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use record::{date_of, day_of};
use sha2::{Digest, Sha256};
use wire::{Day, LineId, Minute};

use crate::cards::State;
use crate::frame::clean;
use crate::language::Language;
use crate::site::Site;

/// The namespace of Atom.
const NAMESPACE: &str = "http://www.w3.org/2005/Atom";

/// One change.
struct Entry {
    /// When, as RFC 3339 has it; of cards the day alone is known.
    updated: String,
    /// What the name of the entry is made from.
    named: String,
    title: String,
    summary: String,
    /// The page, relative to the feed.
    page: String,
    /// What it is: a card's state, `entrances`, `warning` or `end`.
    term: &'static str,
}

/// A name that stays the same, as a URN: a UUID of version 8 (RFC 9562, section 5.8) from SHA-256 over line, language and what is named.
fn urn(line: &LineId, language: Language, named: &str) -> String {
    let hash = Sha256::new()
        .chain_update(wire::tag!("feed"))
        .chain_update(line.0)
        .chain_update(language.tag())
        .chain_update([0])
        .chain_update(named)
        .finalize();
    let mut half = hash
        .iter()
        .take(16)
        .fold(0_u128, |all, byte| all << 8 | u128::from(*byte));
    half = half & !(0xf << 76) | 8 << 76;
    half = half & !(0x3 << 62) | 2 << 62;
    let digits = format!("{half:032x}");
    let mut parts = Vec::new();
    let mut rest = digits.as_str();
    for length in [8, 4, 4, 4, 12] {
        let (part, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        parts.push(part);
        rest = after;
    }
    format!("urn:uuid:{}", parts.join("-"))
}

fn at(day: Day) -> String {
    format!("{}T00:00:00Z", date_of(day))
}

/// When a card came to stand as it does.
fn since(site: &Site, reviewed: &str, state: &State) -> Day {
    let date = match state {
        State::Live(_) => reviewed.to_owned(),
        fallen => fallen.date(),
    };
    day_of(&date).unwrap_or(site.signed)
}

fn cards(site: &Site, language: Language, base: &str) -> Vec<Entry> {
    let all = site.cards.all().into_iter();
    let entries = all.filter_map(|(name, card, state)| {
        let (_, text) = language.text_of(card)?;
        let day = since(site, &card.reviewed, state);
        let date = state.date();
        let summary = match state {
            State::Live(_) => {
                let checked = date_of(day);
                language.say_with("feed-live", &[("date", &checked), ("until", &date)])
            }
            fallen => language.say_with(&format!("card-{}", fallen.word()), &[("date", &date)]),
        };
        Some(Entry {
            updated: at(day),
            named: format!("card\0{}\0{}\0{}", card.id, day.0, state.word()),
            title: text.question.clone(),
            summary,
            page: format!("{base}{name}"),
            term: state.word(),
        })
    });
    entries.collect()
}

fn entrances(site: &Site, language: Language, base: &str) -> Option<Entry> {
    let list = site.entrances.as_ref()?;
    let until = date_of(list.good_until);
    Some(Entry {
        updated: at(list.day),
        named: format!("entrances\0{}", list.serial),
        title: language.say("entrances-title"),
        summary: language.say_with("feed-entrances", &[("date", &until)]),
        page: format!("{base}index.html"),
        term: "entrances",
    })
}

/// A minute as Atom writes it (RFC 3339).
fn moment(at: Minute) -> String {
    let minute = at.0 % Minute::PER_DAY;
    let day = date_of(at.day());
    format!("{day}T{:02}:{:02}:00Z", minute / 60, minute % 60)
}

fn warning(site: &Site, language: Language, base: &str) -> Option<Entry> {
    let warning = site.warning()?;
    let said = language.say(&format!("warning-{}", warning.about.word()));
    let address = match warning.address.is_empty() {
        true => String::new(),
        false => language.say_with("warning-address", &[("address", &warning.address)]),
    };
    Some(Entry {
        updated: moment(warning.issued),
        named: format!("warning\0{}", warning.serial),
        title: language.say("warning-title"),
        summary: format!("{said} {address}").trim().to_owned(),
        page: format!("{base}index.html"),
        term: "warning",
    })
}

fn end(site: &Site, language: Language, base: &str) -> Option<Entry> {
    let (notice, _) = site.end?;
    let (id, date) = site.end()?;
    Some(Entry {
        updated: moment(notice.issued),
        named: format!("end\0{}", notice.last_day.0),
        title: language.say("ends-title"),
        summary: language.say_with(id, &[("date", &date)]),
        page: format!("{base}index.html"),
        term: "end",
    })
}

/// All changes, the newest first.
fn entries(site: &Site, language: Language, base: &str) -> Vec<Entry> {
    let mut all = cards(site, language, base);
    all.extend(entrances(site, language, base));
    all.extend(warning(site, language, base));
    all.extend(end(site, language, base));
    // Times of one form are in order as text.
    all.sort_by(|one, other| {
        let by_time = other.updated.cmp(&one.updated);
        by_time.then_with(|| one.named.cmp(&other.named))
    });
    all
}

type Xml = Writer<Vec<u8>>;

fn text(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    let element = xml.create_element(name);
    element.write_text_content(BytesText::new(&clean(text)))?;
    Ok(())
}

fn link(xml: &mut Xml, rel: &str, href: &str, media_type: &str) -> io::Result<()> {
    let attributes = [("rel", rel), ("href", href), ("type", media_type)];
    let element = xml.create_element("link").with_attributes(attributes);
    element.write_empty()?;
    Ok(())
}

fn write_entry(xml: &mut Xml, id: &str, entry: &Entry) -> io::Result<()> {
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "id", id)?;
        text(xml, "title", &entry.title)?;
        text(xml, "updated", &entry.updated)?;
        link(xml, "alternate", &entry.page, "text/html")?;
        let category = xml.create_element("category");
        category
            .with_attribute(("term", entry.term))
            .write_empty()?;
        text(xml, "summary", &entry.summary)
    })?;
    Ok(())
}

fn write(site: &Site, language: Language, base: &str) -> io::Result<Vec<u8>> {
    let entries = entries(site, language, base);
    let updated = entries.first().map(|entry| entry.updated.clone());
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let feed = xml.create_element("feed");
    let attributes = [("xmlns", NAMESPACE), ("xml:lang", language.tag())];
    feed.with_attributes(attributes)
        .write_inner_content(|xml| {
            text(xml, "id", &urn(&site.line, language, "feed"))?;
            text(xml, "title", &language.say("feed-title"))?;
            text(xml, "updated", &updated.unwrap_or_else(|| at(site.today)))?;
            // The line is its own author; its check words are its name.
            xml.create_element("author")
                .write_inner_content(|xml| text(xml, "name", &language.check_words(&site.line)))?;
            link(xml, "self", "feed.xml", "application/atom+xml")?;
            link(xml, "alternate", &format!("{base}index.html"), "text/html")?;
            for entry in &entries {
                write_entry(xml, &urn(&site.line, language, &entry.named), entry)?;
            }
            Ok(())
        })?;
    Ok(xml.into_inner())
}

/// The feed in a language; `base` leads from where it lies to the folder of that language.
pub(crate) fn of(site: &Site, language: Language, base: &str) -> String {
    // Writing into memory does not fail.
    let bytes = write(site, language, base).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
