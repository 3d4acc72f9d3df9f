//! What contacts say of the help they got: only coordinators can open it, nobody can tell of which case it is, and few are not told.

use std::collections::BTreeMap;

use protocol::{
    FeedbackPost, FeedbackSecretKey, Grant, GrantPurpose, GrantSubject, Helped, Said, TeamEvent,
    envelope_hash,
};
use statements::{DevicePublicKey, FeedbackKey};
use wire::{Day, Envelope, EnvelopeHash, Minute, ReadError, Reader, Writer};

use crate::Desk;
use crate::codec::{read_all, read_option, write_all, write_option};
use crate::outbox::About;
use crate::records::RecordKey;
use crate::turn::Turn;

/// Fewer than so many are not told.
const FEW: u32 = 5;
/// After so many minutes a key that the line does not show is published anew.
const AGAIN_MINUTES: u32 = 60;
/// For so many days it is known which posts were counted; longer than the relay keeps any.
const COUNTED_DAYS: u32 = 60;

/// The secrets that open feedback, and the tally.
#[derive(Default)]
pub(crate) struct Feedback {
    /// By the serial of the key.
    secrets: BTreeMap<u32, FeedbackSecretKey>,
    /// The serial that this desk published last.
    published: Option<u32>,
    /// When it did; not kept.
    asked: Option<Minute>,
    tally: [u32; 3],
    /// Posts that were counted, by the first bytes of their hashes.
    counted: BTreeMap<[u8; 8], Day>,
    /// To whom which serial was granted; not kept, so that after a restart it is granted once more.
    granted: BTreeMap<DevicePublicKey, u32>,
}

impl Feedback {
    /// The secrets that open feedback, the newest first.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &FeedbackSecretKey> {
        self.secrets.values().rev()
    }

    /// (serial u32 ‖ secret 32)* ‖ published u32? ‖ 3 × count u32 ‖ (hash 8 ‖ day)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = write_all(writer, self.secrets.iter(), |writer, (serial, secret)| {
            writer.u32(*serial).put(secret.expose())
        });
        let writer = write_option(writer, self.published, |writer, serial| writer.u32(serial));
        let writer = self.tally.iter().fold(writer, |writer, n| writer.u32(*n));
        write_all(writer, self.counted.iter(), |writer, (hash, day)| {
            writer.put(hash).u32(day.0)
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Feedback, ReadError> {
        let secrets = read_all(reader, |reader| {
            let serial = reader.u32()?;
            Ok((serial, FeedbackSecretKey::from_seed(&reader.array()?)))
        })?;
        let published = read_option(reader, |reader| reader.u32())?;
        let tally = [reader.u32()?, reader.u32()?, reader.u32()?];
        let counted = read_all(reader, |reader| Ok((reader.array()?, Day(reader.u32()?))))?;
        Ok(Feedback {
            secrets: secrets.into_iter().collect(),
            published,
            asked: None,
            tally,
            counted: counted.into_iter().collect(),
            granted: BTreeMap::new(),
        })
    }
}

impl Desk {
    /// The line has a feedback key, and every coordinator its secret: the first of them sees to it.
    pub(crate) fn keep_feedback_key(&mut self, turn: &mut Turn<'_>) {
        let today = turn.now.day();
        let counted = self.feedback.counted.len();
        let certain = self.certain(turn.now).day();
        self.feedback
            .counted
            .retain(|_, day| certain <= day.plus(COUNTED_DAYS));
        if self.feedback.counted.len() != counted {
            self.mark(RecordKey::Feedback);
        }
        if !self.is_coordinator() || !self.trusts_clock(turn.now) {
            return;
        }
        let announced = self.line.as_ref().and_then(|line| line.feedback_key());
        match announced.map(FeedbackKey::serial) {
            Some(serial) => self.grant_feedback(serial, turn),
            None if self.signs_first(today) => self.publish_feedback_key(turn),
            None => {}
        }
    }

    fn publish_feedback_key(&mut self, turn: &mut Turn<'_>) {
        let known = self.feedback.secrets.keys().next_back().copied();
        // The line shows it soon, or the relay has refused it.
        let asked = self.feedback.asked;
        let lately = asked.is_some_and(|when| turn.now < when.plus(AGAIN_MINUTES));
        if lately || self.outbox.has(&About::Feedback) {
            return;
        }
        let serial = known.map_or(1, |known| known.saturating_add(1));
        let secret = FeedbackSecretKey::random(turn.rng);
        let draft = FeedbackKey::draft(self.line(), serial, &secret.public());
        let statement = draft.sign_by_device(&self.identity.device).done();
        self.feedback.secrets.insert(serial, secret);
        self.feedback.published = Some(serial);
        self.feedback.asked = Some(turn.now);
        self.mark(RecordKey::Feedback);
        self.publish(statement.to_bytes(), About::Feedback, None);
    }

    /// Grants the secret of the announced key to coordinators who have not got it.
    fn grant_feedback(&mut self, serial: u32, turn: &mut Turn<'_>) {
        let (line, today, me) = (self.line(), turn.now.day(), self.device());
        if self.feedback.published != Some(serial) {
            return;
        }
        let coordinators: Vec<DevicePublicKey> = self.roster.coordinators(today).collect();
        for to in coordinators {
            let granted = self.feedback.granted.get(&to).copied();
            let key = self.key_of(&to, today);
            let secret = self.feedback.secrets.get(&serial);
            let (Some(key), Some(secret), false) = (key, secret, to == me) else {
                continue;
            };
            if granted >= Some(serial) {
                continue;
            }
            let what = (GrantPurpose::Feedback, GrantSubject::shift(0), serial);
            if let Ok(grant) = Grant::seal(&line, what, key, secret.expose(), turn.rng) {
                self.feedback.granted.insert(to, serial);
                self.append(&TeamEvent::Grant(grant), About::Nothing, turn);
            }
        }
    }

    pub(crate) fn receive_feedback_secret(&mut self, serial: u32, content: &[u8]) {
        if let Ok(seed) = content.try_into() {
            let secret = FeedbackSecretKey::from_seed(seed);
            self.feedback.secrets.insert(serial, secret);
            self.mark(RecordKey::Feedback);
            // What came before the key did is read again.
            self.progress.posts_after = 0;
            self.mark(RecordKey::Progress);
        }
    }

    /// Counts a post that is feedback, or notes the address that it reports, once. The post stays until it ages out, so that other coordinators count it too.
    pub(crate) fn count_feedback(&mut self, post: &Envelope, turn: &mut Turn<'_>) -> bool {
        let line = self.line();
        let secrets = self.feedback.secrets.values().rev();
        let opened = secrets
            .filter_map(|secret| FeedbackPost::open(post, &line, secret).ok())
            .next();
        let Some(said) = opened else {
            return false;
        };
        if !self.is_counted_first(&envelope_hash(post), turn.now.day()) {
            return true;
        }
        match &said.said {
            Said::Helped(helped) => {
                let place = usize::from(helped.code().saturating_sub(1));
                if let Some(count) = self.feedback.tally.get_mut(place) {
                    *count = count.saturating_add(1);
                }
            }
            Said::Fake(address) => self.watch_address(address, turn),
        }
        true
    }

    /// Notes that a post is counted; whether it was not counted before.
    pub(crate) fn is_counted_first(&mut self, post: &EnvelopeHash, today: Day) -> bool {
        let [a, b, c, d, e, f, g, h, ..] = post.0;
        let name = [a, b, c, d, e, f, g, h];
        self.mark(RecordKey::Feedback);
        self.feedback.counted.insert(name, today).is_none()
    }

    /// How often contacts said what, for coordinators; fewer than five are left out.
    pub(crate) fn show_feedback(&self) -> Vec<(Helped, u32)> {
        let counts = Helped::ALL.iter().copied().zip(self.feedback.tally);
        counts
            .filter(|(_, count)| self.is_coordinator() && *count >= FEW)
            .collect()
    }
}
