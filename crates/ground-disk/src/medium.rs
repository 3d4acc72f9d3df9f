//! What a disk holds: as programs see it, and as it is after a power cut. No kernel, no clock; what is drawn by lot follows from a seed.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a disk writes whole or not at all, in bytes.
const SECTOR: usize = 512;
/// The number of the topmost directory.
pub(crate) const TOP: u64 = 1;

/// Why something was not done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// There is no such file or directory.
    Missing,
    /// It is there already, or not empty.
    Exists,
    /// It is of the other kind.
    Kind,
    /// There is no room.
    Full,
    /// The disk failed.
    Failed,
}

/// A change of a file that no sync has followed yet.
enum Pending {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

impl Pending {
    fn apply(&self, file: &mut Vec<u8>) {
        match self {
            Pending::Write { at, bytes } => put(file, *at, bytes),
            Pending::Length(length) => file.resize(*length, 0),
        }
    }
}

fn put(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    if let Some(place) = file.get_mut(at..end) {
        place.copy_from_slice(bytes);
    }
}

/// One file.
#[derive(Default)]
pub(crate) struct File {
    now: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Pending>,
}

type Names = BTreeMap<OsString, u64>;

/// One directory: its names as they are, and as they were when it was last synced.
#[derive(Default)]
pub(crate) struct Directory {
    now: Names,
    durable: Names,
}

enum Node {
    File(File),
    Directory(Directory),
}

/// What a file or directory is, for whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct About {
    pub(crate) number: u64,
    pub(crate) is_directory: bool,
    pub(crate) length: u64,
}

/// The whole disk.
pub(crate) struct Medium {
    nodes: BTreeMap<u64, Node>,
    next: u64,
    /// Bytes that all files together may have.
    pub(crate) room: u64,
    /// Of 1,000 writes and syncs so many fail.
    pub(crate) failing: u32,
    rng: ChaCha8Rng,
}

impl Medium {
    pub(crate) fn new(seed: u64) -> Medium {
        let top = Node::Directory(Directory::default());
        Medium {
            nodes: BTreeMap::from([(TOP, top)]),
            next: TOP + 1,
            room: u64::MAX,
            failing: 0,
            rng: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// A number below `limit`, by lot.
    fn lot(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(1);
        usize::try_from(self.rng.next_u64() % limit).unwrap_or(0)
    }

    fn fails(&mut self) -> bool {
        let failing = usize::try_from(self.failing).unwrap_or(0);
        failing > 0 && self.lot(1000) < failing
    }

    fn file(&mut self, number: u64) -> Result<&mut File, Fault> {
        match self.nodes.get_mut(&number) {
            Some(Node::File(file)) => Ok(file),
            Some(Node::Directory(_)) => Err(Fault::Kind),
            None => Err(Fault::Missing),
        }
    }

    fn directory(&mut self, number: u64) -> Result<&mut Directory, Fault> {
        match self.nodes.get_mut(&number) {
            Some(Node::Directory(directory)) => Ok(directory),
            Some(Node::File(_)) => Err(Fault::Kind),
            None => Err(Fault::Missing),
        }
    }

    /// What has a number.
    pub(crate) fn about(&self, number: u64) -> Result<About, Fault> {
        let node = self.nodes.get(&number).ok_or(Fault::Missing)?;
        let (is_directory, length) = match node {
            Node::File(file) => (false, file.now.len() as u64),
            Node::Directory(_) => (true, 0),
        };
        Ok(About {
            number,
            is_directory,
            length,
        })
    }

    pub(crate) fn lookup(&mut self, parent: u64, name: &OsStr) -> Result<About, Fault> {
        let number = self.directory(parent)?.now.get(name).copied();
        self.about(number.ok_or(Fault::Missing)?)
    }

    pub(crate) fn names(&mut self, number: u64) -> Result<Vec<(OsString, u64)>, Fault> {
        let names = &self.directory(number)?.now;
        Ok(names.iter().map(|(name, at)| (name.clone(), *at)).collect())
    }

    pub(crate) fn make(
        &mut self,
        parent: u64,
        name: &OsStr,
        is_directory: bool,
    ) -> Result<About, Fault> {
        let number = self.next;
        let names = &mut self.directory(parent)?.now;
        if names.contains_key(name) {
            return Err(Fault::Exists);
        }
        names.insert(name.to_owned(), number);
        let node = match is_directory {
            true => Node::Directory(Directory::default()),
            false => Node::File(File::default()),
        };
        self.nodes.insert(number, node);
        self.next += 1;
        self.about(number)
    }

    /// Takes a name away. What it named stays until a power cut finds that no name is left: somebody may have it open.
    pub(crate) fn remove(&mut self, parent: u64, name: &OsStr) -> Result<(), Fault> {
        let about = self.lookup(parent, name)?;
        if about.is_directory && !self.directory(about.number)?.now.is_empty() {
            return Err(Fault::Exists);
        }
        self.directory(parent)?.now.remove(name);
        Ok(())
    }

    pub(crate) fn rename(&mut self, from: (u64, &OsStr), to: (u64, &OsStr)) -> Result<(), Fault> {
        let about = self.lookup(from.0, from.1)?;
        self.directory(to.0)?
            .now
            .insert(to.1.to_owned(), about.number);
        self.directory(from.0)?.now.remove(from.1);
        Ok(())
    }

    pub(crate) fn read(&mut self, number: u64, at: u64, size: u32) -> Result<Vec<u8>, Fault> {
        let file = &self.file(number)?.now;
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(file.len());
        let end = at.saturating_add(size as usize).min(file.len());
        Ok(file.get(at..end).unwrap_or_default().to_vec())
    }

    /// The bytes that may still be written.
    pub(crate) fn free(&self) -> u64 {
        let taken = self.nodes.values().map(|node| match node {
            Node::File(file) => file.now.len() as u64,
            Node::Directory(_) => 0,
        });
        self.room.saturating_sub(taken.sum())
    }

    /// Writes as much as there is room for; gives how many bytes that were. A write that fails may have been begun.
    pub(crate) fn write(&mut self, number: u64, at: u64, bytes: &[u8]) -> Result<usize, Fault> {
        let at = usize::try_from(at).map_err(|_| Fault::Full)?;
        let length = self.file(number)?.now.len();
        let free = usize::try_from(self.free()).unwrap_or(usize::MAX);
        let fits = length
            .saturating_add(free)
            .saturating_sub(at)
            .min(bytes.len());
        let fails = self.fails();
        let taken = match fails {
            true => self.lot(fits / SECTOR + 1) * SECTOR,
            false => fits,
        };
        let bytes = bytes.get(..taken).unwrap_or_default().to_vec();
        if !bytes.is_empty() {
            self.change(number, Pending::Write { at, bytes })?;
        }
        match (fails, taken) {
            (true, _) => Err(Fault::Failed),
            (false, 0) => Err(Fault::Full),
            (false, taken) => Ok(taken),
        }
    }

    pub(crate) fn set_length(&mut self, number: u64, length: u64) -> Result<(), Fault> {
        let before = self.file(number)?.now.len() as u64;
        if length.saturating_sub(before) > self.free() {
            return Err(Fault::Full);
        }
        let length = usize::try_from(length).map_err(|_| Fault::Full)?;
        self.change(number, Pending::Length(length))
    }

    fn change(&mut self, number: u64, pending: Pending) -> Result<(), Fault> {
        let file = self.file(number)?;
        pending.apply(&mut file.now);
        file.pending.push(pending);
        Ok(())
    }

    /// Makes a file durable. As on Linux, what a sync that failed did not write is not tried again by the next one, though
    /// everybody still reads it.
    pub(crate) fn sync_file(&mut self, number: u64) -> Result<(), Fault> {
        let pending = std::mem::take(&mut self.file(number)?.pending);
        let fails = self.fails();
        for one in pending {
            if !fails || self.lot(2) == 0 {
                one.apply(&mut self.file(number)?.durable);
            }
        }
        match fails {
            true => Err(Fault::Failed),
            false => Ok(()),
        }
    }

    pub(crate) fn sync_directory(&mut self, number: u64) -> Result<(), Fault> {
        if self.fails() {
            return Err(Fault::Failed);
        }
        let directory = self.directory(number)?;
        directory.durable = directory.now.clone();
        Ok(())
    }

    /// The power is cut. Of what was not synced stays by lot: nothing, everything, or some sectors in any order.
    pub(crate) fn cut(&mut self) {
        let kept = [0, 4, 8].get(self.lot(3)).copied().unwrap_or(0);
        let numbers: Vec<u64> = self.nodes.keys().copied().collect();
        for number in numbers {
            let pending = match self.nodes.get_mut(&number) {
                Some(Node::File(file)) => std::mem::take(&mut file.pending),
                _ => Vec::new(),
            };
            let survived: Vec<Pending> = pending
                .into_iter()
                .flat_map(|one| self.survives(one, kept))
                .collect();
            let keeps_names = self.lot(8) < kept;
            match self.nodes.get_mut(&number) {
                Some(Node::File(file)) => {
                    for one in survived {
                        one.apply(&mut file.durable);
                    }
                    file.now = file.durable.clone();
                }
                Some(Node::Directory(directory)) if keeps_names => {
                    directory.durable = directory.now.clone();
                }
                Some(Node::Directory(directory)) => directory.now = directory.durable.clone(),
                None => {}
            }
        }
        self.drop_nameless();
        (self.room, self.failing) = (u64::MAX, 0);
    }

    /// What of a change reached the disk, when so many of eight sectors do.
    fn survives(&mut self, pending: Pending, kept: usize) -> Vec<Pending> {
        match pending {
            Pending::Length(_) => match self.lot(8) < kept {
                true => vec![pending],
                false => Vec::new(),
            },
            Pending::Write { at, bytes } => {
                let mut parts = Vec::new();
                let mut start = 0;
                while start < bytes.len() {
                    // Up to where a sector of the disk ends.
                    let end = (start + SECTOR - (at + start) % SECTOR).min(bytes.len());
                    if self.lot(8) < kept {
                        let bytes = bytes.get(start..end).unwrap_or_default().to_vec();
                        parts.push(Pending::Write {
                            at: at + start,
                            bytes,
                        });
                    }
                    start = end;
                }
                parts
            }
        }
    }

    fn drop_nameless(&mut self) {
        let mut named = vec![TOP];
        for node in self.nodes.values() {
            if let Node::Directory(directory) = node {
                named.extend(directory.now.values());
            }
        }
        self.nodes.retain(|number, _| named.contains(number));
    }
}

#[cfg(test)]
mod tests;
