//! The mail service, as the environment names it. Keys and secrets come from nowhere else.

use std::time::Duration;

pub use resend::signature;
use resend::{
    PATIENCE,
    config::{self, BaseUrl, Config, ConfigError},
    signature::Secrets,
};

#[derive(Debug, Clone)]
pub struct SyncSettings {
    /// `None` without an API key: nothing is synced.
    pub client: Option<Config>,
    /// Whether first and last names are sent.
    pub sends_names: bool,
    /// How long a request is repeated that the service does not answer.
    pub patience: Duration,
    /// `None` without a secret: nothing comes back.
    pub secrets: Option<Secrets>,
}

impl SyncSettings {
    /// Without a mail service.
    pub const NONE: Self = Self { client: None, sends_names: true, patience: PATIENCE, secrets: None };

    /// `read` gives the value of a variable.
    pub fn read(read: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let text = |variable| read(variable).unwrap_or_default();
        let base_url = match text(config::BASE_URL).as_str() {
            "" => BaseUrl::default(),
            url => BaseUrl::parse(url)?,
        };
        let max_rate = config::max_rate(&text(config::MAX_RATE))?;
        let api_key = config::api_key(&text(config::API_KEY))?;
        Ok(Self {
            client: api_key.map(|api_key| Config { api_key, base_url, max_rate }),
            sends_names: config::sync_names(&text(config::SYNC_NAMES))?,
            patience: PATIENCE,
            secrets: Secrets::parse(&text(config::WEBHOOK_SECRET))?,
        })
    }

    pub fn from_environment() -> Result<Self, ConfigError> {
        Self::read(|variable| match std::env::var(variable) {
            Ok(text) => Some(text),
            Err(std::env::VarError::NotPresent) => None,
            // Whatever it is, it is malformed.
            Err(std::env::VarError::NotUnicode(_)) => Some("\u{fffd}".into()),
        })
    }

    /// The same with another rate.
    #[must_use]
    pub fn with_rate(mut self, rate: Option<u32>) -> Self {
        if let (Some(client), Some(rate)) = (&mut self.client, rate) {
            client.max_rate = Some(rate);
        }
        self
    }
}
