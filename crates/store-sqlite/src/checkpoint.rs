//! Copying the write-ahead log into the database beside the writer, so that no commit has to wait for all of it.
//!
//! A checkpoint copies pages from the log to the database and syncs it. Left to the commits themselves, one in four or
//! so does that for all of the others, and whoever posted in it waits several times as long. Here a thread of its own
//! copies what is committed as it comes. Under load it never sees the end of the log, so the writer still makes the
//! checkpoint after which the log begins anew, of the little that is left by then.
//!
//! Both are [passive checkpoints](https://sqlite.org/c3ref/wal_checkpoint_v2.html): they wait for no reader and no
//! writer, and what they can't copy stays in the log, where it is durable.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::Connection;

/// After how many rows the log is copied beside the writer.
const COPIED: usize = 128;
/// After how many rows the writer itself copies what is left, so that the log begins anew: at 17 MiB or so.
const ANEW: usize = 768;

/// The log, as the writer follows it.
pub(crate) struct Log {
    wake: SyncSender<()>,
    /// Rows written since the copier was woken.
    since_woken: usize,
    /// Rows written since the log began anew.
    since_anew: usize,
}

/// Copies the log until the writer is gone.
pub(crate) struct Copier {
    connection: Connection,
    woken: Receiver<()>,
}

/// The log, and who copies it on a connection of its own.
pub(crate) fn copier(connection: Connection) -> (Log, Copier) {
    // One that waits stands for all that come while the copier is busy.
    let (wake, woken) = sync_channel(1);
    let log = Log {
        wake,
        since_woken: 0,
        since_anew: 0,
    };
    (log, Copier { connection, woken })
}

/// Copies what can be copied, and says whether that was all.
fn copy(connection: &Connection) -> bool {
    let copied = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let (busy, pages, copied): (bool, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(!busy && pages == copied)
    });
    copied.unwrap_or(false)
}

impl Log {
    /// So many rows were written or deleted, and that is committed.
    pub(crate) fn committed(&mut self, rows: usize) {
        self.since_woken += rows;
        self.since_anew += rows;
    }

    /// Sees to it that the log is copied, if it has grown enough. The connection is the writer's.
    pub(crate) fn follow(&mut self, connection: &Connection) {
        if self.since_anew >= ANEW {
            // The copier may be at it: then nobody wakes it again, and after the next commit it is done.
            if copy(connection) {
                self.since_anew = 0;
                self.since_woken = 0;
            }
        } else if self.since_woken >= COPIED {
            self.since_woken = 0;
            let _ = self.wake.try_send(());
        }
    }
}

impl Copier {
    pub(crate) fn run(self) {
        while self.woken.recv().is_ok() {
            copy(&self.connection);
        }
    }
}
