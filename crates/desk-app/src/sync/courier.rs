//! Brings the desk's requests to the relay in their order; each until it is answered.

use std::collections::VecDeque;
use std::time::Duration;

use client::{ClientError, DeskClient};
use desk::{RelayTask, TaskId};
use tokio::sync::mpsc;

use super::keeper::{Answer, Message};

/// The first pause after the relay did not answer, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// What the courier is told.
pub(super) enum Errand {
    /// Bring this to the relay.
    Task(TaskId, Box<RelayTask>),
    /// Forget what was not brought yet: it is asked for again.
    Forget,
}

/// Pauses that double up to a longest one.
pub(super) struct Pauses(Duration);

impl Pauses {
    pub(super) fn new() -> Pauses {
        Pauses(PAUSE.0)
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "a relay that does not answer can't say when it will again"
    )]
    pub(super) async fn pause(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(PAUSE.1);
    }
}

async fn bring(client: &DeskClient, task: &RelayTask) -> Result<Answer, ClientError> {
    let relay = client.relay();
    match task {
        RelayTask::AppendLog(entry) => client.append(entry).await.map(drop),
        RelayTask::WriteSlot(write) => relay.write_slot(write).await,
        RelayTask::ReadSlots(names) => {
            let contents = relay.read_slots(names).await?;
            return Ok(Answer::Slots(Box::new(contents)));
        }
        RelayTask::DeleteSlots(names) => relay.delete_slots(names).await,
        RelayTask::ShredPost(shred) => relay.shred_post(shred).await,
        RelayTask::ShredLog(shred) => relay.shred_log(shred).await,
        RelayTask::Publish(statement) => relay.publish(statement).await,
        RelayTask::Post(envelope) => relay.post(envelope).await.map(drop),
    }?;
    Ok(Answer::Done)
}

/// Whether the same request may be answered otherwise later. A desk that is not let in yet may be admitted any moment.
fn may_change(error: &ClientError) -> bool {
    error.is_passing()
        || matches!(error, ClientError::Answer)
        || error.code() == Some("unauthorised")
}

/// Runs until nobody gives errands or hears answers.
pub(super) async fn run(
    client: DeskClient,
    mut errands: mpsc::UnboundedReceiver<Errand>,
    messages: mpsc::Sender<Message>,
) {
    let mut queue = VecDeque::new();
    let mut pauses = Pauses::new();
    loop {
        while let Ok(errand) = errands.try_recv() {
            note(&mut queue, errand);
        }
        let Some((id, task)) = queue.front() else {
            match errands.recv().await {
                Some(errand) => note(&mut queue, errand),
                None => return,
            }
            continue;
        };
        let answer = match bring(&client, task).await {
            Ok(answer) => answer,
            Err(error) if error.is_conflict() => Answer::Conflict,
            Err(error) if may_change(&error) => {
                pauses.pause().await;
                continue;
            }
            Err(error) => Answer::Refused(error.code().unwrap_or("refused").to_owned()),
        };
        pauses = Pauses::new();
        let answered = Message::Answered(*id, answer);
        queue.pop_front();
        if messages.send(answered).await.is_err() {
            return;
        }
    }
}

fn note(queue: &mut VecDeque<(TaskId, Box<RelayTask>)>, errand: Errand) {
    match errand {
        Errand::Task(id, task) => {
            if !queue.iter().any(|(queued, _)| *queued == id) {
                queue.push_back((id, task));
            }
        }
        Errand::Forget => queue.clear(),
    }
}
