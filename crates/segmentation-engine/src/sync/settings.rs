//! The mail service, as the environment names it. Keys and secrets come from nowhere else.

use std::{env, time::Duration};

pub use resend::signature;
use resend::{
    PATIENCE,
    config::{self, BaseUrl, Config, ConfigError},
    signature::Secrets,
};

use crate::secret_files::{SecretFileError, or_in_file};

/// The environment is malformed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    SecretFile(#[from] SecretFileError),
}

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

    pub fn from_environment() -> Result<Self, SettingsError> {
        let api_key = or_in_file(config::API_KEY, variable(config::API_KEY))?;
        let webhook_secret = or_in_file(config::WEBHOOK_SECRET, variable(config::WEBHOOK_SECRET))?;
        Ok(Self::read(|name| match name {
            config::API_KEY => api_key.clone(),
            config::WEBHOOK_SECRET => webhook_secret.clone(),
            _ => variable(name),
        })?)
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

fn variable(name: &str) -> Option<String> {
    match env::var(name) {
        Ok(text) => Some(text),
        Err(env::VarError::NotPresent) => None,
        // Whatever it is, it is malformed.
        Err(env::VarError::NotUnicode(_)) => Some("\u{fffd}".into()),
    }
}
