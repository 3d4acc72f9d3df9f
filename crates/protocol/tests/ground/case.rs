//! A case as a guide has it, through transfers.

use std::collections::BTreeMap;

use protocol::{
    CaseAddress, CaseId, CaseSecretKey, FirstPost, FollowUp, NamingSecret, PairingSecret,
    ReplyPublicKey,
};
use wire::{Envelope, LineId};

/// A case as a guide has it.
pub(crate) struct GuideCase {
    pub(crate) id: CaseId,
    pub(crate) generation: u32,
    pub(crate) key: CaseSecretKey,
    /// What the first posts of its contact bring: by it they are known, however often it was renewed since.
    pub(crate) first: PairingSecret,
    /// The key of the generation before: posts to it come until the contact has read of the newer one.
    earlier: Option<CaseSecretKey>,
    /// The first reply of this generation: it announces the key, and goes by the secrets before it.
    pub(crate) renewing: u32,
    pub(crate) pairing: PairingSecret,
    pub(crate) naming: NamingSecret,
    pub(crate) reply_key: ReplyPublicKey,
    /// The text that each number brought.
    pub(crate) posts: BTreeMap<u32, String>,
    pub(crate) next_reply: u32,
    pub(crate) collected_below: u32,
}

impl GuideCase {
    /// A case that a first post begins.
    pub(crate) fn of(envelope: &Envelope, post: &FirstPost, key: CaseSecretKey) -> GuideCase {
        GuideCase {
            id: CaseId::of(envelope),
            generation: 1,
            key,
            first: post.pairing.duplicate(),
            earlier: None,
            renewing: 0,
            pairing: post.pairing.duplicate(),
            naming: post.naming.duplicate(),
            reply_key: post.reply_key.clone(),
            posts: BTreeMap::new(),
            next_reply: 0,
            collected_below: 0,
        }
    }

    /// The next generation, as whoever goes on with the case has it.
    pub(crate) fn next_generation(&self, key: CaseSecretKey) -> GuideCase {
        let (pairing, naming) = self.renewed();
        GuideCase {
            id: self.id,
            generation: self.generation + 1,
            key,
            first: self.first.duplicate(),
            earlier: Some(self.key.duplicate()),
            renewing: self.next_reply,
            pairing,
            naming,
            reply_key: self.reply_key.clone(),
            posts: self.posts.clone(),
            next_reply: self.next_reply,
            collected_below: self.collected_below,
        }
    }

    /// What the contact and this case share once the contact has read of its key.
    pub(crate) fn renewed(&self) -> (PairingSecret, NamingSecret) {
        let key = self.key.public();
        (self.pairing.renewed(&key), self.naming.renewed(&key))
    }

    /// What seals and names reply `number`: the first announces the case's key, and all later ones go by what it renews.
    pub(crate) fn secrets(&self, number: u32) -> (PairingSecret, NamingSecret) {
        if number <= self.renewing {
            return (self.pairing.duplicate(), self.naming.duplicate());
        }
        self.renewed()
    }

    /// Opens a follow-up to this generation, or to the one before.
    pub(crate) fn open(&self, envelope: &Envelope, line: &LineId) -> Option<FollowUp> {
        let before = (self.pairing.duplicate(), self.naming.duplicate());
        let now = (self.generation, Some(&self.key), self.renewed());
        let earlier = (self.generation - 1, self.earlier.as_ref(), before);
        [now, earlier]
            .into_iter()
            .find_map(|(generation, key, (pairing, naming))| {
                let to = (&self.id, generation, key?);
                let post = FollowUp::open(envelope, line, to, &pairing).ok()?;
                let mark = FollowUp::mark(&naming, post.number);
                let held = envelope.header().mark;
                assert_eq!(mark, held, "a follow-up is found by its mark");
                Some(post)
            })
    }

    pub(crate) fn address(&self) -> CaseAddress {
        CaseAddress {
            case: self.id,
            generation: self.generation,
            key: self.key.public(),
        }
    }
}
