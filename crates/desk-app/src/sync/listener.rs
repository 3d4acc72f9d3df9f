//! Reads the line, the tray and the team log whenever the relay says that there is more.

use std::time::Duration;

use client::{Change, ClientError, DeskClient};
use desk::Cursors;
use statements::Line;
use tokio::sync::{mpsc, oneshot};
use wire::{LineId, POSTS_PER_PAGE};

use super::courier::Pauses;
use super::keeper::{Message, Sequence};
use super::shown::Connection;
use crate::clock;

/// The line is read at least so often: its day is what the desk's clock is measured by.
const LINE_EVERY: Duration = Duration::from_secs(6 * 3600);

/// Why listening stopped.
enum Interrupted {
    /// The relay did not answer, or not as a relay does.
    Relay(ClientError),
    /// What was read could not be kept.
    NotSaved,
}

impl From<ClientError> for Interrupted {
    fn from(error: ClientError) -> Self {
        Interrupted::Relay(error)
    }
}

struct Listener {
    client: DeskClient,
    line: LineId,
    messages: mpsc::Sender<Message>,
}

/// Runs until nobody hears it.
pub(super) async fn run(client: DeskClient, line: LineId, messages: mpsc::Sender<Message>) {
    let listener = Listener {
        client,
        line,
        messages,
    };
    let mut pauses = Pauses::new();
    while !listener.messages.is_closed() {
        let interrupted = listener.listen(&mut pauses).await;
        if let Err(Interrupted::Relay(error)) = &interrupted {
            listener
                .say(Message::Connection(connection_after(error)))
                .await;
        }
        pauses.pause().await;
    }
}

fn connection_after(error: &ClientError) -> Connection {
    match error.code() {
        Some("unauthorised") => Connection::NotAdmitted,
        _ => Connection::Offline {
            since: clock::now(),
        },
    }
}

impl Listener {
    async fn say(&self, message: Message) {
        let _ = self.messages.send(message).await;
    }

    /// Asks the keeper for something; no answer means that it could not be saved.
    async fn ask(
        &self,
        message: impl FnOnce(oneshot::Sender<Cursors>) -> Message,
    ) -> Result<Cursors, Interrupted> {
        let (answer, answered) = oneshot::channel();
        self.say(message(answer)).await;
        answered.await.map_err(|_| Interrupted::NotSaved)
    }

    async fn listen(&self, pauses: &mut Pauses) -> Result<(), Interrupted> {
        self.read_line().await?;
        let mut changes = self.client.changes().await?;
        self.say(Message::Connection(Connection::Fetching)).await;
        self.read(Sequence::Log).await?;
        self.read(Sequence::Tray).await?;
        self.caught_up().await;
        *pauses = Pauses::new();
        let mut line = None;
        let mut newest_post = 0;
        loop {
            let change = match tokio::time::timeout(LINE_EVERY, changes.next()).await {
                Ok(change) => change?,
                Err(_) => {
                    self.read_line().await?;
                    continue;
                }
            };
            let cursors = self.ask(Message::Cursors).await?;
            match change {
                Change::Line(count) if line == Some(count) => continue,
                Change::Line(count) => {
                    line = Some(count);
                    self.read_line().await?;
                }
                Change::Log(newest) if newest > cursors.log_after => {
                    self.read(Sequence::Log).await?;
                    // A grant may open posts that could not be opened before, and a case that came brings its posts.
                    let newest = newest_post.max(cursors.posts_after);
                    if self.ask(Message::Cursors).await?.posts_after < newest {
                        self.read(Sequence::Tray).await?;
                    }
                }
                Change::Posts(newest) => {
                    newest_post = newest;
                    if newest <= cursors.posts_after {
                        continue;
                    }
                    self.read(Sequence::Tray).await?;
                }
                Change::Log(_) => continue,
            }
            self.caught_up().await;
        }
    }

    async fn caught_up(&self) {
        self.say(Message::CaughtUp).await;
        self.say(Message::Connection(Connection::Connected)).await;
    }

    async fn read_line(&self) -> Result<(), Interrupted> {
        let document = self.client.relay().line().await?;
        match Line::verify(&document, Some(&self.line)) {
            Ok(line) => self.say(Message::Line(document, Box::new(line))).await,
            Err(error) => {
                tracing::warn!(%error, "the relay's line is not believed");
                return Err(ClientError::Answer.into());
            }
        }
        Ok(())
    }

    /// Reads one sequence to its end.
    async fn read(&self, sequence: Sequence) -> Result<(), Interrupted> {
        let mut cursors = self.ask(Message::Cursors).await?;
        let mut read_until = 0;
        loop {
            let page = match sequence {
                Sequence::Tray => {
                    self.client
                        .posts(cursors.posts_after.max(read_until))
                        .await?
                }
                Sequence::Log => self.client.log(cursors.log_after.max(read_until)).await?,
            };
            let is_last = page.len() < POSTS_PER_PAGE;
            if let Some(newest) = page.last() {
                read_until = newest.sequence;
                cursors = self
                    .ask(|answer| Message::Entries(sequence, page, answer))
                    .await?;
            }
            if is_last {
                return Ok(());
            }
        }
    }
}
