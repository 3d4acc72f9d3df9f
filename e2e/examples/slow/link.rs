//! A slow link: what passes takes as long as on a link of a given rate and delay that loses a part of its packets.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

/// Bytes of a connection in one packet, and what Ethernet, IPv4 and TCP add to them.
const PACKET: usize = 1_400;
const AROUND: usize = 54;

/// What a link is like, in each direction.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Bits a second.
    pub(crate) rate: u64,
    /// There and back.
    pub(crate) round_trip: Duration,
    /// Of a hundred packets so many are lost; one that is lost takes its place on the link twice, and comes a round trip later.
    pub(crate) lost: u32,
}

/// One direction, shared by all connections.
struct Direction {
    shape: Shape,
    free_at: Mutex<Instant>,
    bytes: AtomicU64,
}

impl Direction {
    fn new(shape: Shape) -> Arc<Direction> {
        Arc::new(Direction {
            shape,
            free_at: Mutex::new(Instant::now()),
            bytes: AtomicU64::new(0),
        })
    }

    /// When a packet that is sent now arrives.
    async fn arrival(&self, size: usize) -> Result<Instant> {
        let on_the_link = size + AROUND;
        let bits = u64::try_from(on_the_link * 8)?;
        let takes = Duration::from_nanos(bits * 1_000_000_000 / self.shape.rate);
        let mut free_at = self.free_at.lock().await;
        *free_at = Instant::now().max(*free_at) + takes;
        let mut arrives = *free_at + self.shape.round_trip / 2;
        let drawn = getrandom::u32().map_err(|error| anyhow::anyhow!("{error}"))?;
        if drawn % 100 < self.shape.lost {
            *free_at += takes;
            arrives += takes + self.shape.round_trip;
        }
        Ok(arrives)
    }

    /// Hands on what comes, in its order.
    async fn carry(
        self: Arc<Direction>,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin + Send + 'static,
    ) -> Result<()> {
        let (sent, mut due) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        let direction = Arc::clone(&self);
        let delivering = tokio::spawn(async move {
            while let Some((at, bytes)) = due.recv().await {
                tokio::time::sleep_until(at.into()).await;
                let size = u64::try_from(bytes.len() + AROUND).unwrap_or(u64::MAX);
                direction.bytes.fetch_add(size, Ordering::Relaxed);
                if to.write_all(&bytes).await.is_err() {
                    break;
                }
            }
            let _ = to.shutdown().await;
        });
        let mut last = Instant::now();
        let mut packet = vec![0; PACKET];
        loop {
            let count = from.read(&mut packet).await?;
            let Some(read) = packet.get(..count).filter(|read| !read.is_empty()) else {
                break;
            };
            last = last.max(self.arrival(count).await?);
            let _ = sent.send((last, read.to_vec()));
        }
        drop(sent);
        Ok(delivering.await?)
    }
}

/// A slow way to a port of this machine.
pub(crate) struct Link {
    port: u16,
    up: Arc<Direction>,
    down: Arc<Direction>,
    listening: JoinHandle<()>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Link {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) async fn new(shape: Shape, to: u16) -> Result<Link> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let (up, down) = (Direction::new(shape), Direction::new(shape));
        let (there, back) = (Arc::clone(&up), Arc::clone(&down));
        let listening = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((browser, _)) = listener.accept().await {
                let (there, back) = (Arc::clone(&there), Arc::clone(&back));
                connections.spawn(async move {
                    // TCP's own greeting takes a round trip before anything else can be sent.
                    tokio::time::sleep(shape.round_trip).await;
                    let far = TcpStream::connect((Ipv4Addr::LOCALHOST, to)).await?;
                    far.set_nodelay(true)?;
                    browser.set_nodelay(true)?;
                    let (from_browser, to_browser) = browser.into_split();
                    let (from_far, to_far) = far.into_split();
                    let (sent, received) = tokio::join!(
                        there.carry(from_browser, to_far),
                        back.carry(from_far, to_browser)
                    );
                    sent.and(received)
                });
            }
        });
        Ok(Link {
            port,
            up,
            down,
            listening,
        })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Bytes that went up and came down so far, with what is around them on the link.
    pub(crate) fn bytes(&self) -> (u64, u64) {
        let of = |direction: &Direction| direction.bytes.load(Ordering::Relaxed);
        (of(&self.up), of(&self.down))
    }
}
