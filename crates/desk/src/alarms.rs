//! What two persons should look at: raised by what desks wrote into the trail, and by what the log says of them.

use statements::DevicePublicKey;
use wire::Envelope;

use crate::records::RecordKey;
use crate::trail::{Raised, SHOWN};
use crate::turn::Turn;
use crate::view::AlarmView;
use crate::{Alarm, Desk, Notice};

/// So many takes within [`MASS_MINUTES`] are an alarm.
const MASS_TAKES: usize = 6;
const MASS_MINUTES: u32 = 10;

impl Desk {
    /// Has the person at this desk look, once a day for each reason and device until it is acknowledged.
    pub(crate) fn raise(&mut self, alarm: Alarm, device: DevicePublicKey, turn: &mut Turn<'_>) {
        let day = turn.now.day();
        if !self.watches() || device == self.device() {
            return;
        }
        if self.trail.is_alarm_known(alarm, &device, day) {
            return;
        }
        let last = self.trail.alarms.last().map_or(0, |raised| raised.number);
        self.trail.alarms.push(Raised {
            number: last.saturating_add(1),
            alarm,
            device,
            day,
            acknowledged: false,
        });
        while self.trail.alarms.len() > SHOWN {
            self.forget_an_alarm();
        }
        self.mark(RecordKey::Trail);
        turn.tell(Notice::Alarmed(alarm, device));
    }

    /// There are too many: one that was seen goes first, and somebody under force never makes way for what he is made to try.
    fn forget_an_alarm(&mut self) {
        let alarms = &mut self.trail.alarms;
        let seen = alarms.iter().position(|raised| raised.acknowledged);
        let other = || {
            alarms
                .iter()
                .position(|raised| raised.alarm != Alarm::Duress)
        };
        let oldest = seen.or_else(other).unwrap_or(0);
        if oldest < alarms.len() {
            alarms.remove(oldest);
        }
    }

    pub(crate) fn acknowledge_alarm(&mut self, number: u64) {
        for raised in &mut self.trail.alarms {
            raised.acknowledged |= raised.number == number;
        }
        self.mark(RecordKey::Trail);
    }

    /// What the log says of a take, judged while it happens.
    pub(crate) fn watch_take(&mut self, by: DevicePublicKey, turn: &mut Turn<'_>) {
        if !self.caught_up || !self.watches() {
            return;
        }
        let on_duty = self.duty_shifts().filter(|(_, s)| s.is_on_duty(turn.now));
        let numbers: Vec<u32> = on_duty.map(|(number, _)| *number).collect();
        if !numbers.iter().any(|number| self.holds(&by, *number)) {
            self.raise(Alarm::OffShift, by, turn);
        }
        let takes = self.trail.takes.entry(by).or_default();
        takes.retain(|when| turn.now < when.plus(MASS_MINUTES));
        takes.push(turn.now);
        if takes.len() >= MASS_TAKES {
            self.raise(Alarm::MassTaking, by, turn);
        }
    }

    /// Whether a post is a silent alarm; then it is raised, once. The post stays, so that others see it too, until it ages out.
    pub(crate) fn is_duress(&mut self, post: &Envelope, turn: &mut Turn<'_>) -> bool {
        let Some(device) = self.trail.duress.remove(&post.header().mark) else {
            return false;
        };
        self.mark(RecordKey::Trail);
        self.raise(Alarm::Duress, device, turn);
        true
    }

    pub(crate) fn show_alarms(&self) -> Vec<AlarmView> {
        let mut raised: Vec<&Raised> = self.trail.alarms.iter().rev().collect();
        raised.sort_by_key(|raised| (raised.acknowledged, raised.alarm != Alarm::Duress));
        raised
            .into_iter()
            .filter(|_| self.watches())
            .map(|raised| AlarmView {
                number: raised.number,
                alarm: raised.alarm,
                about: self.name_of(&raised.device),
                device: raised.device,
                day: raised.day,
                acknowledged: raised.acknowledged,
            })
            .collect()
    }
}
