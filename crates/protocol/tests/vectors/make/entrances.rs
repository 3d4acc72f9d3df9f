//! Where the line can be reached, what it warns of, what a card pack holds, and reports of fakes.

use statements::{Entrance, EntranceKind, EntranceList, PackManifest, Warning, WarningAbout};
use wire::{Day, Minute, Writer};

use super::log::entry;
use super::public::{Trust, by, signed_raw};
use super::{Fields, Topic};

const TODAY: Day = Day(20_100);

fn list() -> EntranceList {
    let place = |kind, address: &str| Entrance {
        kind,
        address: address.into(),
    };
    EntranceList {
        serial: 4,
        day: TODAY,
        good_until: TODAY.plus(60),
        entrances: vec![
            place(EntranceKind::Site, "https://line.example"),
            place(EntranceKind::Onion, "http://abcdefghijklmnop.onion/"),
            place(EntranceKind::Mirror, "https://mirror.example/line/"),
            place(EntranceKind::Porch, "https://porch.example"),
        ],
        fakes: vec!["https://1ine.example/".into()],
    }
}

fn warning(about: WarningAbout, address: &str) -> Warning {
    Warning {
        serial: 2,
        issued: Minute(TODAY.0 * 1440 + 75),
        until: TODAY.plus(14),
        about,
        address: address.into(),
    }
}

fn pack() -> PackManifest {
    PackManifest {
        serial: 6,
        day: TODAY,
        sums: [0x61; 32],
    }
}

/// serial ‖ day ‖ good until ‖ one place of a kind ‖ fakes.
fn raw_list(kind: u8, address: &[u8], good_until: u32, fakes: &[&[u8]]) -> Vec<u8> {
    let writer = Writer::default().u32(4).u32(TODAY.0).u32(good_until);
    let writer = writer.u8(1).u8(kind).short(address);
    let count = u8::try_from(fakes.len()).expect("few");
    let writer = writer.u8(count);
    let writer = fakes.iter().fold(writer, |writer, fake| writer.short(fake));
    writer.done()
}

fn raw_warning(until: u32, about: u8, address: &[u8]) -> Vec<u8> {
    let writer = Writer::default().u32(2).u32(TODAY.0 * 1440).u32(until);
    writer.u8(about).short(address).done()
}

/// The statements of kinds 12 to 14.
pub(super) fn statements(topic: &mut Topic, trust: &Trust) {
    let line = trust.line;
    let other = Trust::new(41);
    let two = [12, 13];
    let fake = WarningAbout::FakeEntrance;
    let partner = WarningAbout::FalsePartner;
    let lists = |bytes: &[u8]| trust.inputs("entrance list", bytes);
    let warnings = |bytes: &[u8]| trust.inputs("warning", bytes);
    let packs = |bytes: &[u8]| trust.inputs("pack manifest", bytes);
    topic.accept("entrance-list", "P69", lists(&by(list().draft(line), &two)));
    topic.accept(
        "warning-of-a-fake",
        "P70",
        warnings(&by(
            warning(fake, "https://1ine.example/").draft(line),
            &[12],
        )),
    );
    topic.accept(
        "warning-of-a-false-partner",
        "P70",
        warnings(&by(warning(partner, "").draft(line), &[12])),
    );
    topic.accept("pack-manifest", "P72", packs(&by(pack().draft(line), &two)));
    let mut refused: Vec<(&str, &str, Fields, &str)> = vec![
        (
            "entrance-list-by-one-of-two",
            "P69",
            lists(&by(list().draft(line), &[12])),
            "Signatures",
        ),
        (
            "entrance-list-by-a-guide",
            "P69",
            lists(&by(list().draft(line), &[12, 31])),
            "Signatures",
        ),
        (
            "entrance-list-of-another-line",
            "P9",
            lists(&by(list().draft(other.line), &two)),
            "Line",
        ),
        (
            "entrance-list-is-a-card-set",
            "P28",
            lists(&by(super::public::cards(line), &two)),
            "Kind",
        ),
        (
            "warning-by-a-guide",
            "P70",
            warnings(&by(warning(partner, "").draft(line), &[31])),
            "Signatures",
        ),
        (
            "warning-of-another-line",
            "P9",
            warnings(&by(warning(partner, "").draft(other.line), &[12])),
            "Line",
        ),
        (
            "pack-manifest-by-one-of-two",
            "P72",
            packs(&by(pack().draft(line), &[12])),
            "Signatures",
        ),
        (
            "pack-manifest-of-another-line",
            "P9",
            packs(&by(pack().draft(other.line), &two)),
            "Line",
        ),
    ];
    // The rest has one signature, of a line on which one is enough.
    let alone = Trust::alone();
    let site: &[u8] = b"https://line.example";
    let until = TODAY.0 + 60;
    let raw = |kind: u8, body: &[u8]| signed_raw(12, kind, alone.line, body);
    for (name, why, body) in [
        (
            "entrance-list-of-kind-0",
            "Rule",
            raw_list(0, site, until, &[]),
        ),
        (
            "entrance-list-of-kind-5",
            "Rule",
            raw_list(5, site, until, &[]),
        ),
        (
            "entrance-list-with-a-query",
            "Rule",
            raw_list(1, b"https://line.example/?you=7", until, &[]),
        ),
        (
            "entrance-list-with-a-user",
            "Rule",
            raw_list(1, b"https://you@line.example", until, &[]),
        ),
        (
            "entrance-list-with-a-fragment",
            "Rule",
            raw_list(1, b"https://line.example/#you", until, &[]),
        ),
        (
            "entrance-list-in-clear",
            "Rule",
            raw_list(1, b"http://line.example", until, &[]),
        ),
        (
            "entrance-list-of-a-script",
            "Rule",
            raw_list(1, b"javascript:alert(1)", until, &[]),
        ),
        (
            "entrance-list-with-letters-of-another-script",
            "Rule",
            raw_list(1, "https://l\u{456}ne.example".as_bytes(), until, &[]),
        ),
        (
            "entrance-list-that-turns-direction",
            "Rule",
            raw_list(1, "https://line.example/\u{202e}x".as_bytes(), until, &[]),
        ),
        (
            "entrance-list-not-utf-8",
            "Rule",
            raw_list(1, &[0xff], until, &[]),
        ),
        (
            "entrance-list-onion-as-a-site",
            "Rule",
            raw_list(1, b"http://abcdefghijklmnop.onion", until, &[]),
        ),
        (
            "entrance-list-good-for-61-days",
            "Rule",
            raw_list(1, site, until + 1, &[]),
        ),
        (
            "entrance-list-good-for-no-day",
            "Rule",
            raw_list(1, site, TODAY.0, &[]),
        ),
        (
            "entrance-list-that-calls-itself-a-fake",
            "Rule",
            raw_list(1, site, until, &[b"https://line.example/ko"]),
        ),
        (
            "entrance-list-with-an-empty-fake",
            "Rule",
            raw_list(1, site, until, &[b""]),
        ),
        (
            "entrance-list-with-sixty-five-fakes",
            "Rule",
            raw_list(1, site, until, &[b"https://1ine.example".as_slice(); 65]),
        ),
        (
            "entrance-list-without-entrances",
            "Rule",
            Writer::default()
                .u32(4)
                .u32(TODAY.0)
                .u32(until)
                .u8(0)
                .u8(0)
                .done(),
        ),
        (
            "entrance-list-cut-short",
            "Layout(Truncated)",
            raw_list(1, site, until, &[])[..20].to_vec(),
        ),
        (
            "entrance-list-one-byte-long",
            "Layout(TooLong)",
            [raw_list(1, site, until, &[]), vec![0]].concat(),
        ),
    ] {
        refused.push((
            name,
            "P69",
            alone.inputs("entrance list", &raw(12, &body)),
            why,
        ));
    }
    for (name, why, body) in [
        ("warning-of-0", "Rule", raw_warning(TODAY.0, 0, b"")),
        ("warning-of-5", "Rule", raw_warning(TODAY.0, 5, b"")),
        (
            "warning-of-a-fake-without-an-address",
            "Rule",
            raw_warning(TODAY.0, 1, b""),
        ),
        (
            "warning-with-two-words",
            "Rule",
            raw_warning(TODAY.0, 1, b"two words"),
        ),
        (
            "warning-that-turns-direction",
            "Rule",
            raw_warning(TODAY.0, 1, "x\u{202e}y".as_bytes()),
        ),
        (
            "warning-for-61-days",
            "Rule",
            raw_warning(TODAY.0 + 61, 2, b""),
        ),
        (
            "warning-cut-short",
            "Layout(Truncated)",
            raw_warning(TODAY.0, 2, b"")[..12].to_vec(),
        ),
        (
            "warning-one-byte-long",
            "Layout(TooLong)",
            [raw_warning(TODAY.0, 2, b""), vec![0]].concat(),
        ),
    ] {
        refused.push((name, "P70", alone.inputs("warning", &raw(13, &body)), why));
    }
    for (name, why, size) in [
        ("pack-manifest-one-byte-short", "Layout(Truncated)", 39),
        ("pack-manifest-one-byte-long", "Layout(TooLong)", 41),
    ] {
        let body = raw(14, &vec![0x61; size]);
        refused.push((name, "P72", alone.inputs("pack manifest", &body), why));
    }
    for (name, rule, inputs, why) in refused {
        topic.reject(name, rule, inputs, why);
    }
}

fn revise(index: u16, length: usize) -> Vec<u8> {
    let writer = Writer::default().put(&[0x71; 16]).put(&[0; 16]).u16(index);
    writer.u16(2).medium(&vec![b'a'; length]).done()
}

fn check(kind: u8, language: &[u8], objection: &[u8]) -> Vec<u8> {
    let writer = Writer::default().put(&[0x71; 16]).u32(TODAY.0).u8(kind);
    writer.short(language).medium(objection).done()
}

fn remark(card: &[u8], language: u8, remark: u8) -> Vec<u8> {
    let writer = Writer::default().short(card);
    writer.u8(language).u8(remark).done()
}

/// What desks tell each other of cards that are edited, and of fakes.
pub(super) fn events(topic: &mut Topic) {
    let fake = |address: &[u8]| Writer::default().short(address).done();
    topic.accept("revise", "P67", entry(28, &revise(1, 40)));
    topic.accept("check", "P67", entry(29, &check(2, b"ko", b"")));
    topic.accept(
        "check-with-an-objection",
        "P67",
        entry(29, &check(1, b"", b"not so")),
    );
    topic.accept("drop", "P67", entry(30, &[0x71; 16]));
    topic.accept("remark", "P68", entry(31, &remark(b"my-family", 2, 1)));
    topic.accept(
        "report-fake",
        "P69",
        entry(32, &fake(b"https://1ine.example/")),
    );
    let long = [b'a'; 255];
    topic.accept("report-fake-of-255-bytes", "P69", entry(32, &fake(&long)));
    let mut reject = |name: &str, kind: u8, fields: &[u8]| {
        topic.reject(name, "P15", entry(kind, fields), "OpenError");
    };
    reject("revise-cut-short", 28, &revise(1, 40)[..30]);
    reject("check-kind-0", 29, &check(0, b"", b""));
    reject("check-kind-4", 29, &check(4, b"", b""));
    reject("check-language-not-utf-8", 29, &check(2, &[0xff], b""));
    reject(
        "check-one-byte-long",
        29,
        &[check(1, b"", b""), vec![0]].concat(),
    );
    reject("drop-one-byte-short", 30, &[0x71; 15]);
    reject("remark-language-0", 31, &remark(b"my-family", 0, 1));
    reject("remark-3", 31, &remark(b"my-family", 2, 3));
    reject("report-fake-empty", 32, &fake(b""));
    reject("report-fake-with-two-words", 32, &fake(b"two words"));
    reject(
        "report-fake-that-turns-direction",
        32,
        &fake("x\u{202e}y".as_bytes()),
    );
    reject("report-fake-not-utf-8", 32, &fake(&[0xff]));
    reject(
        "report-fake-one-byte-long",
        32,
        &[fake(b"x"), vec![0]].concat(),
    );
    reject("kind-35", 35, &fake(b"x"));
}
