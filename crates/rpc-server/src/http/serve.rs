//! Connections: a request must arrive in time, and a shutdown waits for what is under way.

use std::{convert::Infallible, future::Future, io, pin::pin, time::Duration};

use axum::{Router, extract::Request, response::Response};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::net::TcpListener;
use tower::{Service, ServiceExt};
use tracing::{debug, info};

use super::arrival::{Arrival, ArriveBy, Watched};

/// How long a shutdown waits for what is under way.
const DRAIN: Duration = Duration::from_secs(20);

/// Serves until the signal, then finishes what is under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    arrive_within: Duration,
    signal: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    // Without a timer hyper would wait for a header for ever.
    http.http1().timer(TokioTimer::new()).header_read_timeout(arrive_within);
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
        let (stream, arrival) = Watched::new(stream);
        let answer = answer(router.clone(), arrival.clone(), arrive_within);
        let connection = graceful.watch(http.serve_connection_with_upgrades(TokioIo::new(stream), answer).into_owned());
        tokio::spawn(async move {
            match connection.await {
                // A client that has its answers and asks for nothing more is not at fault.
                Err(error) if !arrival.is_idle() => debug!(%error, "a connection ended early"),
                _ => {}
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

/// Answers the requests of one connection. What reads their bodies is told until when those must be there.
fn answer(
    router: Router,
    arrival: Arrival,
    arrive_within: Duration,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = Response,
    Error = Infallible,
    Future = impl Future<Output = Result<Response, Infallible>> + Send,
> {
    service_fn(move |mut request: Request<Incoming>| {
        let (mut router, arrival) = (router.clone(), arrival.clone());
        request.extensions_mut().insert(ArriveBy(arrival.begun() + arrive_within));
        async move {
            let ready: Result<_, Infallible> = ServiceExt::<Request<Incoming>>::ready(&mut router).await;
            let response = ready?.call(request).await;
            arrival.answered();
            response
        }
    })
}
