//! The writer: everything that waits goes into one transaction.

use relay::StoreError;
use tokio::sync::mpsc::Receiver;

use crate::change::{Change, Changed, Waiting};
use crate::connect::{Broken, Link, in_time};
use crate::transaction;

/// How many changes go into one transaction at most.
const BATCH: usize = 256;

/// Serves until nobody can ask any more.
pub(crate) async fn run(link: Link, mut queue: Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        serve(&link, std::mem::take(&mut batch)).await;
    }
}

async fn serve(link: &Link, batch: Vec<Waiting>) {
    let changes: Vec<&Change> = batch.iter().map(|waiting| &waiting.change).collect();
    match transact(link, &changes).await {
        Ok(answers) => {
            for (waiting, changed) in batch.into_iter().zip(answers) {
                let _ = waiting.answer.send(Ok(changed));
            }
        }
        // One change that can't be made must not take the others with it.
        Err(Broken::Full | Broken::Refused) if batch.len() > 1 => {
            for waiting in batch {
                let one = transact(link, &[&waiting.change]).await;
                let answer = one.map_err(StoreError::from);
                let answer =
                    answer.and_then(|mut answers| answers.pop().ok_or(StoreError::Unavailable));
                let _ = waiting.answer.send(answer);
            }
        }
        Err(broken) => {
            for waiting in batch {
                let _ = waiting.answer.send(Err(broken.into()));
            }
        }
    }
}

async fn transact(link: &Link, changes: &[&Change]) -> Result<Vec<Changed>, Broken> {
    let client = link.client().await?;
    let carried = in_time(transaction::carry_out(&client, changes)).await;
    if carried.is_err() {
        // A connection that may be in the middle of a transaction is not used for another.
        link.drop_client();
    }
    carried
}
