//! Serves connections. A request must arrive in time, and a shutdown waits for calls in progress.

use std::{convert::Infallible, future::Future, io, net::SocketAddr, pin::pin, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, Version, header},
    response::{IntoResponse, Response},
};
use hyper::{
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
};
use tower::{Service, ServiceExt};
use tracing::{debug, info};

use super::{
    connection::{Activity, ArriveBy, Connection, Connections, Peer, Place},
    rpc,
};

/// How long a shutdown waits for calls in progress.
const DRAIN: Duration = Duration::from_secs(20);

/// The longest header that is always accepted. Anyone may send one, and each connection keeps what has arrived of it: up
/// to twice as much, since hyper looks at the limit before it reads.
const HEADER_BYTES: usize = 64 << 10;

#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// The longest time for a request to arrive, and for a client to read.
    pub arrive_within: Duration,
    /// The most open connections.
    pub connections: usize,
}

/// Serves until the signal, then finishes calls in progress.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    signal: impl Future<Output = ()>,
) -> io::Result<()> {
    let connections = Connections::new(limits.connections);
    let (shut_down, shutting_down) = watch::channel(false);
    // Every connection holds a sender, so the channel ends with the last connection.
    let (under_way, mut ended) = mpsc::channel::<Infallible>(1);
    let mut signal = pin!(signal);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Out of file descriptors, or the client is gone. Others are not affected.
                Err(error) => {
                    debug!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
            () = &mut signal => break,
        };
        let place = connections.place().await;
        let (router, shutting_down, under_way) = (router.clone(), shutting_down.clone(), under_way.clone());
        tokio::spawn(async move {
            serve_connection(stream, peer, place, router, limits.arrive_within, shutting_down).await;
            drop(under_way);
        });
    }
    info!("shutting down");
    // Receivers are gone if there is no connection.
    let _ = shut_down.send(true);
    drop(under_way);
    if tokio::time::timeout(DRAIN, ended.recv()).await.is_err() {
        info!("some requests were still under way");
    }
    Ok(())
}

async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    router: Router,
    arrive_within: Duration,
    mut shutting_down: watch::Receiver<bool>,
) {
    let (activity, evicted) = (place.activity(), place.evicted());
    let answer = answer(router, activity.clone(), peer, arrive_within);
    let stream = TokioIo::new(Connection::new(stream, place, arrive_within));
    // HTTP/1 only: a second protocol would need limits of its own.
    let connection = http1::Builder::new()
        // Without a timer hyper would wait forever for a header.
        .timer(TokioTimer::new())
        .header_read_timeout(arrive_within)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(stream, answer)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut is_asked_to_end = false;
    let result = loop {
        tokio::select! {
            result = connection.as_mut() => break result,
            () = evicted.notified() => return debug!("a connection made room for another"),
            () = activity.header_is_overdue(arrive_within) => return,
            _ = shutting_down.wait_for(|is_shutting_down| *is_shutting_down), if !is_asked_to_end => {
                is_asked_to_end = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    };
    match result {
        // An idle client is not an error.
        Err(error) if !activity.is_idle() => debug!(%error, "a connection ended early"),
        _ => {}
    }
}

fn answer(
    router: Router,
    activity: Activity,
    peer: SocketAddr,
    arrive_within: Duration,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = Response,
    Error = Infallible,
    Future = impl Future<Output = Result<Response, Infallible>> + Send,
> {
    service_fn(move |mut request: Request<Incoming>| {
        let (mut router, activity) = (router.clone(), activity.clone());
        let begun = activity.header_arrived();
        // Only `/rpc` reads bodies, and reports when one has arrived.
        if request.body().is_end_stream() || request.uri().path() != rpc::PATH {
            activity.request_arrived();
        }
        let extensions = request.extensions_mut();
        extensions.insert(ArriveBy(begun + arrive_within));
        extensions.insert(Peer(peer));
        extensions.insert(activity.clone());
        async move {
            if !has_one_host(&request) {
                activity.answered();
                return Ok((StatusCode::BAD_REQUEST, [(header::CONNECTION, "close")]).into_response());
            }
            let ready: Result<_, Infallible> = ServiceExt::<Request<Incoming>>::ready(&mut router).await;
            let mut response = ready?.call(request).await?;
            if response.status() != StatusCode::SWITCHING_PROTOCOLS && activity.answered() {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response)
        }
    })
}

/// A proxy in front may interpret such a request differently (RFC 9112, 3.2).
fn has_one_host(request: &Request<Incoming>) -> bool {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() == Version::HTTP_10)
}
