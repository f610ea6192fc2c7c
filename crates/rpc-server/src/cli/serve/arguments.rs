//! The flags and environment of `serve`.

use std::{
    convert::Infallible,
    net::SocketAddr,
    num::{NonZeroU32, NonZeroU64, NonZeroUsize},
    path::PathBuf,
    str::FromStr,
};

use axum::http::HeaderValue;
use chrono_tz::Tz;
use rpc_server::auth::jwt::JwtAlgorithm;
use secrecy::SecretString;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    pub(super) listen: ListenArguments,
    /// The time zone in which days, weeks and months begin
    #[arg(long, env = "TIME_ZONE", default_value = "UTC", value_parser = zone)]
    pub(super) time_zone: Tz,
    /// For development: listen on loopback only, print a token that is valid for a day, and let anyone run the engine
    /// by GET /api/cron/auto-segment unless a secret is given
    #[arg(long)]
    pub(super) dev: bool,
    /// A level or filter for the log on standard error, such as info or rpc_server=debug
    #[arg(long, env = "LOG", default_value = "info")]
    pub(super) log: String,
    /// The format of the log
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value = "text")]
    pub(super) log_format: LogFormat,
    /// The most calls per caller and minute. Items of a batch count one by one
    #[arg(long, env = "CALLS_PER_MINUTE", default_value = "600", value_parser = positive::<NonZeroU32>)]
    pub(super) calls_per_minute: NonZeroU32,
    /// The most calls in flight at once per caller, over all connections
    #[arg(long, env = "CALLS_AT_ONCE", default_value = "8", value_parser = positive::<NonZeroUsize>)]
    pub(super) calls_at_once: NonZeroUsize,
    /// The most items in a batch
    #[arg(long, env = "BATCH_ITEMS", default_value = "50", value_parser = positive::<NonZeroU32>)]
    pub(super) batch_items: NonZeroU32,
    /// The largest request body, in bytes
    #[arg(long, env = "BODY_BYTES", default_value = "1048576", value_parser = positive::<NonZeroU32>)]
    pub(super) body_bytes: NonZeroU32,
    /// The longest time until an answer, in seconds
    #[arg(long, env = "ANSWER_SECONDS", default_value = "60", value_parser = positive::<NonZeroU64>)]
    pub(super) answer_seconds: NonZeroU64,
    /// The longest time a preview counts all users before it returns an estimate, in seconds
    #[arg(long, env = "PREVIEW_SECONDS", default_value = "5", value_parser = positive::<NonZeroU64>)]
    pub(super) preview_seconds: NonZeroU64,
    /// The longest time a report, or a list that is searched or sorted, takes before it fails, in seconds
    #[arg(long, env = "REPORT_SECONDS", default_value = "20", value_parser = positive::<NonZeroU64>)]
    pub(super) report_seconds: NonZeroU64,
    /// The longest time for a request to arrive, header and body together, and for a connection to be idle, in seconds
    #[arg(long, env = "ARRIVE_SECONDS", default_value = "8", value_parser = positive::<NonZeroU64>)]
    pub(super) arrive_seconds: NonZeroU64,
    /// The most open WebSockets per address. Raise it if all callers come through one proxy
    #[arg(long, env = "SOCKETS_PER_ADDRESS", default_value = "64", value_parser = positive::<NonZeroUsize>)]
    pub(super) sockets_per_address: NonZeroUsize,
    /// The bearer token for GET /api/cron/auto-segment: at least 32 random characters. Required without --dev
    #[arg(long, env = "CRON_SECRET", hide_env_values = true, value_parser = secret)]
    pub(super) cron_secret: Option<SecretString>,
    /// An origin whose pages may call, such as https://admin.example.org. Repeat it for several
    #[arg(long, env = "CORS_ORIGINS", value_delimiter = ',', value_name = "ORIGIN", value_parser = origin)]
    pub(super) cors_origin: Vec<HeaderValue>,
    /// Let webhooks go to private and link-local addresses too
    #[arg(long, env = "ALLOW_PRIVATE_WEBHOOKS")]
    pub(super) allow_private_webhooks: bool,
    #[command(flatten)]
    pub(super) jwt: JwtArguments,
}

/// Where a server is, for itself and for those who ask it.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ListenArguments {
    /// The address that the server listens on, by default loopback only
    #[arg(id = "listen", long, env = "LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT", value_parser = address)]
    pub(in crate::cli) address: SocketAddr,
}

/// JWTs of the host application. All of these or none.
#[derive(Debug, clap::Args)]
pub(super) struct JwtArguments {
    /// The algorithm that JWTs must be signed with
    #[arg(long, env = "JWT_ALGORITHM", requires_all = ["jwt_key_file", "jwt_issuer", "jwt_audience"])]
    pub(super) jwt_algorithm: Option<JwtAlgorithm>,
    /// A file with the secret (HS256), a PEM public key or a JWKS document
    #[arg(long, env = "JWT_KEY_FILE", requires = "jwt_algorithm", value_name = "FILE")]
    pub(super) jwt_key_file: Option<PathBuf>,
    /// The required `iss`
    #[arg(long, env = "JWT_ISSUER", requires = "jwt_algorithm", value_parser = trimmed)]
    pub(super) jwt_issuer: Option<String>,
    /// The required `aud`, or one of its values
    #[arg(long, env = "JWT_AUDIENCE", requires = "jwt_algorithm", value_parser = trimmed)]
    pub(super) jwt_audience: Option<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum LogFormat {
    /// A line of text per event.
    Text,
    /// A line of JSON per event.
    Json,
}

/// A secret that was read from a file often ends with a line break, which no header can hold.
fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(text.trim().into())
}

fn zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| "a time zone is written like Europe/Berlin or UTC".into())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "an address is written like 127.0.0.1:8080 or [::1]:8080".into())
}

fn positive<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "expected a whole number of at least 1".into())
}

fn trimmed(text: &str) -> Result<String, Infallible> {
    Ok(text.trim().to_owned())
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

#[cfg(test)]
mod tests {
    use clap::Parser;
    use secrecy::ExposeSecret;

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
