//! What this desk keeps, sealed, of cases that are others': history for a successor, for a supervisor, or as a coordinator's backup.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{CaseEntry, CaseId, CaseState, KeepingSecret};
use wire::{ReadError, Reader, Shred, Writer};

use crate::codec::{read_all, read_option, write_all, write_option};
use crate::outbox::{read_shred, write_shred};
use crate::shares::{KeepingShare, SHARE_SIZE};

/// Of one case.
#[derive(Default)]
pub(crate) struct Kept {
    /// This desk's shares of the keeping secret, by generation: of the state's, and of one that is being written.
    pub(crate) shares: BTreeMap<u32, Vec<KeepingShare>>,
    /// Shares that other coordinators gave, of one generation, in which the case is to be gone on with.
    pub(crate) recovered: Vec<KeepingShare>,
    /// The keeping secret, once the case is given to this desk.
    pub(crate) given: Option<(u32, KeepingSecret)>,
    pub(crate) state: Option<CaseState>,
    /// What destroys the state and grants of each generation in the log.
    pub(crate) shreds: Vec<(u32, Shred)>,
    /// The history by sequence in the log, each with what destroys it.
    pub(crate) entries: BTreeMap<u64, (CaseEntry, Shred)>,
}

impl Kept {
    /// Takes in a new state of the case, the last of what is written of a generation. Written anew, the history is all of that
    /// generation. Returns the entries that are not needed any more.
    pub(crate) fn replace_state(
        &mut self,
        state: CaseState,
        anew: bool,
        shred: Shred,
    ) -> BTreeSet<u64> {
        let generation = state.generation;
        self.state = Some(state);
        self.shares.retain(|of, _| *of >= generation);
        self.given.take_if(|(of, _)| *of < generation);
        self.recovered.clear();
        let mut gone = BTreeSet::new();
        if anew {
            self.shreds.retain(|(of, _)| *of >= generation);
            self.entries.retain(|sequence, (entry, _)| {
                let stays = entry.generation >= generation;
                if !stays {
                    gone.insert(*sequence);
                }
                stays
            });
        }
        self.shreds.push((generation, shred));
        gone
    }

    /// This desk's shares of the secret that opens the state, and its generation.
    pub(crate) fn newest_shares(&self) -> Option<(u32, Vec<KeepingShare>)> {
        let generation = self.state.as_ref()?.generation;
        let shares = self.shares.get(&generation)?;
        Some((generation, shares.clone()))
    }

    /// The history in order.
    pub(crate) fn history(&self) -> impl Iterator<Item = &CaseEntry> {
        self.entries.values().map(|(entry, _)| entry)
    }

    /// What destroys all of it at the relay.
    pub(crate) fn all_shreds(&self) -> impl Iterator<Item = &Shred> {
        let entries = self.entries.values().map(|(_, shred)| shred);
        let shreds = self.shreds.iter().map(|(_, shred)| shred);
        shreds.chain(entries)
    }

    /// (generation u32 ‖ shares)* ‖ recovered ‖ given (generation u32 ‖ secret 32)? ‖ state? ‖ (generation u32 ‖ shred 64)*.
    pub(crate) fn encode(&self, writer: Writer) -> Writer {
        let writer = write_all(writer, self.shares.iter(), |writer, (of, shares)| {
            write_all(writer.u32(*of), shares.iter(), |writer, share| {
                writer.put(share.expose())
            })
        });
        let writer = write_all(writer, self.recovered.iter(), |writer, share| {
            writer.put(share.expose())
        });
        let writer = write_option(writer, self.given.as_ref(), |writer, (of, secret)| {
            writer.u32(*of).put(secret.expose())
        });
        let writer = write_option(writer, self.state.as_ref(), |writer, state| {
            state.write(writer)
        });
        write_all(writer, self.shreds.iter(), |writer, (of, shred)| {
            write_shred(writer.u32(*of), shred)
        })
    }

    pub(crate) fn decode(&mut self, reader: &mut Reader<'_>) -> Result<(), ReadError> {
        let share = |reader: &mut Reader<'_>| {
            KeepingShare::from_bytes(reader.take(SHARE_SIZE)?).ok_or(ReadError::Value)
        };
        let shares = read_all(reader, |reader| {
            Ok((reader.u32()?, read_all(reader, share)?))
        })?;
        self.shares = shares.into_iter().collect();
        self.recovered = read_all(reader, share)?;
        self.given = read_option(reader, |reader| {
            Ok((reader.u32()?, KeepingSecret::from_bytes(&reader.array()?)))
        })?;
        self.state = read_option(reader, CaseState::read)?;
        self.shreds = read_all(reader, |reader| Ok((reader.u32()?, read_shred(reader)?)))?;
        Ok(())
    }

    /// entry ‖ shred 64.
    pub(crate) fn encode_entry(&self, writer: Writer, sequence: u64) -> Option<Writer> {
        let (entry, shred) = self.entries.get(&sequence)?;
        Some(write_shred(entry.write(writer), shred))
    }

    pub(crate) fn decode_entry(
        &mut self,
        sequence: u64,
        reader: &mut Reader<'_>,
    ) -> Result<(), ReadError> {
        let entry = (CaseEntry::read(reader)?, read_shred(reader)?);
        self.entries.insert(sequence, entry);
        Ok(())
    }
}

/// All that is kept, by case.
pub(crate) type AllKept = BTreeMap<CaseId, Kept>;
