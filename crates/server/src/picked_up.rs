//! A stream of which the first bytes were read already, and of which is known whether all that was written has gone.

use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream with bytes before it.
pub(crate) struct PickedUp<T> {
    stream: T,
    before: Bytes,
    flushed: Arc<AtomicBool>,
}

impl<T> PickedUp<T> {
    pub(crate) fn new(stream: T) -> PickedUp<T> {
        PickedUp {
            stream,
            before: Bytes::new(),
            flushed: Arc::new(AtomicBool::new(true)),
        }
    }

    /// Whether all that was written was flushed since.
    pub(crate) fn flushed(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.flushed)
    }

    /// Bytes that were taken from the stream, to be read again before all others.
    pub(crate) fn give_back(&mut self, before: Bytes) {
        self.before = before;
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for PickedUp<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        if self.before.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let count = self.before.len().min(buffer.remaining());
        buffer.put_slice(&self.before.split_to(count));
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for PickedUp<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        self.flushed.store(false, Ordering::Relaxed);
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(context);
        self.flushed
            .store(matches!(polled, Poll::Ready(Ok(()))), Ordering::Relaxed);
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.flushed.store(false, Ordering::Relaxed);
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
