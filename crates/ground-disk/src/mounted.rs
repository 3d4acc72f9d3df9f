//! The disk as the kernel asks for it. Requests come one at a time; once the power is off they wait, and fail when nobody is left.

use std::ffi::OsStr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use fuser::{
    BsdFileFlags, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation,
    INodeNo, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory,
    ReplyEmpty, ReplyEntry, ReplyOpen, ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};

use crate::medium::{About, Fault, Medium};

/// For how long the kernel may remember names and sizes: all changes go through it.
const REMEMBERED: Duration = Duration::from_secs(60);
const BLOCK: u32 = 4096;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    On,
    /// Nothing is done, and nothing is answered.
    Off,
    /// Everybody who asked is gone.
    Gone,
}

/// What the test and the kernel share.
pub(crate) struct Shared {
    pub(crate) state: Mutex<(Power, Medium)>,
    pub(crate) changed: Condvar,
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, (Power, Medium)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct Mounted(pub(crate) Arc<Shared>);

impl Mounted {
    fn does<T>(&self, work: impl FnOnce(&mut Medium) -> Result<T, Fault>) -> Result<T, Errno> {
        let state = self.0.lock();
        let waits = self
            .0
            .changed
            .wait_while(state, |(power, _)| *power == Power::Off);
        let mut state = waits.unwrap_or_else(PoisonError::into_inner);
        let (power, medium) = &mut *state;
        match power {
            Power::On => work(medium).map_err(errno),
            Power::Off | Power::Gone => Err(Errno::EIO),
        }
    }

    fn empty(&self, reply: ReplyEmpty, work: impl FnOnce(&mut Medium) -> Result<(), Fault>) {
        match self.does(work) {
            Ok(()) => reply.ok(),
            Err(error) => reply.error(error),
        }
    }

    fn entry(&self, reply: ReplyEntry, work: impl FnOnce(&mut Medium) -> Result<About, Fault>) {
        match self.does(work) {
            Ok(about) => reply.entry(&REMEMBERED, &attributes(about), Generation(0)),
            Err(error) => reply.error(error),
        }
    }

    fn about(&self, reply: ReplyAttr, work: impl FnOnce(&mut Medium) -> Result<About, Fault>) {
        match self.does(work) {
            Ok(about) => reply.attr(&REMEMBERED, &attributes(about)),
            Err(error) => reply.error(error),
        }
    }
}

fn errno(fault: Fault) -> Errno {
    match fault {
        Fault::Missing => Errno::ENOENT,
        Fault::Exists => Errno::EEXIST,
        Fault::Kind => Errno::EINVAL,
        Fault::Full => Errno::ENOSPC,
        Fault::Failed => Errno::EIO,
    }
}

fn attributes(about: About) -> FileAttr {
    let never = SystemTime::UNIX_EPOCH;
    FileAttr {
        ino: INodeNo(about.number),
        size: about.length,
        blocks: about.length.div_ceil(512),
        atime: never,
        mtime: never,
        ctime: never,
        crtime: never,
        kind: match about.is_directory {
            true => FileType::Directory,
            false => FileType::RegularFile,
        },
        perm: 0o700,
        nlink: 1,
        uid: 0,
        gid: 0,
        rdev: 0,
        blksize: BLOCK,
        flags: 0,
    }
}

impl Filesystem for Mounted {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        self.entry(reply, |medium| medium.lookup(parent.0, name));
    }

    fn getattr(&self, _: &Request, number: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        self.about(reply, |medium| medium.about(number.0));
    }

    fn setattr(
        &self,
        _: &Request,
        number: INodeNo,
        _mode: Option<u32>,
        _uid: Option<u32>,
        _gid: Option<u32>,
        size: Option<u64>,
        _atime: Option<TimeOrNow>,
        _mtime: Option<TimeOrNow>,
        _ctime: Option<SystemTime>,
        _handle: Option<FileHandle>,
        _crtime: Option<SystemTime>,
        _chgtime: Option<SystemTime>,
        _bkuptime: Option<SystemTime>,
        _flags: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        self.about(reply, |medium| {
            size.map_or(Ok(()), |size| medium.set_length(number.0, size))?;
            medium.about(number.0)
        });
    }

    fn mkdir(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        reply: ReplyEntry,
    ) {
        self.entry(reply, |medium| medium.make(parent.0, name, true));
    }

    fn create(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        match self.does(|medium| medium.make(parent.0, name, false)) {
            Ok(about) => reply.created(
                &REMEMBERED,
                &attributes(about),
                Generation(0),
                FileHandle(0),
                FopenFlags::empty(),
            ),
            Err(error) => reply.error(error),
        }
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        self.empty(reply, |medium| medium.remove(parent.0, name));
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        self.empty(reply, |medium| medium.remove(parent.0, name));
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        to: INodeNo,
        new: &OsStr,
        _flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        self.empty(reply, |medium| medium.rename((parent.0, name), (to.0, new)));
    }

    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        reply.opened(FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE);
    }

    fn read(
        &self,
        _: &Request,
        number: INodeNo,
        _handle: FileHandle,
        offset: u64,
        size: u32,
        _flags: OpenFlags,
        _owner: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match self.does(|medium| medium.read(number.0, offset, size)) {
            Ok(bytes) => reply.data(&bytes),
            Err(error) => reply.error(error),
        }
    }

    fn write(
        &self,
        _: &Request,
        number: INodeNo,
        _handle: FileHandle,
        offset: u64,
        bytes: &[u8],
        _write_flags: WriteFlags,
        _flags: OpenFlags,
        _owner: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.does(|medium| medium.write(number.0, offset, bytes)) {
            Ok(written) => reply.written(u32::try_from(written).unwrap_or(u32::MAX)),
            Err(error) => reply.error(error),
        }
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        // Closing a file makes nothing durable.
        reply.ok();
    }

    fn fsync(&self, _: &Request, number: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        self.empty(reply, |medium| medium.sync_file(number.0));
    }

    fn fsyncdir(&self, _: &Request, number: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        self.empty(reply, |medium| medium.sync_directory(number.0));
    }

    fn readdir(
        &self,
        _: &Request,
        number: INodeNo,
        _handle: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let listed = self.does(|medium| {
            let names = medium.names(number.0)?;
            let about = |(name, at)| Ok((medium.about(at)?, name));
            names.into_iter().map(about).collect::<Result<Vec<_>, _>>()
        });
        let names = match listed {
            Ok(names) => names,
            Err(error) => return reply.error(error),
        };
        for (place, (about, name)) in (1..).zip(names).skip_while(|(place, _)| *place <= offset) {
            let attributes = attributes(about);
            if reply.add(attributes.ino, place, attributes.kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        match self.does(|medium| Ok((medium.room, medium.free()))) {
            Ok((room, free)) => {
                // A disk without a limit is told as one of a terabyte.
                let blocks = |bytes: u64| bytes.min(1 << 40) / u64::from(BLOCK);
                reply.statfs(
                    blocks(room),
                    blocks(free),
                    blocks(free),
                    1 << 20,
                    1 << 20,
                    BLOCK,
                    255,
                    BLOCK,
                );
            }
            Err(error) => reply.error(error),
        }
    }
}
