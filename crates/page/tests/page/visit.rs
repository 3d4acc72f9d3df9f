//! Whole visits, as page.js makes them, with a guide who answers.

use protocol::{
    CardNow, CaseAddress, CaseId, CaseSecretKey, Choices, Correction, Dialect, Exclusions,
    FeedbackPost, FeedbackSecretKey, FirstPost, FollowUp, Helped, Language, Reply, ReplyPart, Said,
    ShiftSecretKey, Text, Topic, Urgency,
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use wire::Day;

use crate::line::{Browser, ENGLISH, NOW, Network, TestLine, TestRelay};

pub(crate) const EMPTY: u8 = 1;
pub(crate) const WAITING: u8 = 2;
pub(crate) const PENDING: u8 = 3;
pub(crate) const TAKEN: u8 = 4;
pub(crate) const WORDS: u8 = 5;
const CARD: u8 = 6;
const CLOSED: u8 = 7;
const ERASED: u8 = 8;
const SENT: u8 = 9;
const NOT_SENT: u8 = 10;
const NOT_KNOWN: u8 = 11;
const REFUSED: u8 = 12;
const READ_AGAIN: u8 = 13;
const NOBODY: u8 = 14;
const TRANSFERRED: u8 = 15;
const EXPOSED: u8 = 16;
const CORRECTION: u8 = 17;

pub(crate) fn codes(shown: &[(u8, Vec<u8>)]) -> Vec<u8> {
    shown.iter().map(|(code, _)| *code).collect()
}

/// A guide with the shift's key: opens the first post on the relay and answers it with these parts.
fn answer_first(browser: &Browser, parts: Vec<ReplyPart>) -> (CaseId, CaseSecretKey, FirstPost) {
    answer_with(browser, &TestLine::new().shift_key, parts)
}

/// The same with the key that it was sealed to.
pub(crate) fn answer_with(
    browser: &Browser,
    shift_key: &ShiftSecretKey,
    parts: Vec<ReplyPart>,
) -> (CaseId, CaseSecretKey, FirstPost) {
    let line = TestLine::new();
    let mut rng = ChaCha20Rng::from_seed([5; 32]);
    let mut relay = browser.relay.borrow_mut();
    let envelope = relay.posts.first().unwrap().clone();
    let post = FirstPost::open(&envelope, &line.id, shift_key).unwrap();
    let case = CaseId::of(&envelope);
    let key = CaseSecretKey::from_seed(&[6; 32]);
    // The first reply announces the case's key; all later ones are sealed with what it renews.
    let (mut pairing, mut naming) = (post.pairing.duplicate(), post.naming.duplicate());
    for (number, part) in (0..).zip(parts) {
        let reply = Reply {
            address: CaseAddress {
                case,
                generation: 1,
                key: key.public(),
            },
            posts_read: 1,
            part,
        };
        let sealed = reply.seal(&line.id, number, &post.reply_key, &pairing, &mut rng);
        relay.put(&Reply::slot(&naming, number), sealed.unwrap());
        pairing = post.pairing.renewed(&key.public());
        naming = post.naming.renewed(&key.public());
    }
    (case, key, post)
}

/// A visit with a message, its answers on another device, and a message back; gives the calls that were made.
pub(crate) fn whole_conversation() -> Vec<(Vec<u8>, Vec<u8>)> {
    let relay = TestRelay::new();
    let mut first = Browser::new(&relay, 1);
    let words = first.new_words(ENGLISH);
    assert_eq!(codes(&first.enter(true, ENGLISH, &words).unwrap()), [EMPTY]);
    assert!(
        first.requests.is_empty(),
        "new words need no look at the line"
    );
    let shown = first
        .write("Это правда? Что будет с моей матерью?")
        .unwrap();
    assert_eq!(codes(&shown), [SENT]);
    assert_eq!(first.look().last().unwrap(), &(WAITING, vec![0]));

    let text = |text| Text::new(text).unwrap();
    let card = ReplyPart::Card {
        card: "is-this-real".into(),
        language: Language::Russian,
        reviewed: Day(20_000),
        text: text("По одному этому экрану этого не узнать."),
    };
    let correction = Correction {
        card: "is-this-real".into(),
        language: Language::Russian,
        told: Day(20_000),
        now: CardNow::Suspended,
        reviewed: Day(20_000),
        text: text("Это правда?"),
    };
    let exposed = ReplyPart::Exposed { since: Day(20_001) };
    let parts = vec![
        ReplyPart::Taken,
        ReplyPart::Words(text("Я вас слышу.")),
        card,
        exposed,
        ReplyPart::Transferred,
        ReplyPart::Correction(correction),
    ];
    let (case, key, post) = answer_first(&first, parts);
    assert_eq!(post.text.as_str(), "Это правда? Что будет с моей матерью?");
    assert_eq!(
        (post.language, post.urgency),
        (Language::Russian, Urgency::Hours)
    );

    let mut second = Browser::new(&relay, 2);
    let shown = second.open(ENGLISH, &words).unwrap();
    let told = [TAKEN, WORDS, CARD, EXPOSED, TRANSFERRED, CORRECTION, ERASED];
    assert_eq!(codes(&shown), told);
    assert_eq!(shown[3].1, 20_001_u32.to_be_bytes());
    assert_eq!(shown[1].1, "Я вас слышу.".as_bytes());
    assert_eq!(
        relay.borrow().slots.len(),
        1,
        "only the state is left on the relay"
    );

    assert!(
        second.taken && !first.taken,
        "what a guide has is written to him"
    );

    assert_eq!(codes(&second.write("Спасибо.").unwrap()), [SENT]);
    let relay = relay.borrow();
    let line = TestLine::new();
    let opened: Vec<FollowUp> = relay.posts[1..]
        .iter()
        .map(|post| {
            FollowUp::open(
                post,
                &line.id,
                (&case, 1, &key),
                &post_of(&relay.posts[0]).pairing.renewed(&key.public()),
            )
            .unwrap()
        })
        .collect();
    let texts: Vec<&str> = opened.iter().map(|post| post.text.as_str()).collect();
    assert_eq!(texts, ["", "Спасибо."], "a receipt, then the message");
    [first.calls, second.calls].concat()
}

fn post_of(envelope: &wire::Envelope) -> FirstPost {
    let line = TestLine::new();
    FirstPost::open(envelope, &line.id, &line.shift_key).unwrap()
}

#[test]
fn a_contact_writes_reads_the_answer_elsewhere_and_writes_back() {
    whole_conversation();
}

#[test]
fn wrong_words_look_exactly_like_words_never_used() {
    let relay = TestRelay::new();
    let mut writer = Browser::new(&relay, 1);
    let words = writer.new_words(ENGLISH);
    writer.open(ENGLISH, &words).unwrap();
    writer.write("Hello").unwrap();
    let visit = |seed, words: &str| {
        let mut browser = Browser::new(&relay, seed);
        let shown = browser.open(ENGLISH, words).unwrap();
        (shown, browser.requests)
    };
    let mut swapped: Vec<&str> = words.split(' ').collect();
    swapped.swap(0, 6);
    let wrong = visit(2, &swapped.join(" "));
    let fresh_words = writer.new_words(ENGLISH);
    let fresh = visit(3, &fresh_words);
    assert_eq!(wrong, fresh);
    assert_eq!(codes(&wrong.0), [EMPTY]);
    let right = visit(4, &words);
    assert_eq!(right.1, fresh.1, "used words make the same requests");
    assert_eq!(codes(&right.0), [WAITING]);
}

#[test]
fn a_closed_case_says_so_and_a_new_one_can_begin() {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    browser.write("Hello").unwrap();
    answer_first(&browser, vec![ReplyPart::Closed]);
    let mut again = Browser::new(&relay, 2);
    assert_eq!(
        codes(&again.open(ENGLISH, &words).unwrap()),
        [CLOSED, ERASED]
    );
    assert_eq!(codes(&again.write("Once more").unwrap()), [SENT]);
    let post = post_of(relay.borrow().posts.last().unwrap());
    assert_eq!((post.number, post.text.as_str()), (0, "Once more"));
}

#[test]
fn what_did_not_leave_is_not_sent_and_a_retry_sends_it_once() {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    relay.borrow_mut().network = Network::Down;
    assert_eq!(codes(&browser.write("Hello").unwrap()), [NOT_SENT]);
    relay.borrow_mut().network = Network::Works;
    assert_eq!(codes(&browser.retry()), [SENT]);
    assert_eq!(relay.borrow().posts.len(), 1);
}

#[test]
fn a_lost_answer_is_not_known_and_a_retry_does_not_double() {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    relay.borrow_mut().network = Network::LosesAnswer;
    assert_eq!(codes(&browser.write("Hello").unwrap()), [NOT_KNOWN]);
    assert_eq!(relay.borrow().posts.len(), 1);
    relay.borrow_mut().network = Network::Refuses("unavailable");
    assert_eq!(codes(&browser.retry()), [NOT_KNOWN]);
    relay.borrow_mut().network = Network::LosesAnswer;
    assert_eq!(codes(&browser.retry()), [NOT_KNOWN]);
    assert_eq!(relay.borrow().posts.len(), 1);
    relay.borrow_mut().network = Network::Works;
    assert_eq!(codes(&browser.retry()), [SENT]);
    assert_eq!(relay.borrow().posts.len(), 1);
}

#[test]
fn a_message_left_in_doubt_is_shown_at_the_next_visit() {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    relay.borrow_mut().network = Network::Refuses("full");
    let shown = browser.write("Hello").unwrap();
    assert_eq!(shown, [(REFUSED, b"full".to_vec())]);
    relay.borrow_mut().network = Network::Works;
    let mut later = Browser::new(&relay, 2);
    let shown = later.open(ENGLISH, &words).unwrap();
    assert_eq!(shown[0], (PENDING, b"Hello\x03\x02\0\0\0".to_vec()));
    assert_eq!(codes(&later.retry()), [SENT]);
    assert_eq!(relay.borrow().posts.len(), 1);
}

/// A message with wishes whose arrival is not known, sent again in another visit; gives the calls of that visit.
pub(crate) fn wishes_in_doubt() -> Vec<(Vec<u8>, Vec<u8>)> {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    relay.borrow_mut().network = Network::Refuses("unavailable");
    let wishes = Choices {
        dialect: Some(Dialect::KoreanSouth),
        topic: Some(Topic::Captivity),
        exclusions: Exclusions::ARMY | Exclusions::WOMEN,
    };
    let shown = browser.write_wishing("Hello", wishes).unwrap();
    assert_eq!(codes(&shown), [NOT_KNOWN]);
    relay.borrow_mut().network = Network::Works;
    let mut later = Browser::new(&relay, 2);
    let shown = later.open(ENGLISH, &words).unwrap();
    assert_eq!(shown[0], (PENDING, b"Hello\x03\x02\x02\x02\x09".to_vec()));
    assert_eq!(codes(&later.retry()), [SENT]);
    let post = post_of(&relay.borrow().posts[0]);
    assert_eq!(post.choices, wishes);
    later.calls
}

#[test]
fn what_a_contact_wishes_goes_with_the_first_message_and_outlives_a_visit_in_doubt() {
    wishes_in_doubt();
}

#[test]
fn feedback_is_a_post_like_any_other_that_only_coordinators_open_and_that_names_nobody() {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    assert_eq!(browser.feedback(1).unwrap_err(), [7], "no key, no question");
    let line = TestLine::new();
    let secret = FeedbackSecretKey::from_seed(&[7; 32]);
    let shifts = [(NOW.0 - 60, NOW.0 + 180)];
    browser.document = line.saying(&shifts, None, Some(&secret));
    let (envelope, hash) = browser.feedback(2).unwrap();
    assert_eq!(protocol::envelope_hash(&envelope).0, hash);
    assert_eq!(envelope.header().epoch, 7, "the shift on duty");
    let opened = FeedbackPost::open(&envelope, &line.id, &secret).unwrap();
    assert_eq!(opened.said, Said::Helped(Helped::Partly));
    assert!(FirstPost::open(&envelope, &line.id, &line.shift_key).is_err());
    let (again, _) = browser.feedback(2).unwrap();
    let marks = [&envelope, &again].map(|post| post.header().mark);
    assert_ne!(marks[0], marks[1], "two are not told to be of one contact");
    browser.document = line.saying(&[], None, Some(&secret));
    assert_eq!(browser.feedback(1).unwrap_err(), [7], "no shift, no post");
    browser.document = line.saying(&shifts, None, Some(&secret));
    for helped in [0, 4, 5] {
        assert_eq!(browser.feedback(helped).unwrap_err(), [1]);
    }
}

#[test]
fn the_sign_in_page_of_a_network_is_no_acknowledgement() {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    relay.borrow_mut().network = Network::Stranger;
    // Whoever answers in the relay's place may have passed it on or not.
    assert_eq!(codes(&browser.write("Hello").unwrap()), [NOT_KNOWN]);
}

#[test]
fn a_line_open_in_two_places_is_read_again_before_anything_is_sent() {
    let relay = TestRelay::new();
    let (mut one, mut other) = (Browser::new(&relay, 1), Browser::new(&relay, 2));
    let words = one.new_words(ENGLISH);
    one.open(ENGLISH, &words).unwrap();
    other.open(ENGLISH, &words).unwrap();
    assert_eq!(codes(&one.write("Hello").unwrap()), [SENT]);
    assert_eq!(
        codes(&other.write("Hello too").unwrap()),
        [READ_AGAIN, WAITING]
    );
    assert_eq!(codes(&other.write("Hello too").unwrap()), [SENT]);
    assert_eq!(relay.borrow().posts.len(), 2);
}

#[test]
fn with_nobody_planned_a_message_is_kept_and_not_sent() {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    browser.document = TestLine::new().document(&[], None);
    assert_eq!(codes(&browser.write("Hello").unwrap()), [NOBODY]);
    browser.document = TestLine::new().usual();
    assert_eq!(codes(&browser.retry()), [SENT]);
}

#[test]
fn a_post_that_an_ended_shift_refused_is_sealed_to_the_next() {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    relay.borrow_mut().network = Network::Refuses("shift_over");
    let shown = browser.write("Hello").unwrap();
    assert_eq!(shown, [(REFUSED, b"shift_over".to_vec())]);
    relay.borrow_mut().network = Network::Works;
    assert_eq!(codes(&browser.retry()), [SENT]);
}
