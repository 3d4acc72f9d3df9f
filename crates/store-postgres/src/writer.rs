//! The writer: everything that waits goes into one transaction.

use std::sync::Arc;

use relay::StoreError;
use tokio::sync::mpsc::Receiver;
use tokio_postgres::Client;

use crate::change::{Change, Changed, Waiting};
use crate::connect::{Broken, Link, in_time};
use crate::prepared::Prepared;
use crate::transaction;

/// How many changes go into one transaction at most.
const BATCH: usize = 256;

/// Serves until nobody can ask any more.
pub(crate) async fn run(link: Link, mut queue: Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut writer = Writer { link, ready: None };
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        serve(&mut writer, std::mem::take(&mut batch)).await;
    }
}

/// The connection that writes.
struct Writer {
    link: Link,
    /// The connection and what is prepared on it; none when it broke.
    ready: Option<(Arc<Client>, Prepared)>,
}

impl Writer {
    async fn ready(&mut self) -> Result<&(Arc<Client>, Prepared), Broken> {
        let client = self.link.client().await?;
        let is_known = |(held, _): &(Arc<Client>, Prepared)| Arc::ptr_eq(held, &client);
        let ready = match self.ready.take().filter(is_known) {
            Some(ready) => ready,
            None => {
                let prepared = in_time(Prepared::new(&client)).await?;
                (client, prepared)
            }
        };
        Ok(self.ready.insert(ready))
    }
}

async fn serve(writer: &mut Writer, batch: Vec<Waiting>) {
    let changes: Vec<&Change> = batch.iter().map(|waiting| &waiting.change).collect();
    match transact(writer, &changes).await {
        Ok(answers) => {
            for (waiting, changed) in batch.into_iter().zip(answers) {
                let _ = waiting.answer.send(Ok(changed));
            }
        }
        // One change that can't be made must not take the others with it.
        Err(Broken::Full | Broken::Refused) if batch.len() > 1 => {
            for waiting in batch {
                let one = transact(writer, &[&waiting.change]).await;
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

async fn transact(writer: &mut Writer, changes: &[&Change]) -> Result<Vec<Changed>, Broken> {
    let carried = match writer.ready().await {
        Ok((client, prepared)) => in_time(transaction::carry_out(client, prepared, changes)).await,
        Err(broken) => Err(broken),
    };
    if carried.is_err() {
        // A connection that may be in the middle of a transaction is not used for another.
        writer.ready = None;
        writer.link.drop_client();
    }
    carried
}
