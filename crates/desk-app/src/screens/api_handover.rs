//! What scripts may ask for about partners and handovers, and what they are shown of them.

use desk::{Command, HandoverView, PartnerView, View};
use serde::Deserialize;
use serde_json::{Value, json};
use statements::{Partner, PartnerId};

use super::api_command::{Misunderstood, Understood, day, label};
use super::partners::{Said, Unread, digits, id_of, language, state_code};
use crate::card_set::date_of;
use crate::partner_keys;

/// A command of a script: `{"command": "ask-handover", "case": "0badcafe", "partner": "00112233445566778899aabbccddeeff"}`.
#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum AskedOfHandovers {
    /// Each item is `{"what": "A name", "why": "So that we know who comes"}`.
    AdmitPartner(Box<AskedPartner>),
    RemovePartner {
        partner: String,
    },
    AskHandover {
        case: String,
        partner: String,
    },
    TakeBackOffer {
        case: String,
    },
    LookForHandover {
        case: String,
    },
    GiveReceipt {
        case: String,
        line: String,
        signature: String,
    },
}

/// The words by which these commands are told from others.
const WORDS: [&str; 6] = [
    "admit-partner",
    "remove-partner",
    "ask-handover",
    "take-back-offer",
    "look-for-handover",
    "give-receipt",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskedPartner {
    renews: Option<String>,
    name: String,
    office: String,
    language: String,
    until: String,
    recipient: String,
    receipt_key: String,
    items: Vec<AskedItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedItem {
    what: String,
    why: String,
}

fn partner(digits: &str) -> Understood<PartnerId> {
    id_of(digits).ok_or(Misunderstood("partner: 32 hexadecimal digits"))
}

impl AskedPartner {
    fn understand(self) -> Understood<Command> {
        let renews = self.renews.as_deref().map(partner).transpose()?;
        day(&self.until)?;
        let items = self.items.into_iter();
        let said = Said {
            name: &self.name,
            office: &self.office,
            language: &self.language,
            until: &self.until,
            recipient: &self.recipient,
            receipt_key: &self.receipt_key,
            items: items.map(|item| (item.what, item.why)).collect(),
        };
        let partner = said.read().map_err(|unread| match unread {
            Unread::Recipient => {
                Misunderstood("recipient: age1… or age1pq1…, as age-keygen prints it")
            }
            Unread::ReceiptKey => {
                Misunderstood("receipt_key: an Ed25519 public key, as PEM or base64")
            }
        })?;
        Ok(Command::AdmitPartner { partner, renews })
    }
}

impl AskedOfHandovers {
    pub(super) fn is_one(name: &str) -> bool {
        WORDS.contains(&name)
    }

    pub(super) fn understand(self) -> Understood<Command> {
        Ok(match self {
            AskedOfHandovers::AdmitPartner(asked) => asked.understand()?,
            AskedOfHandovers::RemovePartner { partner: id } => {
                Command::RemovePartner(partner(&id)?)
            }
            AskedOfHandovers::AskHandover { case, partner: id } => Command::AskHandover {
                case: label(&case)?,
                partner: partner(&id)?,
            },
            AskedOfHandovers::TakeBackOffer { case } => Command::TakeBackOffer(label(&case)?),
            AskedOfHandovers::LookForHandover { case } => Command::LookForHandover(label(&case)?),
            AskedOfHandovers::GiveReceipt {
                case,
                line,
                signature,
            } => {
                let signature = partner_keys::signature(&signature);
                let detail = "signature: 64 bytes in base64";
                Command::GiveReceipt {
                    case: label(&case)?,
                    line,
                    signature: signature.ok_or(Misunderstood(detail))?,
                }
            }
        })
    }
}

/// What a partner's statement says.
pub(super) fn said(partner: &Partner, check: &[u8; 32]) -> Value {
    let items = partner.items.iter();
    let items: Vec<Value> = items
        .map(|item| json!({"what": item.what, "why": item.why}))
        .collect();
    json!({
        "partner": digits(&partner.id), "serial": partner.serial, "from": date_of(partner.from), "until": date_of(partner.until),
        "language": language(partner).map(protocol::Language::tag), "name": partner.name, "office": partner.office,
        "recipient": partner_keys::recipient_text(&partner.recipient),
        "receipt_key": partner_keys::receipt_key_text(&partner.receipt_key),
        "items": items, "words": crate::words_of(check),
    })
}

/// The partners that coordinators have admitted.
pub(super) fn partners(view: &View) -> Value {
    let row = |one: &PartnerView| json!({"state": state_code(one.state), "says": said(&one.partner, &one.check)});
    view.partners.iter().map(row).collect()
}

/// How far a case is handed over.
pub(super) fn handover(handover: &HandoverView) -> Value {
    json!({
        "partner": handover.partner, "state": handover.state.word(), "day": handover.day.map(date_of),
        "proposal": handover.proposal.map(|label| label.to_string()),
        "code": handover.code.as_ref().map(|code| code.as_str()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_a_command() {
        for word in WORDS {
            let asked: Result<AskedOfHandovers, _> =
                serde_json::from_value(json!({"command": word}));
            let unknown = asked.err().map(|error| error.to_string());
            let unknown = unknown.is_some_and(|error| error.contains("unknown variant"));
            assert!(!unknown, "{word}");
        }
    }
}
