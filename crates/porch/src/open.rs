//! The conversations that are open, in memory and nowhere else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use contact::Contact;
use data_encoding::HEXLOWER;
use getrandom::SysRng;
use rand_core::{Rng, UnwrapErr};

use crate::Porch;

/// How long a conversation that nobody uses stays open.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// How many are open at most; one more closes the one that was used longest ago.
const MOST: usize = 256;
/// How often it is looked for those that nobody uses.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// One conversation, used by one request at a time.
pub(crate) type Shared = Arc<tokio::sync::Mutex<Contact>>;

/// All that are open, by the name that their forms carry.
#[derive(Default)]
pub(crate) struct Open(Mutex<HashMap<String, (Instant, Shared)>>);

#[allow(
    clippy::disallowed_methods,
    reason = "how long something was not used is told by time alone"
)]
fn now() -> Instant {
    Instant::now()
}

impl Open {
    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Instant, Shared)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a conversation open; gives the random name, 32 hex digits, that its forms carry.
    pub(crate) fn keep(&self, contact: Contact) -> String {
        let mut name = [0; 16];
        UnwrapErr(SysRng).fill_bytes(&mut name);
        let name = HEXLOWER.encode(&name);
        let mut all = self.all();
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, (used, _))| *used);
            let oldest = oldest.map(|(name, _)| name.clone());
            all.remove(&oldest.unwrap_or_default());
        }
        let shared = Arc::new(tokio::sync::Mutex::new(contact));
        all.insert(name.clone(), (now(), shared));
        name
    }

    /// The conversation of a name, used from now on; `None` when it was closed meanwhile.
    pub(crate) fn get(&self, name: &str) -> Option<Shared> {
        let mut all = self.all();
        let (used, shared) = all.get_mut(name)?;
        *used = now();
        Some(Arc::clone(shared))
    }

    /// Forgets a conversation and its keys.
    pub(crate) fn close(&self, name: &str) {
        self.all().remove(name);
    }

    fn forget_unused(&self) {
        let now = now();
        let is_used = |used: &Instant| now.saturating_duration_since(*used) < IDLE;
        self.all().retain(|_, (used, _)| is_used(used));
    }
}

/// Forgets what nobody uses, as long as the porch runs.
pub(crate) async fn forget_in_time(porch: Arc<Porch>) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    loop {
        looks.tick().await;
        porch.open.forget_unused();
    }
}
