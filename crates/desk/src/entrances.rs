//! Where the line can be reached, which addresses only look like it, and what people are warned of.

use std::collections::BTreeMap;

use protocol::TeamEvent;
use statements::{
    Act, Entrance, EntranceList, Line, PackManifest, UnverifiedStatement, Warning, WarningAbout,
    is_fake,
};
use wire::{Day, ReadError, Reader, Writer};

use crate::codec::{read_all, read_string, write_all};
use crate::outbox::About;
use crate::records::RecordKey;
use crate::trail::Step;
use crate::turn::Turn;
use crate::{Desk, Notice, ProposalLabel, Refusal};

/// How many reported addresses are held at most.
const REPORTS: usize = 200;
/// For how many days an address that nobody reported again is held.
const REPORT_DAYS: u32 = 60;
/// So many days before the list is no longer trusted, coordinators are told.
const SOON: u32 = 7;

/// How often an address was reported, and when last. Never by whom.
#[derive(Clone, Copy)]
struct Report {
    count: u32,
    day: Day,
}

/// Addresses that somebody took for a fake and nobody has judged.
#[derive(Default)]
pub(crate) struct Watch {
    reports: BTreeMap<String, Report>,
}

impl Watch {
    /// (address ‖ count u32 ‖ day)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        write_all(writer, self.reports.iter(), |writer, (address, report)| {
            let writer = writer.medium(address.as_bytes());
            writer.u32(report.count).u32(report.day.0)
        })
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Watch, ReadError> {
        let reports = read_all(reader, |reader| {
            let address = read_string(reader)?;
            let (count, day) = (reader.u32()?, Day(reader.u32()?));
            Ok((address, Report { count, day }))
        })?;
        let reports = reports.into_iter().collect();
        Ok(Watch { reports })
    }

    /// Whether the address was not held before. When there is no room, what was reported least and longest ago makes it.
    fn add(&mut self, address: &str, day: Day) -> bool {
        if let Some(report) = self.reports.get_mut(address) {
            report.count = report.count.saturating_add(1);
            report.day = report.day.max(day);
            return false;
        }
        if self.reports.len() >= REPORTS {
            let reports = self.reports.iter();
            let least = reports.min_by_key(|(_, report)| (report.count, report.day));
            let least = least.map(|(address, _)| address.clone());
            self.reports.remove(&least.unwrap_or_default());
        }
        let report = Report { count: 1, day };
        self.reports.insert(address.to_owned(), report);
        true
    }
}

/// What a desk shows of the line's entrances.
#[derive(Default)]
pub struct EntrancesView {
    /// The newest list.
    pub list: Option<EntranceList>,
    /// Whether it ends soon or has ended, or there is none.
    pub is_due: bool,
    /// What people are warned of now.
    pub warning: Option<Warning>,
    /// Addresses that were reported and are in no list, the most reported first: how often, and when last; for coordinators.
    pub reports: Vec<(String, u32, Day)>,
    /// What the newest card pack holds.
    pub pack: Option<PackManifest>,
}

impl EntrancesView {
    /// What a line says of itself in public.
    pub fn of(line: &Line, today: Day) -> EntrancesView {
        let list = line.newest_entrances();
        EntrancesView {
            list: list.cloned(),
            is_due: list.is_none_or(|list| today.plus(SOON) >= list.good_until),
            warning: line.warning().cloned(),
            reports: Vec::new(),
            pack: line.pack().cloned(),
        }
    }
}

impl Desk {
    /// Signs a list of entrances, or proposes it where two have to agree.
    pub(crate) fn set_entrances(
        &mut self,
        entrances: Vec<Entrance>,
        fakes: Vec<String>,
        good_days: u32,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        self.may(Act::Publish, turn)?;
        let newest = self.line.as_ref().and_then(Line::newest_entrances);
        let today = turn.now.day();
        let list = EntranceList {
            serial: newest.map_or(1, |list| list.serial.saturating_add(1)),
            day: today,
            good_until: today.plus(good_days),
            entrances,
            fakes,
        };
        if !list.is_valid() {
            return Err(Refusal::BadEntrances);
        }
        let draft = list.draft(self.line());
        self.sign_or_propose(draft, turn);
        Ok(())
    }

    /// Signs what needs as many as an admission, and shows it to the others, or publishes it where one is enough.
    pub(crate) fn sign_or_propose(&mut self, draft: statements::Draft, turn: &mut Turn<'_>) {
        let signed = draft.sign_by_device(&self.identity.device).done();
        match self.must_agree() {
            0..=1 => self.publish(signed.to_bytes(), About::Nothing, None),
            _ => self.propose(&signed, turn),
        }
    }

    /// Whether a list that another proposed may still go out: nothing newer is there.
    pub(crate) fn may_publish_entrances(
        &self,
        statement: &UnverifiedStatement,
    ) -> Result<(), Refusal> {
        let list = EntranceList::proposed(statement, &self.line());
        let list = list.map_err(|_| Refusal::UnknownProposal)?;
        let newest = self.line.as_ref().and_then(Line::newest_entrances);
        match newest.is_none_or(|newest| newest.serial < list.serial) {
            true => Ok(()),
            false => Err(Refusal::ProposalOver),
        }
    }

    /// Signs what a card pack holds that was built here, or proposes it where two have to agree.
    pub(crate) fn propose_pack(
        &mut self,
        built: &PackManifest,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        self.may(Act::Publish, turn)?;
        let draft = built.draft(self.line());
        self.sign_or_propose(draft, turn);
        Ok(())
    }

    /// Agrees to publish a card pack: whoever agrees has built the same bytes out of what the line has signed.
    pub(crate) fn approve_pack(
        &mut self,
        label: &ProposalLabel,
        built: &PackManifest,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let proposed = self.proposed_pack(label).ok_or(Refusal::UnknownProposal)?;
        match proposed == *built {
            true => self.approve_built(label, turn),
            false => Err(Refusal::OtherPack),
        }
    }

    /// Warns everybody at once: whoever sees the danger first must be able to say so alone.
    pub(crate) fn warn(
        &mut self,
        about: WarningAbout,
        address: String,
        days: u32,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        let list = self.line.as_ref().and_then(Line::newest_entrances);
        if list.is_some_and(|list| list.leads_to(&address)) {
            return Err(Refusal::NamesEntrance);
        }
        let until = turn.now.day().plus(days);
        self.publish_warning(about, address, until, turn)
    }

    /// Ends the warning that is shown.
    pub(crate) fn end_warning(&mut self, turn: &mut Turn<'_>) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        let shown = self.line.as_ref().and_then(Line::warning);
        let Warning { about, address, .. } = shown.ok_or(Refusal::NoWarning)?.clone();
        let yesterday = Day(turn.now.day().0.saturating_sub(1));
        self.publish_warning(about, address, yesterday, turn)
    }

    fn publish_warning(
        &mut self,
        about: WarningAbout,
        address: String,
        until: Day,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        let newest = self.line.as_ref().and_then(Line::newest_warning);
        let warning = Warning {
            serial: newest.map_or(1, |warning| warning.serial.saturating_add(1)),
            issued: turn.now,
            until,
            about,
            address,
        };
        if !warning.is_valid() {
            return Err(Refusal::BadWarning);
        }
        let draft = warning.draft(self.line());
        let signed = draft.sign_by_device(&self.identity.device).done();
        self.publish(signed.to_bytes(), About::Nothing, None);
        self.note(Step::Warned, turn);
        Ok(())
    }

    /// Tells the coordinators of an address that only looks like the line.
    pub(crate) fn report_fake(
        &mut self,
        address: String,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_act(turn)?;
        if !is_fake(&address) {
            return Err(Refusal::BadAddress);
        }
        let event = TeamEvent::ReportFake { address };
        self.append(&event, About::Nothing, turn);
        Ok(())
    }

    /// Notes a reported address, whoever it came from.
    pub(crate) fn watch_address(&mut self, address: &str, turn: &mut Turn<'_>) {
        let is_new = self.watch.add(address, turn.now.day());
        self.mark(RecordKey::Watch);
        if is_new && self.is_coordinator() && !self.is_listed(address) {
            turn.tell(Notice::FakeReported(address.to_owned()));
        }
    }

    /// Drops a reported address at this desk: it is no fake, or needs no more attention.
    pub(crate) fn forget_report(
        &mut self,
        address: &str,
        turn: &mut Turn<'_>,
    ) -> Result<(), Refusal> {
        self.may_coordinate(turn)?;
        let dropped = self.watch.reports.remove(address);
        self.mark(RecordKey::Watch);
        dropped.map(drop).ok_or(Refusal::BadAddress)
    }

    pub(crate) fn forget_old_reports(&mut self, today: Day) {
        let held = self.watch.reports.len();
        let reports = &mut self.watch.reports;
        reports.retain(|_, report| today <= report.day.plus(REPORT_DAYS));
        if reports.len() != held {
            self.mark(RecordKey::Watch);
        }
    }

    /// Whether the line's newest list says of an address what it is.
    fn is_listed(&self, address: &str) -> bool {
        let list = self.line.as_ref().and_then(Line::newest_entrances);
        list.is_some_and(|list| {
            list.leads_to(address) || list.fakes.iter().any(|fake| fake == address)
        })
    }

    /// Tells that people are warned of something new, or no more.
    pub(crate) fn hear_warning(&self, before: Option<&Warning>, turn: &mut Turn<'_>) {
        let now = self.line.as_ref().and_then(Line::warning);
        if now != before {
            turn.tell(Notice::Warned(now.map(|warning| warning.about)));
        }
    }

    pub(crate) fn show_entrances(&self, today: Day) -> EntrancesView {
        let Some(line) = &self.line else {
            return EntrancesView::default();
        };
        let mut shown = EntrancesView::of(line, today);
        if self.is_coordinator() {
            let held = self.watch.reports.iter();
            let open = held.filter(|(address, _)| !self.is_listed(address));
            let reports = &mut shown.reports;
            reports.extend(open.map(|(address, r)| (address.clone(), r.count, r.day)));
            reports.sort_by(|one, other| (other.1, other.2, &one.0).cmp(&(one.1, one.2, &other.0)));
        }
        shown
    }
}
