//! The options of the server, from the arguments.

use std::time::Duration;

use persistence::database::io_words;
use rpc_server::{
    auth::{Authenticator, jwt::JwtVerifier, secret},
    gate::Limits,
    http::{Options, Scheduler},
};
use secrecy::{ExposeSecret, SecretString};
use segmentation_engine::secret_files::{SecretFileError, or_in_file};

use super::arguments::{Arguments, JwtArguments};
use crate::cli::usage::Usage;

const SECRET_ADVICE: &str = "it needs at least 32 random characters, such as `openssl rand -hex 32` prints";
/// The largest answer, in bytes. An export of 5,000 rows fits.
const ANSWER_BYTES: usize = 16 << 20;

/// Reports all faults at once. Does not repeat secrets.
pub(super) fn options(arguments: &Arguments) -> Result<Options, Usage> {
    let (scheduler, jwt) = (scheduler(arguments), jwt(&arguments.jwt));
    let mut faults: Vec<_> = reachable_dev(arguments).into_iter().chain(scheduler.as_ref().err().cloned()).collect();
    faults.extend(long_previews(arguments));
    faults.extend(long_reports(arguments));
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

/// Development mode must not be reachable from other machines.
fn reachable_dev(arguments: &Arguments) -> Option<String> {
    let address = arguments.listen.address;
    let is_reachable = arguments.dev && !address.ip().is_loopback();
    is_reachable.then(|| format!("--dev listens on the loopback only, and {address} is not on it"))
}

/// A preview that has counted for its time takes half of it again for the estimate.
fn long_previews(arguments: &Arguments) -> Option<String> {
    let (preview, answer) = (arguments.preview_seconds.get(), arguments.answer_seconds.get());
    let is_long = preview.saturating_mul(3) >= answer.saturating_mul(2);
    is_long.then(|| {
        format!("--preview-seconds {preview} is too long: one and a half times that must be less than --answer-seconds {answer}")
    })
}

/// A report that is stopped later than its call would say nothing.
fn long_reports(arguments: &Arguments) -> Option<String> {
    let (report, answer) = (arguments.report_seconds.get(), arguments.answer_seconds.get());
    (report >= answer)
        .then(|| format!("--report-seconds {report} is too long: it must be less than --answer-seconds {answer}"))
}

fn scheduler(arguments: &Arguments) -> Result<Scheduler, String> {
    let is_weak = |secret: &SecretString| secret::is_weak(secret.expose_secret().as_bytes());
    let is_unusable = |secret: &SecretString| !secret.expose_secret().bytes().all(|byte| (b' '..=b'~').contains(&byte));
    match cron_secret(arguments).map_err(|error| error.to_string())? {
        Some(secret) if secret.expose_secret().is_empty() => {
            Err(format!("CRON_SECRET is empty: {SECRET_ADVICE}. To try things out, use --dev without it"))
        }
        Some(secret) if is_unusable(&secret) => Err(format!(
            "the cron secret has a line break or another character that a header cannot hold: {SECRET_ADVICE}"
        )),
        Some(secret) if is_weak(&secret) => Err(format!("the cron secret is weak: {SECRET_ADVICE}")),
        Some(secret) => Ok(Scheduler::Bearing(secret)),
        None if arguments.dev => Ok(Scheduler::Anyone),
        None => Err(format!("CRON_SECRET is not set: {SECRET_ADVICE}. To try things out, use --dev")),
    }
}

fn cron_secret(arguments: &Arguments) -> Result<Option<SecretString>, SecretFileError> {
    let given = arguments.cron_secret.as_ref().map(|secret| secret.expose_secret().to_owned());
    Ok(or_in_file("CRON_SECRET", given)?.map(SecretString::from))
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
    let key = std::fs::read(file)
        .map_err(|error| vec![format!("{} cannot be read: {}", file.display(), io_words(&error))])?;
    match JwtVerifier::new(*algorithm, key.trim_ascii(), issuer, audience) {
        Ok(verifier) => Ok(Some(verifier)),
        Err(faults) => Err(faults.iter().map(ToString::to_string).collect()),
    }
}
