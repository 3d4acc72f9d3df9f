//! What the harmless desk asks the relay: the line for anybody, and that it keeps one post.

use client::{ClientError, RelayClient};
use statements::{Line, OnDuty};
use tokio::sync::mpsc;
use wire::{Envelope, EnvelopeError, Header, LineDocument, LineId};

use super::TICK;
use super::courier::Pauses;
use super::keeper::Message;
use super::shown::Connection;
use crate::clock;

async fn read_line(client: &RelayClient, id: &LineId) -> Result<(LineDocument, Line), ClientError> {
    let document = client.line().await?;
    let line = Line::verify(&document, Some(id)).map_err(|_| ClientError::Answer)?;
    Ok((document, line))
}

/// Shows the line as it stands, until nobody hears it.
pub(super) async fn listen(client: RelayClient, id: LineId, messages: mpsc::Sender<Message>) {
    let mut pauses = Pauses::new();
    let mut minutes = tokio::time::interval(TICK);
    while !messages.is_closed() {
        match read_line(&client, &id).await {
            Ok((document, line)) => {
                pauses = Pauses::new();
                let _ = messages.send(Message::Line(document, Box::new(line))).await;
                minutes.reset();
                minutes.tick().await;
            }
            Err(_) => {
                let since = clock::now();
                let offline = Message::Connection(Connection::Offline { since });
                let _ = messages.send(offline).await;
                pauses.pause().await;
            }
        }
    }
}

/// The alarm as a contact would post it now: to the shift on duty. Its mark alone is what colleagues know it by.
fn addressed(alarm: &Envelope, line: &Line) -> Result<Envelope, EnvelopeError> {
    let OnDuty::Now(shift) = line.on_duty(clock::now()) else {
        return Ok(alarm.clone());
    };
    let header = Header {
        epoch: shift.number(),
        ..*alarm.header()
    };
    Envelope::assemble(&header, alarm.sealed())
}

/// Posts the alarm, again until the relay has acknowledged it. Nothing is told or logged.
pub(super) async fn send(
    client: RelayClient,
    id: LineId,
    alarm: Option<Envelope>,
    messages: mpsc::Sender<Message>,
) {
    if let Some(alarm) = alarm {
        let mut pauses = Pauses::new();
        let mut unanswered = None;
        loop {
            let post = match unanswered.take() {
                Some(post) => Some(post),
                None => prepare(&client, &id, &alarm).await,
            };
            if let Some(post) = post {
                match client.post(&post).await {
                    Ok(_) => break,
                    // A shift may have ended, or none have begun: the next one is asked for.
                    Err(ClientError::Refused { .. }) => {}
                    // The relay may have it: the same envelope again does no harm.
                    Err(_) => unanswered = Some(post),
                }
            }
            pauses.pause().await;
        }
        let _ = messages.send(Message::AlarmArrived).await;
    }
    std::future::pending().await
}

async fn prepare(client: &RelayClient, id: &LineId, alarm: &Envelope) -> Option<Envelope> {
    let (_, line) = read_line(client, id).await.ok()?;
    addressed(alarm, &line).ok()
}
