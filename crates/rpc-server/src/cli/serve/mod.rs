//! `serve`: serves until a signal.

mod arguments;
mod options;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use domain::instant::SystemClock;
use jsonrpsee::server::{ServerHandle, stop_channel};
use persistence::Database;
use rpc_server::{
    Background, Context, LongQueries, LongestTimes,
    auth::Role,
    http::{self, ConnectionLimits, Options},
    server,
};
use segmentation_engine::{sync::settings::SyncSettings, webhooks::WebhookSettings};
use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::{Signal, SignalKind, signal},
};
use tracing::{Level, Metadata, info};
use tracing_subscriber::{EnvFilter, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

use self::{arguments::LogFormat, options::options};
use super::{token::NewTokenArguments, usage::Usage};

pub(super) use self::arguments::{Arguments, ListenArguments};

/// Connections that may wait to be accepted. With the usual 128, a burst delays others by the second after which TCP
/// tries again.
const WAITING_CONNECTIONS: u32 = 4096;
/// The most connections, whatever the limit of open files, since each takes memory.
const MOST_CONNECTIONS: u64 = 16_384;

/// What was asked for, checked. Files with secrets are read once: they may be pipes.
pub(super) struct Prepared {
    arguments: Arguments,
    options: Options,
    sync: SyncSettings,
}

impl Prepared {
    pub(super) fn new(arguments: Arguments) -> Result<Self, Usage> {
        Ok(Self { options: options(&arguments)?, sync: sync_settings()?, arguments })
    }

    pub(super) async fn serve(self, database: Database) -> anyhow::Result<()> {
        let Self { arguments, options, sync } = self;
        log(&arguments)?;
        let listener = listen(arguments.listen.address)
            .with_context(|| format!("cannot listen on {}", arguments.listen.address))?;
        let address = listener.local_addr()?;
        if arguments.dev {
            let lasting = NewTokenArguments { name: "dev".into(), role: Role::Superadmin, days: Some(1) };
            let token = super::token::create(&database, lasting).await?;
            // Browsers do not send the part after `#` to servers; the console reads it.
            super::line(format_args!(
                "address  http://{address}/\ntoken    {token}\nconsole  http://{address}/#token={token}"
            ))?;
        }
        let longest = LongestTimes {
            preview: Duration::from_secs(arguments.preview_seconds.get()),
            report: Duration::from_secs(arguments.report_seconds.get()),
        };
        let (background, zone) = (Background::default(), arguments.time_zone);
        let clock = Arc::new(SystemClock);
        let long_queries = LongQueries::new(longest, &database);
        let webhooks = WebhookSettings::new(arguments.allow_private_webhooks);
        let context = Context { database, clock, zone, long_queries, background: background.clone(), sync, webhooks };
        server::deliver_webhooks(&context)?;
        server::watch_alerts(&context);
        // Before the first connection, so that no signal is lost.
        let terminate = signal(SignalKind::terminate())?;
        let (stop, stopped) = stop_channel();
        let router = server::router(context, &options, stop);
        info!(%address, dev = arguments.dev, "serving");
        let limits = ConnectionLimits { arrive_within: options.arrive_within, connections: connection_limit()? };
        http::serve(listener, router, limits, end(terminate, stopped, &background)).await.context("serving failed")?;
        background.ended().await;
        info!("stopped");
        Ok(())
    }
}

/// A malformed variable is named without its value, which may be a secret.
fn sync_settings() -> Result<SyncSettings, Usage> {
    SyncSettings::from_environment().map_err(|error| Usage(error.to_string()))
}

/// The most connections. The remaining open files are for the database, for files and for the log. Raises the soft
/// limit first, since systemd sets a low one.
fn connection_limit() -> io::Result<usize> {
    const RESERVED: u64 = 256;
    let files = rlimit::increase_nofile_limit(u64::MAX)?;
    let connections = files.saturating_sub(RESERVED).max(files / 2).min(MOST_CONNECTIONS);
    Ok(usize::try_from(connections).unwrap_or(usize::MAX))
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restart must not wait until the system has forgotten earlier connections.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING_CONNECTIONS)
}

fn log(arguments: &Arguments) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&arguments.log).map_err(|_| {
        Usage("invalid value for --log: expected a level or filter such as info or rpc_server=debug".into())
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    match arguments.log_format {
        LogFormat::Text => log.finish().with(filter_fn(is_impersonal)).init(),
        LogFormat::Json => log.json().finish().with(filter_fn(is_impersonal)).init(),
    }
    Ok(())
}

/// Below info, jsonrpsee logs requests and answers with personal data, so no filter may enable that.
fn is_impersonal(event: &Metadata<'_>) -> bool {
    !event.target().starts_with("jsonrpsee") || *event.level() <= Level::INFO
}

/// Waits for a signal, then stops WebSockets and runs too.
async fn end(mut terminate: Signal, stopped: ServerHandle, background: &Background) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    background.ask_to_stop();
    // Fails if it has stopped already.
    let _ = stopped.stop();
}
