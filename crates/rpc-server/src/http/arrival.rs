//! When a request began to arrive. Its header and its body share one time limit: a client that is slow with both would
//! otherwise be waited for twice.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Instant,
};

/// Until when the whole request must be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct ArriveBy(pub(super) Instant);

/// When the request that is under way on a connection began; nothing between requests.
#[derive(Debug, Clone)]
pub(super) struct Arrival(Arc<Mutex<Option<Instant>>>);

impl Arrival {
    /// Who connects has something to say, so the first request counts from there.
    fn of_connection() -> Self {
        Self(Arc::new(Mutex::new(Some(Instant::now()))))
    }

    /// When the request that is under way began: later ones of a connection with their first byte.
    pub(super) fn begun(&self) -> Instant {
        *self.state().get_or_insert_with(Instant::now)
    }

    /// The request has its answer.
    pub(super) fn answered(&self) {
        *self.state() = None;
    }

    /// Whether nothing has come since the last answer.
    pub(super) fn is_idle(&self) -> bool {
        self.state().is_none()
    }

    fn state(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that notes when requests begin.
#[derive(Debug)]
pub(super) struct Watched {
    stream: TcpStream,
    arrival: Arrival,
}

impl Watched {
    pub(super) fn new(stream: TcpStream) -> (Self, Arrival) {
        let arrival = Arrival::of_connection();
        (Self { stream, arrival: arrival.clone() }, arrival)
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, into);
        if into.filled().len() > before {
            self.arrival.begun();
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
