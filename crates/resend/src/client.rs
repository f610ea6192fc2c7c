//! Sends requests: one pace for all of them, and another try where that is safe.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::{
    Method, StatusCode,
    header::{HeaderMap, RETRY_AFTER},
    multipart::Form,
    redirect::Policy,
};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use tokio::time::{Instant, sleep};

use crate::{
    config::{BaseUrl, Config},
    error::{Error, Failure},
    gate::Gate,
    pace::{Limits, Pace, Urgency},
    verdict::{Verdict, error_name, verdict},
};

/// The service refuses requests that name no program.
const USER_AGENT: &str = concat!("audience-segmentation/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(15);
/// A longer answer is an error.
const LONGEST_ANSWER: usize = 8 << 20;
/// How long a call is tried again after its first failure.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How long a call waits while the service refuses requests because there are too many.
const PATIENCE_WITH_LIMITS: Duration = Duration::from_secs(600);

/// Clones share the pace and the counts.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    api_key: SecretString,
    base_url: BaseUrl,
    pace: Pace,
    gate: Arc<Gate>,
    patience: Duration,
    requests: AtomicU64,
    throttled: AtomicU64,
}

/// Requests so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    pub requests: u64,
    /// Those that the service refused because there were too many.
    pub throttled: u64,
}

/// Whether a call may be sent again when its answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Its effect is the same if it happens twice.
    Yes,
    /// The caller looks first.
    No,
    /// The caller has looked, and that holds until then. After any failure the caller looks again.
    NoAfter(Instant),
}

/// One call of the API.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// For errors, such as `/contacts/{contact}`.
    pub(crate) route: &'static str,
    /// Encoded, without a slash in front.
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Body<'a>,
    pub(crate) repeat: Repeat,
    pub(crate) timeout: Duration,
}

pub(crate) enum Body<'a> {
    None,
    Json(Json),
    /// Made anew for each try.
    Form(&'a (dyn Fn() -> Form + Sync)),
}

impl Call<'_> {
    pub(crate) fn get(route: &'static str, path: impl Into<String>) -> Self {
        Self::new(Method::GET, route, path)
    }

    pub(crate) fn new(method: Method, route: &'static str, path: impl Into<String>) -> Self {
        Self {
            method,
            route,
            path: path.into(),
            query: Vec::new(),
            body: Body::None,
            repeat: Repeat::Yes,
            timeout: TIMEOUT,
        }
    }

    pub(crate) fn json(self, body: Json) -> Self {
        Self { body: Body::Json(body), ..self }
    }

    pub(crate) fn once(self) -> Self {
        Self { repeat: Repeat::No, ..self }
    }

    /// Only until then; see [`Error::NotDone`].
    pub(crate) fn until(self, end: Instant) -> Self {
        Self { repeat: Repeat::NoAfter(end), ..self }
    }

    fn urgency(&self) -> Urgency {
        match self.repeat {
            Repeat::Yes | Repeat::No => Urgency::Ordinary,
            Repeat::NoAfter(_) => Urgency::Urgent,
        }
    }

    fn is_too_late(&self) -> bool {
        matches!(self.repeat, Repeat::NoAfter(end) if Instant::now() > end)
    }

    fn failure(&self, status: Option<u16>, name: Option<String>) -> Failure {
        let method = match self.method {
            Method::GET => "GET",
            Method::POST => "POST",
            Method::PATCH => "PATCH",
            Method::DELETE => "DELETE",
            _ => "other",
        };
        Failure { method, route: self.route, status, name }
    }
}

/// A good answer.
pub(crate) struct Answer {
    body: Vec<u8>,
    failure: Failure,
}

impl Answer {
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|_| Error::Unreadable(self.failure.clone()))
    }
}

/// What one try came to.
enum Tried {
    Answered(StatusCode, Vec<u8>, Limits),
    TooLong(StatusCode),
    /// Nothing arrived: no connection.
    NotSent,
    /// No answer, or a part of one.
    Lost,
    /// Its turn came too late.
    TooLate,
    /// The gate was closed before it was sent.
    Stopped,
    /// The gate was closed while it was on its way.
    Interrupted,
}

impl Client {
    /// Also makes ring the cryptography of the process, unless another is chosen already.
    pub fn new(config: &Config, gate: Arc<Gate>) -> Result<Self, reqwest::Error> {
        static PROVIDER: OnceLock<()> = OnceLock::new();
        PROVIDER.get_or_init(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(config.base_url.is_https())
            .build()?;
        Ok(Self {
            shared: Arc::new(Shared {
                http,
                api_key: config.api_key.clone(),
                base_url: config.base_url.clone(),
                pace: Pace::new(config.max_rate),
                gate,
                patience: PATIENCE,
                requests: AtomicU64::new(0),
                throttled: AtomicU64::new(0),
            }),
        })
    }

    /// The same client with less patience, for a call that somebody waits for.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        match Arc::try_unwrap(self.shared) {
            Ok(shared) => Self { shared: Arc::new(Shared { patience, ..shared }) },
            Err(shared) => Self { shared },
        }
    }

    pub fn used(&self) -> Used {
        Used {
            requests: self.shared.requests.load(Ordering::Relaxed),
            throttled: self.shared.throttled.load(Ordering::Relaxed),
        }
    }

    /// The limit that the service last stated, and our requests a second at most.
    pub fn rate(&self) -> (Option<u32>, f64) {
        self.shared.pace.rate()
    }

    /// Requests in flight at most, at the rate of this moment.
    pub fn at_once(&self) -> usize {
        self.shared.pace.in_flight()
    }

    pub fn gate(&self) -> &Gate {
        &self.shared.gate
    }

    pub(crate) async fn send(&self, call: Call<'_>) -> Result<Answer, Error> {
        let mut pauses = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(Duration::from_millis(250))
            .with_max_delay(Duration::from_secs(10))
            .without_max_times()
            .build();
        let (mut first_failure, mut first_refusal) = (None, None);
        let mut may_have_had_effect = false;
        loop {
            let failure = match self.attempt(&call).await {
                Tried::Stopped if !may_have_had_effect => return Err(Error::Stopped),
                Tried::Stopped | Tried::Interrupted => return Err(Error::Interrupted),
                Tried::TooLate => return Err(Error::NotDone(call.failure(None, None))),
                Tried::TooLong(status) => return Err(Error::Unreadable(call.failure(Some(status.as_u16()), None))),
                Tried::Answered(status, body, _) if status.is_success() => {
                    return Ok(Answer { body, failure: call.failure(Some(status.as_u16()), None) });
                }
                Tried::Answered(status, body, limits) => {
                    let failure = call.failure(Some(status.as_u16()), error_name(&body));
                    match verdict(status, &failure) {
                        Verdict::Final(error) => return Err(error(failure)),
                        Verdict::TooMany => {
                            self.shared.throttled.fetch_add(1, Ordering::Relaxed);
                            self.shared.pace.refused(limits, jitter());
                            if matches!(call.repeat, Repeat::NoAfter(_)) {
                                return Err(Error::NotDone(failure));
                            }
                            let since = first_refusal.get_or_insert_with(Instant::now);
                            if since.elapsed() >= PATIENCE_WITH_LIMITS.min(self.shared.patience * 10) {
                                return Err(Error::Unavailable(failure));
                            }
                            continue;
                        }
                        Verdict::Busy if matches!(call.repeat, Repeat::NoAfter(_)) => {
                            return Err(Error::NotDone(failure));
                        }
                        // It had no effect.
                        Verdict::Busy => failure,
                        Verdict::Broken if call.repeat == Repeat::Yes => {
                            may_have_had_effect = true;
                            failure
                        }
                        Verdict::Broken => return Err(Error::AnswerLost(failure)),
                    }
                }
                Tried::NotSent if matches!(call.repeat, Repeat::NoAfter(_)) => {
                    return Err(Error::NotDone(call.failure(None, None)));
                }
                Tried::NotSent => call.failure(None, None),
                Tried::Lost if call.repeat == Repeat::Yes => {
                    may_have_had_effect = true;
                    call.failure(None, None)
                }
                Tried::Lost => return Err(Error::AnswerLost(call.failure(None, None))),
            };
            let since = first_failure.get_or_insert_with(Instant::now);
            match pauses.next() {
                Some(pause) if since.elapsed() + pause < self.shared.patience => sleep(pause).await,
                _ => return Err(Error::Unavailable(failure)),
            }
        }
    }

    async fn attempt(&self, call: &Call<'_>) -> Tried {
        let gate = &self.shared.gate;
        if !gate.may_begin() {
            return Tried::Stopped;
        }
        let turn = self.shared.pace.turn(call.urgency()).await;
        if call.is_too_late() {
            return Tried::TooLate;
        }
        if !gate.take() {
            return Tried::Stopped;
        }
        self.shared.requests.fetch_add(1, Ordering::Relaxed);
        let tried = tokio::select! {
            tried = tokio::time::timeout(call.timeout, self.request(call)) => tried.unwrap_or(Tried::Lost),
            () = gate.expired() => Tried::Interrupted,
        };
        if let Tried::Answered(status, _, limits) = &tried {
            turn.learn_of_others(*limits);
            if *status != StatusCode::TOO_MANY_REQUESTS {
                self.shared.pace.answered(*limits);
            }
        }
        drop(turn);
        tried
    }

    async fn request(&self, call: &Call<'_>) -> Tried {
        let mut request = self
            .shared
            .http
            .request(call.method.clone(), self.shared.base_url.join(&call.path))
            .bearer_auth(self.shared.api_key.expose_secret());
        if !call.query.is_empty() {
            request = request.query(&call.query);
        }
        request = match &call.body {
            Body::None => request,
            Body::Json(body) => request.json(body),
            Body::Form(form) => request.multipart(form()),
        };
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Tried::NotSent,
            Err(_) => return Tried::Lost,
        };
        let (status, limits) = (response.status(), limits(response.headers()));
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST_ANSWER => return Tried::TooLong(status),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Tried::Answered(status, body, limits),
                Err(_) => return Tried::Lost,
            }
        }
    }
}

fn limits(headers: &HeaderMap) -> Limits {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let number = |name: &str| text(name).and_then(|text| text.trim().parse::<u32>().ok());
    // A wait of more than an hour is no wait that a sync can sit out.
    let seconds = |name: &str| number(name).map(|seconds| Duration::from_secs(u64::from(seconds.min(3_600))));
    Limits {
        limit: number("ratelimit-limit"),
        remaining: number("ratelimit-remaining"),
        reset: seconds("ratelimit-reset"),
        retry_after: seconds(RETRY_AFTER.as_str()),
    }
}

/// Up to 250 ms, so that waiting processes do not come back together.
fn jitter() -> Duration {
    let mut pauses = ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(Duration::from_millis(125))
        .with_max_delay(Duration::from_millis(250))
        .build();
    pauses.next().unwrap_or_default().saturating_sub(Duration::from_millis(125))
}
