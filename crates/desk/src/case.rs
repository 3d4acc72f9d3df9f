//! A case: one contact's conversation, with every secret that is needed to go on with it.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{
    CaseAddress, CaseId, CaseSecretKey, Choices, ContactMark, FollowUp, Language, NamingSecret,
    PairingSecret, ReplyPart, ReplyPublicKey, Text, Urgency,
};
use rand_core::CryptoRng;
use statements::DevicePublicKey;
use wire::{Day, Envelope, LineId, Minute, Shred};
use zeroize::Zeroizing;

use crate::CaseLabel;
use crate::course::Course;
use crate::handover::Handover;
use crate::logged::Logged;
use crate::supervised::{Draft, Said};
use crate::tending::{Tended, Translation};

/// How many post numbers below and above the next one are looked for.
const NUMBERS_AROUND: u32 = 64;

/// So many posts to come, of so many generations, are recognised by others while a case waits in the queue.
const MARKS_AHEAD: u32 = 8;
const LINKS_AHEAD: usize = 3;
/// After so many days without a word from the contact the holder is reminded.
const REMIND_DAYS: u32 = 14;
/// After so many days without a word from the contact everything is destroyed, unless that was put off.
const DESTROY_DAYS: u32 = 30;
/// After so many days a case gets a new key with the next reply.
const KEY_DAYS: u32 = 7;

/// One message of a case.
pub(crate) enum Message {
    /// From the contact, as post `number`.
    Received { number: u32, text: Text },
    /// To the contact, as reply `number`.
    Sent {
        number: u32,
        part: ReplyPart,
        written: Written,
        sealed: Generations,
    },
}

/// Whether the relay holds a reply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// It has not said so yet.
    Not = 0,
    /// It has.
    Yes = 1,
    /// Somebody else had the case when it was sent: it is written once more, and may be there already.
    Unknown = 2,
}

impl Written {
    pub(crate) fn from_code(code: u8) -> Option<Written> {
        [Written::Not, Written::Yes, Written::Unknown]
            .into_iter()
            .find(|written| *written as u8 == code)
    }
}

/// With which of a case's links a reply is sealed, and which one it announces.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Generations {
    /// The generation whose pairing and naming secrets seal and place it.
    pub(crate) under: u32,
    /// The generation that it announces; the same, unless it is the first to do so.
    pub(crate) address: u32,
}

/// One generation of what a case shares with its contact.
pub(crate) struct Link {
    pub(crate) generation: u32,
    /// Since when it is used.
    pub(crate) since: Day,
    /// The case key; none in what the first post brought, before anybody had taken it.
    pub(crate) key: Option<CaseSecretKey>,
    pub(crate) pairing: PairingSecret,
    pub(crate) naming: NamingSecret,
}

impl Link {
    /// What a first post shares.
    pub(crate) fn first(pairing: PairingSecret, naming: NamingSecret, since: Day) -> Link {
        Link {
            generation: 0,
            since,
            key: None,
            pairing,
            naming,
        }
    }

    /// The next generation: a fresh key, and the secrets renewed with it.
    fn next(&self, since: Day, rng: &mut dyn CryptoRng) -> Link {
        let key = CaseSecretKey::random(rng);
        let public = key.public();
        Link {
            generation: self.generation.saturating_add(1),
            since,
            pairing: self.pairing.renewed(&public),
            naming: self.naming.renewed(&public),
            key: Some(key),
        }
    }
}

/// One contact's conversation.
pub(crate) struct Case {
    pub(crate) id: CaseId,
    /// By which first posts know the contact.
    pub(crate) contact: ContactMark,
    /// All generations that the contact may still use, oldest first; never empty.
    pub(crate) links: Vec<Link>,
    /// The secrets of what stands in the team log.
    pub(crate) logged: Logged,
    pub(crate) reply_key: ReplyPublicKey,
    pub(crate) language: Language,
    pub(crate) urgency: Urgency,
    /// What the contact wishes of whoever answers.
    pub(crate) choices: Choices,
    /// What the holder has set.
    pub(crate) tended: Tended,
    /// How it stands with a handover of its contact.
    pub(crate) handover: Handover,
    /// How far it has come, what the contact wishes, and what is agreed for afterwards.
    pub(crate) course: Course,
    /// The numbers of all posts that arrived.
    pub(crate) posts: BTreeSet<u32>,
    pub(crate) next_reply: u32,
    /// The contact has collected all replies below this number.
    pub(crate) collected_below: u32,
    pub(crate) unread: bool,
    pub(crate) messages: Vec<Message>,
    pub(crate) notes: Vec<Text>,
    pub(crate) translations: Vec<Translation>,
    pub(crate) draft: Text,
    /// The draft as the log has it, and what destroys it there.
    pub(crate) logged_draft: Option<(Text, Shred)>,
    /// What destroys the case's entries and grants in the team log.
    pub(crate) entries: Vec<Shred>,
    /// Posts that were taken for this case later; others may know the contact by them alone.
    pub(crate) claims: Vec<CaseId>,
    /// When the contact last wrote, or the case was taken.
    pub(crate) last_heard: Day,
    /// Until when it is kept longer.
    pub(crate) extended: Option<Day>,
    /// Who reads along.
    pub(crate) supervisors: BTreeSet<DevicePublicKey>,
    pub(crate) whispers: Vec<Said>,
    pub(crate) drafts: Vec<Draft>,
    /// It was given to that device, and is no longer this desk's once the log says so.
    pub(crate) leaving: Option<DevicePublicKey>,
    /// It waits in the queue for somebody to take it; this desk only keeps it.
    pub(crate) returned: bool,
    /// The person here has answered it, and goes on with it when nobody else has.
    pub(crate) own: bool,
    /// The contact is to write next.
    pub(crate) on_hold: bool,
    /// When somebody last wrote; not kept.
    pub(crate) active: Option<Minute>,
    /// Colleagues who have a share of its keeping secret.
    pub(crate) stand_ins: BTreeSet<DevicePublicKey>,
    /// The marks of posts that may come, and the generation of each; not kept.
    marks: BTreeMap<[u8; 16], u32>,
}

/// What a contact's post brings, first or follow-up.
pub(crate) struct Brought {
    pub(crate) number: u32,
    pub(crate) language: Language,
    pub(crate) urgency: Urgency,
    pub(crate) reply_key: ReplyPublicKey,
    pub(crate) text: Text,
}

impl Case {
    /// A case with nothing in it yet.
    pub(crate) fn new(
        (id, contact): (CaseId, ContactMark),
        links: Vec<Link>,
        logged: Logged,
        reply_key: ReplyPublicKey,
        day: Day,
    ) -> Case {
        let mut case = Case {
            id,
            contact,
            links,
            logged,
            reply_key,
            language: Language::English,
            urgency: Urgency::NoHurry,
            choices: Choices::default(),
            tended: Tended::default(),
            handover: Handover::default(),
            course: Course::default(),
            posts: BTreeSet::new(),
            next_reply: 0,
            collected_below: 0,
            unread: false,
            messages: Vec::new(),
            notes: Vec::new(),
            translations: Vec::new(),
            draft: Text::empty(),
            logged_draft: None,
            entries: Vec::new(),
            claims: Vec::new(),
            last_heard: day,
            extended: None,
            supervisors: BTreeSet::new(),
            whispers: Vec::new(),
            drafts: Vec::new(),
            leaving: None,
            returned: false,
            own: false,
            on_hold: false,
            active: None,
            stand_ins: BTreeSet::new(),
            marks: BTreeMap::new(),
        };
        case.expect_posts();
        case
    }

    /// Whether the person at this desk has it.
    pub(crate) fn is_held(&self) -> bool {
        self.leaving.is_none() && !self.returned
    }

    /// Begins a new generation, which the next reply announces. One that was begun and never announced makes way: the
    /// contact renews from the last that it was told.
    pub(crate) fn renew(&mut self, day: Day, rng: &mut dyn CryptoRng) {
        let announced = self.announced();
        self.links.retain(|link| link.generation <= announced);
        if let Some(next) = self.links.last().map(|link| link.next(day, rng)) {
            self.links.push(next);
            self.expect_posts();
        }
    }

    /// Whether its key is due to be replaced.
    pub(crate) fn is_renewal_due(&self, today: Day) -> bool {
        let newest = self.links.last();
        newest.is_some_and(|link| link.key.is_some() && today > link.since.plus(KEY_DAYS))
    }

    fn link(&self, generation: u32) -> Option<&Link> {
        self.links.iter().find(|link| link.generation == generation)
    }

    /// The newest generation that a reply announced.
    fn announced(&self) -> u32 {
        let sent = self.messages.iter().filter_map(|message| match message {
            Message::Sent { sealed, .. } => Some(sealed.address),
            Message::Received { .. } => None,
        });
        let first = self.links.first().map_or(0, |link| link.generation);
        sent.max().unwrap_or(first).max(first)
    }

    /// With which link the next reply is sealed, and which it announces.
    pub(crate) fn generations(&self) -> Generations {
        Generations {
            under: self.announced(),
            address: self.links.last().map_or(0, |link| link.generation),
        }
    }

    pub(crate) fn label(&self) -> CaseLabel {
        CaseLabel::of(&self.id)
    }

    /// Where the contact writes to in a generation.
    pub(crate) fn address(&self, generation: u32) -> Option<CaseAddress> {
        let key = self.link(generation)?.key.as_ref()?;
        Some(CaseAddress {
            case: self.id,
            generation,
            key: key.public(),
        })
    }

    /// The secrets of a generation.
    pub(crate) fn secrets(&self, generation: u32) -> Option<(&PairingSecret, &NamingSecret)> {
        let link = self.link(generation)?;
        Some((&link.pairing, &link.naming))
    }

    /// Opens a follow-up of this case's contact. Returns it and its generation.
    pub(crate) fn open(&self, envelope: &Envelope, line: &LineId) -> Option<(FollowUp, u32)> {
        let newest = *self.marks.get(&envelope.header().mark)?;
        // Where the naming secret stays, a mark is that of all generations.
        let mut links = self.links.iter().rev();
        links.find_map(|link| {
            let may_be = link.generation == newest || link.naming.stays();
            let keys = (&self.id, link.generation, link.key.as_ref()?);
            let post = may_be.then(|| FollowUp::open(envelope, line, keys, &link.pairing));
            Some((post?.ok()?, link.generation))
        })
    }

    /// The contact uses this generation, so it has read what announced it: older ones are destroyed.
    pub(crate) fn uses(&mut self, generation: u32) {
        let before = self.links.len();
        self.links.retain(|link| link.generation >= generation);
        if self.links.len() != before {
            self.expect_posts();
        }
    }

    /// One more than the highest post number: a contact has at most one post under way, and it is its highest.
    pub(crate) fn posts_read(&self) -> u32 {
        self.posts
            .last()
            .map_or(0, |highest| highest.saturating_add(1))
    }

    /// Works out the marks of the posts that may come, and of the last that came, since a doubled one must be shredded too.
    ///
    /// The numbers are the contact's to choose, so their range is bounded on both sides.
    pub(crate) fn expect_posts(&mut self) {
        let next = self.posts_read();
        let numbers = next.saturating_sub(NUMBERS_AROUND)..next.saturating_add(NUMBERS_AROUND);
        let open = self.links.iter().filter(|link| link.key.is_some());
        self.marks = open
            .flat_map(|link| {
                let marks = numbers.clone();
                marks.map(|number| (FollowUp::mark(&link.naming, number), link.generation))
            })
            .collect();
    }

    /// The marks of the contact's next posts, by which others see that one came.
    pub(crate) fn next_marks(&self) -> Vec<[u8; 16]> {
        let next = self.posts_read();
        let numbers = next..next.saturating_add(MARKS_AHEAD);
        let open = self.links.iter().rev().filter(|link| link.key.is_some());
        open.take(LINKS_AHEAD)
            .flat_map(|link| numbers.clone().map(|n| FollowUp::mark(&link.naming, n)))
            .collect()
    }

    /// Whether the post of that number brought words that are shown.
    pub(crate) fn has_message(&self, post: u32) -> bool {
        self.messages
            .iter()
            .any(|message| matches!(message, Message::Received { number, .. } if *number == post))
    }

    /// Which of the 64 numbers below the next did not arrive: the lowest bit is the next number's neighbour.
    pub(crate) fn missing(&self) -> u64 {
        let next = self.posts_read();
        let numbers =
            (0..NUMBERS_AROUND).filter_map(|place| Some((place, next.checked_sub(place + 1)?)));
        let missing = numbers.filter(|(_, number)| !self.posts.contains(number));
        missing.fold(0, |bits, (place, _)| bits | 1 << place)
    }

    /// All posts below this number count as arrived, but for those: what a predecessor has read.
    pub(crate) fn has_read(&mut self, below: u32, missing: u64) {
        let numbers =
            (0..NUMBERS_AROUND).filter_map(|place| Some((place, below.checked_sub(place + 1)?)));
        let arrived = numbers.filter(|(place, _)| missing >> place & 1 == 0);
        self.posts.extend(arrived.map(|(_, number)| number));
        self.expect_posts();
    }

    /// The day on which the holder is reminded.
    pub(crate) fn remind_on(&self) -> Day {
        self.destroy_after()
            .minus(DESTROY_DAYS.saturating_sub(REMIND_DAYS))
    }

    /// The last day of the case.
    pub(crate) fn destroy_after(&self) -> Day {
        let due = self.last_heard.plus(DESTROY_DAYS);
        self.extended.map_or(due, |extended| extended.max(due))
    }

    /// Takes in what a post brings. Returns whether it is new: a number that was seen before is dropped.
    pub(crate) fn receive(&mut self, brought: Brought) -> bool {
        let is_newest = brought.number >= self.posts_read();
        if !self.posts.insert(brought.number) {
            return false;
        }
        if is_newest {
            self.reply_key = brought.reply_key;
        }
        if !brought.text.is_empty() {
            if is_newest {
                self.language = brought.language;
                self.urgency = brought.urgency;
            }
            self.unread = true;
            self.on_hold = false;
            self.course.hear();
            self.messages.push(Message::Received {
                number: brought.number,
                text: brought.text,
            });
        }
        self.expect_posts();
        true
    }

    /// Notes how far the contact has collected. Returns whether an answer was among it.
    pub(crate) fn collected(&mut self, below: u32) -> bool {
        let before = self.uncollected();
        // A contact cannot have collected what was never sent.
        let below = below.min(self.next_reply);
        self.collected_below = self.collected_below.max(below);
        before > self.uncollected()
    }

    /// How many answers there are.
    pub(crate) fn answers(&self) -> usize {
        let answers = self.messages.iter().filter(|message| {
            matches!(
                message,
                Message::Sent {
                    part: ReplyPart::Words(_) | ReplyPart::Card { .. },
                    ..
                }
            )
        });
        answers.count()
    }

    /// How many answers the contact has not collected.
    pub(crate) fn uncollected(&self) -> u32 {
        let open = self.messages.iter().filter(|message| {
            matches!(message, Message::Sent { number, part: ReplyPart::Words(_) | ReplyPart::Card { .. }, .. }
                if *number >= self.collected_below)
        });
        u32::try_from(open.count()).unwrap_or(u32::MAX)
    }

    /// Notes that the relay holds a reply.
    pub(crate) fn reply_written(&mut self, reply: u32) {
        for message in &mut self.messages {
            if let Message::Sent {
                number, written, ..
            } = message
                && *number == reply
            {
                *written = Written::Yes;
            }
        }
    }
}

pub(crate) fn show_text(text: &Text) -> Zeroizing<String> {
    Zeroizing::new(text.as_str().to_owned())
}
