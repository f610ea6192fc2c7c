//! The URL of an endpoint. It may hold a token of the receiver, so it is in no log and no error.

use std::{fmt, net::IpAddr};

use url::{Host, Url};

use crate::address::{Kind, Reach, kind};

pub const LONGEST_URL: usize = 2_000;

/// A URL that webhooks may go to. Where its name leads is checked again with each connection.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

/// Only the name of the host.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(&self.0.host_str().unwrap_or_default()).finish()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("must be a URL of at most {LONGEST_URL} characters, such as https://hooks.example.org/audience")]
    Malformed,
    #[error("must not have a user name or password: receivers check the signature instead")]
    Credentials,
    #[error("must not have a fragment")]
    Fragment,
    #[error("must be https, or http to this machine")]
    NotSecure,
    #[error("must not be a private or link-local address; the server allows them with --allow-private-webhooks")]
    Private,
    #[error("must be an address that a machine can have")]
    Nobody,
}

impl Endpoint {
    pub fn parse(text: &str, reach: Reach) -> Result<Self, EndpointError> {
        if text.len() > LONGEST_URL {
            return Err(EndpointError::Malformed);
        }
        let url = Url::parse(text).map_err(|_| EndpointError::Malformed)?;
        // What is stored is longer than what was typed: it is encoded.
        if url.as_str().len() > LONGEST_URL {
            return Err(EndpointError::Malformed);
        }
        let is_of_this_machine = names_this_machine(&url);
        match url.scheme() {
            "https" => {}
            "http" if is_of_this_machine => {}
            "http" => return Err(EndpointError::NotSecure),
            _ => return Err(EndpointError::Malformed),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::Credentials);
        }
        if url.fragment().is_some() {
            return Err(EndpointError::Fragment);
        }
        match address(&url).map(|address| (kind(address), reach)) {
            Some((Kind::Nobody, _)) => Err(EndpointError::Nobody),
            Some((Kind::Private, Reach::Public)) => Err(EndpointError::Private),
            _ => Ok(Self(url)),
        }
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    pub(crate) fn url(&self) -> Url {
        self.0.clone()
    }
}

/// Whether the host is this machine by its own words, not by where a name leads.
fn names_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_localhost(name),
        _ => address(url).is_some_and(|address| kind(address) == Kind::Loopback),
    }
}

pub(crate) fn is_localhost(name: &str) -> bool {
    name.strip_suffix('.').unwrap_or(name).eq_ignore_ascii_case("localhost")
}

fn address(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoint_is_https_or_of_this_machine() {
        for text in [
            "https://hooks.example.org",
            "https://hooks.example.org:8443/a/b?token=x",
            "https://8.8.8.8/hook",
            "http://127.0.0.1:4010/hook",
            "http://[::1]:4010",
            "http://localhost:4010/hook",
            "https://localhost/hook",
        ] {
            assert!(Endpoint::parse(text, Reach::Public).is_ok(), "{text}");
        }
        for (text, error) in [
            ("", EndpointError::Malformed),
            ("hooks.example.org", EndpointError::Malformed),
            ("ftp://hooks.example.org", EndpointError::Malformed),
            ("file:///etc/passwd", EndpointError::Malformed),
            ("http://hooks.example.org", EndpointError::NotSecure),
            ("http://10.0.0.1", EndpointError::NotSecure),
            ("http://127.0.0.1.example.org", EndpointError::NotSecure),
            ("https://user@hooks.example.org", EndpointError::Credentials),
            ("https://:secret@hooks.example.org", EndpointError::Credentials),
            ("https://hooks.example.org#x", EndpointError::Fragment),
            ("https://0.0.0.0/", EndpointError::Nobody),
        ] {
            assert_eq!(Endpoint::parse(text, Reach::Public), Err(error), "{text}");
        }
        let long = format!("https://hooks.example.org/{}", "x".repeat(LONGEST_URL));
        assert_eq!(Endpoint::parse(&long, Reach::Public), Err(EndpointError::Malformed));
    }

    /// However the address is written: the parser of URLs reads all forms that connections would.
    #[test]
    fn endpoint_is_private_only_if_allowed() {
        for text in [
            "https://10.0.0.1",
            "https://169.254.169.254/latest",
            "https://192.168.0.1:8443",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://167772161/",
            "https://0x0a000001/",
            "https://012.0.0.1/",
        ] {
            assert_eq!(Endpoint::parse(text, Reach::Public), Err(EndpointError::Private), "{text}");
            assert!(Endpoint::parse(text, Reach::Private).is_ok(), "{text}");
        }
    }

    #[test]
    fn endpoint_is_in_no_debug_text() {
        let endpoint = Endpoint::parse("https://hooks.example.org/in?token=secret", Reach::Public).expect("a URL");
        assert_eq!(format!("{endpoint:?}"), r#"Endpoint("hooks.example.org")"#);
        assert_eq!(endpoint.origin(), "https://hooks.example.org");
    }
}
