//! A sentence as its tokens, with what the lists say of each.

use super::lists::{Kind, Lists, Match};
use super::tokens::{Token, tokens_of};

/// The words of a sentence.
pub(super) struct Words {
    pub(super) tokens: Vec<Token>,
    pub(super) matches: Vec<Match>,
    /// Token → its match.
    of: Vec<Option<usize>>,
    lists: &'static Lists,
}

impl Words {
    pub(super) fn of(sentence: &str, lists: &'static Lists) -> Words {
        let tokens = tokens_of(sentence);
        let matches = lists.matches(&tokens);
        let mut of = vec![None; tokens.len()];
        for (number, one) in matches.iter().enumerate() {
            for place in of.get_mut(one.first..one.after).into_iter().flatten() {
                *place = Some(number);
            }
        }
        Words {
            tokens,
            matches,
            of,
            lists,
        }
    }

    /// What the lists say of a token.
    pub(super) fn at(&self, token: usize) -> Option<&Match> {
        self.matches.get((*self.of.get(token)?)?)
    }

    pub(super) fn is(&self, token: usize, kind: Kind) -> bool {
        self.at(token).is_some_and(|one| one.kind == kind)
    }

    /// What stands in the list beside a word that is of a kind, whatever else it is.
    pub(super) fn also(&self, token: usize, kind: Kind) -> Option<&'static str> {
        self.lists.single(self.lower(token), kind)
    }

    pub(super) fn is_mark(&self, token: usize) -> bool {
        self.tokens.get(token).is_none_or(|token| token.is_mark)
    }

    pub(super) fn lower(&self, token: usize) -> &str {
        self.tokens
            .get(token)
            .map_or("", |token| token.lower.as_str())
    }

    /// The text of some tokens.
    pub(super) fn text<'a>(&self, sentence: &'a str, first: usize, after: usize) -> &'a str {
        let start = self.tokens.get(first).map(|token| token.start);
        let end = after.checked_sub(1).and_then(|last| self.tokens.get(last));
        let range = start.zip(end).map(|(start, end)| start..end.end);
        range
            .and_then(|range| sentence.get(range))
            .unwrap_or_default()
    }
}
