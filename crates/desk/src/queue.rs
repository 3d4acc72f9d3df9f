//! Who waits: first posts that this desk can open and nobody has taken.

use std::collections::BTreeMap;

use std::collections::BTreeSet;

use protocol::{CaseId, Choices, ContactMark, Ending, FirstPost, Language, Urgency};
use statements::DevicePublicKey;
use wire::{Day, Envelope, Minute, ReadError, Reader, Writer};

use crate::CaseLabel;
use crate::codec::{
    read_all, read_envelope, read_flag, read_language, read_option, read_urgency, write_all,
    write_option,
};
use crate::outbox::write_envelope;
use crate::succession::Missed;
use crate::view::WaitingRow;

/// How many posts of shifts without a key are held, in case the key comes.
const UNOPENED: usize = 2048;

/// A post as it waits: sealed, so that nothing of it is held open before it is taken.
pub(crate) struct WaitingPost {
    pub(crate) sequence: u64,
    pub(crate) number: u32,
    pub(crate) language: Language,
    pub(crate) urgency: Urgency,
    pub(crate) choices: Choices,
    pub(crate) envelope: Envelope,
}

impl WaitingPost {
    pub(crate) fn of(sequence: u64, envelope: Envelope, opened: &FirstPost) -> WaitingPost {
        WaitingPost {
            sequence,
            number: opened.number,
            language: opened.language,
            urgency: opened.urgency,
            choices: opened.choices,
            envelope,
        }
    }

    pub(crate) fn id(&self) -> CaseId {
        CaseId::of(&self.envelope)
    }

    pub(crate) fn shift(&self) -> u32 {
        self.envelope.header().epoch
    }
}

/// A contact who waits.
pub(crate) struct Waiting {
    pub(crate) mark: ContactMark,
    /// In tray order; the first named the case.
    pub(crate) posts: Vec<WaitingPost>,
    /// The day on which this desk learnt of it.
    day: Day,
    /// The minute, unless the desk was started since.
    since: Option<Minute>,
    /// This desk has said that it takes the case and not read back who was first.
    pub(crate) taking: bool,
    /// It is from the contact of one of this desk's cases and is being taken for that case; nobody else needs to see it.
    pub(crate) claimed: bool,
    /// The case of the same contact, whose guide can read this post and is left to take it.
    pub(crate) left_to: Option<CaseId>,
}

impl Waiting {
    pub(crate) fn new(mark: ContactMark, post: WaitingPost, now: Minute) -> Waiting {
        Waiting {
            mark,
            posts: vec![post],
            day: now.day(),
            since: Some(now),
            taking: false,
            claimed: false,
            left_to: None,
        }
    }

    /// The day on which this desk learnt of it.
    pub(crate) fn learnt(&self) -> Day {
        self.day
    }

    /// Whether the person at this desk has nothing to do with it.
    pub(crate) fn is_hidden(&self) -> bool {
        self.claimed || self.left_to.is_some()
    }

    fn newest(&self) -> Option<&WaitingPost> {
        self.posts.iter().max_by_key(|post| post.number)
    }

    pub(crate) fn urgency(&self) -> Urgency {
        self.newest().map_or(Urgency::NoHurry, |post| post.urgency)
    }

    pub(crate) fn language(&self) -> Language {
        self.newest()
            .map_or(Language::English, |post| post.language)
    }

    pub(crate) fn choices(&self) -> Choices {
        self.newest().map(|post| post.choices).unwrap_or_default()
    }

    /// The place in the tray of the oldest post.
    pub(crate) fn oldest(&self) -> u64 {
        let oldest = self.posts.iter().map(|post| post.sequence).min();
        oldest.unwrap_or(u64::MAX)
    }

    /// For how many minutes it has waited, as far as this desk knows.
    pub(crate) fn waited(&self, now: Minute) -> u32 {
        now.0.saturating_sub(self.since.unwrap_or(now).0)
    }

    /// After a restart the minute is not known; the day is. What was there on an earlier day has waited since its end at least.
    pub(crate) fn started(&mut self, now: Minute) {
        let known = if self.day < now.day() {
            self.day.plus(1).start()
        } else {
            now
        };
        self.since.get_or_insert(known);
    }

    pub(crate) fn row(&self, case: &CaseId, fits: bool, now: Minute) -> WaitingRow {
        WaitingRow {
            label: CaseLabel::of(case),
            language: self.language(),
            urgency: self.urgency(),
            topic: self.choices().topic,
            dialect: self.choices().dialect,
            waited_minutes: self.waited(now),
            taking: self.taking,
            returned: false,
            fits,
        }
    }

    /// mark 16 ‖ day u32 ‖ taking u8 ‖ claimed u8 ‖ left to 16? ‖ (sequence u64 ‖ number u32 ‖ language u8 ‖ urgency u8 ‖ choices 3 ‖ envelope
    /// 4,096)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = writer
            .put(&self.mark.0)
            .u32(self.day.0)
            .u8(self.taking.into())
            .u8(self.claimed.into());
        let writer = write_option(writer, self.left_to, |writer, case| writer.put(&case.0));
        write_all(writer, self.posts.iter(), |writer, post| {
            let writer = writer
                .u64(post.sequence)
                .u32(post.number)
                .u8(post.language.code())
                .u8(post.urgency.code());
            write_envelope(post.choices.write(writer), &post.envelope)
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Waiting, ReadError> {
        Ok(Waiting {
            mark: ContactMark(reader.array()?),
            day: Day(reader.u32()?),
            taking: read_flag(reader)?,
            claimed: read_flag(reader)?,
            left_to: read_option(reader, |reader| reader.array().map(CaseId))?,
            since: None,
            posts: read_all(reader, |reader| {
                Ok(WaitingPost {
                    sequence: reader.u64()?,
                    number: reader.u32()?,
                    language: read_language(reader)?,
                    urgency: read_urgency(reader)?,
                    choices: Choices::read(reader)?,
                    envelope: read_envelope(reader)?,
                })
            })?,
        })
    }
}

/// A post that was opened once: whose it is, and which case it went to.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) mark: ContactMark,
    pub(crate) case: CaseId,
}

/// A case that somebody took.
pub(crate) struct Taken {
    pub(crate) contact: ContactMark,
    pub(crate) by: DevicePublicKey,
    pub(crate) day: Day,
    pub(crate) closed: bool,
    /// The log has a state of the case, with which others can go on.
    pub(crate) logged: bool,
    /// Every device that could read the case, since when.
    pub(crate) readers: BTreeMap<DevicePublicKey, Day>,
    /// It is back in the queue: the device in `by` keeps it until somebody takes it.
    pub(crate) returned: Option<Returned>,
    /// Who has shares of its keeping secret, of that generation.
    pub(crate) sharers: (u32, BTreeSet<DevicePublicKey>),
    /// Its holder is missed.
    pub(crate) missed: Option<Missed>,
    /// Who had it before.
    pub(crate) before: BTreeSet<DevicePublicKey>,
    /// Who is not to have it again.
    pub(crate) aside: BTreeSet<DevicePublicKey>,
    /// How it ended.
    pub(crate) ending: Option<Ending>,
}

impl Taken {
    /// Just taken: nobody else has anything of it.
    pub(crate) fn new(contact: ContactMark, by: DevicePublicKey, day: Day) -> Taken {
        Taken {
            contact,
            by,
            day,
            closed: false,
            logged: false,
            readers: [(by, day)].into(),
            returned: None,
            sharers: (0, BTreeSet::new()),
            missed: None,
            before: BTreeSet::new(),
            aside: BTreeSet::new(),
            ending: None,
        }
    }

    /// Closed: what was needed to go on with it is needed no more.
    pub(crate) fn close(&mut self, ending: Ending) {
        self.closed = true;
        self.ending = Some(ending);
        self.returned = None;
        self.missed = None;
        self.sharers.1.clear();
        self.aside.clear();
    }
}

/// A case that is back in the queue.
#[derive(Clone)]
pub(crate) struct Returned {
    pub(crate) language: Language,
    pub(crate) urgency: Urgency,
    pub(crate) choices: Choices,
    /// Something of the contact is unanswered; else it waits until the contact writes.
    pub(crate) unanswered: bool,
    /// By which posts it is seen that the contact has written.
    pub(crate) marks: Vec<[u8; 16]>,
    /// The minute since which somebody waits, unless the desk was started since.
    pub(crate) since: Option<Minute>,
    /// Since which day.
    pub(crate) day: Day,
    /// Who took it, and is given it by whoever keeps it.
    pub(crate) promised: Option<DevicePublicKey>,
    /// This desk has said that it takes it; not kept.
    pub(crate) taking: bool,
}

impl Returned {
    /// language u8 ‖ urgency u8 ‖ choices 3 ‖ unanswered u8 ‖ (mark 16)* ‖ day ‖ promised 32?.
    fn encode(&self, writer: Writer) -> Writer {
        let writer = writer.u8(self.language.code()).u8(self.urgency.code());
        let writer = self.choices.write(writer).u8(self.unanswered.into());
        let writer = write_all(writer, self.marks.iter(), |writer, mark| writer.put(mark));
        write_option(writer.u32(self.day.0), self.promised, |writer, to| {
            writer.put(&to.0)
        })
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Returned, ReadError> {
        Ok(Returned {
            language: read_language(reader)?,
            urgency: read_urgency(reader)?,
            choices: Choices::read(reader)?,
            unanswered: read_flag(reader)?,
            marks: read_all(reader, |reader| reader.array())?,
            since: None,
            day: Day(reader.u32()?),
            promised: read_option(reader, |reader| reader.array().map(DevicePublicKey))?,
            taking: false,
        })
    }

    /// For how many minutes somebody has waited, as far as this desk knows.
    pub(crate) fn waited(&self, now: Minute) -> u32 {
        let since = self.since.unwrap_or(self.day.plus(1).start());
        now.0.saturating_sub(since.0)
    }

    pub(crate) fn row(&self, case: &CaseId, fits: bool, now: Minute) -> WaitingRow {
        WaitingRow {
            label: CaseLabel::of(case),
            language: self.language,
            urgency: self.urgency,
            topic: self.choices.topic,
            dialect: self.choices.dialect,
            waited_minutes: self.waited(now),
            taking: self.taking,
            returned: true,
            fits,
        }
    }
}

/// Everything about first posts.
#[derive(Default)]
pub(crate) struct Queue {
    pub(crate) waiting: BTreeMap<CaseId, Waiting>,
    /// By shift and post; destroyed with the shift's key, after which nothing can be opened twice.
    pub(crate) seen: BTreeMap<u32, BTreeMap<CaseId, Seen>>,
    pub(crate) taken: BTreeMap<CaseId, Taken>,
    /// Posts of shifts whose key this desk does not hold, by sequence; only in memory.
    pub(crate) unopened: BTreeMap<u64, Envelope>,
    /// Which case each contact's newest post went to; worked out from `seen` and `taken`.
    pub(crate) contacts: BTreeMap<ContactMark, CaseId>,
    /// How many acute cases were taken one after the other; not kept.
    pub(crate) acute_in_row: u8,
}

impl Queue {
    /// Notes that a post was opened.
    pub(crate) fn see(&mut self, post: &Envelope, mark: ContactMark, case: CaseId) {
        let seen = Seen { mark, case };
        let shift = self.seen.entry(post.header().epoch).or_default();
        shift.insert(CaseId::of(post), seen);
        self.contacts.insert(mark, case);
    }

    pub(crate) fn has_seen(&self, post: &Envelope) -> bool {
        self.seen
            .get(&post.header().epoch)
            .is_some_and(|shift| shift.contains_key(&CaseId::of(post)))
    }

    /// Holds a post whose shift's key may still come.
    pub(crate) fn hold(&mut self, sequence: u64, envelope: Envelope) {
        self.unopened.insert(sequence, envelope);
        while self.unopened.len() > UNOPENED {
            self.unopened.pop_first();
        }
    }

    /// Works out the contacts after a restart: a case that still waits is the newest, else that of the later shift.
    pub(crate) fn recall_contacts(&mut self) {
        for seen in self.seen.values().flat_map(BTreeMap::values) {
            let known = self.contacts.get(&seen.mark);
            if !known.is_some_and(|case| self.waiting.contains_key(case)) {
                self.contacts.insert(seen.mark, seen.case);
            }
        }
        for (case, taken) in self.taken.iter().filter(|(_, taken)| !taken.closed) {
            self.contacts.entry(taken.contact).or_insert(*case);
        }
    }

    /// The shifts of which somebody waits.
    pub(crate) fn waiting_shifts(&self) -> Vec<u32> {
        let waiting = self.waiting.values().filter(|waiting| !waiting.is_hidden());
        let posts = waiting.flat_map(|waiting| &waiting.posts);
        let mut shifts: Vec<u32> = posts.map(WaitingPost::shift).collect();
        shifts.sort_unstable();
        shifts.dedup();
        shifts
    }

    /// (post 16 ‖ mark 16 ‖ case 16)* of one shift whose post begins with `bucket`.
    pub(crate) fn encode_seen(&self, writer: Writer, shift: u32, bucket: u8) -> Option<Writer> {
        let seen = self.seen.get(&shift)?.range(bucket_range(bucket));
        let items: Vec<_> = seen.collect();
        if items.is_empty() {
            return None;
        }
        Some(write_all(
            writer,
            items.into_iter(),
            |writer, (post, seen)| writer.put(&post.0).put(&seen.mark.0).put(&seen.case.0),
        ))
    }

    pub(crate) fn decode_seen(
        &mut self,
        reader: &mut Reader<'_>,
        shift: u32,
    ) -> Result<(), ReadError> {
        let items = read_all(reader, |reader| {
            let post = CaseId(reader.array()?);
            let mark = ContactMark(reader.array()?);
            let case = CaseId(reader.array()?);
            Ok((post, Seen { mark, case }))
        })?;
        self.seen.entry(shift).or_default().extend(items);
        Ok(())
    }

    /// (case 16 ‖ contact 16 ‖ device 32 ‖ day u32 ‖ ending u8, 0 while open ‖ logged u8 ‖ (reader 32 ‖ since day)* ‖ returned? ‖ generation u32 ‖ sharers ‖
    /// missed? ‖ before ‖ aside)* of the cases that begin with `bucket`.
    pub(crate) fn encode_taken(&self, writer: Writer, bucket: u8) -> Option<Writer> {
        let items: Vec<_> = self.taken.range(bucket_range(bucket)).collect();
        if items.is_empty() {
            return None;
        }
        Some(write_all(
            writer,
            items.into_iter(),
            |writer, (case, taken)| {
                let writer = writer
                    .put(&case.0)
                    .put(&taken.contact.0)
                    .put(&taken.by.0)
                    .u32(taken.day.0)
                    .u8(taken.ending.map_or(0, Ending::code))
                    .u8(taken.logged.into());
                let readers = taken.readers.iter();
                let writer = write_all(writer, readers, |writer, (device, since)| {
                    writer.put(&device.0).u32(since.0)
                });
                let writer = write_option(writer, taken.returned.as_ref(), |writer, returned| {
                    returned.encode(writer)
                });
                let writer = write_devices(writer.u32(taken.sharers.0), &taken.sharers.1);
                let writer = write_option(writer, taken.missed.as_ref(), |writer, missed| {
                    missed.encode(writer)
                });
                write_devices(write_devices(writer, &taken.before), &taken.aside)
            },
        ))
    }

    pub(crate) fn decode_taken(&mut self, reader: &mut Reader<'_>) -> Result<(), ReadError> {
        let items = read_all(reader, |reader| {
            let case = CaseId(reader.array()?);
            let contact = ContactMark(reader.array()?);
            let by = DevicePublicKey(reader.array()?);
            let mut taken = Taken::new(contact, by, Day(reader.u32()?));
            taken.ending = match reader.u8()? {
                0 => None,
                code => Some(Ending::from_code(code).ok_or(ReadError::Value)?),
            };
            taken.closed = taken.ending.is_some();
            taken.logged = read_flag(reader)?;
            let readers = read_all(reader, |reader| {
                Ok((DevicePublicKey(reader.array()?), Day(reader.u32()?)))
            })?;
            taken.readers = readers.into_iter().collect();
            taken.returned = read_option(reader, Returned::decode)?;
            taken.sharers = (reader.u32()?, read_devices(reader)?);
            taken.missed = read_option(reader, Missed::decode)?;
            taken.before = read_devices(reader)?;
            taken.aside = read_devices(reader)?;
            Ok((case, taken))
        })?;
        self.taken.extend(items);
        Ok(())
    }
}

fn write_devices(writer: Writer, devices: &BTreeSet<DevicePublicKey>) -> Writer {
    write_all(writer, devices.iter(), |writer, device| {
        writer.put(&device.0)
    })
}

fn read_devices(reader: &mut Reader<'_>) -> Result<BTreeSet<DevicePublicKey>, ReadError> {
    let devices = read_all(reader, |reader| reader.array().map(DevicePublicKey))?;
    Ok(devices.into_iter().collect())
}

/// All ids that begin with one byte; records are split so, that each stays small.
fn bucket_range(bucket: u8) -> core::ops::RangeInclusive<CaseId> {
    let (mut low, mut high) = ([0; 16], [u8::MAX; 16]);
    for first in low.first_mut().into_iter().chain(high.first_mut()) {
        *first = bucket;
    }
    CaseId(low)..=CaseId(high)
}

/// The first byte of an id.
pub(crate) fn bucket(case: &CaseId) -> u8 {
    let [first, ..] = case.0;
    first
}
