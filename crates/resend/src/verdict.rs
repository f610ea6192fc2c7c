//! What bad answers mean.

use reqwest::StatusCode;
use serde_json::Value as Json;

use crate::error::{Error, Failure};

/// What a bad answer means.
pub(crate) enum Verdict {
    Final(fn(Failure) -> Error),
    /// Too many requests. It had no effect.
    TooMany,
    /// Somebody else changes the same thing. It had no effect.
    Busy,
    /// It may have had its effect.
    Broken,
}

pub(crate) fn verdict(status: StatusCode, failure: &Failure) -> Verdict {
    match (status.as_u16(), failure.name.as_deref()) {
        (429, Some("daily_quota_exceeded" | "monthly_quota_exceeded")) => Verdict::Final(Error::Quota),
        (429, _) => Verdict::TooMany,
        (409, Some("resource_locked")) => Verdict::Busy,
        (401 | 403, _) => Verdict::Final(Error::Key),
        (404, _) => Verdict::Final(Error::NotFound),
        (400 | 422, _) => Verdict::Final(Error::Refused),
        (408, _) => Verdict::Broken,
        (status, _) if status >= 500 => Verdict::Broken,
        _ => Verdict::Final(Error::Rejected),
    }
}

/// The service's own name of an error. Other bodies are HTML of what stands before it. Anything but a plain word is left out, so
/// that nothing of a request comes back in it.
pub(crate) fn error_name(body: &[u8]) -> Option<String> {
    let body: Json = serde_json::from_slice(body).ok()?;
    let name = body.get("name")?.as_str()?;
    let is_word = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_word.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart_by_status_and_name() {
        let of = |status: u16, name: Option<&str>| {
            let name = name.map(str::to_owned);
            let failure = Failure { method: "GET", route: "/contacts/{contact}", status: Some(status), name };
            match verdict(StatusCode::from_u16(status).expect("a status"), &failure) {
                Verdict::Final(error) => error(failure).to_string(),
                Verdict::TooMany => "too many".into(),
                Verdict::Busy => "busy".into(),
                Verdict::Broken => "broken".into(),
            }
        };
        assert_eq!(of(429, Some("rate_limit_exceeded")), "too many");
        assert_eq!(of(429, None), "too many");
        assert!(of(429, Some("daily_quota_exceeded")).starts_with("the quota of the account is used up"));
        assert_eq!(of(409, Some("resource_locked")), "busy");
        assert!(of(409, Some("other")).starts_with("rejected"));
        assert_eq!(of(500, None), "broken");
        assert_eq!(of(503, None), "broken");
        assert_eq!(of(404, Some("not_found")), "not found (GET /contacts/{contact}: 404 not_found)");
        assert_eq!(
            of(401, Some("restricted_api_key")),
            "the API key may only send mail: make one with full access (GET /contacts/{contact}: 401 restricted_api_key)"
        );
        assert!(of(403, None).starts_with("the API key is not accepted"));
    }

    #[test]
    fn names_of_errors_are_plain_words() {
        assert_eq!(
            error_name(br#"{"name":"validation_error","message":"ann@example.org"}"#).as_deref(),
            Some("validation_error")
        );
        for body in [&b"<html>"[..], b"", br#"{"name":"ann@example.org"}"#, br#"{"name":7}"#, br#"{"message":"x"}"#] {
            assert_eq!(error_name(body), None);
        }
    }
}
