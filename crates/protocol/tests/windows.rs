//! Two windows on one line, doing anything in any order while requests get lost: what is said to be sent is there once.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::indexing_slicing, clippy::expect_used)]

mod ground;

use ground::{Contact, Fate, Ground, Guide, TinyRelay, told};
use proptest::prelude::*;
use protocol::{ReplyPart, Shown};

#[derive(Clone, Debug)]
enum Deed {
    /// The person writes a new text in a window.
    Write(usize),
    Retry(usize),
    /// The person opens the page again.
    ComeBack(usize),
    GuideLooks,
    GuideAnswers,
    ColleagueGoesOn,
    GuideCloses,
}

/// Without `GuideCloses`: a case that is closed takes along what is on its way, so nothing can be said of it in every order.
fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..2_usize).prop_map(Deed::Write),
        3 => (0..2_usize).prop_map(Deed::Retry),
        3 => (0..2_usize).prop_map(Deed::ComeBack),
        2 => Just(Deed::GuideLooks),
        2 => Just(Deed::GuideAnswers),
        1 => Just(Deed::ColleagueGoesOn),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Arrives),
        1 => Just(Fate::NotSent),
        1 => Just(Fate::LostRequest),
        1 => Just(Fate::LostAnswer),
    ]
}

struct Stage {
    ground: Ground,
    relay: TinyRelay,
    guide: Guide,
    windows: [Contact; 2],
    /// The text that a window is about to send, as the person sees it.
    sending: [Option<String>; 2],
    written: Vec<String>,
    /// Whether the guide has closed the case and no window has heard so.
    closed: bool,
    /// Whether a window may not know yet that the case was closed.
    unaware: [bool; 2],
    /// What was on its way when the case was closed, or was written by a window that did not know.
    gone: Vec<String>,
}

impl Stage {
    fn new(fates: &[Fate]) -> Stage {
        let ground = Ground::new(1);
        let mut windows = [Contact::idle(5, &ground), Contact::idle(5, &ground)];
        windows[1].rng = ground::rng(77);
        let mut relay = TinyRelay::new(ground.line);
        for window in &mut windows {
            window.come_back(&ground, &mut relay);
            window.shapes.clear();
        }
        for (place, fate) in fates.iter().enumerate() {
            windows[place % 2].fates.insert(place / 2, *fate);
        }
        Stage {
            relay,
            guide: Guide::new(&ground),
            ground,
            windows,
            sending: [None, None],
            written: Vec::new(),
            closed: false,
            unaware: [false, false],
            gone: Vec::new(),
        }
    }

    /// Holds what a window says against what is there.
    fn hear(&mut self, window: usize, shown: &[Shown]) {
        for line in told(shown) {
            if let Some(text) = line.strip_prefix("not known whether: ") {
                self.sending[window] = Some(text.to_owned());
            }
            match line.as_str() {
                "read again" => self.sending[window] = None,
                "sent" => {
                    if !self.closed {
                        self.guide.look(&self.relay);
                    }
                    if let Some(text) = self.sending[window].take() {
                        // A case that is closed while a message is on its way takes it along: see section 8 of the document.
                        let is_there = self.guide.messages.contains(&text);
                        assert!(
                            is_there || self.gone.contains(&text),
                            "{text} is said to be sent"
                        );
                    }
                }
                "closed" => {
                    self.closed = false;
                    self.unaware[window] = false;
                }
                "empty" => self.unaware[window] = false,
                text if text.starts_with("no answer") => self.unaware[window] = false,
                _ => {}
            }
        }
    }

    fn carry_out(&mut self, deed: &Deed) {
        let (ground, relay) = (&self.ground, &mut self.relay);
        match *deed {
            Deed::Write(window) => {
                let text = format!("text {}", self.written.len());
                self.written.push(text.clone());
                if self.unaware[window] {
                    self.gone.push(text.clone());
                }
                let shown = self.windows[window].write(&text, ground, relay);
                self.sending[window] = Some(text);
                self.hear(window, &shown);
            }
            Deed::Retry(window) => {
                let shown = self.windows[window].retry(ground, relay);
                self.hear(window, &shown);
            }
            Deed::ComeBack(window) => {
                let shown = self.windows[window].come_back(ground, relay);
                self.sending[window] = None;
                self.hear(window, &shown);
            }
            Deed::GuideLooks => self.guide.look(relay),
            Deed::GuideAnswers => {
                self.guide.look(relay);
                if self.guide.case.is_some() && !self.closed {
                    self.guide.say("answer", relay);
                }
            }
            Deed::ColleagueGoesOn => {
                self.guide.look(relay);
                // Whoever takes a case announces its key first; only then can a colleague go on.
                let case = self.guide.case.as_ref();
                if case.is_some_and(|case| case.next_reply > 0) && !self.closed {
                    self.guide = self.guide.colleague();
                    self.guide.answer(ReplyPart::Transferred, relay);
                }
            }
            Deed::GuideCloses => {
                self.guide.look(relay);
                if self.guide.case.is_some() && !self.closed {
                    self.guide.answer(ReplyPart::Closed, relay);
                    self.closed = true;
                    self.unaware = [true, true];
                    self.gone.extend(self.sending.iter().flatten().cloned());
                }
            }
        }
    }
}

/// A window that has not heard of the end writes into the closed case while the other goes on.
#[test]
fn a_window_that_did_not_hear_of_the_end_takes_its_message_along() {
    use Deed::*;
    let deeds = [
        Write(0),
        Write(1),
        Write(1),
        GuideAnswers,
        ComeBack(1),
        ComeBack(0),
        GuideCloses,
        Write(0),
        ComeBack(1),
        Write(1),
        Write(1),
        Retry(0),
        Retry(0),
    ];
    let mut fates = vec![Fate::Arrives; 17];
    for lost in [12, 13, 16] {
        fates[lost] = Fate::NotSent;
    }
    let mut stage = Stage::new(&fates);
    for deed in &deeds {
        stage.carry_out(deed);
    }
    assert_eq!(stage.gone, ["text 3"]);
}

/// The guide closes without having read the last message; the contact is told so, and only then.
#[test]
fn a_message_that_met_the_end_of_its_case_is_said_to_be_perhaps_unread() {
    for is_read in [true, false] {
        let mut stage = Stage::new(&[]);
        let (ground, relay) = (&stage.ground, &mut stage.relay);
        let [window, _] = &mut stage.windows;
        window.write("first", ground, relay);
        stage.guide.look(relay);
        stage.guide.say("answer", relay);
        window.come_back(ground, relay);
        window.write("last", ground, relay);
        if is_read {
            stage.guide.look(relay);
        }
        stage.guide.answer(ReplyPart::Closed, relay);
        let heard = told(&window.come_back(ground, relay));
        assert!(heard.contains(&"closed".to_owned()), "{heard:?}");
        let is_said = heard.contains(&"perhaps unread".to_owned());
        assert_eq!(is_said, !is_read, "{heard:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_windows_in_any_order_send_what_they_say_once(
        deeds in prop::collection::vec(deed(), 1..24),
        fates in prop::collection::vec(fate(), 0..120),
    ) {
        let mut stage = Stage::new(&fates);
        for deed in &deeds {
            stage.carry_out(deed);
        }
        stage.guide.look(&stage.relay);
        let mut once = stage.guide.messages.clone();
        once.sort();
        once.dedup();
        prop_assert_eq!(once.len(), stage.guide.messages.len(), "shown once");
        prop_assert!(once.iter().all(|text| stage.written.contains(text)));
    }
}
