//! What the environment says. Errors name the variable, never its value.

use std::net::IpAddr;

use secrecy::SecretString;
use url::Url;

/// What [`Client::new`](crate::Client::new) needs.
#[derive(Debug, Clone)]
pub struct Config {
    pub api_key: SecretString,
    pub base_url: BaseUrl,
    /// Requests a second. By default half of the limit that the service states.
    pub max_rate: Option<u32>,
}

pub const API_KEY: &str = "RESEND_API_KEY";
pub const BASE_URL: &str = "RESEND_BASE_URL";
pub const MAX_RATE: &str = "RESEND_MAX_RATE";
pub const SYNC_NAMES: &str = "RESEND_SYNC_NAMES";
pub const WEBHOOK_SECRET: &str = "RESEND_WEBHOOK_SECRET";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{API_KEY} must be an API key of Resend: visible ASCII characters without spaces")]
    Key,
    #[error("{BASE_URL} must be an https:// address, or http:// of this machine, without user, query and fragment")]
    BaseUrl,
    #[error("{MAX_RATE} must be a whole number from 1 to 1000")]
    MaxRate,
    #[error("{SYNC_NAMES} must be true or false")]
    SyncNames,
    #[error(
        "{WEBHOOK_SECRET} must be one or two secrets of Resend, each whsec_ and at least 24 bytes in Base64, separated by a comma"
    )]
    WebhookSecret,
}

/// `None` for an empty text, as for a variable that is not set.
pub fn api_key(text: &str) -> Result<Option<SecretString>, ConfigError> {
    match text {
        "" => Ok(None),
        key if key.len() <= 512 && key.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Some(key.to_owned().into())),
        _ => Err(ConfigError::Key),
    }
}

/// Where the API is. A prefix of the path is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl Default for BaseUrl {
    fn default() -> Self {
        Self::parse("https://api.resend.com").unwrap_or_else(|_| unreachable!("a valid address"))
    }
}

impl BaseUrl {
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut url = Url::parse(text).map_err(|_| ConfigError::BaseUrl)?;
        let is_loopback = match url.host() {
            Some(url::Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
            Some(url::Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let is_allowed = url.scheme() == "https" && url.has_host() || url.scheme() == "http" && is_loopback;
        let is_bare =
            url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        if !is_allowed || !is_bare {
            return Err(ConfigError::BaseUrl);
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Self(url))
    }

    /// `path` is encoded already, without a slash in front.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        url
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

pub fn max_rate(text: &str) -> Result<Option<u32>, ConfigError> {
    match text {
        "" => Ok(None),
        number => match number.parse() {
            Ok(rate @ 1..=1_000) => Ok(Some(rate)),
            _ => Err(ConfigError::MaxRate),
        },
    }
}

/// Whether first and last names are sent.
pub fn sync_names(text: &str) -> Result<bool, ConfigError> {
    match text {
        "" | "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(ConfigError::SyncNames),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_url_is_https_or_of_this_machine() {
        for text in [
            "https://api.resend.com",
            "https://proxy.example/resend/",
            "http://127.0.0.1:4010",
            "http://[::1]:4010",
            "http://localhost:4010/prefix",
        ] {
            BaseUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
        for text in [
            "",
            "api.resend.com",
            "http://api.resend.com",
            "http://10.0.0.1",
            "http://127.0.0.1.example.org",
            "ftp://api.resend.com",
            "https://user@api.resend.com",
            "https://:secret@api.resend.com",
            "https://api.resend.com?x=1",
            "https://api.resend.com#x",
            "file:///etc/passwd",
        ] {
            assert_eq!(BaseUrl::parse(text), Err(ConfigError::BaseUrl), "{text}");
        }
    }

    #[test]
    fn base_url_keeps_its_prefix() {
        let url = BaseUrl::parse("https://proxy.example/resend").expect("an address").join("contacts/a%2Bb");
        assert_eq!(url.as_str(), "https://proxy.example/resend/contacts/a%2Bb");
    }

    #[test]
    fn values_that_are_not_set_have_defaults() {
        assert!(api_key("").expect("nothing").is_none());
        assert_eq!(max_rate(""), Ok(None));
        assert_eq!(sync_names(""), Ok(true));
    }

    #[test]
    fn malformed_values_name_the_variable_and_not_the_value() {
        let failed = [
            api_key("re_sec ret").expect_err("a space").to_string(),
            max_rate("0").expect_err("too few").to_string(),
            max_rate("1001").expect_err("too many").to_string(),
            sync_names("yes").expect_err("neither").to_string(),
        ];
        for (error, variable) in failed.iter().zip([API_KEY, MAX_RATE, MAX_RATE, SYNC_NAMES]) {
            assert!(error.starts_with(variable), "{error}");
            assert!(!error.contains("ret") && !error.contains("yes"), "{error}");
        }
    }
}
