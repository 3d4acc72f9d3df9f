//! A line with three root keys, three coordinators and cards of each standing, for all tests of this crate.
#![allow(dead_code, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::PathBuf;

use serde_json::{Value, json};
use statements::{
    CardSet, Delegation, DeviceKey, Entrance, EntranceKind, EntranceList, Line, PackManifest,
    Revocation, Root, RootKey, UnverifiedStatement, Warning, WarningAbout,
};
use wire::{Day, LineDocument, LineId, Minute};

/// 2026-11-26.
pub(crate) const TODAY: Day = Day(20_783);

/// A line's keys and what it has said.
pub(crate) struct Ground {
    pub(crate) root: Root,
    roots: Vec<RootKey>,
    coordinators: Vec<DeviceKey>,
    pub(crate) statements: Vec<Vec<u8>>,
}

pub(crate) fn demonstration() -> Value {
    let read = |name: &str| -> Value {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../demonstration");
        serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    let mut set = read("cards.json");
    set["record"] = read("record.json");
    set["claims"] = read("claims.json");
    set
}

fn text(words: &str) -> Value {
    json!({"question": format!("{words}?"), "answer": format!("{words} answer.")})
}

/// A card of each standing, hostile ones among them.
pub(crate) fn cards() -> Value {
    let hostile = "<script>alert(1)</script>&\"'</title>\u{202e}\u{0}";
    let card = |id: &str, words: &str| {
        json!({
            "id": id, "class": "general", "reviewed": "2026-11-01", "review_by": "2026-12-24",
            "texts": {"en": text(words), "ko": text(words)},
            "sources": [{"title": "Treaty", "publisher": "Office", "date_read": "2026-10-30", "kind": "primary"}],
        })
    };
    let mut rests = card("rests", "Resting");
    rests["rests_on"] = json!(["said", "denied"]);
    rests["texts"]["en"]["never_do"] = json!("Never this.\nNor that.");
    let mut suspended = card("suspended", "Held back");
    suspended["suspended"] = json!("2026-11-20");
    let mut withdrawn = card("withdrawn", "Taken back");
    withdrawn["withdrawn"] = json!("2026-11-21");
    let mut expired = card("expired", "Too old");
    expired["review_by"] = json!("2026-11-26");
    let mut only_korean = card("korean", "Korean");
    only_korean["texts"].as_object_mut().unwrap().remove("en");
    json!({
        "cards": [card("plain", "Plain"), rests, suspended, withdrawn, expired, only_korean,
            card("../../escape", hostile), card("CON", "Reserved"), card("Con", "Other case"),
            card("twice", "First"), card("twice", "Second")],
        "headings": {"en": {"never_do": "Never"}},
        "claims": {"said": {"ko": "번역된 말"}},
        "record": {
            "source": {"id": "a", "author": "Somebody", "year": 2026, "month": 3, "address": "https://paper.example/x?<y>"},
            "claims": [
                {"id": "said", "text": "It is so.", "said_by": "One side", "how": "stated", "date_said": "2026-03-01"},
                {"id": "denied", "text": "It is not so.", "said_by": "Other side", "how": "denied", "contradicts": ["said"]},
            ],
        },
    })
}

impl Ground {
    /// A line that has said nothing yet but who it is.
    pub(crate) fn bare() -> Ground {
        let roots: Vec<RootKey> = (1..=3).map(|n| RootKey::from_seed(&[n; 32])).collect();
        let root = Root::new(2, roots.iter().map(RootKey::public).collect()).unwrap();
        let coordinators: Vec<DeviceKey> =
            (11..=13).map(|n| DeviceKey::from_seed(&[n; 32])).collect();
        let keys: Vec<_> = coordinators.iter().map(DeviceKey::public).collect();
        let days = (Day(20_000), Day(21_000));
        let delegation = Delegation::draft(root.line_id(), 1, days, 2, &keys)
            .sign_by_root(&roots[0])
            .sign_by_root(&roots[2])
            .done();
        Ground {
            statements: vec![root.statement().to_bytes(), delegation.to_bytes()],
            root,
            roots,
            coordinators,
        }
    }

    /// A line with cards, entrances and a warning.
    pub(crate) fn new(set: &Value) -> Ground {
        let mut ground = Ground::bare();
        let set = set.to_string();
        ground.say(CardSet::draft(ground.id(), 7, Day(20_782), &set));
        let entrance = |kind, address: &str| Entrance {
            kind,
            address: address.into(),
        };
        let list = EntranceList {
            serial: 2,
            day: Day(20_780),
            good_until: Day(20_820),
            entrances: vec![
                entrance(EntranceKind::Site, "https://line.example"),
                entrance(EntranceKind::Onion, "http://abcdefghijklmnop.onion"),
                entrance(EntranceKind::Mirror, "https://mirror.example/copy/"),
            ],
            fakes: vec!["https://l1ne.example".into(), "<b>fake</b>".into()],
        };
        ground.say(list.draft(ground.id()));
        ground.warn(WarningAbout::FakeEntrance, Day(20_790));
        ground
    }

    pub(crate) fn warn(&mut self, about: WarningAbout, until: Day) {
        let warning = Warning {
            serial: 1,
            issued: Minute(20_783 * 1440 + 75),
            until,
            about,
            address: "https://l1ne.example".into(),
        };
        self.say(warning.draft(self.id()));
    }

    pub(crate) fn id(&self) -> LineId {
        self.root.line_id()
    }

    /// Two coordinators say it.
    pub(crate) fn sign(&self, draft: statements::Draft) -> UnverifiedStatement {
        let draft = draft.sign_by_device(&self.coordinators[0]);
        draft.sign_by_device(&self.coordinators[1]).done()
    }

    pub(crate) fn sign_alone(&self, draft: statements::Draft, who: usize) -> UnverifiedStatement {
        draft.sign_by_device(&self.coordinators[who]).done()
    }

    pub(crate) fn say(&mut self, draft: statements::Draft) {
        let statement = self.sign(draft);
        self.statements.push(statement.to_bytes());
    }

    /// The third coordinator is revoked by the first.
    pub(crate) fn revoke_third(&mut self) {
        let revocation = Revocation {
            serial: 1,
            device: self.coordinators[2].public(),
        };
        let statement = self.sign_alone(revocation.draft(self.id()), 0);
        self.statements.push(statement.to_bytes());
    }

    pub(crate) fn document(&self) -> LineDocument {
        LineDocument {
            day: Day(1),
            statements: self.statements.clone(),
        }
    }

    pub(crate) fn line(&self) -> Line {
        Line::verify(&self.document(), None).unwrap()
    }

    pub(crate) fn manifest(&self, manifest: &PackManifest) -> Vec<u8> {
        self.sign(manifest.draft(self.id())).to_bytes()
    }

    /// A sealed pack of today.
    pub(crate) fn pack(&self) -> Vec<u8> {
        let pack = plain::Pack::build(&self.document(), TODAY).unwrap();
        pack.sealed(&self.manifest(&pack.manifest())).unwrap()
    }
}
