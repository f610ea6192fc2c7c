//! A database URL. Whatever asks something of a URL asks here, and the answer is the driver's own: a second reading would
//! sooner or later look for another file than the driver opens.

use std::{fs, fs::File, io::Read as _, net::Ipv6Addr, path::PathBuf};

use sqlx::{
    postgres::{PgConnectOptions, PgSslMode},
    sqlite::SqliteConnectOptions,
};
use url::Url;

use super::{backend::Backend, errors::io_words, open_error::DatabaseError};

/// The parameters of a PostgreSQL URL that the driver knows. It ignores others, and writes their values to the log.
const PARAMETERS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// A URL that the driver can read.
#[derive(Clone)]
pub(crate) struct DatabaseUrl {
    text: String,
    pub(super) backend: Backend,
    file: Option<PathBuf>,
    prefers_tls: bool,
    /// Of certificates and keys, with the parameters that name them.
    files: Vec<(String, PathBuf)>,
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
                Ok(Self { text: text.into(), backend, file, prefers_tls: false, files: Vec::new() })
            }
            Backend::Postgres => Self::of_server(with_plain_ipv6(text).unwrap_or_else(|| text.into())),
        }
    }

    fn of_server(text: String) -> Result<Self, DatabaseError> {
        let parameters = known_parameters(&text)?;
        let options: PgConnectOptions = text.parse().map_err(|_| DatabaseError::BadUrl)?;
        let mode = options.get_ssl_mode();
        let url = Self { text, backend: Backend::Postgres, file: None, prefers_tls: false, files: Vec::new() };
        if matches!(mode, PgSslMode::Disable) {
            return Ok(url);
        }
        // A socket needs no TLS, whatever the URL says: as libpq does.
        if options.get_socket().is_some() || options.get_host().starts_with('/') {
            return Ok(Self { text: url.with_tls_disabled(), ..url });
        }
        let files = parameters.into_iter().filter(|(name, _)| name.starts_with("ssl") && !name.ends_with("mode"));
        let files = files.map(|(name, path)| (name, path.into())).collect();
        Ok(Self { prefers_tls: matches!(mode, PgSslMode::Prefer), files, ..url })
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
        self.prefers_tls.then(|| self.with_tls_disabled())
    }

    fn with_tls_disabled(&self) -> String {
        // Of parameters that are repeated, the last one counts.
        let separator = if self.text.contains('?') { '&' } else { '?' };
        format!("{}{separator}sslmode=disable", self.text)
    }

    /// The driver reports a missing file as if the server were missing.
    pub(super) fn check_files(&self) -> Result<(), DatabaseError> {
        for (parameter, file) in &self.files {
            if let Err(error) = File::open(file).and_then(|mut file| file.read(&mut [0])) {
                let (parameter, file) = (parameter.clone(), file.clone());
                return Err(DatabaseError::Certificate { parameter, file, reason: io_words(&error) });
            }
        }
        Ok(())
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

/// What looks like no name may be a part of a password, so it is not repeated.
fn known_parameters(text: &str) -> Result<Vec<(String, String)>, DatabaseError> {
    let url = Url::parse(text).map_err(|_| DatabaseError::BadUrl)?;
    let parameters: Vec<_> = url.query_pairs().into_owned().collect();
    let is_known = |name: &str| PARAMETERS.contains(&name) || (name.starts_with("options[") && name.ends_with(']'));
    let is_name =
        |name: &str| name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    match parameters.iter().map(|(name, _)| name).find(|name| !is_known(name)) {
        None => Ok(parameters),
        Some(name) if is_name(name) => Err(DatabaseError::UnknownParameter { name: name.clone() }),
        Some(_) => Err(DatabaseError::BadUrl),
    }
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
        let with_a_name = "postgres://db/x?application_name=a";
        assert_eq!(without_tls(with_a_name), Some(format!("{with_a_name}&sslmode=disable")));
        for strict in ["require", "verify-ca", "verify-full", "disable"] {
            assert_eq!(without_tls(&format!("postgres://db/x?sslmode={strict}")), None, "{strict}");
        }
    }

    #[test]
    fn url_of_a_server_has_only_known_parameters() {
        for name in PARAMETERS.iter().filter(|name| !name.contains("mode")) {
            let value = match *name {
                "port" | "statement-cache-capacity" => "7",
                "hostaddr" => "127.0.0.1",
                _ => "x",
            };
            DatabaseUrl::parse(&format!("postgres://db/x?{name}={value}"))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        DatabaseUrl::parse("postgres://db/x?options[geqo]=off").expect("an option");
        for (parameter, said) in [
            (
                "sslrootcrt=CANARY",
                "the database URL has a parameter sslrootcrt, which does not exist: check its spelling",
            ),
            (
                "sslmode=disable&SSLMODE=CANARY",
                "the database URL has a parameter SSLMODE, which does not exist: check its spelling",
            ),
            ("CAN@ARY=1", "the database URL cannot be read"),
        ] {
            let refused = DatabaseUrl::parse(&format!("postgres://db/x?{parameter}")).map(|_| ()).expect_err(parameter);
            let refused = refused.to_string();
            assert!(refused.starts_with(said) && !refused.contains("CAN"), "{refused}");
        }
    }

    #[test]
    fn url_of_a_socket_asks_for_no_tls() {
        for parameters in ["host=/run/postgresql", "host=/run/postgresql&sslmode=verify-full&sslrootcert=/no/such.pem"]
        {
            let url = DatabaseUrl::parse(&format!("postgres://localhost/x?{parameters}")).expect("a URL");
            assert_eq!(url.text(), format!("postgres://localhost/x?{parameters}&sslmode=disable"));
            url.check_files().expect("no file is needed");
        }
    }
}
