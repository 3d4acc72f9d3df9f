//! A case as screens show it.

use protocol::ReplyPart;
use zeroize::Zeroizing;

use crate::case::{Case, Message, Written, show_text};
use crate::view::{CaseRow, MessageKind, MessageState, MessageView};
use crate::view_shift::TranslationView;

impl Case {
    pub(crate) fn row(&self) -> CaseRow {
        CaseRow {
            label: self.label(),
            language: self.language,
            urgency: self.urgency(),
            unread: self.unread,
            unanswered: self.is_unanswered(),
            on_hold: self.on_hold,
            uncollected: self.uncollected(),
            next_contact: self.tended.next_contact,
            destroyed: false,
        }
    }

    fn show_translations(&self, from_contact: bool, number: u32) -> Vec<TranslationView> {
        let of = self
            .translations
            .iter()
            .filter(|one| (one.from_contact, one.number) == (from_contact, number));
        of.map(|one| TranslationView {
            language: one.language,
            text: show_text(&one.text),
        })
        .collect()
    }

    pub(crate) fn show(&self, message: &Message) -> MessageView {
        let empty = || Zeroizing::new(String::new());
        match message {
            Message::Received { number, text } => MessageView {
                from_contact: true,
                number: *number,
                kind: match text.is_empty() {
                    true => MessageKind::Erased,
                    false => MessageKind::Words,
                },
                text: show_text(text),
                translations: self.show_translations(true, *number),
                state: MessageState::Received,
            },
            Message::Sent {
                number,
                part,
                written,
                ..
            } => {
                let (kind, text) = match part {
                    ReplyPart::Taken => (MessageKind::Taken, empty()),
                    ReplyPart::Closed => (MessageKind::Closed, empty()),
                    ReplyPart::Transferred => (MessageKind::Transferred, empty()),
                    ReplyPart::Offer(_) => (MessageKind::Offered, empty()),
                    ReplyPart::OfferEnded => (MessageKind::OfferEnded, empty()),
                    ReplyPart::Exposed { since } => (MessageKind::Exposed(*since), empty()),
                    ReplyPart::Correction(correction) => {
                        let kind = MessageKind::Correction {
                            card: correction.card.clone(),
                            now: correction.now,
                        };
                        (kind, show_text(&correction.text))
                    }
                    ReplyPart::Words(text) if text.is_empty() => (MessageKind::Erased, empty()),
                    ReplyPart::Words(text) => (MessageKind::Words, show_text(text)),
                    ReplyPart::Card {
                        card,
                        language,
                        reviewed,
                        text,
                    } => {
                        let kind = MessageKind::Card {
                            card: card.clone(),
                            language: *language,
                            reviewed: *reviewed,
                        };
                        (kind, show_text(text))
                    }
                };
                let state = match (*number < self.collected_below, written) {
                    (true, _) => MessageState::Collected,
                    (false, Written::Yes | Written::Unknown) => MessageState::Uncollected,
                    (false, Written::Not) => MessageState::Pending,
                };
                MessageView {
                    from_contact: false,
                    number: *number,
                    kind,
                    text,
                    translations: self.show_translations(false, *number),
                    state,
                }
            }
        }
    }
}
