//! `serve`: reads flags and environment, and serves until a signal.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    num::{NonZeroU32, NonZeroU64, NonZeroUsize},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use axum::http::HeaderValue;
use chrono_tz::Tz;
use domain::instant::SystemClock;
use jsonrpsee::server::{ServerHandle, stop_channel};
use persistence::Database;
use rpc_server::{
    Background, Context, Previews,
    auth::{
        Authenticator, Role,
        jwt::{JwtAlgorithm, JwtVerifier},
        secret,
    },
    gate::Limits,
    http::{self, ConnectionLimits, Options, Scheduler},
    server,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::{Signal, SignalKind, signal},
};
use tracing::{Level, Metadata, info};
use tracing_subscriber::{EnvFilter, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

use super::{token::NewTokenArguments, usage::Usage};

const SECRET_ADVICE: &str = "it needs at least 32 random characters, such as `openssl rand -hex 32` prints";
/// The largest answer, in bytes. An export of 5,000 rows fits.
const ANSWER_BYTES: usize = 16 << 20;
/// Connections that may wait to be accepted. With the usual 128, a burst delays others by the second after which TCP
/// tries again.
const WAITING_CONNECTIONS: u32 = 4096;
/// The most connections, whatever the limit of open files, since each takes memory.
const MOST_CONNECTIONS: u64 = 16_384;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The address to listen on, by default loopback only
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// The time zone in which days, weeks and months begin
    #[arg(long, env = "TIME_ZONE", default_value = "UTC")]
    time_zone: Tz,
    /// For development: listen on loopback only, print a token that is valid for a day, and let anyone run the engine
    /// by GET /api/cron/auto-segment unless a secret is given
    #[arg(long)]
    dev: bool,
    /// A level or filter for the log on standard error, such as info or rpc_server=debug
    #[arg(long, env = "LOG", default_value = "info")]
    log: String,
    /// The format of the log
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value = "text")]
    log_format: LogFormat,
    /// The most calls per caller and minute. Items of a batch count one by one
    #[arg(long, env = "CALLS_PER_MINUTE", default_value = "600")]
    calls_per_minute: NonZeroU32,
    /// The most calls in flight at once per caller, over all connections
    #[arg(long, env = "CALLS_AT_ONCE", default_value = "8")]
    calls_at_once: NonZeroUsize,
    /// The most items in a batch
    #[arg(long, env = "BATCH_ITEMS", default_value = "50")]
    batch_items: NonZeroU32,
    /// The largest request body, in bytes
    #[arg(long, env = "BODY_BYTES", default_value = "1048576")]
    body_bytes: NonZeroU32,
    /// The longest time until an answer, in seconds
    #[arg(long, env = "ANSWER_SECONDS", default_value = "60")]
    answer_seconds: NonZeroU64,
    /// The longest time a preview counts all users before it returns an estimate, in seconds
    #[arg(long, env = "PREVIEW_SECONDS", default_value = "5")]
    preview_seconds: NonZeroU64,
    /// The longest time for a request to arrive, header and body together, and for a connection to be idle, in seconds
    #[arg(long, env = "ARRIVE_SECONDS", default_value = "8")]
    arrive_seconds: NonZeroU64,
    /// The most open WebSockets per address. Raise it if all callers come through one proxy
    #[arg(long, env = "SOCKETS_PER_ADDRESS", default_value = "64")]
    sockets_per_address: NonZeroUsize,
    /// The bearer token for GET /api/cron/auto-segment: at least 32 random characters. Required without --dev
    #[arg(long, env = "CRON_SECRET", hide_env_values = true, value_parser = secret)]
    cron_secret: Option<SecretString>,
    /// An origin whose pages may call, such as https://admin.example.org. Repeat it for several
    #[arg(long, env = "CORS_ORIGINS", value_delimiter = ',', value_name = "ORIGIN", value_parser = origin)]
    cors_origin: Vec<HeaderValue>,
    #[command(flatten)]
    jwt: JwtArguments,
}

/// JWTs of the host application. All of these or none.
#[derive(Debug, clap::Args)]
struct JwtArguments {
    /// The algorithm that JWTs must be signed with
    #[arg(long, env = "JWT_ALGORITHM", requires_all = ["jwt_key_file", "jwt_issuer", "jwt_audience"])]
    jwt_algorithm: Option<JwtAlgorithm>,
    /// A file with the secret (HS256), a PEM public key or a JWKS document
    #[arg(long, env = "JWT_KEY_FILE", requires = "jwt_algorithm", value_name = "FILE")]
    jwt_key_file: Option<PathBuf>,
    /// The required `iss`
    #[arg(long, env = "JWT_ISSUER", requires = "jwt_algorithm", value_parser = trimmed)]
    jwt_issuer: Option<String>,
    /// The required `aud`, or one of its values
    #[arg(long, env = "JWT_AUDIENCE", requires = "jwt_algorithm", value_parser = trimmed)]
    jwt_audience: Option<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LogFormat {
    /// A line of text per event.
    Text,
    /// A line of JSON per event.
    Json,
}

pub(super) async fn execute(database: Database, arguments: Arguments) -> anyhow::Result<()> {
    let options = options(&arguments)?;
    log(&arguments)?;
    let listener = listen(arguments.listen).with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let address = listener.local_addr()?;
    if arguments.dev {
        let lasting = NewTokenArguments { name: "dev".into(), role: Role::Superadmin, days: Some(1) };
        let token = super::token::create(&database, lasting).await?;
        // Browsers do not send the part after `#` to servers; the console reads it.
        super::line(format_args!(
            "address  http://{address}/\ntoken    {token}\nconsole  http://{address}/#token={token}"
        ))?;
    }
    let preview_within = Duration::from_secs(arguments.preview_seconds.get());
    let (background, zone) = (Background::default(), arguments.time_zone);
    let clock = Arc::new(SystemClock);
    let previews = Previews::new(preview_within, &database);
    let context = Context { database, clock, zone, previews, background: background.clone() };
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

/// Reports all faults at once. Does not repeat secrets.
pub(super) fn options(arguments: &Arguments) -> Result<Options, Usage> {
    let (scheduler, jwt) = (scheduler(arguments), jwt(&arguments.jwt));
    let mut faults: Vec<_> = reachable_dev(arguments).into_iter().chain(scheduler.as_ref().err().cloned()).collect();
    faults.extend(jwt.as_ref().err().into_iter().flatten().cloned());
    match (scheduler, jwt) {
        (Ok(scheduler), Ok(jwt)) if faults.is_empty() => Ok(Options {
            limits: Limits {
                calls_per_minute: arguments.calls_per_minute,
                calls_at_once: arguments.calls_at_once.get(),
                answer_within: Duration::from_secs(arguments.answer_seconds.get()),
                answer_bytes: ANSWER_BYTES,
            },
            body_bytes: arguments.body_bytes.get(),
            arrive_within: Duration::from_secs(arguments.arrive_seconds.get()),
            sockets_per_address: arguments.sockets_per_address.get(),
            batch_items: arguments.batch_items.get(),
            scheduler,
            authenticator: Authenticator { jwt },
            cors_origins: arguments.cors_origin.clone(),
        }),
        _ => Err(Usage(faults.join("\nerror: "))),
    }
}

/// A secret that was read from a file often ends with a line break, which no header can hold.
fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(text.trim().into())
}

fn trimmed(text: &str) -> Result<String, Infallible> {
    Ok(text.trim().to_owned())
}

/// Development mode must not be reachable from other machines.
fn reachable_dev(arguments: &Arguments) -> Option<String> {
    let is_reachable = arguments.dev && !arguments.listen.ip().is_loopback();
    is_reachable.then(|| format!("--dev listens on the loopback only, and {} is not on it", arguments.listen))
}

fn scheduler(arguments: &Arguments) -> Result<Scheduler, String> {
    let is_weak = |secret: &SecretString| secret::is_weak(secret.expose_secret().as_bytes());
    let is_unusable = |secret: &SecretString| !secret.expose_secret().bytes().all(|byte| (b' '..=b'~').contains(&byte));
    match &arguments.cron_secret {
        Some(secret) if is_unusable(secret) => Err(format!(
            "the cron secret has a line break or another character that a header cannot hold: {SECRET_ADVICE}"
        )),
        Some(secret) if is_weak(secret) => Err(format!("the cron secret is weak: {SECRET_ADVICE}")),
        Some(secret) => Ok(Scheduler::Bearing(secret.clone())),
        None if arguments.dev => Ok(Scheduler::Anyone),
        None => Err(format!("CRON_SECRET is not set: {SECRET_ADVICE}. To try things out, use --dev")),
    }
}

fn jwt(arguments: &JwtArguments) -> Result<Option<JwtVerifier>, Vec<String>> {
    let JwtArguments {
        jwt_algorithm: Some(algorithm),
        jwt_key_file: Some(file),
        jwt_issuer: Some(issuer),
        jwt_audience: Some(audience),
    } = arguments
    else {
        return Ok(None);
    };
    let key =
        std::fs::read(file).map_err(|error| vec![format!("{} cannot be read: {}", file.display(), error.kind())])?;
    match JwtVerifier::new(*algorithm, key.trim_ascii(), issuer, audience) {
        Ok(verifier) => Ok(Some(verifier)),
        Err(faults) => Err(faults.iter().map(ToString::to_string).collect()),
    }
}

/// An origin as browsers send it: scheme, host and optional port (RFC 6454, 6.2).
fn origin(text: &str) -> Result<HeaderValue, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte);
    match host {
        Some(host) if !host.is_empty() && host.bytes().all(is_plain) => {
            HeaderValue::from_str(text).map_err(|error| error.to_string())
        }
        _ => Err("expected an origin such as https://admin.example.org, in lower case and without a path".into()),
    }
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn values_of_secrets_are_meant_without_a_line_break_at_their_end() {
        let line = [
            ("--cron-secret", "secret\n"),
            ("--jwt-algorithm", "HS256"),
            ("--jwt-key-file", "key"),
            ("--jwt-issuer", "https://app.example\r\n"),
            ("--jwt-audience", "audience\n"),
        ];
        let words = line.into_iter().flat_map(|(flag, value)| [flag, value]);
        let arguments = Line::parse_from(["serve"].into_iter().chain(words)).arguments;
        assert_eq!(arguments.cron_secret.expect("a secret").expose_secret(), "secret");
        assert_eq!(arguments.jwt.jwt_issuer.as_deref(), Some("https://app.example"));
        assert_eq!(arguments.jwt.jwt_audience.as_deref(), Some("audience"));
    }
}
