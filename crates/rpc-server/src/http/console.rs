//! The admin console at `/`: the output of `npm run build` in `frontend/dist`, embedded in release builds and read from
//! disk in others. Without it, the server says how to build it; the API works.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::text::hex;
use rust_embed::{EmbeddedFile, RustEmbed};

/// Empty if the console was not built.
#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
struct Files;

/// The page of every address of the console.
const PAGE: &str = "index.html";
/// Names of files in here contain a hash of their content.
const HASHED: &str = "assets/";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Cached, but validated each time.
const ASK: &str = "no-cache";
/// Only our own files as scripts. Inline styles are allowed, since components position themselves that way.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const NOT_BUILT: &str = "The console is not built. In frontend/ run: npm ci && npm run build\n\
                         The API at /rpc works without it.\n";

/// A file of the console, or its page for the addresses that the console handles.
pub(super) async fn serve(request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::NOT_FOUND.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    match file(path, request.headers()) {
        Some(response) => response,
        None if is_address_of_console(path) => page(request.headers()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn page(headers: &HeaderMap) -> Response {
    file(PAGE, headers).unwrap_or_else(|| (StatusCode::NOT_FOUND, NOT_BUILT).into_response())
}

/// Not addresses of files or of the API.
fn is_address_of_console(path: &str) -> bool {
    let names_a_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    !names_a_file && !path.starts_with("api/")
}

fn file(path: &str, asked: &HeaderMap) -> Option<Response> {
    let kind = media_type(path)?;
    let plain = Files::get(path)?;
    let zipped = takes_gzip(asked).then(|| Files::get(&format!("{path}.gz"))).flatten();
    let encoding = zipped.is_some().then(|| HeaderValue::from_static("gzip"));
    let file = zipped.unwrap_or(plain);
    let tag = etag(&file);
    let cached = if path.starts_with(HASHED) { FOR_EVER } else { ASK };
    let mut response = if is_known(&tag, asked) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_owned().into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.extend(encoding.map(|encoding| (header::CONTENT_ENCODING, encoding)));
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Some(response)
}

fn takes_gzip(asked: &HeaderMap) -> bool {
    let encodings = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    encodings.split(',').any(|encoding| encoding.split(';').next().is_some_and(|name| name.trim() == "gzip"))
}

/// Of the bytes sent, so that caches distinguish compressed and plain content.
fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    format!("\"{}\"", hex(&hash[..16]))
}

/// Whether the browser has this content already (RFC 9110, 13.1.2: tags are compared weakly).
fn is_known(tag: &str, asked: &HeaderMap) -> bool {
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}

/// Only for the kinds of files that a build creates; others are not served.
fn media_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    match extension {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn console_addresses_are_not_those_of_files_and_the_api() {
        for (path, expected) in [
            ("", true),
            ("segments/new", true),
            ("segments/plan/free", true),
            ("assets/gone.js", false),
            (".env", false),
            ("api/cron/other", false),
        ] {
            assert_eq!(is_address_of_console(path), expected, "{path}");
        }
    }

    #[test]
    fn console_recognizes_cached_files_by_their_tag() {
        let tag = "\"abc\"";
        for (header, expected) in
            [("\"abc\"", true), ("W/\"abc\"", true), ("\"other\", \"abc\"", true), ("\"abcd\"", false), ("", false)]
        {
            let asked = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(header))]);
            assert_eq!(is_known(tag, &asked), expected, "{header}");
        }
        assert!(!is_known(tag, &HeaderMap::new()));
    }

    #[test]
    fn console_sends_gzip_to_browsers_that_accept_it() {
        for (header, expected) in
            [("gzip, deflate, br", true), ("br;q=1, gzip;q=0.5", true), ("br", false), ("", false)]
        {
            let asked = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(header))]);
            assert_eq!(takes_gzip(&asked), expected, "{header}");
        }
    }
}
