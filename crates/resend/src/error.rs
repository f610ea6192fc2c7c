//! What can go wrong with a call, in words that name nobody.

use std::fmt;

/// The call that failed: its method and route, without ids and addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub method: &'static str,
    /// Such as `/contacts/{contact}`.
    pub route: &'static str,
    /// `None` if there was no answer.
    pub status: Option<u16>,
    /// The service's own name of the error, such as `validation_error`.
    pub name: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.method, self.route)?;
        match (self.status, &self.name) {
            (Some(status), Some(name)) => write!(f, "{status} {name}"),
            (Some(status), None) => write!(f, "{status}"),
            (None, _) => f.write_str("no answer"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such thing.
    #[error("not found ({0})")]
    NotFound(Failure),
    /// The key is unknown, was revoked, or may only send mail.
    #[error("{words} ({0})", words = key_in_words(.0))]
    Key(Failure),
    /// The account may not send more today or this month.
    #[error("the quota of the account is used up ({0})")]
    Quota(Failure),
    /// The service does not accept what was sent.
    #[error("refused ({0})")]
    Refused(Failure),
    /// The service does not accept the call.
    #[error("rejected ({0})")]
    Rejected(Failure),
    /// The service did not answer, or not well, for as long as the client is patient.
    #[error("the mail service is not available ({0})")]
    Unavailable(Failure),
    /// It is not known whether the call had its effect, and it must not be sent again as it is.
    #[error("the answer was lost ({0})")]
    AnswerLost(Failure),
    /// The call had no effect, or was not sent, and what was looked up for it does not hold any more.
    #[error("not done ({0})")]
    NotDone(Failure),
    /// The answer cannot be read, or is too long.
    #[error("the answer of the mail service cannot be read ({0})")]
    Unreadable(Failure),
    /// The gate was closed before the call was sent.
    #[error("stopped")]
    Stopped,
    /// The gate was closed during the call, so it is not known whether it had its effect.
    #[error("stopped during a call")]
    Interrupted,
}

impl Error {
    /// Whether the gate was closed.
    #[must_use]
    pub fn is_stop(&self) -> bool {
        matches!(self, Self::Stopped | Self::Interrupted)
    }

    /// Whether the call may have done what it is for.
    #[must_use]
    pub fn may_have_had_effect(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::AnswerLost(_) | Self::Unreadable(_) | Self::Interrupted => true,
            Self::NotFound(_)
            | Self::Key(_)
            | Self::Quota(_)
            | Self::Refused(_)
            | Self::Rejected(_)
            | Self::NotDone(_)
            | Self::Stopped => false,
        }
    }
}

fn key_in_words(failure: &Failure) -> &'static str {
    match failure.name.as_deref() {
        Some("restricted_api_key") if failure.status == Some(401) => {
            "the API key may only send mail: make one with full access"
        }
        Some("missing_api_key") => "the API key is missing",
        Some("suspended_api_key") => "the API key is suspended",
        _ => "the API key is not accepted: make one with full access",
    }
}
