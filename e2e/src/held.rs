//! A link that stops in the middle of the page: what can be read and the script have come, the module has not.

use std::net::Ipv4Addr;

use anyhow::{Context, Result};
use memchr::memmem;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// What the module's part of the document begins with.
const MODULE: &[u8] = b"id=\"module\">";
/// Whoever asks for a page must not be given a compressed one, in which nothing can be found.
const ASKS: &[u8] = b"Accept-Encoding:";
const ASKS_NOT: &[u8] = b"X-Not-Encoding: ";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Module {
    Held,
    Passes,
    Cut,
}

/// An address at which a relay is reached whose page stops before its module, until it is let go or cut.
pub struct HeldPage {
    address: String,
    module: watch::Sender<Module>,
    serving: JoinHandle<()>,
}

/// What is read next; nothing when the other side has ended.
async fn next<'bytes>(
    from: &mut (impl AsyncRead + Unpin),
    bytes: &'bytes mut [u8],
) -> Result<Option<&'bytes mut [u8]>> {
    let count = from.read(bytes).await?;
    let read = bytes.get_mut(..count).context("more than was asked for")?;
    Ok((!read.is_empty()).then_some(read))
}

/// Passes on what a browser asks, in the clear of compression.
async fn ask(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) -> Result<()> {
    let mut bytes = vec![0; 1 << 16];
    while let Some(read) = next(&mut from, &mut bytes).await? {
        let asks = memmem::find(read, ASKS).and_then(|at| read.get_mut(at..at + ASKS.len()));
        if let Some(asks) = asks {
            asks.copy_from_slice(ASKS_NOT);
        }
        to.write_all(read).await?;
    }
    Ok(to.shutdown().await?)
}

/// Passes on what a relay answers, a module only when it may.
async fn answer(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut module: watch::Receiver<Module>,
) -> Result<()> {
    let mut passed = Vec::new();
    let mut bytes = vec![0; 1 << 16];
    while let Some(read) = next(&mut from, &mut bytes).await? {
        // The mark may stand across two reads.
        let before = passed.len();
        passed.extend_from_slice(read);
        let Some(at) = memmem::find(&passed, MODULE) else {
            to.write_all(read).await?;
            let kept = passed.len().saturating_sub(MODULE.len());
            passed.drain(..kept);
            continue;
        };
        let until = (at + MODULE.len() + 1000)
            .saturating_sub(before)
            .min(read.len());
        let (first, rest) = read.split_at(until);
        to.write_all(first).await?;
        let is = *module.wait_for(|module| *module != Module::Held).await?;
        if is == Module::Cut {
            return Ok(());
        }
        to.write_all(rest).await?;
        tokio::io::copy(&mut from, &mut to).await?;
        return Ok(());
    }
    Ok(to.shutdown().await?)
}

impl HeldPage {
    /// Stands before a relay, on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When there is no free port, or the address is none.
    pub async fn before(relay_url: &str) -> Result<HeldPage> {
        let relay = relay_url
            .strip_prefix("http://")
            .context("a relay in the clear")?
            .to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let (sender, module) = watch::channel(Module::Held);
        let serving = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((browser, _)) = listener.accept().await {
                let (relay, module) = (relay.clone(), module.clone());
                connections.spawn(async move {
                    let relay = TcpStream::connect(relay).await?;
                    let (from_browser, to_browser) = browser.into_split();
                    let (from_relay, to_relay) = relay.into_split();
                    // Where an answer is cut the whole connection ends.
                    tokio::select! {
                        asked = async { ask(from_browser, to_relay).await?; std::future::pending::<Result<()>>().await } => asked,
                        answered = answer(from_relay, to_browser, module) => answered,
                    }
                });
            }
        });
        Ok(HeldPage {
            address,
            module: sender,
            serving,
        })
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The rest of the page comes.
    pub fn let_go(&self) {
        self.module.send_replace(Module::Passes);
    }

    /// The rest of the page never comes.
    pub fn cut(&self) {
        self.module.send_replace(Module::Cut);
    }
}

impl Drop for HeldPage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
