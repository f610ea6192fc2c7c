//! A database URL. Whatever asks something of a URL asks here, and the answer is the driver's own: a second reading would
//! sooner or later look for another file than the driver opens.

use std::{fs, net::Ipv6Addr, path::PathBuf};

use sqlx::{
    postgres::{PgConnectOptions, PgSslMode},
    sqlite::SqliteConnectOptions,
};

use super::{backend::Backend, open_error::DatabaseError};

/// A URL that the driver can read.
#[derive(Clone)]
pub(crate) struct DatabaseUrl {
    text: String,
    pub(super) backend: Backend,
    file: Option<PathBuf>,
    prefers_tls: bool,
}

impl DatabaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, DatabaseError> {
        // A URL that was read from a file or a secret often ends with a line break.
        let text = text.trim();
        let backend = text.split(':').next().and_then(Backend::of_scheme).ok_or(DatabaseError::UnknownScheme)?;
        if text.contains(char::is_control) {
            return Err(DatabaseError::BadUrl);
        }
        match backend {
            Backend::Sqlite => {
                let options: SqliteConnectOptions = text.parse().map_err(|_| DatabaseError::BadUrl)?;
                let is_in_memory = text.contains(":memory:") || text.contains("mode=memory");
                let file = (!is_in_memory).then(|| options.get_filename().to_owned());
                Ok(Self { text: text.into(), backend, file, prefers_tls: false })
            }
            Backend::Postgres => {
                let text = with_plain_ipv6(text).unwrap_or_else(|| text.into());
                let options: PgConnectOptions = text.parse().map_err(|_| DatabaseError::BadUrl)?;
                let prefers_tls = matches!(options.get_ssl_mode(), PgSslMode::Prefer);
                Ok(Self { text, backend, file: None, prefers_tls })
            }
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The file of an embedded database; none if it is in memory.
    pub(super) fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }

    /// The same without TLS, if the URL allows that.
    pub(super) fn without_tls(&self) -> Option<String> {
        // Of parameters that are repeated, the last one counts.
        let separator = if self.text.contains('?') { '&' } else { '?' };
        self.prefers_tls.then(|| format!("{}{separator}sslmode=disable", self.text))
    }
}

/// The file of an embedded database that does not exist. A command that only reads must not make an empty database of a
/// mistyped path.
pub fn missing_file(url: &str) -> Option<PathBuf> {
    let file = DatabaseUrl::parse(url).ok()?.file?;
    // Where the folder cannot be read, opening the file says so.
    let is_missing = fs::exists(&file).is_ok_and(|exists| !exists);
    is_missing.then_some(file)
}

/// The driver asks the resolver for the host of a URL with its brackets, so an IPv6 address must be a parameter.
fn with_plain_ipv6(url: &str) -> Option<String> {
    let (before, parameters) = url.split_once('?').unwrap_or((url, ""));
    let (head, rest) = before.split_once('[')?;
    let (address, tail) = rest.split_once(']')?;
    let is_host = head.ends_with('@') || head.ends_with("//");
    let address: Ipv6Addr = address.parse().ok().filter(|_| is_host)?;
    Some(format!("{head}localhost{tail}?host={address}&{parameters}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(url: &str) -> String {
        let url = DatabaseUrl::parse(url).expect("a URL");
        url.file().expect("a file").display().to_string()
    }

    #[test]
    fn url_of_a_file_is_read_as_the_driver_reads_it() {
        for (url, expected) in [
            ("sqlite://a.sqlite", "a.sqlite"),
            ("sqlite:a.sqlite", "a.sqlite"),
            ("sqlite:///srv/a.sqlite", "/srv/a.sqlite"),
            ("sqlite:////srv/a.sqlite", "//srv/a.sqlite"),
            ("sqlite:///srv/a%20b/x%3F.sqlite?mode=rwc", "/srv/a b/x?.sqlite"),
            ("sqlite:///srv/a.sqlite\n", "/srv/a.sqlite"),
            (" sqlite:///srv/a.sqlite\r\n", "/srv/a.sqlite"),
        ] {
            assert_eq!(file(url), expected, "{url:?}");
        }
        assert_eq!(DatabaseUrl::parse("sqlite::memory:").expect("a URL").file(), None);
        for (url, is_scheme) in [("mysql://x", false), ("", false), ("sqlite://a\nb", true), ("sqlite://a?x=1", true)] {
            let refused = DatabaseUrl::parse(url).map(|_| ()).expect_err("no URL of ours");
            assert_eq!(matches!(refused, DatabaseError::BadUrl), is_scheme, "{url:?}: {refused:?}");
        }
    }

    #[test]
    fn url_with_an_ipv6_address_reaches_the_resolver_without_brackets() {
        for (url, host, port) in [
            ("postgres://bob@[::1]:5433/x", "::1", 5433),
            ("postgresql://[2001:db8::7]/x?sslmode=require", "2001:db8::7", 5432),
            ("postgres://bob:a[b]c@db.example/x", "db.example", 5432),
            ("postgres://bob@[::1]/x?host=db.example", "db.example", 5432),
        ] {
            let options: PgConnectOptions = DatabaseUrl::parse(url).expect("a URL").text().parse().expect("options");
            assert_eq!((options.get_host(), options.get_port()), (host, port), "{url}");
            assert_eq!(options.get_database(), Some("x"), "{url}");
        }
    }

    #[test]
    fn url_gives_up_tls_only_where_it_is_no_more_than_preferred() {
        let without_tls = |url: &str| DatabaseUrl::parse(url).expect("a URL").without_tls();
        assert_eq!(without_tls("postgres://db/x").as_deref(), Some("postgres://db/x?sslmode=disable"));
        assert_eq!(without_tls("postgres://db/x?a=b").as_deref(), Some("postgres://db/x?a=b&sslmode=disable"));
        for strict in ["require", "verify-ca", "verify-full", "disable"] {
            assert_eq!(without_tls(&format!("postgres://db/x?sslmode={strict}")), None, "{strict}");
        }
    }
}
