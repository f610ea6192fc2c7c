//! `serve`: configuration by flags and environment, and a server until a signal.

use std::{
    net::SocketAddr,
    num::{NonZeroU32, NonZeroU64},
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
    Context,
    auth::{
        Authenticator,
        jwt::{JwtAlgorithm, JwtVerifier},
    },
    gate::Limits,
    http::{self, Options},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};
use tracing::info;
use tracing_subscriber::EnvFilter;

use super::Usage;

/// The shortest secret that is one.
const MIN_CRON_SECRET: usize = 16;
/// The largest answer, in bytes: an export of 5,000 rows fits.
const ANSWER_BYTES: usize = 16 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to listen; loopback unless told otherwise
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// The zone in which days, weeks and months begin
    #[arg(long, env = "TIME_ZONE", default_value = "UTC")]
    time_zone: Tz,
    /// What to log to standard error, such as info or rpc_server=debug
    #[arg(long, env = "LOG", default_value = "info")]
    log: String,
    /// Calls that one caller may make in a minute; items of a batch count one by one
    #[arg(long, env = "CALLS_PER_MINUTE", default_value = "600")]
    calls_per_minute: NonZeroU32,
    /// The most items of a batch
    #[arg(long, env = "BATCH_ITEMS", default_value = "50")]
    batch_items: NonZeroU32,
    /// The largest request body, in bytes
    #[arg(long, env = "BODY_BYTES", default_value = "1048576")]
    body_bytes: NonZeroU32,
    /// How long a caller waits at most for an answer, in seconds
    #[arg(long, env = "ANSWER_SECONDS", default_value = "60")]
    answer_seconds: NonZeroU64,
    /// How long a header, and then a body, may take to arrive, in seconds
    #[arg(long, env = "ARRIVE_SECONDS", default_value = "10")]
    arrive_seconds: NonZeroU64,
    /// What a scheduler bears at GET /api/cron/auto-segment: at least 16 characters; without it that is closed
    #[arg(long, env = "CRON_SECRET", hide_env_values = true)]
    cron_secret: Option<SecretString>,
    /// An origin whose pages may call, such as https://admin.example.org; may be given more than once
    #[arg(long, env = "CORS_ORIGINS", value_delimiter = ',', value_name = "ORIGIN")]
    cors_origin: Vec<HeaderValue>,
    #[command(flatten)]
    jwt: JwtArguments,
}

/// JWTs of the host application: all of these or none.
#[derive(Debug, clap::Args)]
struct JwtArguments {
    /// The algorithm that JWTs must be signed with
    #[arg(long, env = "JWT_ALGORITHM", requires_all = ["jwt_key_file", "jwt_issuer", "jwt_audience"])]
    jwt_algorithm: Option<JwtAlgorithm>,
    /// A file with the secret (HS256), or with a PEM public key or a JWKS document
    #[arg(long, env = "JWT_KEY_FILE", requires = "jwt_algorithm", value_name = "FILE")]
    jwt_key_file: Option<PathBuf>,
    /// What `iss` must be
    #[arg(long, env = "JWT_ISSUER", requires = "jwt_algorithm")]
    jwt_issuer: Option<String>,
    /// What `aud` must be or contain
    #[arg(long, env = "JWT_AUDIENCE", requires = "jwt_algorithm")]
    jwt_audience: Option<String>,
}

pub(super) async fn execute(database: Database, arguments: Arguments) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&arguments.log)
        .map_err(|_| Usage("--log is no filter such as info or rpc_server=debug".into()))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false).init();
    let options = options(&arguments)?;
    let listener =
        TcpListener::bind(arguments.listen).await.with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let context = Context { database, clock: Arc::new(SystemClock), zone: arguments.time_zone };
    // Before the first connection, so that no signal is missed.
    let terminate = signal(SignalKind::terminate())?;
    let (stop, stopped) = stop_channel();
    let router = http::router(context, &options, stop);
    info!(address = %listener.local_addr()?, "serving");
    http::serve(listener, router, options.arrive_within, end(terminate, stopped)).await.context("serving failed")?;
    info!("stopped");
    Ok(())
}

fn options(arguments: &Arguments) -> anyhow::Result<Options> {
    let is_weak = |secret: &SecretString| secret.expose_secret().len() < MIN_CRON_SECRET;
    if arguments.cron_secret.as_ref().is_some_and(is_weak) {
        return Err(Usage(format!("the cron secret must have at least {MIN_CRON_SECRET} characters")).into());
    }
    Ok(Options {
        limits: Limits {
            calls_per_minute: arguments.calls_per_minute,
            answer_within: Duration::from_secs(arguments.answer_seconds.get()),
            answer_bytes: ANSWER_BYTES,
        },
        body_bytes: arguments.body_bytes.get(),
        arrive_within: Duration::from_secs(arguments.arrive_seconds.get()),
        batch_items: arguments.batch_items.get(),
        authenticator: Authenticator { jwt: jwt(&arguments.jwt)? },
        cron_secret: arguments.cron_secret.clone(),
        cors_origins: arguments.cors_origin.clone(),
    })
}

fn jwt(arguments: &JwtArguments) -> anyhow::Result<Option<JwtVerifier>> {
    let JwtArguments {
        jwt_algorithm: Some(algorithm),
        jwt_key_file: Some(file),
        jwt_issuer: Some(issuer),
        jwt_audience: Some(audience),
    } = arguments
    else {
        return Ok(None);
    };
    let key = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let verifier = JwtVerifier::new(*algorithm, key.trim_ascii(), issuer, audience);
    Ok(Some(verifier.map_err(|error| Usage(error.to_string()))?))
}

/// Waits for a signal to end, and tells WebSockets too.
async fn end(mut terminate: Signal, stopped: ServerHandle) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    // Already stopped is as good.
    let _ = stopped.stop();
}
