//! Handing over, as handover.js and the worker do it: look at an offer, seal what was agreed to, take it back.

use protocol::{HandoverSecret, HandoverStage, Offer, OfferSecret, ReplyPart};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use statements::{AgeRecipient, AskedItem, Partner, PartnerId};
use wire::{Day, LineId, Reader, SlotWrite, Writer};

use crate::line::{Browser, ENGLISH, Network, TestLine, TestRelay};
use crate::visit::{answer_with, codes};

const OFFERED: u8 = 19;
const OFFER: u8 = 21;
const ENDED: u8 = 1;
const NOT_BELIEVED: u8 = 2;
const OVER: u8 = 3;
const OPEN: u8 = 4;
const WAITING: u8 = 5;
const COLLECTED: u8 = 6;
const OFFER_OVER: [u8; 1] = [11];
const TOO_EARLY: [u8; 1] = [12];
const EMPTY: [u8; 1] = [6];

fn partner() -> Partner {
    let item = |what: &str| AskedItem {
        what: what.into(),
        why: "So that somebody is there.".into(),
    };
    Partner {
        serial: 1,
        id: PartnerId([7; 16]),
        from: TestLine::new().day,
        until: TestLine::new().day.plus(30),
        language: 1,
        name: "Harbour Office".into(),
        office: "receives people".into(),
        recipient: AgeRecipient::X25519([9; 32]),
        receipt_key: [5; 32],
        items: vec![item("A name"), item("A language")],
    }
}

fn line() -> LineId {
    TestLine::new().id
}

fn offer(partner: &Partner, from: Day) -> Offer {
    Offer {
        secret: OfferSecret::from_bytes(&[0x44; 32]),
        partner: partner.hash(),
        from,
    }
}

/// Puts a partner's statement where the offer says that it lies.
fn put(browser: &Browser, offer: &Offer, statement: &statements::UnverifiedStatement) {
    let mut rng = ChaCha20Rng::from_seed([5; 32]);
    let sealed = offer.secret.seal(&line(), statement, &mut rng).unwrap();
    let slot = offer.secret.slot(&line());
    browser.relay.borrow_mut().put(&slot, sealed);
}

/// A contact who was offered this partner, and the offer as the page keeps it.
fn offered(seed: u8, from: Day) -> (Browser, Offer) {
    let mut browser = Browser::new(&TestRelay::new(), seed);
    let words = browser.new_words(ENGLISH);
    browser.enter(true, ENGLISH, &words).unwrap();
    browser.write("Where can I go?").unwrap();
    let offer = offer(&partner(), from);
    let part = ReplyPart::Offer(offer.duplicate());
    answer_with(&browser, &TestLine::new().shift_key, vec![part]);
    let shown = browser.look();
    assert_eq!(codes(&shown)[..2], [OFFER, OFFERED]);
    assert_eq!(shown[1].1, offer.write(Writer::default()).done());
    assert!(codes(&browser.look()).contains(&OFFERED), "it stays");
    put(
        &browser,
        &offer,
        &TestLine::new().signed_partner(&partner()),
    );
    (browser, offer)
}

fn asked(offer: &Offer) -> Writer {
    offer.write(Writer::default().put(&line().0))
}

/// What command 19's turn is answered, with all that the other commands are given.
fn looked_up(browser: &mut Browser, offer: &Offer) -> Writer {
    let turn = browser.call(19, &asked(offer).done()).unwrap();
    let mut reader = Reader::new(&turn);
    assert_eq!(reader.u8().unwrap(), 1);
    let body = reader.long().unwrap();
    let (status, slots) = browser.relay.borrow_mut().http(1, body);
    assert_eq!(status, 200);
    browser.heard(asked(offer)).long(&slots)
}

fn stands(browser: &mut Browser, offer: &Offer) -> u8 {
    let request = looked_up(browser, offer).done();
    browser.call(20, &request).unwrap()[0]
}

/// Agrees to tell this; gives the status with which the relay answers.
fn hand_over(
    browser: &mut Browser,
    offer: &Offer,
    has_no_time: bool,
    answers: &[(u8, &str)],
) -> Result<u16, Vec<u8>> {
    let request = looked_up(browser, offer).u8(has_no_time.into());
    let request = request.medium(b"Say: one two three.");
    let request = request.u8(u8::try_from(answers.len()).unwrap());
    let answers = answers.iter();
    let request = answers.fold(request, |writer, (item, answer)| {
        writer.u8(*item).medium(answer.as_bytes())
    });
    let turn = browser.call(21, &request.done())?;
    Ok(carry_out(browser, &turn))
}

fn carry_out(browser: &Browser, turn: &[u8]) -> u16 {
    let mut reader = Reader::new(turn);
    let kind = reader.u8().unwrap();
    let body = reader.long().unwrap();
    browser.relay.borrow_mut().http(kind, body).0
}

fn take_back(browser: &mut Browser, offer: &Offer) -> Result<u16, Vec<u8>> {
    let request = looked_up(browser, offer).done();
    let turn = browser.call(22, &request)?;
    Ok(carry_out(browser, &turn))
}

/// What somebody who has the collection code does.
fn collect(browser: &Browser, secret: &HandoverSecret) -> u16 {
    let mut rng = ChaCha20Rng::from_seed([6; 32]);
    let name = secret.slot(&line());
    let lies = browser.relay.borrow().slots.get(&name.0).unwrap().clone();
    let handed_over = secret.open(&line(), &lies.envelope).unwrap();
    assert_eq!(handed_over.stage, HandoverStage::Waiting);
    let settled = secret.settle(&line(), &handed_over, HandoverStage::Collected, &mut rng);
    let write = SlotWrite {
        name,
        replaces: Some(protocol::envelope_hash(&lies.envelope)),
        shred_key: [1; 32],
        envelope: settled.unwrap(),
    };
    let answered = browser.relay.borrow_mut().http(2, &write.to_bytes());
    answered.0
}

/// Looked at, sealed, taken back, sealed again and collected; gives the calls that were made.
pub(crate) fn a_handover() -> Vec<(Vec<u8>, Vec<u8>)> {
    let (mut browser, offer) = offered(31, TestLine::new().day);
    let request = looked_up(&mut browser, &offer).done();
    let shown = browser.call(20, &request).unwrap();
    let mut reader = Reader::new(&shown);
    assert_eq!(reader.u8().unwrap(), OPEN);
    let meeting: [u8; 32] = reader.array().unwrap();
    let secret = offer.secret.handover(&line());
    assert_eq!(meeting, *secret.meeting_seed(&line()));
    assert_eq!(reader.u8().unwrap(), 1);
    assert_eq!(reader.array(), Ok(partner().check_seed(&line())));
    assert_eq!(reader.u8().unwrap(), 0, "it cools off no more");
    let days = (reader.u32().unwrap(), reader.u32().unwrap());
    assert_eq!(days, (offer.from.0, partner().until.0));
    assert_eq!(reader.u8().unwrap(), 1);
    assert_eq!(reader.short().unwrap(), b"Harbour Office");
    assert_eq!(reader.short().unwrap(), b"receives people");
    assert_eq!(reader.u8().unwrap(), 2);

    let answers = [(0, "Gray Heron"), (1, "  ")];
    assert_eq!(hand_over(&mut browser, &offer, false, &answers), Ok(204));
    assert_eq!(stands(&mut browser, &offer), WAITING);
    let twice = hand_over(&mut browser, &offer, false, &answers);
    assert_eq!(twice, Err(OFFER_OVER.into()), "it is handed over once");
    assert_eq!(take_back(&mut browser, &offer), Ok(204));
    assert_eq!(stands(&mut browser, &offer), OPEN, "and may be again");
    assert_eq!(take_back(&mut browser, &offer), Err(OFFER_OVER.into()));
    assert_eq!(hand_over(&mut browser, &offer, false, &answers), Ok(204));
    assert_eq!(collect(&browser, &secret), 204);
    assert_eq!(stands(&mut browser, &offer), COLLECTED);
    assert_eq!(take_back(&mut browser, &offer), Err(OFFER_OVER.into()));
    browser.calls
}

#[test]
fn what_a_contact_agrees_to_is_sealed_taken_back_and_sealed_again() {
    a_handover();
}

#[test]
fn of_taking_back_and_collecting_one_comes_first() {
    let (mut browser, offer) = offered(32, TestLine::new().day);
    hand_over(&mut browser, &offer, false, &[(0, "Gray Heron")]).unwrap();
    let looked = looked_up(&mut browser, &offer).done();
    let turn = browser.call(22, &looked).unwrap();
    assert_eq!(collect(&browser, &offer.secret.handover(&line())), 204);
    assert_eq!(
        carry_out(&browser, &turn),
        409,
        "it was collected meanwhile"
    );
    assert_eq!(stands(&mut browser, &offer), COLLECTED);
}

#[test]
fn nothing_is_sealed_while_it_cools_off_unless_there_is_no_time() {
    let tomorrow = TestLine::new().day.plus(1);
    let (mut browser, offer) = offered(33, tomorrow);
    let answers = [(0, "Gray Heron")];
    let early = hand_over(&mut browser, &offer, false, &answers);
    assert_eq!(early, Err(TOO_EARLY.into()));
    assert_eq!(stands(&mut browser, &offer), OPEN, "nothing left the page");
    assert_eq!(hand_over(&mut browser, &offer, true, &answers), Ok(204));
}

#[test]
fn nothing_is_sealed_without_an_answer_or_to_what_was_not_asked() {
    let (mut browser, offer) = offered(34, TestLine::new().day);
    let nothing = hand_over(&mut browser, &offer, false, &[(0, " "), (1, "")]);
    assert_eq!(nothing, Err(EMPTY.into()));
    let not_asked = hand_over(&mut browser, &offer, false, &[(2, "x")]);
    assert_eq!(not_asked, Err(vec![1]));
    let long = "x".repeat(3000);
    let refused = hand_over(&mut browser, &offer, false, &[(0, &long)]);
    assert_eq!(refused.unwrap_err()[0], 5, "and says by how much");
}

#[test]
fn an_offer_that_was_taken_back_changed_or_is_over_is_not_taken_up() {
    let (mut browser, offer) = offered(35, TestLine::new().day);
    let answers = [(0, "Gray Heron")];
    let refused = Err(OFFER_OVER.to_vec());

    let mut renamed = partner();
    renamed.items[0].what = "Your commander's name".into();
    let mut other_key = partner();
    other_key.recipient = AgeRecipient::X25519([8; 32]);
    for changed in [renamed, other_key] {
        put(&browser, &offer, &TestLine::new().signed_partner(&changed));
        assert_eq!(stands(&mut browser, &offer), ENDED);
        assert_eq!(hand_over(&mut browser, &offer, true, &answers), refused);
    }

    let unsigned = partner().draft(line()).unwrap().done();
    put(&browser, &offer, &unsigned);
    assert_eq!(stands(&mut browser, &offer), NOT_BELIEVED);
    assert_eq!(hand_over(&mut browser, &offer, true, &answers), refused);

    put(
        &browser,
        &offer,
        &TestLine::new().signed_partner(&partner()),
    );
    assert_eq!(stands(&mut browser, &offer), OPEN);
    browser.now.0 += 31 * 1440;
    assert_eq!(stands(&mut browser, &offer), OVER);
    assert_eq!(hand_over(&mut browser, &offer, true, &answers), refused);
    browser.now.0 = 0;
    assert_eq!(
        stands(&mut browser, &offer),
        OPEN,
        "the line's day counts too"
    );

    let slot = offer.secret.slot(&line());
    browser.relay.borrow_mut().slots.remove(&slot.0);
    assert_eq!(stands(&mut browser, &offer), ENDED, "the line took it back");
    assert_eq!(hand_over(&mut browser, &offer, true, &answers), refused);
}

#[test]
fn a_turn_whose_answer_was_lost_is_seen_when_it_is_looked_at_again() {
    let (mut browser, offer) = offered(36, TestLine::new().day);
    let looked = looked_up(&mut browser, &offer).u8(0).medium(b"").u8(1);
    let turn = browser.call(21, &looked.u8(0).medium(b"Gray Heron").done());
    let turn = turn.unwrap();
    let body = Reader::new(&turn[1..]).long().unwrap().to_vec();
    let mut relay = browser.relay.borrow_mut();
    relay.network = Network::LosesAnswer;
    assert_eq!(relay.outcome(2, &body), [2]);
    drop(relay);
    assert_eq!(stands(&mut browser, &offer), WAITING);
    assert_eq!(
        carry_out(&browser, &turn),
        204,
        "the same once more does no harm"
    );
}
