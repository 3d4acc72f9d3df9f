//! A desk's own door for scripts: its local address, with the same one-time link and session as a person's browser.
#![allow(
    clippy::indexing_slicing,
    reason = "indexing a JSON value gives null where there is nothing"
)]

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, header};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::DemoError;

type Http = Client<HttpConnector, Full<hyper::body::Bytes>>;

/// A desk that was entered by a one-time link.
pub struct DeskDoor {
    http: Http,
    origin: String,
    cookie: String,
    link: String,
}

fn desk_error(error: impl std::fmt::Display) -> DemoError {
    DemoError::Desk(error.to_string())
}

impl DeskDoor {
    /// Enters a desk by the link `script`, which works once; `link` is left for a person.
    ///
    /// # Errors
    /// [`DemoError::Desk`] when the link does not open it.
    pub async fn enter(link: &str, script: &str) -> Result<DeskDoor, DemoError> {
        let http: Http = Client::builder(TokioExecutor::new()).build_http();
        let uri: hyper::Uri = script.parse().map_err(desk_error)?;
        let authority = uri.authority().ok_or_else(|| desk_error("no address"))?;
        let origin = format!("http://{authority}");
        let answer = http.get(uri).await.map_err(desk_error)?;
        let cookie = answer
            .headers()
            .get(header::SET_COOKIE)
            .and_then(|cookie| cookie.to_str().ok())
            .and_then(|cookie| cookie.split(';').next())
            .ok_or_else(|| desk_error("the one-time link was used already"))?;
        Ok(DeskDoor {
            http,
            origin,
            cookie: cookie.to_owned(),
            link: link.to_owned(),
        })
    }

    /// The one-time link for a person's browser.
    pub fn link(&self) -> &str {
        &self.link
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Value, DemoError> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin))
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, &self.origin)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::from(body))
            .map_err(desk_error)?;
        let answer = self.http.request(request).await.map_err(desk_error)?;
        let status = answer.status();
        let body = answer
            .into_body()
            .collect()
            .await
            .map_err(desk_error)?
            .to_bytes();
        if !status.is_success() {
            // A refusal says what to do next, and nothing of a conversation.
            let why = String::from_utf8_lossy(&body);
            return Err(desk_error(format_args!(
                "{path} was answered {status}: {why}"
            )));
        }
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(desk_error)
    }

    /// What the desk shows now.
    ///
    /// # Errors
    /// [`DemoError::Desk`] when it can't be reached.
    pub async fn view(&self) -> Result<Value, DemoError> {
        self.send(Method::GET, "/api/view", Vec::new()).await
    }

    /// What the desk shows of one case.
    ///
    /// # Errors
    /// [`DemoError::Desk`] when there is no such case.
    pub async fn case(&self, label: &str) -> Result<Value, DemoError> {
        self.send(Method::GET, &format!("/api/case/{label}"), Vec::new())
            .await
    }

    /// Asks the desk to do something.
    ///
    /// # Errors
    /// [`DemoError::Desk`] when it does not understand or refuses.
    pub async fn command(&self, command: &Value) -> Result<(), DemoError> {
        self.send(
            Method::POST,
            "/api/command",
            command.to_string().into_bytes(),
        )
        .await
        .map(drop)
    }

    /// Waits for the desk to show something; it is told of each change and does not ask again and again.
    ///
    /// # Errors
    /// [`DemoError::Desk`] when that takes longer than `patience`.
    pub async fn wait_until(
        &self,
        patience: Duration,
        shows: impl Fn(&Value) -> bool,
    ) -> Result<Value, DemoError> {
        let waiting = async {
            let mut view = self.view().await?;
            while !shows(&view) {
                let path = format!("/api/view?wait_for_change={}", view["version"]);
                view = self.send(Method::GET, &path, Vec::new()).await?;
            }
            Ok(view)
        };
        match tokio::time::timeout(patience, waiting).await {
            Ok(view) => view,
            Err(_) => {
                let view = self.view().await?;
                Err(desk_error(format_args!(
                    "it never came; the desk shows {view}"
                )))
            }
        }
    }

    /// Waits until one case shows something.
    ///
    /// # Errors
    /// [`DemoError::Desk`] when that takes longer than `patience`.
    pub async fn wait_for_case(
        &self,
        patience: Duration,
        label: &str,
        shows: impl Fn(&Value) -> bool,
    ) -> Result<Value, DemoError> {
        let waiting = async {
            loop {
                let version = self.view().await?["version"].clone();
                let case = self.case(label).await?;
                if shows(&case) {
                    return Ok(case);
                }
                let path = format!("/api/view?wait_for_change={version}");
                self.send(Method::GET, &path, Vec::new()).await?;
            }
        };
        match tokio::time::timeout(patience, waiting).await {
            Ok(case) => case,
            Err(_) => Err(desk_error(format_args!("case {label} never showed it"))),
        }
    }

    /// Waits until everything that the desk wanted of the relay was acknowledged.
    ///
    /// # Errors
    /// [`DemoError::Desk`] when that takes longer than `patience`.
    pub async fn settled(&self, patience: Duration) -> Result<(), DemoError> {
        self.wait_until(patience, |view| view["outbox"] == 0)
            .await
            .map(drop)
    }
}
