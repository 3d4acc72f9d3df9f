//! Partners: the statement of kind 16.

use statements::Partner;
use wire::{LineId, Writer};

use super::public::{Trust, by, by_roots};
use super::{Fields, Topic};

const FROM: u32 = 20_300;

/// A body by the document, with what a vector changes of it.
#[derive(Clone)]
struct Body {
    until: u32,
    name: &'static [u8],
    office: &'static [u8],
    recipient: Vec<u8>,
    items: Vec<(&'static [u8], Vec<u8>)>,
    count: Option<u8>,
    after: &'static [u8],
}

impl Body {
    fn good() -> Body {
        Body {
            until: FROM + Partner::MAX_DAYS,
            name: b"Harbour Office",
            office: "приймає людей у столиці".as_bytes(),
            recipient: [[1].as_slice(), &[0x41; 32]].concat(),
            items: vec![
                (b"A name to call you by", b"So that we know whom.".to_vec()),
                (b"Language", b"So that somebody speaks it.".to_vec()),
            ],
            count: None,
            after: b"",
        }
    }

    fn hybrid() -> Body {
        let key = protocol::ShiftSecretKey::from_seed(&[0x42; 32]).public();
        Body {
            recipient: [[2].as_slice(), key.as_bytes()].concat(),
            ..Body::good()
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let writer = Writer::default()
            .u32(3)
            .put(&[0x51; 16])
            .u32(FROM)
            .u32(self.until)
            .u8(1)
            .short(self.name)
            .short(self.office)
            .put(&self.recipient)
            .put(&[0x61; 32]);
        let count = u8::try_from(self.items.len()).expect("few");
        let writer = writer.u8(self.count.unwrap_or(count));
        let items = self.items.iter();
        items
            .fold(writer, |writer, (what, why)| writer.short(what).short(why))
            .put(self.after)
            .done()
    }

    fn signed(&self, line: LineId, seeds: &[u8]) -> Vec<u8> {
        use ed25519_dalek::Signer;
        let body = self.bytes();
        let covered = [wire::tag!("statement"), &[16], line.0.as_slice(), &body].concat();
        let count = u8::try_from(seeds.len()).expect("few");
        let statement = Writer::default().u8(1).u8(16).put(&line.0).long(&body);
        let signed = seeds.iter().fold(statement.u8(count), |writer, seed| {
            let key = ed25519_dalek::SigningKey::from_bytes(&[*seed; 32]);
            let public = key.verifying_key().to_bytes();
            writer.put(&public).put(&key.sign(&covered).to_bytes())
        });
        signed.done()
    }
}

fn items(count: usize, why: usize) -> Vec<(&'static [u8], Vec<u8>)> {
    (0..count)
        .map(|_| (b"What".as_slice(), vec![b'w'; why]))
        .collect()
}

/// The statement of kind 16.
pub(super) fn statements(topic: &mut Topic, trust: &Trust) {
    let line = trust.line;
    let inputs = |bytes: &[u8]| -> Fields { trust.inputs("partner", bytes) };
    let two = |body: &Body| inputs(&body.signed(line, &[11, 12]));
    let with = |change: &dyn Fn(&mut Body)| {
        let mut body = Body::good();
        change(&mut body);
        body
    };
    topic.accept("partner", "P82", two(&Body::good()));
    topic.accept("partner-with-a-hybrid-key", "P82", two(&Body::hybrid()));
    let day = with(&|body| body.until = FROM + 1);
    topic.accept("partner-for-a-day", "P82", two(&day));
    let most = with(&|body| body.items = items(8, 200));
    topic.accept("partner-that-asks-eight-things", "P82", two(&most));
    let reject = |topic: &mut Topic, name: &str, rule: &str, bytes: Fields, why: &str| {
        topic.reject(&format!("partner-{name}"), rule, bytes, why);
    };
    let good = Body::good();
    let other = Trust::new(41);
    let letter = super::letters::key(line);
    for (name, rule, bytes, why) in [
        (
            "by-one-of-two",
            "P82",
            good.signed(line, &[11]),
            "Signatures",
        ),
        (
            "by-one-twice",
            "P82",
            good.signed(line, &[11, 11]),
            "Signatures",
        ),
        (
            "by-a-guide-and-one",
            "P29",
            good.signed(line, &[11, 31]),
            "Signatures",
        ),
        ("unsigned", "P29", good.signed(line, &[]), "Signatures"),
        (
            "of-another-line",
            "P9",
            good.signed(other.line, &[11, 12]),
            "Line",
        ),
        ("is-a-letter-key", "P28", by(letter, &[11, 12]), "Kind"),
    ] {
        reject(topic, name, rule, inputs(&bytes), why);
    }
    let by_root = Partner::proposed(
        &statements::UnverifiedStatement::parse(&good.signed(line, &[])).expect("a statement"),
        &line,
    );
    let by_root = by_root
        .and_then(|partner| partner.draft(line))
        .expect("a partner");
    let by_root = inputs(&by_roots(by_root, &[1, 2]));
    reject(topic, "by-root-keys", "P29", by_root, "Signatures");
    for (name, rule, change, why) in bad_bodies() {
        reject(topic, name, rule, two(&with(change)), why);
    }
    let cut = with(&|body| body.recipient = vec![2; 1216]);
    reject(topic, "hybrid-key-cut-short", "P15", two(&cut), "Rule");
}

type Bad = (
    &'static str,
    &'static str,
    &'static dyn Fn(&mut Body),
    &'static str,
);

fn bad_bodies() -> Vec<Bad> {
    vec![
        ("for-91-days", "P82", &|body| body.until = FROM + 91, "Rule"),
        ("over-at-once", "P82", &|body| body.until = FROM, "Rule"),
        (
            "over-before-it-begins",
            "P82",
            &|body| body.until = FROM - 1,
            "Rule",
        ),
        ("without-a-name", "P82", &|body| body.name = b"", "Rule"),
        (
            "without-an-office",
            "P82",
            &|body| body.office = b"",
            "Rule",
        ),
        (
            "name-of-81-bytes",
            "P82",
            &|body| body.name = &[b'a'; 81],
            "Rule",
        ),
        ("name-not-utf8", "P16", &|body| body.name = &[0xff], "Rule"),
        (
            "name-that-turns-its-direction",
            "P82",
            &|body| body.name = "a\u{202e}b".as_bytes(),
            "Rule",
        ),
        (
            "name-with-a-line-break",
            "P82",
            &|body| body.name = b"a\nb",
            "Rule",
        ),
        (
            "asks-nothing",
            "P82",
            &|body| body.items = Vec::new(),
            "Rule",
        ),
        (
            "asks-nine-things",
            "P82",
            &|body| body.items = items(9, 20),
            "Rule",
        ),
        (
            "asks-without-a-reason",
            "P82",
            &|body| body.items = items(2, 0),
            "Rule",
        ),
        (
            "reason-of-201-bytes",
            "P82",
            &|body| body.items = items(1, 201),
            "Rule",
        ),
        (
            "fewer-items-than-counted",
            "P15",
            &|body| body.count = Some(3),
            "Layout(Truncated)",
        ),
        (
            "more-items-than-counted",
            "P15",
            &|body| body.count = Some(1),
            "Layout(TooLong)",
        ),
        (
            "with-a-byte-more",
            "P15",
            &|body| body.after = &[0],
            "Layout(TooLong)",
        ),
        (
            "recipient-of-kind-0",
            "P82",
            &|body| body.recipient[0] = 0,
            "Rule",
        ),
        (
            "recipient-of-kind-3",
            "P82",
            &|body| body.recipient[0] = 3,
            "Rule",
        ),
    ]
}
