//! Connections: a header must arrive in time, and a shutdown waits for what is under way.

use std::{convert::Infallible, future::Future, io, pin::pin, time::Duration};

use axum::{Router, extract::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::net::TcpListener;
use tower::{Service, ServiceExt};
use tracing::{debug, info};

/// How long a shutdown waits for what is under way.
const DRAIN: Duration = Duration::from_secs(20);

/// Serves until the signal, then finishes what is under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    header_within: Duration,
    signal: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    // Without a timer hyper would wait for a header for ever.
    http.http1().timer(TokioTimer::new()).header_read_timeout(header_within);
    let graceful = GracefulShutdown::new();
    let mut signal = pin!(signal);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // Out of file descriptors, or the client is gone already: others are not concerned.
                Err(error) => {
                    debug!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
            () = &mut signal => break,
        };
        let router = router.clone();
        let answer = hyper::service::service_fn(move |request: Request<Incoming>| {
            let mut router = router.clone();
            async move {
                let ready: Result<_, Infallible> = ServiceExt::<Request<Incoming>>::ready(&mut router).await;
                ready?.call(request).await
            }
        });
        let connection = graceful.watch(http.serve_connection_with_upgrades(TokioIo::new(stream), answer).into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                debug!(%error, "a connection ended early");
            }
        });
    }
    info!("shutting down");
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(DRAIN) => info!("some requests were still under way"),
    }
    Ok(())
}
