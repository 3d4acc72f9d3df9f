//! One of each thing that is sealed, and how it is opened.

use protocol::{
    CaseAddress, CaseId, CaseSecretKey, ContactState, EpochSecretKey, FirstPost, FollowUp,
    JoinRequest, JoinSecret, Language, NamingSecret, PairingSecret, Reply, ReplyPart,
    ReplySecretKey, ShredKey, ShredToken, TeamEvent, TeamKey, TeamLog, Urgency, Welcome,
};
use statements::{DeviceKey, EpochKey};
use wire::{Day, Envelope, LineId};

use super::{Ground, message, rng, text};

pub(crate) const CASE: CaseId = CaseId([4; 16]);
pub(crate) const DAY: Day = Day(20_123);

pub(crate) fn pairing() -> PairingSecret {
    PairingSecret::from_bytes(&[11; 32])
}

pub(crate) fn naming() -> NamingSecret {
    NamingSecret::from_bytes(&[12; 32])
}

pub(crate) fn case_key() -> CaseSecretKey {
    CaseSecretKey::from_seed(&[13; 32])
}

pub(crate) fn reply_key() -> ReplySecretKey {
    ReplySecretKey::from_seed(&[14; 32])
}

pub(crate) fn address() -> CaseAddress {
    CaseAddress {
        case: CASE,
        generation: 2,
        key: case_key().public(),
    }
}

pub(crate) fn first_post(ground: &Ground, seed: u8) -> Envelope {
    let post = FirstPost {
        number: 0,
        language: Language::Korean,
        urgency: Urgency::Days,
        choices: protocol::Choices::default(),
        reply_key: reply_key().public(),
        pairing: pairing(),
        naming: naming(),
        shred_token: ShredToken::from_bytes(&[15; 32]),
        text: text("hello"),
    };
    post.seal(ground.shift.recipient(), &mut rng(seed)).unwrap()
}

pub(crate) fn follow_up(ground: &Ground, seed: u8) -> Envelope {
    let post = FollowUp {
        number: 3,
        next_reply: 1,
        language: Language::Korean,
        urgency: Urgency::Days,
        reply_key: reply_key().public(),
        shred_token: ShredToken::from_bytes(&[15; 32]),
        text: text("hello"),
    };
    let secrets = (&pairing(), &naming());
    post.seal(
        &address(),
        secrets,
        ground.shift.recipient(),
        &mut rng(seed),
    )
    .unwrap()
}

pub(crate) fn reply(ground: &Ground, seed: u8) -> Envelope {
    let reply = Reply {
        address: address(),
        posts_read: 4,
        part: ReplyPart::Words(text("hello")),
    };
    let key = reply_key().public();
    reply
        .seal(&ground.line, 5, &key, &pairing(), &mut rng(seed))
        .unwrap()
}

pub(crate) fn state(ground: &Ground, seed: u8) -> Envelope {
    let mut state = ContactState::new(&mut rng(70));
    state.begin(message("not sent yet"));
    let shred_key = ShredKey::from_bytes(&[16; 32]);
    state
        .seal(&ground.root(5), &shred_key, &mut rng(seed))
        .unwrap()
}

pub(crate) fn team_key() -> TeamKey {
    TeamKey::from_bytes(&[17; 32])
}

pub(crate) fn device() -> DeviceKey {
    DeviceKey::from_seed(&[18; 32])
}

pub(crate) fn log_entry(ground: &Ground, seed: u8) -> Envelope {
    let log = TeamLog {
        line: &ground.line,
        generation: 1,
        key: &team_key(),
    };
    let event = TeamEvent::Take {
        case: CASE,
        contact: protocol::ContactMark([7; 16]),
    };
    log.seal(&device(), 9, &event, &mut rng(seed)).unwrap().0
}

pub(crate) fn epoch_secret() -> EpochSecretKey {
    EpochSecretKey::from_seed(&[19; 32])
}

pub(crate) fn epoch_key(line: LineId) -> EpochKey {
    let draft = EpochKey::draft(line, device().public(), DAY, &epoch_secret().public());
    EpochKey::verify(&draft.sign_by_device(&device()).done(), &line).unwrap()
}

pub(crate) fn welcome(ground: &Ground, seed: u8) -> Envelope {
    let welcome = Welcome {
        first: 1,
        team_keys: vec![team_key()],
    };
    let invitation = JoinSecret::from_bytes(&[20; 16]);
    welcome
        .seal(
            &ground.line,
            &epoch_key(ground.line),
            &invitation,
            &mut rng(seed),
        )
        .unwrap()
}

pub(crate) fn join_request(ground: &Ground, seed: u8) -> Envelope {
    let draft = EpochKey::draft(
        ground.line,
        device().public(),
        DAY,
        &epoch_secret().public(),
    );
    let statement = draft.sign_by_device(&device()).done();
    let request = JoinRequest::new(&ground.line, "Heron", &statement).unwrap();
    request
        .seal(
            &ground.line,
            &JoinSecret::from_bytes(&[20; 16]),
            &mut rng(seed),
        )
        .unwrap()
}

pub(crate) fn opens_first_post(envelope: &Envelope, ground: &Ground) -> bool {
    FirstPost::open(envelope, &ground.line, &ground.shift_key).is_ok()
}

pub(crate) fn opens_follow_up(envelope: &Envelope, ground: &Ground) -> bool {
    FollowUp::open(envelope, &ground.line, (&CASE, 2, &case_key()), &pairing()).is_ok()
}

pub(crate) fn opens_reply(envelope: &Envelope, ground: &Ground) -> bool {
    Reply::open(envelope, &ground.line, 5, &reply_key(), &pairing()).is_ok()
}

pub(crate) fn opens_state(envelope: &Envelope, ground: &Ground) -> bool {
    ContactState::open(envelope, &ground.root(5), &ShredKey::from_bytes(&[16; 32])).is_ok()
}

pub(crate) fn opens_log_entry(envelope: &Envelope, ground: &Ground) -> bool {
    TeamLog {
        line: &ground.line,
        generation: 1,
        key: &team_key(),
    }
    .open(envelope)
    .is_ok()
}

pub(crate) fn opens_welcome(envelope: &Envelope, ground: &Ground) -> bool {
    let epoch = (DAY, &epoch_secret());
    let invitation = JoinSecret::from_bytes(&[20; 16]);
    Welcome::open(
        envelope,
        &ground.line,
        &device().public(),
        epoch,
        &invitation,
    )
    .is_ok()
}

pub(crate) fn opens_join_request(envelope: &Envelope, ground: &Ground) -> bool {
    JoinRequest::open(envelope, &ground.line, &JoinSecret::from_bytes(&[20; 16])).is_ok()
}

pub(crate) type Make = fn(&Ground, u8) -> Envelope;
pub(crate) type Opens = fn(&Envelope, &Ground) -> bool;

pub(crate) const SEALED: [(&str, Make, Opens); 7] = [
    ("first post", first_post, opens_first_post),
    ("follow-up", follow_up, opens_follow_up),
    ("reply", reply, opens_reply),
    ("state", state, opens_state),
    ("log entry", log_entry, opens_log_entry),
    ("welcome", welcome, opens_welcome),
    ("join request", join_request, opens_join_request),
];
