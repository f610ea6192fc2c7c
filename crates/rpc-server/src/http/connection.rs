//! Connections. Their number is limited: the one that has waited longest for its client makes room for a new one. While
//! a client does not read its answers, nothing is read from it, and after a while it is disconnected.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::{Notify, OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, Sleep, sleep, timeout, timeout_at},
};

use super::header_lines::HeaderLines;

/// How long to wait for a connection to make room before asking another one too.
const EVICTION: Duration = Duration::from_millis(50);

/// A connection yields after reading this many bytes. jsonrpsee starts a task per WebSocket message, and a client that
/// sends faster than they finish would fill the memory.
const READ_AT_ONCE: usize = 256 << 10;

#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

/// The deadline for the whole request.
#[derive(Debug, Clone, Copy)]
pub(super) struct ArriveBy(pub(super) Instant);

#[derive(Debug, Clone, Copy)]
enum Phase {
    /// All answers were sent and no request is pending.
    Idle(Instant),
    /// A header is arriving. The first one counts from the start of the connection.
    Header(Instant),
    /// The body is arriving.
    Body(Instant),
    /// A request is being answered, or the connection is a WebSocket.
    Busy,
    /// A request was answered before its body was read, so the connection will be closed.
    Closing(Instant),
}

/// The phase of a connection, seen from outside.
#[derive(Debug, Clone)]
pub(super) struct Activity(watch::Sender<Phase>);

impl Activity {
    fn of_new_connection() -> Self {
        Self(watch::Sender::new(Phase::Header(Instant::now())))
    }

    /// The header has arrived. Returns when the request began.
    pub(super) fn header_arrived(&self) -> Instant {
        let since = self.waiting_since().unwrap_or_else(Instant::now);
        self.0.send_replace(Phase::Body(since));
        since
    }

    /// The whole request has arrived.
    pub(super) fn request_arrived(&self) {
        self.0.send_replace(Phase::Busy);
    }

    /// Returns whether the connection has to be closed, because a part of the body was not read.
    pub(super) fn answered(&self) -> bool {
        let (now, is_unread) = (Instant::now(), matches!(*self.0.borrow(), Phase::Body(_)));
        self.0.send_replace(if is_unread { Phase::Closing(now) } else { Phase::Idle(now) });
        is_unread
    }

    fn is_closing(&self) -> bool {
        matches!(*self.0.borrow(), Phase::Closing(_))
    }

    pub(super) fn is_idle(&self) -> bool {
        matches!(*self.0.borrow(), Phase::Idle(_))
    }

    /// Returns whether a header begins.
    fn byte_arrived(&self) -> bool {
        let begins = self.is_idle();
        if begins {
            self.0.send_replace(Phase::Header(Instant::now()));
        }
        begins
    }

    fn waiting_since(&self) -> Option<Instant> {
        match *self.0.borrow() {
            Phase::Idle(since) | Phase::Header(since) | Phase::Body(since) | Phase::Closing(since) => Some(since),
            Phase::Busy => None,
        }
    }

    /// Returns once a header, or the end of a closing connection, is overdue. The code that reads a body enforces the time limit of the body.
    pub(super) async fn header_is_overdue(&self, limit: Duration) {
        let mut phase = self.0.subscribe();
        loop {
            let since = match *phase.borrow_and_update() {
                Phase::Idle(since) | Phase::Header(since) | Phase::Closing(since) => Some(since),
                Phase::Body(_) | Phase::Busy => None,
            };
            match since {
                Some(since) if timeout_at(since + limit, phase.changed()).await.is_err() => return,
                Some(_) => {}
                // This object is the sender.
                None => drop(phase.changed().await),
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct Connections {
    places: Arc<Semaphore>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    connections: BTreeMap<u64, (Activity, Arc<Notify>)>,
}

impl Connections {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { places: Arc::new(Semaphore::new(limit)), open: Mutex::default() })
    }

    /// Reserves room for a connection. If there is none, closes those that have waited longest for their clients.
    pub(super) async fn place(self: &Arc<Self>) -> Place {
        let permit = loop {
            if let Ok(permit) = self.places.clone().try_acquire_owned() {
                break permit;
            }
            self.evict();
            if let Ok(Ok(permit)) = timeout(EVICTION, self.places.clone().acquire_owned()).await {
                break permit;
            }
        };
        let (activity, evicted) = (Activity::of_new_connection(), Arc::new(Notify::new()));
        let mut open = self.open();
        let id = open.next;
        open.next += 1;
        open.connections.insert(id, (activity.clone(), evicted.clone()));
        drop(open);
        Place { id, activity, evicted, connections: self.clone(), _permit: permit }
    }

    fn evict(&self) {
        let open = self.open();
        let waiting =
            open.connections.values().filter_map(|(activity, evicted)| Some((activity.waiting_since()?, evicted)));
        if let Some((_, evicted)) = waiting.min_by_key(|(since, _)| *since) {
            evicted.notify_one();
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The room of one connection, freed when dropped.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    activity: Activity,
    evicted: Arc<Notify>,
    connections: Arc<Connections>,
    _permit: OwnedSemaphorePermit,
}

impl Place {
    pub(super) fn activity(&self) -> Activity {
        self.activity.clone()
    }

    /// Notified when the connection has to make room.
    pub(super) fn evicted(&self) -> Arc<Notify> {
        self.evicted.clone()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().connections.remove(&self.id);
    }
}

/// A stream that records when requests begin. While its client does not read, nothing more is read from it, so answers
/// do not pile up. A client that does not read for too long is disconnected.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    place: Place,
    patience: Duration,
    /// Runs while a write waits for the client.
    stalled: Option<Pin<Box<Sleep>>>,
    gave_up: bool,
    /// Woken when the client reads again.
    reader: Option<Waker>,
    /// Bytes read since the last yield.
    read_at_once: usize,
    header_lines: HeaderLines,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, place: Place, patience: Duration) -> Self {
        let header_lines = HeaderLines::default();
        Self { stream, place, patience, stalled: None, gave_up: false, reader: None, read_at_once: 0, header_lines }
    }

    fn written<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        let patience = self.patience;
        let gives_up = polled.is_pending() && {
            let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
            timer.as_mut().poll(cx).is_ready()
        };
        if polled.is_pending() && !gives_up {
            return Poll::Pending;
        }
        self.stalled = None;
        self.gave_up |= gives_up;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        if gives_up { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { polled }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.gave_up {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if self.stalled.is_some() {
            self.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if self.read_at_once > READ_AT_ONCE {
            self.read_at_once = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let before = into.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, into);
        let read = into.filled().len() - before;
        self.read_at_once += read;
        if read > 0 {
            if self.place.activity.byte_arrived() {
                self.header_lines.expect_header();
            }
            self.header_lines.check(&mut into.filled_mut()[before..]);
        }
        polled
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        // Closing a socket with unread bytes resets it, and the client might lose the answer.
        while self.place.activity.is_closing() {
            let mut discarded = [0; 8 << 10];
            let mut into = ReadBuf::new(&mut discarded);
            let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut into));
            if read.is_err() || into.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
