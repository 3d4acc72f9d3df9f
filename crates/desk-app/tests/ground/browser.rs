//! A browser without scripts, and a desk with its screens for it.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use desk_app::{DeskAppError, DeskConfig, Links};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::ground::{Ground, PATIENCE, passphrase};

/// A text as a form sends it.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub struct Browser {
    pub authority: String,
    pub cookie: String,
    pub csrf: String,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        let line = self
            .head
            .lines()
            .find_map(|line| line.strip_prefix("location: "));
        line.unwrap_or_default()
    }

    pub fn has(&self, testid: &str) -> bool {
        self.body.contains(&format!("data-testid=\"{testid}\""))
    }
}

async fn exchange(authority: &str, request: String) -> Answer {
    let mut stream = TcpStream::connect(authority).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head[9..12].parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

impl Browser {
    pub async fn enter(link: &str) -> Browser {
        let rest = link.strip_prefix("http://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap();
        let mut browser = Browser {
            authority: authority.to_owned(),
            cookie: String::new(),
            csrf: String::new(),
        };
        let answer = browser.get(&format!("/{path}")).await;
        let cookie = answer
            .head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        browser.cookie = cookie.unwrap().split(';').next().unwrap().to_owned();
        let page = browser.get("/").await;
        let after = page.body.split("data-csrf=\"").nth(1).unwrap();
        browser.csrf = after.split('"').next().unwrap().to_owned();
        browser
    }

    pub async fn get(&self, path: &str) -> Answer {
        let (authority, cookie) = (&self.authority, &self.cookie);
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {authority}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
        );
        exchange(authority, request).await
    }

    pub async fn send(&self, path: &str, kind: &str, body: &str) -> Answer {
        let (authority, cookie) = (&self.authority, &self.cookie);
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {authority}\r\ncookie: {cookie}\r\norigin: http://{authority}\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        exchange(authority, request).await
    }

    pub async fn post(&self, path: &str, fields: &str) -> Answer {
        let body = format!("csrf={}&{fields}", self.csrf);
        self.send(path, "application/x-www-form-urlencoded", &body)
            .await
    }

    pub async fn view(&self, after: Option<u64>) -> serde_json::Value {
        let path = match after {
            Some(version) => format!("/api/view?wait_for_change={version}"),
            None => "/api/view".to_owned(),
        };
        serde_json::from_str(&self.get(&path).await.body).unwrap()
    }

    /// Waits, told of each change, until the desk shows something.
    pub async fn until(&self, shows: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        let waiting = async {
            let mut view = self.view(None).await;
            while !shows(&view) {
                view = self.view(view["version"].as_u64()).await;
            }
            view
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .expect("the desk never showed it")
    }
}

/// A desk that runs with its screens; ends when told.
pub struct Served {
    pub links: Links,
    pub stop: oneshot::Sender<()>,
    pub ended: tokio::task::JoinHandle<Result<(), DeskAppError>>,
}

pub async fn serve(ground: &Ground, name: &str) -> Served {
    let config = DeskConfig {
        vault: ground.vault(name),
        passphrase: Some(passphrase()),
        relay_url: Some(ground.url()),
        port: 0,
    };
    let (ready, is_ready) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let run = desk_app::run(
        config,
        |links| {
            let _ = ready.send(links);
        },
        async {
            let _ = stopped.await;
        },
    );
    let ended = tokio::spawn(run);
    Served {
        links: is_ready.await.unwrap(),
        stop,
        ended,
    }
}

impl Served {
    /// Ends the desk.
    pub async fn end(self) {
        let _ = self.stop.send(());
        self.ended.await.unwrap().unwrap();
    }
}

/// Somebody sits down at a desk whose holder is admitted, and waits until it has heard the line: before that it takes nothing.
pub async fn enter(ground: &Ground, name: &str) -> (Served, Browser) {
    let served = serve(ground, name).await;
    let browser = Browser::enter(&served.links.open).await;
    browser
        .until(|view| view["connection"] == "connected" && view["admitted"] == true)
        .await;
    (served, browser)
}
