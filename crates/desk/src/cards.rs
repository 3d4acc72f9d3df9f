//! The line's cards, as far as a reply or a publication needs them; what stands and what is wrong says `record`.

use protocol::{Language, ReplyPart, Text};
use record::{CardSet, Standing, day_of};
use wire::Day;

use crate::{Desk, Refusal};

/// The size of a card set that is published at most, in bytes of JSON.
const PUBLISHED_SIZE: usize = 1_000_000;

impl Desk {
    /// The day by which cards are judged: this computer's, unless the line was later already. A clock that is set back revives no card.
    pub(crate) fn cards_day(&self, today: Day) -> Day {
        let signed = self.line.as_ref().and_then(|line| line.cards());
        let today = self.latest_day(today);
        signed.map_or(today, |set| set.day().max(today))
    }
}

/// Whether a card of a set may be sent in a language on a day.
///
/// # Errors
/// `UnknownCard`, `CardExpired`, `CardSuspended`, `CardWithdrawn`, `CardTooLong`, `BadCards`.
pub fn judge_card(json: &str, id: &str, language: Language, today: Day) -> Result<(), Refusal> {
    card_reply(json, id, language, today).map(drop)
}

/// The reply that brings a card.
///
/// # Errors
/// `UnknownCard`, `CardExpired`, `CardSuspended`, `CardWithdrawn`, `CardTooLong`, `BadCards`.
pub(crate) fn card_reply(
    json: &str,
    id: &str,
    language: Language,
    today: Day,
) -> Result<ReplyPart, Refusal> {
    let set = CardSet::parse(json).map_err(|_| Refusal::BadCards)?;
    let card = set.card(id).filter(|_| id.len() <= 255);
    let card = card.ok_or(Refusal::UnknownCard)?;
    let text = card.text(language.tag()).ok_or(Refusal::UnknownCard)?;
    match set.standing(id, today).ok_or(Refusal::UnknownCard)? {
        Standing::Live => {}
        Standing::Expired => return Err(Refusal::CardExpired),
        Standing::Suspended(_) => return Err(Refusal::CardSuspended),
        Standing::Withdrawn => return Err(Refusal::CardWithdrawn),
    }
    let joined = set.joined(language.tag(), text).ok_or(Refusal::BadCards)?;
    Ok(ReplyPart::Card {
        card: id.into(),
        language,
        reviewed: day_of(&card.reviewed).ok_or(Refusal::BadCards)?,
        text: Text::new(&joined).map_err(|_| Refusal::CardTooLong)?,
    })
}

/// Whether a card set can be published.
///
/// # Errors
/// `BadCards` when it is too long or not JSON of that shape; `CardsWrong` when something is wrong with it, which
/// [`CardSet::refusals`] lists.
pub(crate) fn check(json: &str) -> Result<(), Refusal> {
    if json.len() > PUBLISHED_SIZE {
        return Err(Refusal::BadCards);
    }
    let set = CardSet::parse(json).map_err(|_| Refusal::BadCards)?;
    match set.refusals().is_empty() {
        true => Ok(()),
        false => Err(Refusal::CardsWrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(headings: &str, more: &str) -> String {
        format!(
            r#"{{"headings":{headings},"cards":[{{"id":"a","class":"general","reviewed":"2026-11-23","review_by":"2026-11-25"{more},
            "sources":[{{"kind":"primary"}}],"texts":{{"en":{{"question":"Q","answer":"A","known":"K","not_known":"N"}}}}}}]}}"#
        )
    }

    const HEADINGS: &str = r#"{"en":{"known":"What is known","not_known":"What is not known"}}"#;

    #[test]
    fn what_is_not_known_is_never_sent_as_if_it_were() {
        let named = set(HEADINGS, "");
        assert_eq!(check(&named), Ok(()));
        let reply = card_reply(&named, "a", Language::English, Day(20_781));
        let Ok(ReplyPart::Card { text, .. }) = reply else {
            panic!("it can be sent");
        };
        let expected = "Q\n\nA\n\nWhat is known:\nK\n\nWhat is not known:\nN";
        assert_eq!(text.as_str(), expected);
        for wrong in [
            "{}",
            r#"{"en":{"known":"K"}}"#,
            r#"{"ko":{"known":"K","not_known":"N"}}"#,
        ] {
            let wrong = set(wrong, "");
            assert_eq!(check(&wrong), Err(Refusal::CardsWrong));
            let reply = card_reply(&wrong, "a", Language::English, Day(20_781));
            assert!(reply.is_err());
        }
    }

    #[test]
    fn what_does_not_stand_is_not_sent() {
        let send = |more: &str, day| {
            let reply = card_reply(&set(HEADINGS, more), "a", Language::English, Day(day));
            reply.map(|_| ())
        };
        assert_eq!(send("", 20_781), Ok(()));
        assert_eq!(send("", 20_782), Err(Refusal::CardExpired));
        let suspended = r#","suspended":"2026-11-24""#;
        assert_eq!(send(suspended, 20_781), Err(Refusal::CardSuspended));
        let withdrawn = r#","withdrawn":"2026-11-24""#;
        assert_eq!(send(withdrawn, 20_781), Err(Refusal::CardWithdrawn));
        let unfounded = r#","rests_on":["nothing"]"#;
        assert_eq!(send(unfounded, 20_781), Err(Refusal::CardSuspended));
        let korean = card_reply(&set(HEADINGS, ""), "a", Language::Korean, Day(20_781));
        assert!(matches!(korean, Err(Refusal::UnknownCard)));
    }
}
