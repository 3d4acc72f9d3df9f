//! The relay as an admitted desk asks it: a session is opened when one is needed, and again when it is over.

use std::sync::Arc;

use hyper::Method;
use statements::DeviceKey;
use tokio::sync::Mutex;
use wire::{DeskSession, Envelope, Kind, LineId, SequencedEnvelope};

use crate::{Changes, ClientError, RelayClient};

/// What a desk may ask beyond what anybody may.
#[derive(Clone)]
pub struct DeskClient {
    relay: RelayClient,
    line: LineId,
    device: Arc<DeviceKey>,
    token: Arc<Mutex<Option<String>>>,
}

impl DeskClient {
    /// A desk of a line, by its device key.
    pub fn new(relay: RelayClient, line: LineId, device: DeviceKey) -> DeskClient {
        DeskClient {
            relay,
            line,
            device: Arc::new(device),
            token: Arc::default(),
        }
    }

    /// The relay as anybody asks it.
    pub fn relay(&self) -> &RelayClient {
        &self.relay
    }

    /// The `Authorization` of the open session; opens one if there is none.
    pub(crate) async fn authorization(&self) -> Result<String, ClientError> {
        let mut token = self.token.lock().await;
        if let Some(token) = token.as_ref() {
            return Ok(token.clone());
        }
        let nonce = self
            .relay
            .post_bytes("/v1/desk/challenge", Vec::new())
            .await?;
        let nonce = nonce.as_ref().try_into().map_err(|_| ClientError::Answer)?;
        let session = DeskSession {
            device: self.device.public().0,
            nonce,
            signature: self.device.sign_session(&self.line, &nonce),
        };
        let answer = self
            .relay
            .post_bytes("/v1/desk/session", session.to_bytes())
            .await?;
        if answer.len() != 32 {
            return Err(ClientError::Answer);
        }
        let hex: String = answer.iter().map(|byte| format!("{byte:02x}")).collect();
        let fresh = format!("Bearer {hex}");
        *token = Some(fresh.clone());
        Ok(fresh)
    }

    /// Forgets a session that the relay no longer knows.
    pub(crate) async fn session_over(&self, authorization: &str) {
        let mut token = self.token.lock().await;
        if token.as_deref() == Some(authorization) {
            *token = None;
        }
    }

    /// Runs a request in a session, once more in a new one if the relay does not know the first.
    async fn in_session<T>(
        &self,
        request: impl AsyncFn(String) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let first = self.authorization().await?;
        match request(first.clone()).await {
            Err(error) if error.code() == Some("unauthorised") => {
                self.session_over(&first).await;
                request(self.authorization().await?).await
            }
            other => other,
        }
    }

    /// `GET /v1/desk/posts`: at most 128 posts after a place.
    ///
    /// # Errors
    /// [`ClientError`]; code `unauthorised` when the device is not admitted.
    pub async fn posts(&self, after: u64) -> Result<Vec<SequencedEnvelope>, ClientError> {
        let path = format!("/v1/desk/posts?after={after}");
        self.in_session(async |token| self.relay.read_sequence(&path, Kind::Post, &token).await)
            .await
    }

    /// `GET /v1/desk/log`: at most 128 entries after a place.
    ///
    /// # Errors
    /// [`ClientError`]; code `unauthorised` when the device is not admitted.
    pub async fn log(&self, after: u64) -> Result<Vec<SequencedEnvelope>, ClientError> {
        let path = format!("/v1/desk/log?after={after}");
        self.in_session(async |token| {
            self.relay
                .read_sequence(&path, Kind::LogEntry, &token)
                .await
        })
        .await
    }

    /// `POST /v1/desk/log`: gives the entry's place.
    ///
    /// # Errors
    /// [`ClientError`]; code `unauthorised` when the device is not admitted.
    pub async fn append(&self, entry: &Envelope) -> Result<u64, ClientError> {
        let body = entry.as_bytes();
        let answer = self
            .in_session(async |token| {
                let path = "/v1/desk/log";
                self.relay
                    .ask(Method::POST, path, body.to_vec(), Some(&token))
                    .await
            })
            .await?;
        let place = answer
            .as_ref()
            .try_into()
            .map_err(|_| ClientError::Answer)?;
        Ok(u64::from_be_bytes(place))
    }

    /// `GET /v1/desk/changes`: the first event says how far everything has come.
    ///
    /// # Errors
    /// [`ClientError`]; code `unauthorised` when the device is not admitted.
    pub async fn changes(&self) -> Result<Changes, ClientError> {
        self.in_session(async |token| Changes::listen(&self.relay, &token).await)
            .await
    }
}
