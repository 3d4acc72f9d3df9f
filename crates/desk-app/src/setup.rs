//! Making a vault: for the first coordinator of a line, and for a newcomer with an invitation.

use std::path::{Path, PathBuf};

use data_encoding::BASE64URL_NOPAD;
use desk::{Desk, Effect, Notice, Record};
use protocol::JoinSecret;
use sha2::{Digest, Sha256};
use statements::{DeviceKey, Line, LineError, StatementKind, UnverifiedStatement};
use wire::{LineDocument, ReadError, Reader, Writer};
use zeroize::Zeroizing;

use crate::clock;
use crate::sync::{Connection, Running, StartError};
use crate::vault::{Vault, VaultCost, VaultError};
use crate::{Passphrase, words_of};

/// What an invitation begins with.
const PREFIX: &str = "footbridge-invitation:";
const VERSION: u8 = 1;

/// Why a vault was not made, or a request to join not written.
#[derive(thiserror::Error, Debug)]
pub enum SetupError {
    /// Somebody has answered the invitation before.
    #[error(
        "this invitation was answered already; if it was not you, say so to the coordinator by voice, and ask for a new one"
    )]
    InvitationUsed,
    /// The text is no invitation, or not all of it.
    #[error("this is not a whole invitation; copy all of it, from `{PREFIX}` to its end")]
    Invitation,
    /// It was made by a newer program.
    #[error("this invitation was made by a newer version; install the current one")]
    Newer,
    /// What it says about the line does not hold.
    #[error("the line is not believed: {0}")]
    Line(#[from] LineError),
    /// The work name is empty or too long.
    #[error("a work name has 1 to {} bytes", statements::WORK_NAME_SIZE)]
    WorkName,
    /// No passphrase was given.
    #[error("choose a passphrase; an empty one protects nothing")]
    NoPassphrase,
    /// The vault can't be made.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The vault was made, but the desk does not start from it.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The work was interrupted.
    #[error("it was interrupted; try again")]
    Interrupted,
}

impl From<ReadError> for SetupError {
    fn from(_: ReadError) -> Self {
        SetupError::Invitation
    }
}

/// What the shell itself keeps in the vault: where the relay is, and the line's root and delegation.
///
/// address length u16 ‖ address ‖ root length u32 ‖ root ‖ delegation length u32 ‖ delegation.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LineRecord {
    pub(crate) relay_url: String,
    root: Vec<u8>,
    delegation: Vec<u8>,
}

impl LineRecord {
    /// The record's name in the vault; the desk's own names never begin so.
    pub(crate) const KEY: &str = "shell/line";

    fn write(&self, writer: Writer) -> Writer {
        writer
            .medium(self.relay_url.as_bytes())
            .long(&self.root)
            .long(&self.delegation)
    }

    fn read(reader: &mut Reader<'_>) -> Result<LineRecord, ReadError> {
        let address = std::str::from_utf8(reader.medium()?).map_err(|_| ReadError::Value)?;
        Ok(LineRecord {
            relay_url: address.to_owned(),
            root: reader.long()?.to_vec(),
            delegation: reader.long()?.to_vec(),
        })
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<LineRecord> {
        let mut reader = Reader::new(bytes);
        let record = LineRecord::read(&mut reader).ok()?;
        reader.end().ok()?;
        Some(record)
    }

    pub(crate) fn record(&self) -> Record {
        Record {
            key: Self::KEY.to_owned(),
            value: Some(Zeroizing::new(self.write(Writer::default()).done())),
        }
    }

    /// The same with the delegation of a document that was verified.
    pub(crate) fn with(&self, document: &LineDocument) -> LineRecord {
        let is_delegation = |bytes: &&Vec<u8>| {
            UnverifiedStatement::parse(bytes)
                .is_ok_and(|statement| statement.kind() == StatementKind::Delegation)
        };
        let mut newer = self.clone();
        if let Some(delegation) = document.statements.iter().find(is_delegation) {
            newer.delegation.clone_from(delegation);
        }
        newer
    }

    /// The line as far as root and delegation tell.
    fn verify(&self) -> Result<Line, LineError> {
        let document = LineDocument {
            day: clock::now().day(),
            statements: vec![self.root.clone(), self.delegation.clone()],
        };
        Line::verify(&document, None)
    }
}

/// What a newcomer needs: where the relay is, which line it is, and the join secret.
///
/// `footbridge-invitation:` and base64url of version u8 ‖ secret 16 ‖ the line's record ‖ the first 4 bytes of the hash of
/// all before.
pub(crate) struct Invitation {
    line: LineRecord,
    secret: JoinSecret,
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(bytes).into();
    [a, b, c, d]
}

impl Invitation {
    pub(crate) fn new(line: &LineRecord, secret: &[u8; 16]) -> Invitation {
        Invitation {
            line: line.clone(),
            secret: JoinSecret::from_bytes(secret),
        }
    }

    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        let writer = Writer::default().u8(VERSION).put(self.secret.expose());
        let bytes = Zeroizing::new(self.line.write(writer).done());
        let whole = Zeroizing::new([bytes.as_slice(), &checksum(&bytes)].concat());
        Zeroizing::new(format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&whole)))
    }

    /// Reads what a person pasted: spaces and line ends that a messenger put in do no harm.
    pub(crate) fn parse(text: &str) -> Result<Invitation, SetupError> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let plain = Zeroizing::new(plain);
        let encoded = plain.strip_prefix(PREFIX).ok_or(SetupError::Invitation)?;
        let whole = BASE64URL_NOPAD
            .decode(encoded.as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| SetupError::Invitation)?;
        let (bytes, sum) = whole
            .split_last_chunk::<4>()
            .ok_or(SetupError::Invitation)?;
        if checksum(bytes) != *sum {
            return Err(SetupError::Invitation);
        }
        let mut reader = Reader::new(bytes);
        if reader.u8()? != VERSION {
            return Err(SetupError::Newer);
        }
        let secret = JoinSecret::from_bytes(&reader.array()?);
        let line = LineRecord::read(&mut reader)?;
        reader.end()?;
        Ok(Invitation { line, secret })
    }
}

/// The new vault and who works at it.
pub struct NewDesk {
    /// A directory that is empty or does not exist yet.
    pub vault: PathBuf,
    /// What will open it.
    pub passphrase: Passphrase,
    /// What opening it costs; [`VaultCost::FULL`] for people.
    pub cost: VaultCost,
    /// The work name; never a real one.
    pub work_name: String,
}

impl NewDesk {
    fn check(&self) -> Result<(), SetupError> {
        if self.passphrase.is_empty() {
            return Err(SetupError::NoPassphrase);
        }
        match (1..=statements::WORK_NAME_SIZE).contains(&self.work_name.len()) {
            true => Ok(()),
            false => Err(SetupError::WorkName),
        }
    }
}

/// What a newcomer is told.
pub struct Joined {
    /// The five words to compare with the coordinator by voice.
    pub words: Vec<String>,
    /// Whether the request lies at the relay; otherwise it is sent when the desk runs.
    pub sent: bool,
}

fn records(effects: Vec<Effect>, line: &LineRecord) -> Vec<Record> {
    let saved = effects.into_iter().filter_map(|effect| match effect {
        Effect::Save(records) => Some(records),
        // Everything for the relay is in the saved outbox, and asked for again when the desk starts.
        Effect::Relay(..) | Effect::Destroy | Effect::Tell(_) => None,
    });
    saved.flatten().chain([line.record()]).collect()
}

async fn make_vault(desk: NewDesk, records: Vec<Record>) -> Result<Vault, SetupError> {
    let make = move || Vault::create(&desk.vault, &desk.passphrase, desk.cost, records);
    let made = tokio::task::spawn_blocking(make).await;
    Ok(made.map_err(|_| SetupError::Interrupted)??)
}

/// Makes the vault of a line's first coordinator, whose device the delegation names. Everything else that a line needs is
/// published when its desk runs.
///
/// # Errors
/// [`SetupError`]: then there is no vault.
pub async fn found(
    desk: NewDesk,
    device: DeviceKey,
    relay_url: &str,
    root: &UnverifiedStatement,
    delegation: &UnverifiedStatement,
) -> Result<(), SetupError> {
    desk.check()?;
    let line = LineRecord {
        relay_url: relay_url.to_owned(),
        root: root.to_bytes(),
        delegation: delegation.to_bytes(),
    };
    let verified = line.verify()?;
    let (now, mut rng) = (clock::now(), clock::rng());
    let (_, effects) = Desk::found(&verified, device, &desk.work_name, now, &mut rng);
    make_vault(desk, records(effects, &line)).await.map(drop)
}

/// Answers an invitation: makes this device's keys and vault, writes the request to join, and gives the words to compare.
///
/// # Errors
/// [`SetupError`]: then there is no vault, except after `Start` and `InvitationUsed`.
pub async fn join(invitation: &str, desk: NewDesk) -> Result<Joined, SetupError> {
    desk.check()?;
    let Invitation { line, secret } = Invitation::parse(invitation)?;
    let verified = line.verify()?;
    let mut seed = Zeroizing::new([0; 32]);
    rand_core::Rng::fill_bytes(&mut clock::rng(), seed.as_mut_slice());
    let device = DeviceKey::from_seed(&seed);
    let comparison = secret.comparison(&verified.id(), &device.public());
    let (now, mut rng) = (clock::now(), clock::rng());
    let (_, effects) = Desk::join(&verified, device, &desk.work_name, secret, now, &mut rng);
    let vault = make_vault(desk, records(effects, &line)).await?;
    let running = Running::start(vault, None)?;
    let shown = running
        .handle()
        .wait_until(|shown| {
            shown.view.outbox == 0 || matches!(shown.connection, Connection::Offline { .. })
        })
        .await;
    let used = shown.as_ref().is_some_and(|shown| {
        let mut notices = shown.notices.iter();
        notices.any(|shown| matches!(&*shown.notice, Notice::RelayRefused(code) if code == "invitation-used"))
    });
    let sent = shown.is_some_and(|shown| shown.view.outbox == 0);
    running.stop().await;
    if used {
        return Err(SetupError::InvitationUsed);
    }
    Ok(Joined {
        words: words_of(&comparison),
        sent,
    })
}

/// Whether there is a vault in a directory.
pub fn is_vault(directory: &Path) -> bool {
    Vault::exists(directory)
}
