//! The line as the page shows it: who is on duty, how long to wait, where it can be reached.

use statements::{ChoiceWait, LetterKey, Line, OnDuty, Recipient, WaitNotice};
use wire::{LineDocument, LineId, Minute, Reader, Writer};

use crate::Failure;

/// By how many days the device's clock and the relay's may differ before one of them is wrong.
const CLOCK_DAYS: u32 = 1;

/// A line's document as a request brings it: minute u32 ‖ document length u32 ‖ document.
pub(crate) struct Heard {
    /// The minute by the device's clock.
    pub(crate) now: Minute,
    /// The line, verified back to its root.
    pub(crate) line: Line,
}

impl Heard {
    /// Reads and verifies; `expected` is the line on which this visit began.
    ///
    /// # Errors
    /// `Request`, `NotTheLine`, or `OtherLine`.
    pub(crate) fn read(
        reader: &mut Reader<'_>,
        expected: Option<&LineId>,
    ) -> Result<Heard, Failure> {
        let now = Minute(reader.u32()?);
        let document = LineDocument::parse(reader.long()?).map_err(|_| Failure::NotTheLine)?;
        let line = Line::verify(&document, expected)?;
        Ok(Heard { now, line })
    }

    /// The shift to seal to: the one on duty, or the one offered when the clock says that none is.
    pub(crate) fn shift(&self) -> Option<&Recipient> {
        match self.line.on_duty(self.now) {
            OnDuty::Now(shift) | OnDuty::ClockDisagrees(shift) => Some(shift.recipient()),
            OnDuty::Nobody => None,
        }
    }

    /// To whom a letter is sealed today.
    ///
    /// # Errors
    /// `NoLetters` when nobody would open it any more, by the later of the device's day and the document's.
    pub(crate) fn letter_key(&self) -> Result<&LetterKey, Failure> {
        let today = self.now.day().max(self.line.day());
        let key = self.line.letter_key().filter(|key| today <= key.until());
        key.ok_or(Failure::NoLetters)
    }

    /// 1 on duty, 2 the clock or the document is wrong, 3 no shift is planned, 4 the next shift has not begun.
    fn duty(&self) -> u8 {
        let (day, relay_day) = (self.now.day(), self.line.day());
        match self.line.on_duty(self.now) {
            OnDuty::Nobody => 3,
            _ if day.0.abs_diff(relay_day.0) > CLOCK_DAYS => 2,
            OnDuty::Now(_) => 1,
            OnDuty::ClockDisagrees(shift) if shift.from() > self.now => 4,
            OnDuty::ClockDisagrees(_) => 2,
        }
    }

    /// Known u8 (0 nobody said, 1 not how long, 2 minutes) ‖ guides u8 ‖ minutes u16 ‖ surge u8 ‖ count u8 ‖ (kind u8 ‖ value u8 ‖
    /// known u8 (1 not how long, 2 minutes, 3 nobody on duty fits) ‖ minutes u16)*.
    fn write_wait(&self, writer: Writer) -> Writer {
        let Some(wait) = self.line.wait(self.now).map(WaitNotice::wait) else {
            return writer.u8(0).u8(0).u16(0).u8(0).u8(0);
        };
        let writer = match wait.expected {
            None => writer.u8(1).u8(wait.guides).u16(0),
            Some(minutes) => writer.u8(2).u8(wait.guides).u16(minutes),
        };
        let count = u8::try_from(wait.choices.len()).unwrap_or(u8::MAX);
        let writer = writer.u8(wait.surge.into()).u8(count);
        let choices = wait.choices.iter().take(count.into());
        choices.fold(writer, |writer, choice| {
            let writer = writer.u8(choice.kind as u8).u8(choice.value);
            match choice.expected {
                None => writer.u8(1).u16(0),
                Some(ChoiceWait::NOBODY) => writer.u8(3).u16(0),
                Some(minutes) => writer.u8(2).u16(minutes),
            }
        })
    }
}

/// Command 1. Request: line id 32 that is trusted already, or zeros ‖ minute ‖ document.
///
/// Answer: line id 32 ‖ duty u8 ‖ wait, as `Heard::write_wait` has
/// it ‖ feedback asked for u8 ‖ the relay's day u32 ‖ entrances and warning, as
/// `write_entrances` has them ‖ the line's end u8 (0 none, 1 to come, 2 over) ‖ its last day u32.
pub(crate) fn describe(mut reader: Reader<'_>) -> Result<Vec<u8>, Failure> {
    let trusted = LineId(reader.array()?);
    let trusted = (trusted.0 != [0; 32]).then_some(&trusted);
    let heard = Heard::read(&mut reader, trusted)?;
    reader.end()?;
    let id = heard.line.id();
    let writer = Writer::default().u8(0).put(&id.0).u8(heard.duty());
    let writer = heard
        .write_wait(writer)
        .u8(heard.line.feedback_key().is_some().into())
        .u32(heard.line.day().0);
    let writer = write_entrances(writer, &heard.line);
    let notice = heard.line.final_notice();
    let end = notice.map_or(0, |_| 1 + u8::from(heard.line.is_over()));
    let last_day = notice.map_or(0, |notice| notice.last_day.0);
    Ok(writer.u8(end).u32(last_day).done())
}

/// The last day of the list u32, 0 when none is to be trusted ‖ count u8 ‖ (kind u8 ‖ length u8 ‖ address)* ‖ count u8 ‖ (length u8 ‖
/// fake)* ‖ what is warned of u8, 0 of nothing ‖ since day u32 ‖ length u8 ‖ address.
fn write_entrances(writer: Writer, line: &Line) -> Writer {
    let list = line.entrances();
    let places = list.map_or(&[][..], |list| &list.entrances);
    let fakes = list.map_or(&[][..], |list| &list.fakes);
    let count = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
    let writer = writer
        .u32(list.map_or(0, |list| list.good_until.0))
        .u8(count(places.len()));
    let writer = places.iter().fold(writer, |writer, place| {
        writer.u8(place.kind as u8).short(place.address.as_bytes())
    });
    let writer = fakes
        .iter()
        .fold(writer.u8(count(fakes.len())), |writer, fake| {
            writer.short(fake.as_bytes())
        });
    match line.warning() {
        None => writer.u8(0).u32(0).u8(0),
        Some(warning) => writer
            .u8(warning.about as u8)
            .u32(warning.issued.day().0)
            .short(warning.address.as_bytes()),
    }
}
