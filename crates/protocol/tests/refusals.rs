//! What was sealed for one key, line, purpose and place opens for no other, and not after any change.
#![allow(clippy::indexing_slicing)]

mod ground;

use ground::sealed::{
    CASE, DAY, SEALED, address, case_key, device, epoch_key, epoch_secret, first_post, follow_up,
    log_entry, opens_first_post, pairing, reply, reply_key, state, team_key, welcome,
};
use ground::{Ground, SHIFT, message, rng, text};
use protocol::{
    CaseEntry, CaseId, CaseLogSecret, CaseSecretKey, ContactState, EpochSecretKey, FirstPost,
    FollowUp, Grant, GrantPurpose, GrantSubject, Language, PairingSecret, Reply, ReplyPart,
    ReplySecretKey, ShiftSecretKey, ShredKey, TeamEvent, TeamKey, TeamLog, Welcome,
};
use statements::{DeviceKey, SealPublicKey};
use wire::{ENVELOPE_SIZE, Envelope};

#[test]
fn each_opens_as_what_it_is_and_as_nothing_else() {
    let ground = Ground::new(1);
    for (made, (name, make, _)) in SEALED.iter().enumerate() {
        let envelope = make(&ground, 80);
        for (tried, (other, _, opens)) in SEALED.iter().enumerate() {
            assert_eq!(
                opens(&envelope, &ground),
                made == tried,
                "{name} as {other}"
            );
        }
    }
}

#[test]
fn one_flipped_bit_anywhere_and_it_does_not_open() {
    let ground = Ground::new(1);
    for (name, make, opens) in SEALED {
        let bytes = *make(&ground, 81).as_bytes();
        // Every bit of the header's first bytes, then a sample of everything.
        for bit in (0..64).chain((64..ENVELOPE_SIZE * 8).step_by(211)) {
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            let opened = Envelope::parse(&changed).is_ok_and(|envelope| opens(&envelope, &ground));
            assert!(!opened, "{name} opens with bit {bit} flipped");
        }
    }
}

#[test]
fn nothing_opens_on_another_line() {
    let (ground, other) = (Ground::new(1), Ground::new(40));
    for (name, make, opens) in SEALED {
        let elsewhere = Ground {
            shift_key: ground.shift_key.duplicate(),
            ..Ground::new(40)
        };
        assert!(
            !opens(&make(&ground, 82), &elsewhere),
            "{name} on another line"
        );
        assert!(
            !opens(&make(&other, 82), &ground),
            "{name} from another line"
        );
    }
}

/// Where the commitment of an envelope stands: after an encapsulation, or after a salt.
fn commitment(name: &str) -> std::ops::Range<usize> {
    let start = match name {
        "first post" | "follow-up" | "reply" | "welcome" => 64 + 1120,
        _ => 64 + 32,
    };
    start..start + 32
}

#[test]
fn a_commitment_belongs_to_its_own_envelope() {
    let ground = Ground::new(1);
    for (name, make, opens) in SEALED {
        let (one, two) = (make(&ground, 83), make(&ground, 84));
        let mut swapped = *one.as_bytes();
        swapped[commitment(name)].copy_from_slice(&two.as_bytes()[commitment(name)]);
        let envelope = Envelope::parse(&swapped).unwrap();
        assert!(
            !opens(&envelope, &ground),
            "{name} with another one's commitment"
        );
    }
}

#[test]
fn a_header_belongs_to_its_own_envelope() {
    let ground = Ground::new(1);
    for (name, make, opens) in SEALED {
        let (one, two) = (make(&ground, 85), make(&ground, 86));
        let mut header = *one.header();
        header.mark[15] ^= 1;
        let changed = Envelope::assemble(&header, one.sealed()).unwrap();
        assert!(!opens(&changed, &ground), "{name} under a changed mark");
        if one.header() != two.header() {
            let swapped = Envelope::assemble(two.header(), one.sealed()).unwrap();
            assert!(
                !opens(&swapped, &ground),
                "{name} under another one's header"
            );
        }
    }
}

#[test]
fn a_first_post_is_for_one_shift() {
    let ground = Ground::new(1);
    let envelope = first_post(&ground, 90);
    let other = ShiftSecretKey::from_seed(&[91; 32]);
    assert!(FirstPost::open(&envelope, &ground.line, &other).is_err());
    // The same key under another number: the number is bound too.
    let mut header = *envelope.header();
    header.epoch = SHIFT + 1;
    let moved = Envelope::assemble(&header, envelope.sealed()).unwrap();
    assert!(!opens_first_post(&moved, &ground));
}

#[test]
fn a_follow_up_is_for_one_case_generation_key_and_contact() {
    let ground = Ground::new(1);
    let envelope = follow_up(&ground, 92);
    let (line, key) = (&ground.line, case_key());
    let other_key = CaseSecretKey::from_seed(&[93; 32]);
    let other_pairing = PairingSecret::from_bytes(&[94; 32]);
    let open = |case, key, pairing: &PairingSecret| {
        FollowUp::open(&envelope, line, case_of(case, key), pairing).is_ok()
    };
    fn case_of<'a>(
        case: (&'a CaseId, u32),
        key: &'a CaseSecretKey,
    ) -> (&'a CaseId, u32, &'a CaseSecretKey) {
        (case.0, case.1, key)
    }
    assert!(open((&CASE, 2), &key, &pairing()));
    assert!(
        !open((&CaseId([5; 16]), 2), &key, &pairing()),
        "another case"
    );
    assert!(!open((&CASE, 3), &key, &pairing()), "another generation");
    assert!(!open((&CASE, 2), &other_key, &pairing()), "another key");
    assert!(
        !open((&CASE, 2), &key, &other_pairing),
        "somebody without the pairing secret"
    );
}

#[test]
fn a_reply_is_for_one_number_key_and_pairing() {
    let ground = Ground::new(1);
    let envelope = reply(&ground, 95);
    let line = &ground.line;
    let other_key = ReplySecretKey::from_seed(&[96; 32]);
    let other_pairing = PairingSecret::from_bytes(&[97; 32]);
    assert!(
        Reply::open(&envelope, line, 6, &reply_key(), &pairing()).is_err(),
        "another number"
    );
    assert!(
        Reply::open(&envelope, line, 5, &other_key, &pairing()).is_err(),
        "another key"
    );
    assert!(
        Reply::open(&envelope, line, 5, &reply_key(), &other_pairing).is_err(),
        "no pairing"
    );
}

#[test]
fn a_state_opens_only_with_its_words_and_its_shred_key() {
    let ground = Ground::new(1);
    let envelope = state(&ground, 98);
    let shred_key = ShredKey::from_bytes(&[16; 32]);
    let later = ShredKey::from_bytes(&[17; 32]);
    assert!(ContactState::open(&envelope, &ground.root(5), &shred_key).is_ok());
    assert!(
        ContactState::open(&envelope, &ground.root(6), &shred_key).is_err(),
        "other words"
    );
    assert!(
        ContactState::open(&envelope, &ground.root(5), &later).is_err(),
        "key destroyed"
    );
}

#[test]
fn a_log_entry_is_for_one_generation_and_key() {
    let ground = Ground::new(1);
    let envelope = log_entry(&ground, 99);
    let line = &ground.line;
    assert!(
        TeamLog {
            line,
            generation: 2,
            key: &team_key()
        }
        .open(&envelope)
        .is_err()
    );
    let other = TeamKey::from_bytes(&[98; 32]);
    assert!(
        TeamLog {
            line,
            generation: 1,
            key: &other
        }
        .open(&envelope)
        .is_err()
    );
}

#[test]
fn a_welcome_is_for_one_device_and_day() {
    let ground = Ground::new(1);
    let envelope = welcome(&ground, 101);
    let other = DeviceKey::from_seed(&[102; 32]).public();
    let key = epoch_secret();
    let invitation = protocol::JoinSecret::from_bytes(&[20; 16]);
    assert!(Welcome::open(&envelope, &ground.line, &other, (DAY, &key), &invitation).is_err());
    let tomorrow = (DAY.plus(1), &key);
    let me = device().public();
    assert!(Welcome::open(&envelope, &ground.line, &me, tomorrow, &invitation).is_err());
    let another = protocol::JoinSecret::from_bytes(&[21; 16]);
    assert!(Welcome::open(&envelope, &ground.line, &me, (DAY, &key), &another).is_err());
}

#[test]
fn a_grant_says_what_it_said_when_it_was_sealed() {
    let ground = Ground::new(1);
    let what = (GrantPurpose::Case, GrantSubject::case(&CASE), 2);
    let to = epoch_key(ground.line);
    let grant = Grant::seal(&ground.line, what, &to, b"keys", &mut rng(103)).unwrap();
    let key = epoch_secret();
    assert_eq!(grant.open(&ground.line, &key).unwrap().as_slice(), b"keys");
    type Change = (&'static str, fn(&mut Grant));
    let changes: [Change; 5] = [
        ("purpose", |grant| grant.purpose = GrantPurpose::Shift),
        ("subject", |grant| grant.subject = GrantSubject::shift(4)),
        ("generation", |grant| grant.generation = 3),
        ("device", |grant| {
            grant.to = DeviceKey::from_seed(&[1; 32]).public()
        }),
        ("epoch", |grant| grant.epoch = DAY.plus(1)),
    ];
    for (name, change) in changes {
        let mut changed = grant.clone();
        change(&mut changed);
        assert!(changed.open(&ground.line, &key).is_err(), "another {name}");
    }
    assert!(grant.open(&Ground::new(40).line, &key).is_err());
    assert!(
        grant
            .open(&ground.line, &EpochSecretKey::from_seed(&[104; 32]))
            .is_err()
    );
}

#[test]
fn a_case_entry_is_for_one_case_generation_and_secret() {
    let ground = Ground::new(1);
    let secret = CaseLogSecret::from_bytes(&[21; 32]);
    let sealed =
        |content: &[u8]| CaseEntry::seal(&ground.line, CASE, (2, &secret), content, &mut rng(105));
    let entry = sealed(b"history").unwrap();
    assert_eq!(
        entry.open(&ground.line, &secret).unwrap().as_slice(),
        b"history"
    );
    let mut other = entry.clone();
    other.case = CaseId([5; 16]);
    assert!(other.open(&ground.line, &secret).is_err());
    let mut other = entry.clone();
    other.generation = 3;
    assert!(other.open(&ground.line, &secret).is_err());
    assert!(
        entry
            .open(&ground.line, &CaseLogSecret::from_bytes(&[22; 32]))
            .is_err()
    );
    assert!(sealed(&[0; 3600]).is_ok());
    assert!(sealed(&[0; 3601]).is_err());
}

#[test]
fn an_event_is_signed_by_the_author_it_names() {
    let ground = Ground::new(1);
    let key = team_key();
    let log = TeamLog {
        line: &ground.line,
        generation: 1,
        key: &key,
    };
    let event = TeamEvent::Call;
    let (envelope, token) = log.seal(&device(), 41, &event, &mut rng(106)).unwrap();
    let opened = log.open(&envelope).unwrap();
    assert_eq!(opened.author(), device().public());
    assert_eq!(opened.counter(), 41);
    assert_eq!(token.hash(), envelope.header().shred_hash);
    assert!(opened.shred_token().is_same_as(&token));
    assert!(matches!(opened.event(), TeamEvent::Call));
}

#[test]
fn what_is_no_key_is_not_sealed_to() {
    let ground = Ground::new(1);
    let mut bytes = vec![0xff; 1216];
    bytes[1200] = 1;
    let nonsense = SealPublicKey::from_bytes(&bytes).unwrap();
    let post = Reply {
        address: address(),
        posts_read: 0,
        part: ReplyPart::Taken,
    };
    let to = protocol::ReplyPublicKey(nonsense.clone());
    assert!(
        post.seal(&ground.line, 0, &to, &pairing(), &mut rng(1))
            .is_err()
    );
    assert!(SealPublicKey::from_bytes(&bytes[1..]).is_none());

    // A contact whom a reply gives such an address keeps the one it has.
    let mut state = ContactState::new(&mut rng(2));
    state.begin(message("hello"));
    let sealed = state
        .seal_pending(ground.shift.recipient(), &mut rng(3))
        .unwrap()
        .unwrap();
    let first = FirstPost::open(&sealed, &ground.line, &ground.shift_key).unwrap();
    let mut bad = address();
    bad.key = protocol::CasePublicKey(nonsense);
    let reply = Reply {
        address: bad,
        posts_read: 1,
        part: ReplyPart::Taken,
    };
    let envelope = reply
        .seal(
            &ground.line,
            0,
            &first.reply_key,
            &first.pairing,
            &mut rng(4),
        )
        .unwrap();
    state.receive(&envelope, &ground.line, &mut rng(5)).unwrap();
    assert!(!state.is_taken());
    state.begin(message("still able to write"));
    assert!(
        state
            .seal_pending(ground.shift.recipient(), &mut rng(6))
            .unwrap()
            .is_ok()
    );
}

#[test]
fn what_does_not_fit_is_not_sealed() {
    let ground = Ground::new(1);
    let long = "a".repeat(1500);
    let card = |id: usize, words: &str| Reply {
        address: address(),
        posts_read: 0,
        part: ReplyPart::Card {
            card: "c".repeat(id),
            language: Language::English,
            reviewed: DAY,
            text: text(words),
        },
    };
    let seal = |reply: Reply| {
        reply.seal(
            &ground.line,
            0,
            &reply_key().public(),
            &pairing(),
            &mut rng(1),
        )
    };
    assert!(seal(card(113, &long)).is_ok());
    assert!(seal(card(114, &long)).is_err());
    assert!(seal(card(256, "short")).is_err(), "an id is never cut off");
    assert!(protocol::Text::new(&"a".repeat(1501)).is_err_and(|error| error.over == 1));
}
