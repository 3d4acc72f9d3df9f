//! The cheap half of a flood: posts that look like any other and bring along a nonce that nobody worked out. Each makes the relay check an
//! attempt, so it costs the relay more than whoever sends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use bytes::Bytes;
use protocol::envelope_hash;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tokio::task::JoinSet;
use wire::{EnvelopeHash, Kind, LineId, Turn, TurnAnswer, TurnKind};

use crate::connection::{Connection, Way};
use crate::sample;

/// What became of posts with a guessed nonce.
#[derive(Default)]
pub(crate) struct Junk {
    /// Those that were sent and answered.
    pub(crate) sent: usize,
    /// Acknowledged: before work was asked for, or because the guess was good by chance.
    pub(crate) taken: Vec<EnvelopeHash>,
}

/// Sends on some connections at once, until it is to end.
pub(crate) struct Senders {
    tasks: JoinSet<Result<Junk>>,
    ends: Arc<AtomicBool>,
}

impl Senders {
    /// Begins to send.
    pub(crate) fn start(way: &Way, line: LineId, seed: u64, connections: u64) -> Senders {
        let ends = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for number in 0..connections {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(1_000_000 + number);
            tasks.spawn(send(way.clone(), line, rng, Arc::clone(&ends)));
        }
        Senders { tasks, ends }
    }

    /// Ends, and says what was sent.
    ///
    /// # Errors
    /// When a connection broke: the relay is to answer everybody.
    pub(crate) async fn end(mut self) -> Result<Junk> {
        self.ends.store(true, Ordering::Relaxed);
        let mut all = Junk::default();
        while let Some(ended) = self.tasks.join_next().await {
            let junk = ended??;
            all.sent += junk.sent;
            all.taken.extend(junk.taken);
        }
        Ok(all)
    }
}

async fn send(way: Way, line: LineId, mut rng: ChaCha8Rng, ends: Arc<AtomicBool>) -> Result<Junk> {
    let mut connection = Connection::open(&way).await?;
    let mut junk = Junk::default();
    while !ends.load(Ordering::Relaxed) {
        let post = sample::envelope(Kind::Post, &line, &mut rng)?;
        let turn = Turn {
            kind: TurnKind::Post,
            body: post.as_bytes(),
            nonce: rng.next_u64(),
        };
        let (_, answer) = connection
            .post("/v1/turn", Bytes::from(turn.to_bytes()))
            .await?;
        junk.sent += 1;
        if matches!(TurnAnswer::parse(&answer)?.status, 200 | 204) {
            junk.taken.push(envelope_hash(&post));
        }
    }
    Ok(junk)
}
