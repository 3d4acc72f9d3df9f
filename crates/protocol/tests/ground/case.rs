//! A case as a guide has it, through transfers.

use std::collections::BTreeMap;

use protocol::{
    CaseAddress, CaseId, CaseSecretKey, FirstPost, FollowUp, NamingSecret, PairingSecret,
    ReplyPublicKey,
};
use wire::{Envelope, LineId};

/// A generation's number and key, and the secrets that it renewed.
type Generation = (u32, CaseSecretKey, PairingSecret, NamingSecret);

/// A case as a guide has it.
pub(crate) struct GuideCase {
    pub(crate) id: CaseId,
    pub(crate) generation: u32,
    pub(crate) key: CaseSecretKey,
    /// What the first posts of its contact bring: by it they are known, however often it was renewed since.
    pub(crate) first: PairingSecret,
    /// The generations before, with what each renewed: posts to them come until the contact has read of a newer one.
    earlier: Vec<Generation>,
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
            earlier: Vec::new(),
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
        let known = |(generation, key, pairing, naming): &Generation| {
            (
                *generation,
                key.duplicate(),
                pairing.duplicate(),
                naming.duplicate(),
            )
        };
        let mut earlier: Vec<_> = self.earlier.iter().map(known).collect();
        earlier.push((
            self.generation,
            self.key.duplicate(),
            pairing.duplicate(),
            naming.duplicate(),
        ));
        GuideCase {
            id: self.id,
            generation: self.generation + 1,
            key,
            first: self.first.duplicate(),
            earlier,
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

    /// Opens a follow-up to this generation, or to one before.
    pub(crate) fn open(&self, envelope: &Envelope, line: &LineId) -> Option<FollowUp> {
        let (pairing, naming) = self.renewed();
        let now = (self.generation, self.key.duplicate(), pairing, naming);
        let mut all = self.earlier.iter().chain([&now]);
        all.find_map(|(generation, key, pairing, naming)| {
            let to = (&self.id, *generation, key);
            let post = FollowUp::open(envelope, line, to, pairing).ok()?;
            let mark = FollowUp::mark(naming, post.number);
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
