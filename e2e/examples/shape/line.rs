//! The line that is visited, and a guide's program that keeps answers waiting.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use demo::{DemoContact, DemoLine};
use protocol::{Language, Urgency};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long a step of the line may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a receipt may be on its way to the desk.
const RECEIPT: Duration = Duration::from_secs(20);
/// A guide has so many open cases at most.
const OF_ONE_GUIDE: usize = 8;
const QUESTION: &str = "Is this real? What happens to my mother?";
const ANSWER: &str = "I read you. I left the same army. Tell me only what you want to tell.";

/// A conversation in which an answer waits.
pub(crate) struct Conversation {
    pub(crate) words: String,
    label: String,
    /// Which of the two guides has it.
    guide: usize,
}

/// A running line whose guides answer by program.
pub(crate) struct VisitedLine {
    line: DemoLine,
    answered: Mutex<UnboundedReceiver<Conversation>>,
    answer: UnboundedSender<Conversation>,
}

fn rows<'a>(view: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    let rows = view
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    rows.filter_map(|row| row.get("label").and_then(Value::as_str))
}

impl VisitedLine {
    /// Brings a line up and prepares the conversations for so many visits at a time: a fifth of them read, by lot sometimes
    /// more, and a conversation rests until its receipt has come.
    pub(crate) async fn start(visits: usize) -> Result<Arc<VisitedLine>> {
        let of_one_guide = visits.div_ceil(4).clamp(2, OF_ONE_GUIDE);
        let line = e2e::demonstration_at(None).await?;
        let (answer, answered) = unbounded_channel();
        let line = VisitedLine {
            line,
            answered: Mutex::new(answered),
            answer,
        };
        let mut taken = Vec::new();
        for guide in [0, 1] {
            for _ in 0..of_one_guide {
                let conversation = line.converse(guide, &taken).await?;
                taken.push(conversation.label.clone());
                let _ = line.answer.send(conversation);
            }
        }
        Ok(Arc::new(line))
    }

    /// Where the relay listens in the clear.
    pub(crate) fn relay(&self) -> &str {
        self.line.relay_url()
    }

    fn guide(&self, guide: usize) -> &demo::DeskDoor {
        match guide {
            0 => self.line.guide(),
            _ => self.line.second_guide(),
        }
    }

    async fn converse(&self, guide: usize, taken: &[String]) -> Result<Conversation> {
        let mut contact = DemoContact::new(self.line.relay_url())?;
        let words = contact.new_phrase(words::List::English);
        contact.open(words::List::English, &words).await?;
        contact
            .write(QUESTION, Language::English, Urgency::Days)
            .await?;
        let is_new = |label: &&str| !taken.iter().any(|known| known == label);
        let desk = self.guide(guide);
        let view = desk
            .wait_until(PATIENCE, |view| {
                rows(view, "waiting").any(|label| is_new(&label))
            })
            .await?;
        let label = rows(&view, "waiting")
            .find(is_new)
            .context("somebody waits")?
            .to_owned();
        desk.command(&json!({"command": "take", "case": label}))
            .await?;
        desk.wait_until(PATIENCE, |view| {
            rows(view, "cases").any(|case| case == label)
        })
        .await?;
        let conversation = Conversation {
            words,
            label,
            guide,
        };
        self.say(&conversation).await?;
        // Nobody writes in it: a guide has two in which somebody does.
        desk.command(&json!({"command": "hold", "case": conversation.label}))
            .await?;
        desk.settled(PATIENCE).await?;
        Ok(conversation)
    }

    async fn say(&self, conversation: &Conversation) -> Result<()> {
        let desk = self.guide(conversation.guide);
        desk.command(&json!({"command": "answer", "case": conversation.label, "text": ANSWER}))
            .await?;
        Ok(desk.settled(PATIENCE).await?)
    }

    /// A conversation in which an answer waits; waits for one.
    pub(crate) async fn answered(&self) -> Result<Conversation> {
        self.answered
            .lock()
            .await
            .recv()
            .await
            .context("the conversations do not end")
    }

    /// Answers once more what was read, so that somebody else can read it. `is_taken`: the answer was read, but whoever did may have left
    /// before the receipt was sent; the next answer's receipt says so too.
    pub(crate) async fn was_read(&self, conversation: Conversation, is_taken: bool) -> Result<()> {
        let desk = self.guide(conversation.guide);
        let is_collected = |case: &Value| {
            let messages = case.get("messages").and_then(Value::as_array);
            let mut messages = messages.into_iter().flatten();
            messages.all(|message| {
                message
                    .get("state")
                    .is_none_or(|state| state != "uncollected")
            })
        };
        // Whoever left too early has read nothing: the answer waits for the next one.
        let collected = desk.wait_for_case(RECEIPT, &conversation.label, is_collected);
        if collected.await.is_ok() || is_taken {
            self.say(&conversation).await?;
        }
        let _ = self.answer.send(conversation);
        Ok(())
    }

    /// New words, which nobody has used.
    pub(crate) fn new_words(&self) -> Result<String> {
        Ok(DemoContact::new(self.line.relay_url())?.new_phrase(words::List::English))
    }

    /// Stops it.
    pub(crate) async fn stop(self) {
        self.line.stop().await;
    }
}
