//! What the blind server decides, the `Store` port behind it, an in-memory store, and the suite that every store passes.
//!
//! Nothing here can open an envelope, knows an address, or reads a clock: the minute is an argument, and what is stored
//! about an envelope is a day.

#[cfg(feature = "conformance")]
pub mod conformance;
mod decide;
mod doubt;
mod error;
mod hash;
mod intake;
mod memory;
mod moving;
mod sessions;
mod standing;
mod stands;
mod store;
mod work;

pub use decide::{Relay, Retention};
pub use doubt::Doubt;
pub use error::RelayError;
pub use hash::{envelope_hash, shred_hash, slot_key};
pub use intake::{IntakeLimits, Work};
pub use memory::MemoryStore;
pub use moving::{
    Condition, EndError, LastPlaces, Movable, Move, MoveError, MoveId, MoveNote, Progress, Row,
    RowKey, Rows, Stretch, Tally, Unserved, give_up, line_of,
};
pub use sessions::SessionToken;
pub use standing::Standing;
pub use store::{
    Announced, Appended, Kept, Sequence, SlotKey, SlotReplace, StatementKey, Store, StoreError,
    StoredSlot,
};
