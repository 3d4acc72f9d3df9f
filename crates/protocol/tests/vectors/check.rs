//! What each topic's inputs mean, and what an accepted vector gives.

use data_encoding::HEXLOWER;
use protocol::{
    CaseId, CaseReport, CaseSecretKey, ContactState, EpochSecretKey, FeedbackPost,
    FeedbackSecretKey, FirstPost, FollowUp, JoinRequest, JoinSecret, NamingSecret, OpenError,
    PairingSecret, PhraseRoot, Reply, ReplyPart, ReplySecretKey, ShiftSecretKey, ShredKey,
    ShredToken, TeamEvent, TeamKey, TeamLog, Welcome,
};
use serde_json::{Value, json};
use statements::{
    CardSet, Delegation, DeviceList, DevicePublicKey, EpochKey, FeedbackKey, FinalNotice,
    LetterKey, Line, Revocation, Root, RosterEntry, RosterFreshness, RosterHash, ShiftNotice,
    StatementError, UnverifiedStatement, WaitNotice,
};
use wire::{
    Day, DeskSession, Envelope, Kind, LineDocument, LineId, Shred, SlotContent, SlotNames,
    SlotWrite, read_sequenced,
};

use super::published;

/// A vector's inputs: bytes in hexadecimal, numbers as numbers.
pub(crate) struct Inputs<'a>(&'a Value);

impl<'a> Inputs<'a> {
    pub(crate) fn new(inputs: &'a Value) -> Inputs<'a> {
        Inputs(inputs)
    }

    fn word(&self, name: &str) -> &'a str {
        self.0[name]
            .as_str()
            .unwrap_or_else(|| panic!("no input {name}"))
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        HEXLOWER
            .decode(self.word(name).as_bytes())
            .expect("hexadecimal")
    }

    fn array<const N: usize>(&self, name: &str) -> [u8; N] {
        self.bytes(name)
            .try_into()
            .unwrap_or_else(|_| panic!("{name} has another size"))
    }

    fn number(&self, name: &str) -> u32 {
        self.0[name]
            .as_u64()
            .and_then(|number| number.try_into().ok())
            .expect("a number")
    }

    fn line(&self) -> LineId {
        LineId(self.array("line"))
    }

    fn envelope(&self) -> Envelope {
        Envelope::parse(&self.bytes("envelope")).expect("an envelope")
    }

    fn statement(&self, name: &str) -> UnverifiedStatement {
        UnverifiedStatement::parse(&self.bytes(name)).expect("a statement")
    }

    fn root(&self) -> Root {
        Root::read(&self.statement("root")).expect("a root")
    }

    fn delegation(&self) -> Delegation {
        Delegation::verify(&self.statement("delegation"), &self.root()).expect("a delegation")
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn named(error: impl core::fmt::Debug) -> String {
    format!("{error:?}")
}

/// Checks one vector: what it gives when it is accepted, or why it is refused.
pub(crate) fn check(topic: &str, inputs: &Inputs<'_>) -> Result<Value, String> {
    match topic {
        "envelope" => envelope(inputs),
        "bodies" => body(inputs),
        "statement" => statement(inputs).map_err(named),
        "line" => line(inputs),
        "phrase" => Ok(phrase(inputs)),
        "names" => Ok(name(inputs)),
        "post" => post(inputs).map_err(named),
        "reply" => reply(inputs).map_err(named),
        "state" => state(inputs).map_err(named),
        "join" => join(inputs).map_err(named),
        "team-log" => team_log(inputs).map_err(named),
        other => panic!("no checker for {other}"),
    }
}

fn envelope(inputs: &Inputs<'_>) -> Result<Value, String> {
    let kind = match inputs.word("belongs") {
        "post" => Kind::Post,
        "log entry" => Kind::LogEntry,
        _ => Kind::Slot,
    };
    let envelope = Envelope::parse_kind(&inputs.bytes("envelope"), kind).map_err(named)?;
    let header = envelope.header();
    Ok(json!({
        "epoch": header.epoch,
        "line_tag": hex(&header.line_tag),
        "mark": hex(&header.mark),
        "shred_hash": hex(&header.shred_hash),
        "hash": hex(&protocol::envelope_hash(&envelope).0),
    }))
}

fn body(inputs: &Inputs<'_>) -> Result<Value, String> {
    let bytes = inputs.bytes("body");
    let written = match inputs.word("as") {
        "slot names" => SlotNames::parse(&bytes).map_err(named)?.to_bytes(),
        "slots" => {
            let slots = SlotContent::parse_answer(&bytes).map_err(named)?;
            slots.iter().flat_map(SlotContent::to_bytes).collect()
        }
        "slot write" => SlotWrite::parse(&bytes).map_err(named)?.to_bytes(),
        "shred" => Shred::parse(&bytes).map_err(named)?.to_bytes(),
        "session" => DeskSession::parse(&bytes).map_err(named)?.to_bytes(),
        "posts" => wire::write_sequenced(&read_sequenced(&bytes, Kind::Post).map_err(named)?),
        "log" => wire::write_sequenced(&read_sequenced(&bytes, Kind::LogEntry).map_err(named)?),
        "line" => LineDocument::parse(&bytes).map_err(named)?.to_bytes(),
        other => panic!("no body {other}"),
    };
    Ok(json!({"same_when_written": written == bytes}))
}

fn statement(inputs: &Inputs<'_>) -> Result<Value, StatementError> {
    let statement = UnverifiedStatement::parse(&inputs.bytes("statement"))?;
    Ok(match inputs.word("as") {
        "root" => {
            let root = Root::read(&statement)?;
            json!({"line": hex(&root.line_id().0), "threshold": root.threshold(), "keys": root.keys().len()})
        }
        "delegation" => {
            let root = Root::read(&inputs.statement("root")).expect("a root");
            let delegation = Delegation::verify(&statement, &root)?;
            json!({"serial": delegation.serial(), "until": delegation.until().0, "admission_threshold": delegation.admission_threshold()})
        }
        "shift notice" => {
            let shift = ShiftNotice::verify(&statement, &inputs.delegation())?;
            json!({"number": shift.number(), "from": shift.from().0, "until": shift.until().0, "key": hex(shift.seal_key().as_bytes())})
        }
        "device list" => {
            let list = DeviceList::verify(&statement, &inputs.delegation())?;
            json!({"serial": list.serial(), "devices": list.devices().len()})
        }
        "wait notice" => {
            let shift = ShiftNotice::verify(&inputs.statement("shift"), &inputs.delegation());
            let wait = WaitNotice::verify(&statement, &shift.expect("a shift"))?;
            let choices = wait.wait().choices.iter();
            let choices: Vec<Value> = choices
                .map(|one| json!([one.kind.word(), one.value, one.expected]))
                .collect();
            json!({
                "shift": wait.shift(), "guides": wait.guides(), "expected": wait.expected(),
                "surge": wait.wait().surge, "choices": choices,
            })
        }
        "roster entry" => {
            let (entry, signers) = RosterEntry::verify(&statement, &inputs.delegation())?;
            let head = RosterHash::NONE.followed_by(&entry);
            json!({"entry": format!("{:?}", entry.action), "signers": signers.len(), "first_head": hex(&head.0)})
        }
        "roster freshness" => {
            let (freshness, _) = RosterFreshness::verify(&statement, &inputs.delegation())?;
            json!({"entries": freshness.entries, "issued": freshness.issued.0})
        }
        "revocation" => {
            let revocation = Revocation::verify(&statement, &inputs.delegation())?;
            json!({"serial": revocation.serial, "device": hex(&revocation.device.0)})
        }
        "epoch key" => {
            let key = EpochKey::verify(&statement, &inputs.line())?;
            json!({"device": hex(&key.device().0), "day": key.day().0})
        }
        "feedback key" => {
            let key = FeedbackKey::verify(&statement, &inputs.delegation())?;
            json!({"serial": key.serial(), "key": hex(key.seal_key().as_bytes())})
        }
        "letter key" => {
            let key = LetterKey::verify(&statement, &inputs.delegation())?;
            json!({"number": key.number(), "from": key.from().0, "until": key.until().0, "key": hex(key.recipient().seal_key().as_bytes())})
        }
        "card set" => {
            let cards = CardSet::verify(&statement, &inputs.delegation())?;
            json!({"serial": cards.serial(), "day": cards.day().0, "cards": cards.cards()})
        }
        "final notice" => {
            let root = inputs.root();
            let notice = FinalNotice::verify(&statement, &root, &inputs.delegation())?;
            json!({"how": notice.how.word(), "issued": notice.issued.0, "last_day": notice.last_day.0})
        }
        other => published::statement(other, &statement, &inputs.delegation())?,
    })
}

fn line(inputs: &Inputs<'_>) -> Result<Value, String> {
    let document = LineDocument::parse(&inputs.bytes("document")).map_err(named)?;
    let line = Line::verify(&document, Some(&inputs.line())).map_err(named)?;
    Ok(
        json!({"day": line.day().0, "shifts": line.shifts().len(), "cards": line.cards().is_some(), "feedback": line.feedback_key().map(FeedbackKey::serial)}),
    )
}

fn phrase(inputs: &Inputs<'_>) -> Value {
    let root = PhraseRoot::derive(&inputs.array("phrase"), &inputs.line());
    json!({"root": hex(root.expose()), "state_slot": hex(&root.state_slot().0)})
}

fn name(inputs: &Inputs<'_>) -> Value {
    let bytes = match inputs.word("as") {
        "reply slot" => {
            let naming = NamingSecret::from_bytes(&inputs.array("naming"));
            Reply::slot(&naming, inputs.number("number")).0.to_vec()
        }
        "mark" => {
            let naming = NamingSecret::from_bytes(&inputs.array("naming"));
            FollowUp::mark(&naming, inputs.number("number")).to_vec()
        }
        "shred hash" => ShredToken::from_bytes(&inputs.array("token"))
            .hash()
            .to_vec(),
        "renewed pairing" => {
            let pairing = PairingSecret::from_bytes(&inputs.array("pairing"));
            let key = CaseSecretKey::from_seed(&inputs.array("case_key")).public();
            pairing.renewed(&key).expose().to_vec()
        }
        "renewed naming" => {
            let naming = NamingSecret::from_bytes(&inputs.array("naming"));
            let key = CaseSecretKey::from_seed(&inputs.array("case_key")).public();
            naming.renewed(&key).expose().to_vec()
        }
        "contact mark" => {
            let pairing = PairingSecret::from_bytes(&inputs.array("pairing"));
            protocol::ContactMark::of(&pairing).0.to_vec()
        }
        "case" => CaseId::of(&inputs.envelope()).0.to_vec(),
        "join slot" => {
            let secret = JoinSecret::from_bytes(&inputs.array("secret"));
            secret.slot(&inputs.line()).0.to_vec()
        }
        "join words" => {
            let secret = JoinSecret::from_bytes(&inputs.array("secret"));
            let device = DevicePublicKey(inputs.array("device"));
            secret.comparison(&inputs.line(), &device).to_vec()
        }
        other => panic!("no name {other}"),
    };
    json!({"is": hex(&bytes)})
}

fn post(inputs: &Inputs<'_>) -> Result<Value, OpenError> {
    let (envelope, line) = (inputs.envelope(), inputs.line());
    if inputs.word("as") == "feedback" {
        let key = FeedbackSecretKey::from_seed(&inputs.array("feedback_key"));
        let post = FeedbackPost::open(&envelope, &line, &key)?;
        return Ok(match post.said {
            protocol::Said::Helped(helped) => json!({"helped": helped.code()}),
            protocol::Said::Fake(address) => json!({"fake": address}),
        });
    }
    if inputs.word("as") == "case report" {
        let key = FeedbackSecretKey::from_seed(&inputs.array("feedback_key"));
        let report = CaseReport::open(&envelope, &line, &key)?;
        return Ok(json!({
            "year": report.year, "month": report.month, "taken_within": report.taken_within.code(),
            "card": report.settled_by_card, "handover": report.handover_confirmed, "replies": report.replies,
        }));
    }
    if inputs.word("as") == "first post" {
        let key = ShiftSecretKey::from_seed(&inputs.array("shift_key"));
        let post = FirstPost::open(&envelope, &line, &key)?;
        return Ok(json!({
            "number": post.number,
            "language": post.language.tag(),
            "urgency": post.urgency.code(),
            "choices": hex(&post.choices.write(wire::Writer::default()).done()),
            "reply_key": hex(post.reply_key.0.as_bytes()),
            "pairing": hex(post.pairing.expose()),
            "naming": hex(post.naming.expose()),
            "text": post.text.as_str(),
        }));
    }
    let case = CaseId(inputs.array("case"));
    let key = CaseSecretKey::from_seed(&inputs.array("case_key"));
    let pairing = PairingSecret::from_bytes(&inputs.array("pairing"));
    let case = (&case, inputs.number("generation"), &key);
    let post = FollowUp::open(&envelope, &line, case, &pairing)?;
    Ok(json!({
        "number": post.number,
        "next_reply": post.next_reply,
        "language": post.language.tag(),
        "urgency": post.urgency.code(),
        "reply_key": hex(post.reply_key.0.as_bytes()),
        "text": post.text.as_str(),
    }))
}

fn part(part: &ReplyPart) -> Value {
    match part {
        ReplyPart::Taken => json!({"taken": true}),
        ReplyPart::Words(text) => json!({"words": text.as_str()}),
        ReplyPart::Card {
            card,
            language,
            reviewed,
            text,
        } => {
            json!({"card": card, "language": language.tag(), "reviewed": reviewed.0, "text": text.as_str()})
        }
        ReplyPart::Closed => json!({"closed": true}),
        ReplyPart::Offer(offer) => {
            json!({"offer": hex(offer.secret.expose()), "partner": hex(&offer.partner.0), "from": offer.from.0})
        }
        ReplyPart::OfferEnded => json!({"offer_ended": true}),
        ReplyPart::Transferred => json!({"transferred": true}),
        ReplyPart::Exposed { since } => json!({"exposed_since": since.0}),
        ReplyPart::Correction(correction) => json!({
            "card": correction.card, "language": correction.language.tag(), "told": correction.told.0,
            "now": correction.now.code(), "reviewed": correction.reviewed.0, "text": correction.text.as_str(),
        }),
    }
}

fn reply(inputs: &Inputs<'_>) -> Result<Value, OpenError> {
    let key = ReplySecretKey::from_seed(&inputs.array("reply_key"));
    let pairing = PairingSecret::from_bytes(&inputs.array("pairing"));
    let number = inputs.number("number");
    let reply = Reply::open(&inputs.envelope(), &inputs.line(), number, &key, &pairing)?;
    Ok(json!({
        "case": hex(&reply.address.case.0),
        "generation": reply.address.generation,
        "case_key": hex(reply.address.key.0.as_bytes()),
        "posts_read": reply.posts_read,
        "part": part(&reply.part),
    }))
}

fn state(inputs: &Inputs<'_>) -> Result<Value, OpenError> {
    let root = PhraseRoot::from_bytes(&inputs.array("root"), &inputs.line());
    let shred_key = ShredKey::from_bytes(&inputs.array("shred_key"));
    let state = ContactState::open(&inputs.envelope(), &root, &shred_key)?;
    Ok(json!({
        "next_reply": state.next_reply(),
        "next_reply_slot": hex(&state.reply_slot(0).0),
        "taken": state.is_taken(),
        "pending": state.pending().map(|pending| pending.text.as_str().to_owned()),
        "wishes": state.pending().map(|pending| hex(&pending.choices.write(wire::Writer::default()).done())),
    }))
}

fn join(inputs: &Inputs<'_>) -> Result<Value, OpenError> {
    let secret = JoinSecret::from_bytes(&inputs.array("secret"));
    let request = JoinRequest::open(&inputs.envelope(), &inputs.line(), &secret)?;
    Ok(json!({"work_name": request.work_name(), "device": hex(&request.epoch_key().device().0)}))
}

fn team_log(inputs: &Inputs<'_>) -> Result<Value, OpenError> {
    let (envelope, line) = (inputs.envelope(), inputs.line());
    if inputs.word("as") == "welcome" {
        let key = EpochSecretKey::from_seed(&inputs.array("epoch_key"));
        let device = DevicePublicKey(inputs.array("device"));
        let invitation = JoinSecret::from_bytes(&inputs.array("invitation"));
        let epoch = (Day(inputs.number("day")), &key);
        let welcome = Welcome::open(&envelope, &line, &device, epoch, &invitation)?;
        let keys = welcome.team_keys.iter();
        let keys: Vec<String> = keys.map(|key| hex(key.expose())).collect();
        return Ok(json!({"first": welcome.first, "team_keys": keys}));
    }
    let key = TeamKey::from_bytes(&inputs.array("team_key"));
    let log = TeamLog {
        line: &line,
        generation: inputs.number("generation"),
        key: &key,
    };
    let event = log.open(&envelope)?;
    let said = match event.event() {
        TeamEvent::Statement(bytes) => json!({"statement": hex(bytes)}),
        TeamEvent::Grant(grant) => {
            let key = EpochSecretKey::from_seed(&inputs.array("epoch_key"));
            json!({"grant": hex(&grant.open(&line, &key)?), "generation": grant.generation})
        }
        TeamEvent::Take { case, contact } => {
            json!({"take": hex(&case.0), "contact": hex(&contact.0)})
        }
        TeamEvent::CaseEntry(entry) => {
            let secret = protocol::CaseLogSecret::from_bytes(&inputs.array("log_secret"));
            json!({"case_entry": hex(&entry.open(&line, &secret)?)})
        }
        other => trusted(inputs, &event.author(), other)?,
    };
    Ok(json!({"author": hex(&event.author().0), "counter": event.counter(), "event": said}))
}

/// The events by which guides trust each other.
fn trusted(
    inputs: &Inputs<'_>,
    author: &DevicePublicKey,
    event: &TeamEvent,
) -> Result<Value, OpenError> {
    let line = inputs.line();
    Ok(match event {
        TeamEvent::Propose {
            proposal,
            index,
            count,
            bytes,
        } => {
            json!({"propose": hex(proposal), "index": index, "count": count, "bytes": hex(bytes)})
        }
        TeamEvent::Decline { proposal, reason } => {
            json!({"decline": hex(proposal), "reason": reason.as_str()})
        }
        TeamEvent::Settle { proposal } => json!({"settle": hex(proposal)}),
        TeamEvent::CaseState { state, anew } => {
            let secret = protocol::KeepingSecret::from_bytes(&inputs.array("log_secret"));
            json!({"case_state": hex(&state.open(&line, &secret)?), "anew": anew})
        }
        TeamEvent::Transfer { case, to } => json!({"transfer": hex(&case.0), "to": hex(&to.0)}),
        TeamEvent::Return {
            case,
            contact,
            language,
            urgency,
            choices,
            unanswered,
            aside,
            marks,
        } => {
            let wishes = wire::Writer::default();
            json!({
                "return": hex(&case.0), "contact": hex(&contact.0), "language": language.tag(), "urgency": urgency.code(),
                "choices": hex(&choices.write(wishes).done()), "unanswered": unanswered, "aside": aside, "marks": marks.len(),
            })
        }
        TeamEvent::Whisper(whisper) => {
            let secret = protocol::WhisperSecret::from_bytes(&inputs.array("log_secret"));
            json!({"whisper": hex(&whisper.open(&line, &secret)?)})
        }
        TeamEvent::Trail(entry) => {
            let key = protocol::TrailSecretKey::from_seed(&inputs.array("epoch_key"));
            json!({"trail": hex(&entry.open(&line, author, &key)?), "generation": entry.generation})
        }
        TeamEvent::TrailKey { generation, key } => {
            json!({"trail_key": hex(key.as_bytes()), "generation": generation})
        }
        TeamEvent::Extend {
            proposal,
            case,
            until,
            reason,
        } => {
            json!({"extend": hex(&case.0), "proposal": hex(proposal), "until": until.0, "reason": *reason as u8})
        }
        of_the_shift => shifted(of_the_shift),
    })
}

/// What desks tell each other about a shift.
fn shifted(event: &TeamEvent) -> Value {
    match event {
        TeamEvent::CheckIn {
            shift,
            readiness,
            load,
        } => {
            let load = [load.live, load.acute, load.open, load.unread, load.ending];
            json!({"check_in": shift, "readiness": readiness.code(), "load": load})
        }
        TeamEvent::CheckOut { shift, debriefed } => {
            json!({"check_out": shift, "debriefed": debriefed})
        }
        TeamEvent::Closed { case, ending } => {
            json!({"closed": hex(&case.0), "ending": ending.code()})
        }
        TeamEvent::Succeed { case } => json!({"succeed": hex(&case.0)}),
        TeamEvent::Miss { case } => json!({"miss": hex(&case.0)}),
        TeamEvent::Duties(duties) => {
            let duties = duties.iter().map(|duty| {
                json!({"id": hex(&duty.id), "from": duty.from.0, "until": duty.until.0, "language": duty.language.tag(), "minimum": duty.minimum})
            });
            json!({"duties": duties.collect::<Vec<_>>()})
        }
        TeamEvent::CancelDuty { duty } => json!({"cancel": hex(duty)}),
        TeamEvent::Staff {
            duty,
            device,
            staffing,
        } => {
            json!({"staff": hex(&device.0), "duty": hex(duty), "staffing": staffing.code()})
        }
        TeamEvent::CallList { ready } => json!({"call_list": ready}),
        TeamEvent::Call => json!({"call": true}),
        TeamEvent::Surge { on } => json!({"surge": on}),
        TeamEvent::ProbeNote { note, text } => {
            json!({"note": hex(note), "text": text.as_str()})
        }
        TeamEvent::ProbeSeen { note, stands } => json!({"seen": hex(note), "stands": stands}),
        other => published::event(other),
    }
}
