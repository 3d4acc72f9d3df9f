//! The stream by which the relay tells a desk that something new is there.

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::{Method, StatusCode};

use crate::{ClientError, RelayClient, TIME, error};

/// The longest line of the stream that is taken, in bytes.
const LONGEST: usize = 1024;

/// What is new.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// The newest place in the tray.
    Posts(u64),
    /// The newest place in the team log.
    Log(u64),
    /// A count that rises when the line's statements change.
    Line(u64),
}

/// The open stream.
pub struct Changes {
    body: Incoming,
    received: Vec<u8>,
    event: Option<String>,
}

impl Changes {
    pub(crate) async fn listen(relay: &RelayClient, token: &str) -> Result<Changes, ClientError> {
        let request = relay.request(Method::GET, "/v1/desk/changes", Vec::new(), Some(token))?;
        let answer = tokio::time::timeout(TIME, relay.http.request(request)).await;
        let answer = answer
            .map_err(|_| ClientError::NotSent)?
            .map_err(|_| ClientError::NotSent)?;
        let status = answer.status();
        if status == StatusCode::OK {
            return Ok(Changes {
                body: answer.into_body(),
                received: Vec::new(),
                event: None,
            });
        }
        let body = answer
            .into_body()
            .collect()
            .await
            .map_err(|_| ClientError::NotKnown)?;
        Err(error::refused(status, &body.to_bytes()))
    }

    /// Waits for the next change. The relay sends a sign of life every 30 seconds; three missed ones count as broken.
    ///
    /// # Errors
    /// `NotKnown` when the stream broke: open another.
    pub async fn next(&mut self) -> Result<Change, ClientError> {
        loop {
            while let Some(line) = self.take_line() {
                if let Some(change) = self.understand(&line) {
                    return Ok(change);
                }
            }
            if self.received.len() > LONGEST {
                return Err(ClientError::Answer);
            }
            let frame = tokio::time::timeout(TIME * 3 / 2, self.body.frame()).await;
            let frame = frame
                .ok()
                .flatten()
                .and_then(Result::ok)
                .ok_or(ClientError::NotKnown)?;
            if let Some(data) = frame.data_ref() {
                self.received.extend_from_slice(data);
            }
        }
    }

    fn take_line(&mut self) -> Option<String> {
        let end = self.received.iter().position(|byte| *byte == b'\n')?;
        let line: Vec<u8> = self.received.drain(..=end).collect();
        Some(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    fn understand(&mut self, line: &str) -> Option<Change> {
        if let Some(event) = line.strip_prefix("event:") {
            self.event = Some(event.trim().to_owned());
            return None;
        }
        let number = line.strip_prefix("data:")?.trim().parse().ok()?;
        match self.event.take()?.as_str() {
            "posts" => Some(Change::Posts(number)),
            "log" => Some(Change::Log(number)),
            "line" => Some(Change::Line(number)),
            _ => None,
        }
    }
}
