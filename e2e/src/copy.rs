//! A server that only looks like the line: it answers every request with one page that somebody copied, and knows what it was asked for.

use std::net::Ipv4Addr;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The page's document in a language, as somebody saves it.
///
/// # Errors
/// When the relay is not reached in the clear, or its answer has no end of its head.
pub async fn document(relay_url: &str, language: &str) -> Result<Vec<u8>> {
    let host = relay_url.strip_prefix("http://");
    let host = host.context("a relay in the clear")?;
    let mut stream = TcpStream::connect(host).await?;
    let get = format!("GET /{language} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(get.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let head = memchr::memmem::find(&answer, b"\r\n\r\n");
    Ok(answer.split_off(head.context("an answer without a body")? + 4))
}

/// A copied page at an address of its own; it ends when it is dropped.
pub struct CopiedPage {
    address: String,
    /// The first line of each request so far.
    asked: watch::Receiver<Vec<String>>,
    serving: JoinHandle<()>,
}

fn begun(asked: &[String], beginning: &str) -> usize {
    let asked = asked.iter();
    asked.filter(|line| line.starts_with(beginning)).count()
}

impl CopiedPage {
    /// Serves a page on a port of 127.0.0.1; 0 takes a free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn serve(html: String, port: u16) -> Result<CopiedPage> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let (told, asked) = watch::channel(Vec::new());
        let serving = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    html.len()
                );
                // Whoever goes away gets nothing; the next one does.
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let line = request.split(|byte| *byte == b'\r').next();
                let line = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
                told.send_modify(|asked| asked.push(line));
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(html.as_bytes()).await;
            }
        });
        Ok(CopiedPage {
            address,
            asked,
            serving,
        })
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How many requests there were so far whose first line begins so, such as `POST /v1/turn`.
    pub fn count(&self, beginning: &str) -> usize {
        begun(&self.asked.borrow(), beginning)
    }

    /// Waits until there were so many.
    ///
    /// # Errors
    /// When it serves no longer.
    pub async fn wait_for(&self, beginning: &str, count: usize) -> Result<()> {
        let mut asked = self.asked.clone();
        let is_enough = |asked: &Vec<String>| begun(asked, beginning) >= count;
        asked.wait_for(is_enough).await?;
        Ok(())
    }
}

impl Drop for CopiedPage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
