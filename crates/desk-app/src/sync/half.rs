//! The relay's half of the contacts key: reading it when the desk opens, and replacing it in a rotation.

use client::{ClientError, RelayClient};
use protocol::envelope_hash;
use rand_core::Rng;
use tokio::sync::{mpsc, oneshot};
use wire::{SlotContent, SlotName, SlotNames};

use super::courier::Pauses;
use super::keeper::Message;
use super::shown::Connection;
use crate::clock;
use crate::vault::HalfWrite;

/// Slots are read in pairs; the other one is nobody's.
async fn read(relay: &RelayClient, name: &SlotName) -> Result<SlotContent, ClientError> {
    let mut noise = [0; 32];
    clock::rng().fill_bytes(&mut noise);
    let names = SlotNames([name.clone(), SlotName(noise)]);
    let [content, _] = relay.read_slots(&names).await?;
    Ok(content)
}

/// Reads the half until the records of contacts are open.
pub(super) async fn fetch(relay: RelayClient, name: SlotName, messages: mpsc::Sender<Message>) {
    let mut pauses = Pauses::new();
    while !messages.is_closed() {
        match read(&relay, &name).await {
            Ok(content) => {
                let (answer, answered) = oneshot::channel();
                let message = Message::Half(Box::new(content), answer);
                let _ = messages.send(message).await;
                if answered.await.unwrap_or(false) {
                    return;
                }
            }
            Err(_) => {
                let since = clock::now();
                let offline = Message::Connection(Connection::Offline { since });
                let _ = messages.send(offline).await;
            }
        }
        pauses.pause().await;
    }
}

/// Brings each rotation's half to the relay, until nobody has one.
pub(super) async fn keep(
    relay: RelayClient,
    mut rotations: mpsc::UnboundedReceiver<HalfWrite>,
    messages: mpsc::Sender<Message>,
) {
    while let Some(mut half) = rotations.recv().await {
        let mut pauses = Pauses::new();
        let is_kept = loop {
            match bring(&relay, &mut half).await {
                Ok(is_kept) => break is_kept,
                Err(_) => pauses.pause().await,
            }
        };
        if messages.send(Message::HalfKept(is_kept)).await.is_err() {
            return;
        }
    }
    std::future::pending().await
}

/// Whether the relay has it; `false` when the slot holds what this vault does not know: another desk has a newer copy.
async fn bring(relay: &RelayClient, half: &mut HalfWrite) -> Result<bool, ClientError> {
    match relay.write_slot(&half.write).await {
        Err(error) if error.is_conflict() => {}
        done => return done.map(|()| true),
    }
    // A crash may have left another candidate there, and a relay that lost the slot has none.
    let there = envelope_hash(&read(relay, &half.write.name).await?.envelope);
    half.write.replaces = half.candidates.contains(&there).then_some(there);
    match relay.write_slot(&half.write).await {
        Err(error) if error.is_conflict() => Ok(false),
        done => done.map(|()| true),
    }
}
