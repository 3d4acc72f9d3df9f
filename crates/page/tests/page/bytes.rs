//! Each command on good input, bad input, and any bytes at all.

use proptest::prelude::*;
use protocol::FeedbackSecretKey;
use statements::{
    ChoiceKind, ChoiceWait, Entrance, EntranceKind, EntranceList, Wait, Warning, WarningAbout,
};
use wire::{Day, LineDocument, Reader, Writer};

use crate::line::{Browser, ENGLISH, NOW, TestLine, TestRelay, lexicon};

const REQUEST: u8 = 1;
const NOT_THE_LINE: u8 = 2;
const OTHER_LINE: u8 = 3;
const WORDS: u8 = 4;
const TOO_LONG: u8 = 5;
const EMPTY: u8 = 6;

fn browser() -> Browser {
    Browser::new(&TestRelay::new(), 1)
}

/// The line as command 1 describes it.
#[derive(PartialEq, Debug)]
struct Described {
    duty: u8,
    wait: (u8, u8, u16),
    surge: u8,
    /// kind, value, known, minutes
    choices: Vec<(u8, u8, u8, u16)>,
    feedback: u8,
    /// The bytes of entrances and warning.
    entrances: Vec<u8>,
}

/// A document with a surge, waits of each sort and a feedback key.
pub(crate) fn saying_all() -> Vec<u8> {
    let choice = |kind, value, expected| ChoiceWait {
        kind,
        value,
        expected,
    };
    let wait = Wait {
        surge: true,
        choices: vec![
            choice(ChoiceKind::Language, 2, Some(30)),
            choice(ChoiceKind::Dialect, 1, None),
            choice(ChoiceKind::Exclusion, 3, Some(ChoiceWait::NOBODY)),
        ],
        ..Wait::of(2, None)
    };
    let secret = FeedbackSecretKey::from_seed(&[7; 32]);
    let shifts = [(NOW.0 - 60, NOW.0 + 180)];
    TestLine::new().saying(&shifts, Some(&wait), Some(&secret))
}

fn describe(trusted: [u8; 32], now: u32, document: &[u8]) -> Result<Described, Vec<u8>> {
    let request = Writer::default().put(&trusted).u32(now).long(document);
    let answer = browser().call(1, &request.done())?;
    let mut reader = Reader::new(&answer);
    assert_eq!(reader.array().unwrap(), TestLine::new().id.0);
    let duty = reader.u8().unwrap();
    let wait = (
        reader.u8().unwrap(),
        reader.u8().unwrap(),
        reader.u16().unwrap(),
    );
    let mut byte = || reader.u8().unwrap();
    let (surge, count) = (byte(), byte());
    let choices = (0..count).map(|_| {
        let mut byte = || reader.u8().unwrap();
        (byte(), byte(), byte(), reader.u16().unwrap())
    });
    let choices = choices.collect();
    let feedback = reader.u8().unwrap();
    assert_eq!(reader.u32().unwrap(), NOW.day().0);
    let entrances = reader.rest().to_vec();
    Ok(Described {
        duty,
        wait,
        surge,
        choices,
        feedback,
        entrances,
    })
}

#[test]
fn a_line_has_check_words_in_every_list() {
    let id = TestLine::new().id;
    let words = (1..=4).map(|list| {
        let request = lexicon(Writer::default().put(&id.0), list);
        let answer = browser().call(11, &request.done()).unwrap();
        let mut reader = Reader::new(&answer);
        String::from_utf8(reader.medium().unwrap().to_vec()).unwrap()
    });
    let expected = words::List::ALL.map(|list| words::check_words(list, &id.0).join(" "));
    assert_eq!(words.collect::<Vec<_>>(), expected);
}

#[test]
fn the_line_is_described_with_the_signed_wait() {
    let said = describe([0; 32], NOW.0, &TestLine::new().usual()).unwrap();
    assert_eq!((said.duty, said.wait), (1, (2, 2, 12)));
    assert_eq!((said.surge, said.choices, said.feedback), (0, vec![], 0));
    assert_eq!(
        said.entrances, [0; 17],
        "no list, no fake, no warning, no end"
    );
}

#[test]
fn entrances_fakes_and_a_warning_are_told_while_they_are_to_be_trusted() {
    let line = TestLine::new();
    let today = NOW.day();
    let list = EntranceList {
        serial: 1,
        day: today.plus(0),
        good_until: today.plus(9),
        entrances: vec![Entrance {
            kind: EntranceKind::Onion,
            address: "http://abcdefghijklmnop.onion".into(),
        }],
        fakes: vec!["https://1ine.example".into()],
    };
    let warning = Warning {
        serial: 1,
        issued: NOW,
        until: today,
        about: WarningAbout::FalsePartner,
        address: String::new(),
    };
    let said = |list: &EntranceList, warning: &Warning| {
        let document = line.with_entrances(list, warning);
        describe([0; 32], NOW.0, &document).unwrap().entrances
    };
    let expected = |writer: Writer| {
        let list = writer.u32(today.0 + 9).u8(1).u8(2);
        let list = list.short(b"http://abcdefghijklmnop.onion").u8(1);
        list.short(b"https://1ine.example")
    };
    let no_end = |writer: Writer| writer.u8(0).u32(0).done();
    let whole = no_end(expected(Writer::default()).u8(3).u32(today.0).u8(0));
    assert_eq!(said(&list, &warning), whole);
    let over = Warning {
        until: Day(today.0 - 1),
        ..warning.clone()
    };
    let without = no_end(expected(Writer::default()).u8(0).u32(0).u8(0));
    assert_eq!(said(&list, &over), without);
    let old = EntranceList {
        day: Day(today.0 - 20),
        good_until: Day(today.0 - 1),
        ..list.clone()
    };
    assert_eq!(said(&old, &over), [0; 17], "an old list is none");
    let warned = LineDocument::parse(&line.with_entrances(&list, &warning)).unwrap();
    let mut forged = warned.clone();
    *forged.statements.last_mut().unwrap().last_mut().unwrap() ^= 1;
    let refused = describe([0; 32], NOW.0, &forged.to_bytes()).unwrap_err();
    assert_eq!(refused, [NOT_THE_LINE]);
}

#[test]
fn a_reported_address_is_one_or_it_goes_nowhere() {
    let mut browser = browser();
    browser.document = saying_all();
    let (_, _) = browser.report("  https://1ine.example/ ").unwrap();
    assert_eq!(browser.report("  ").unwrap_err(), [EMPTY]);
    for wrong in ["two words", "x\u{202e}y", &"a".repeat(256)] {
        assert_eq!(browser.report(wrong).unwrap_err(), [8], "{wrong}");
    }
}

#[test]
fn the_wait_of_each_choice_a_surge_and_the_wish_for_feedback_are_told() {
    let document = saying_all();
    let said = describe([0; 32], NOW.0, &document).unwrap();
    assert_eq!((said.wait, said.surge, said.feedback), ((1, 2, 0), 1, 1));
    let told = [(1, 2, 2, 30), (3, 1, 1, 0), (5, 3, 3, 0)];
    assert_eq!(said.choices, told);
    let later = describe([0; 32], NOW.0 + 60, &document).unwrap();
    assert_eq!((later.wait, later.surge), ((0, 0, 0), 0), "it is too old");
    assert!(later.choices.is_empty());
}

#[test]
fn a_wrong_clock_a_gap_and_an_empty_plan_are_told_apart() {
    let line = TestLine::new();
    let duty = |shifts: &[(u32, u32)], now| {
        describe([0; 32], now, &line.document(shifts, None))
            .unwrap()
            .duty
    };
    let evening = (NOW.0 - 60, NOW.0 + 180);
    assert_eq!(duty(&[evening], NOW.0), 1);
    assert_eq!(
        duty(&[evening], NOW.0 + 3 * 24 * 60),
        2,
        "the device is days ahead"
    );
    assert_eq!(
        duty(&[evening], NOW.0 - 300 * 24 * 60),
        2,
        "the device is months behind"
    );
    assert_eq!(duty(&[], NOW.0), 3);
    assert_eq!(duty(&[(NOW.0 + 60, NOW.0 + 240)], NOW.0), 4);
    assert_eq!(
        duty(&[(NOW.0 - 240, NOW.0 - 60)], NOW.0),
        2,
        "the document is old"
    );
}

#[test]
fn an_old_or_missing_wait_is_not_known() {
    let line = TestLine::new();
    let wait = |wait, now| {
        let document = line.document(&[(NOW.0 - 60, NOW.0 + 180)], wait);
        describe([0; 32], now, &document).unwrap().wait
    };
    assert_eq!(wait(None, NOW.0), (0, 0, 0));
    assert_eq!(wait(Some((1, None)), NOW.0), (1, 1, 0));
    assert_eq!(wait(Some((1, Some(5))), NOW.0 + 60), (0, 0, 0));
}

#[test]
fn a_forged_or_foreign_line_is_not_believed() {
    let mut forged = TestLine::new().usual();
    let last = forged.len() - 100;
    forged[last] ^= 1;
    assert_eq!(describe([0; 32], NOW.0, &forged), Err(vec![NOT_THE_LINE]));
    assert_eq!(describe([0; 32], NOW.0, b"no"), Err(vec![NOT_THE_LINE]));
    let usual = TestLine::new().usual();
    assert_eq!(describe([7; 32], NOW.0, &usual), Err(vec![OTHER_LINE]));
    assert!(describe(TestLine::new().id.0, NOW.0, &usual).is_ok());
}

/// What command 3 says of typed words.
#[derive(Debug)]
struct Checked {
    list: u8,
    verdict: u8,
    found: u8,
    position: u8,
    words: String,
    near: Vec<String>,
    endings: Vec<String>,
}

fn check(list: u8, others: u8, typed: &str) -> Checked {
    let lists = (1..=4).filter(|other| *other != list && others != 0);
    let lists: Vec<u8> = [list].into_iter().chain(lists).collect();
    let request = Writer::default().u8(u8::try_from(lists.len()).unwrap());
    let request = lists
        .iter()
        .fold(request, |request, list| lexicon(request, *list));
    let request = request.long(typed.as_bytes());
    let answer = browser().call(3, &request.done()).unwrap();
    let mut reader = Reader::new(&answer);
    let string = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let words = |reader: &mut Reader<'_>| {
        let count = reader.u8().unwrap();
        (0..count)
            .map(|_| string(reader.short().unwrap()))
            .collect()
    };
    let checked = Checked {
        list: reader.u8().unwrap(),
        verdict: reader.u8().unwrap(),
        found: reader.u8().unwrap(),
        position: reader.u8().unwrap(),
        words: string(reader.medium().unwrap()),
        near: words(&mut reader),
        endings: words(&mut reader),
    };
    reader.end().unwrap();
    checked
}

#[test]
fn new_words_are_read_back_in_every_list_whatever_the_page_speaks() {
    for list in 1..=4 {
        let words = browser().new_words(list);
        assert_eq!(words.split(' ').count(), 7, "{words}");
        let typed = format!("  {} ", words.to_uppercase());
        for speaks in 1..=4 {
            let checked = check(speaks, 1, &typed);
            assert_eq!(
                (checked.list, checked.verdict, checked.words),
                (list, 0, words.clone())
            );
        }
    }
}

#[test]
fn mistyped_words_are_helped_within_the_list() {
    let words = browser().new_words(ENGLISH);
    let six = words.rsplit_once(' ').unwrap().0;
    let checked = check(ENGLISH, 0, six);
    assert_eq!((checked.verdict, checked.found), (1, 6));
    let checked = check(ENGLISH, 0, &format!("abandn {six}"));
    assert_eq!((checked.verdict, checked.position), (2, 1));
    assert_eq!(checked.near.first().map(String::as_str), Some("abandon"));
    assert_eq!(check(ENGLISH, 0, "zoo aban").endings, ["abandon"]);
    let korean = browser().new_words(2);
    let first = korean.split(' ').next().unwrap();
    assert!(
        check(ENGLISH, 1, first)
            .endings
            .iter()
            .any(|word| word == first)
    );
}

#[test]
fn wrong_words_open_nothing_and_say_so() {
    let mut browser = browser();
    assert_eq!(browser.open(ENGLISH, "only three words"), Err(vec![WORDS]));
    assert_eq!(browser.open(200, "only three words"), Err(vec![REQUEST]));
}

fn measure(text: &str) -> Vec<u8> {
    let request = Writer::default().long(text.as_bytes()).done();
    browser().call(8, &request).unwrap()
}

#[test]
fn a_text_is_measured_as_it_will_be_sent() {
    let expect =
        |empty: u8, left: u32, over: u32| Writer::default().u8(empty).u32(left).u32(over).done();
    assert_eq!(measure(""), expect(1, 1500, 0));
    assert_eq!(measure(" \n\t"), expect(1, 1497, 0));
    assert_eq!(measure("어머니"), expect(0, 1491, 0));
    assert_eq!(
        measure("\u{202e}abc\u{0}\u{feff}"),
        expect(0, 1497, 0),
        "what turns direction is dropped"
    );
    assert_eq!(measure(&"я".repeat(750)), expect(0, 0, 0));
    assert_eq!(
        measure(&"x".repeat(1 << 20)),
        expect(0, 0, (1 << 20) - 1500)
    );
}

#[test]
fn a_text_too_long_or_empty_is_refused_before_anything_is_sent() {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    let too_long = Writer::default().u8(TOO_LONG).u32(1).done();
    assert_eq!(browser.write(&"x".repeat(1501)), Err(too_long));
    assert_eq!(
        browser.write(" \u{200b}\u{202e} ".replace('\u{200b}', "").as_str()),
        Err(vec![EMPTY])
    );
    assert!(relay.borrow().posts.is_empty());
    assert!(
        browser
            .write("\u{202e}\u{1f1f0}\u{200d}e\u{301}\u{10ffff}")
            .is_ok()
    );
}

#[test]
fn a_cut_request_has_an_answer_at_every_length() {
    let relay = TestRelay::new();
    let mut browser = Browser::new(&relay, 1);
    let words = browser.new_words(ENGLISH);
    browser.open(ENGLISH, &words).unwrap();
    browser.write("Hello").unwrap();
    for (request, _) in &browser.calls {
        for length in (0..request.len()).step_by(41) {
            let answer = page::answer(&request[..length]);
            assert!(
                matches!(answer.first(), Some(1..=3)),
                "{length} of {}",
                request.len()
            );
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_have_an_answer(command in 0u8..12, bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let request = [&[7; 32][..], &[command], &bytes].concat();
        prop_assert!(!page::answer(&request).is_empty());
        prop_assert!(!page::answer(&bytes).is_empty());
    }

    #[test]
    fn any_typed_text_is_checked(list in 0u8..24, typed in "\\PC{0,80}") {
        let request = Writer::default().put(&[7; 32]).u8(3).u8(list).u8(list).long(typed.as_bytes()).done();
        prop_assert!(!page::answer(&request).is_empty());
    }

    #[test]
    fn a_visit_with_one_bit_changed_has_an_answer(at in 0usize..8000, bit in 0u8..8) {
        thread_local! {
            static CALLS: Vec<(Vec<u8>, Vec<u8>)> = {
                let mut browser = browser();
                let words = browser.new_words(ENGLISH);
                browser.open(ENGLISH, &words).unwrap();
                browser.write("Hello").unwrap();
                // Opening derives keys from words, which is slow and is not about a visit's bytes.
                browser.calls.into_iter().filter(|(request, _)| request[32] != 4).collect()
            };
        }
        CALLS.with(|calls| for (request, _) in calls {
            let mut request = request.clone();
            if let Some(byte) = request.get_mut(at) {
                *byte ^= 1 << bit;
            }
            assert!(!page::answer(&request).is_empty());
        });
    }
}

#[test]
fn what_can_kill_is_told_with_its_kind_and_the_text_without_it() {
    let careful = |text: &str| {
        let request = Writer::default().long(text.as_bytes());
        let answer = browser().call(12, &request.done()).unwrap();
        let mut reader = Reader::new(&answer);
        let string = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let count = reader.u8().unwrap();
        let found = (0..count).map(|_| (reader.u8().unwrap(), string(reader.medium().unwrap())));
        let found: Vec<(u8, String)> = found.collect();
        (found, string(reader.long().unwrap()))
    };
    let (found, without) = careful("I am at 48.12345, 37.45678. Call +7 912 345 67 89");
    let told = [
        (1, "48.12345, 37.45678".to_owned()),
        (5, "+7 912 345 67 89".to_owned()),
    ];
    assert_eq!(found, told);
    assert_eq!(without, "I am at …. Call …");
    assert_eq!(careful("Is this real?"), (vec![], "Is this real?".into()));
    assert_eq!(careful(&"я ".repeat(3_000)).0, []);
}
