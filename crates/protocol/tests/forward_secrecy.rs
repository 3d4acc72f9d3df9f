//! What was read and replaced opens nothing any more.

mod ground;

use ground::{Ground, text};
use protocol::{ContactState, Reply, ReplyPart, ReplySecretKey, ShredKey};

#[test]
fn what_a_new_key_and_a_further_reply_replaced_opens_nothing() {
    // The seeds that a contact keeps, in the order of the state's bytes, after two rotations.
    let ground = Ground::new(1);
    let mut relay = ground::TinyRelay::new(ground.line);
    let mut guide = ground::Guide::new(&ground);
    let (mut contact, _) = ground::Contact::open(5, &ground, &mut relay);
    contact.write("one", &ground, &mut relay);
    guide.look(&relay);
    let (_, first) = guide.seal(ReplyPart::Words(text("first answer")));
    let case = guide.case.as_mut().unwrap();
    case.next_reply = 0;
    let pairing = case.pairing.duplicate();
    guide.say("first answer", &mut relay);
    for number in 0..2 {
        contact.come_back(&ground, &mut relay);
        contact.write(&format!("more {number}"), &ground, &mut relay);
        guide.look(&relay);
        guide.say("another answer", &mut relay);
    }
    contact.come_back(&ground, &mut relay);
    let exported = contact.visit.export();
    // Any 32 bytes of all that the page holds, tried as a key.
    let opened = exported.windows(32).any(|bytes| {
        let key = ReplySecretKey::from_seed(bytes.try_into().unwrap());
        Reply::open(&first, &ground.line, 0, &key, &pairing).is_ok()
    });
    assert!(!opened);
}

#[test]
fn a_seized_state_of_last_month_opens_nothing_with_the_words() {
    let ground = Ground::new(1);
    let mut relay = ground::TinyRelay::new(ground.line);
    let (mut contact, _) = ground::Contact::open(5, &ground, &mut relay);
    contact.write("one", &ground, &mut relay);
    let slot = ground.root(5).state_slot().0;
    let last_month = relay.slots[&slot].clone();
    contact.write("two", &ground, &mut relay);
    let now = relay.slots[&slot].clone();
    assert!(
        now.shred_key != last_month.shred_key,
        "each write has its own shred key"
    );
    let key = ShredKey::from_bytes(&now.shred_key);
    assert!(ContactState::open(&last_month.envelope, &ground.root(5), &key).is_err());
    assert!(ContactState::open(&now.envelope, &ground.root(5), &key).is_ok());
}
