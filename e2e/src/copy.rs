//! A server that only looks like the line: it answers every request with one page that somebody copied.

use std::net::Ipv4Addr;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A copied page at an address of its own; it ends when it is dropped.
pub struct CopiedPage {
    address: String,
    serving: JoinHandle<()>,
}

impl CopiedPage {
    /// Serves a page on a port of 127.0.0.1; 0 takes a free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn serve(html: String, port: u16) -> Result<CopiedPage> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let serving = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    html.len()
                );
                // Whoever goes away gets nothing; the next one does.
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(html.as_bytes()).await;
            }
        });
        Ok(CopiedPage { address, serving })
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for CopiedPage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
