//! Hearing of what other relays have changed.

use std::future::poll_fn;
use std::time::Duration;

use relay::{Announced, Sequence};
use tokio::sync::mpsc::Sender;
use tokio_postgres::AsyncMessage;

use crate::connect::Address;

/// The channel of the database on which relays tell each other.
pub(crate) const CHANNEL: &str = "footbridge";
/// What is told on it: posts, entries of the log, statements.
pub(crate) const TRAY: &str = "tray";
pub(crate) const LOG: &str = "log";
pub(crate) const STATEMENT: &str = "statement";

/// Held in common by all relays as long as they listen, and alone by whoever moves the store. Any number that nothing else in
/// the database uses.
pub(crate) const SERVING: i64 = 0x666f_6f74_6272_6965;

/// How long to wait before a server that did not answer is asked again.
const BREATH: Duration = Duration::from_millis(500);

fn parse(payload: &str) -> Option<Announced> {
    match payload {
        TRAY => Some(Announced::Appended(Sequence::Tray)),
        LOG => Some(Announced::Appended(Sequence::Log)),
        STATEMENT => Some(Announced::Statement),
        _ => None,
    }
}

/// Listens until nobody wants to hear any more, with a new connection when one broke.
pub(crate) async fn run(address: Address, heard: Sender<Announced>) {
    loop {
        tokio::select! {
            () = heard.closed() => return,
            _ = listen(&address, &heard) => {}
        }
        tokio::select! {
            () = heard.closed() => return,
            () = breathe() => {}
        }
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "a server that comes back tells nobody; asking without a pause would use up a processor"
)]
async fn breathe() {
    tokio::time::sleep(BREATH).await;
}

/// Listens as long as the connection lasts. `None` when it is over.
async fn listen(address: &Address, heard: &Sender<Announced>) -> Option<()> {
    let (client, mut connection) = address.connect_to_hear().await.ok()?;
    let listen = format!("SELECT pg_advisory_lock_shared({SERVING}); LISTEN {CHANNEL}");
    let listening = client.batch_execute(&listen);
    let mut listening = std::pin::pin!(listening);
    let mut is_listening = false;
    loop {
        let message = tokio::select! {
            listens = &mut listening, if !is_listening => {
                listens.ok()?;
                is_listening = true;
                // What was told before is not told again.
                heard.send(Announced::Anything).await.ok()?;
                continue;
            }
            message = poll_fn(|context| connection.poll_message(context)) => message?.ok()?,
        };
        if let AsyncMessage::Notification(told) = message
            && let Some(announced) = parse(told.payload())
        {
            heard.send(announced).await.ok()?;
        }
    }
}
