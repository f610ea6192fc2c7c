//! The one mapping from what went wrong to JSON-RPC codes (SPEC section 6).

use jsonrpsee::types::{ErrorObjectOwned, error::INVALID_PARAMS_CODE};
use persistence::DbErr;
use serde_json::json;
use tracing::error;

/// The caller is not known.
pub(crate) const NOT_AUTHENTICATED: i32 = -32040;
/// The database is busy or away.
pub(crate) const TRY_AGAIN: i32 = -32053;

/// Why a method did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MethodError {
    /// The params do not fit the method.
    #[error("the params do not fit the method")]
    InvalidParams(String),
    /// The database did not do its part.
    #[error("the database is busy or away: try again")]
    Database(#[from] DbErr),
}

impl From<MethodError> for ErrorObjectOwned {
    fn from(failed: MethodError) -> Self {
        let message = failed.to_string();
        match failed {
            MethodError::InvalidParams(found) => {
                ErrorObjectOwned::owned(INVALID_PARAMS_CODE, message, Some(json!({"faults": [found]})))
            }
            MethodError::Database(cause) => {
                // What the database says can repeat values, so it goes no further than its kind.
                error!(kind = ?std::mem::discriminant(&cause), "a statement failed");
                ErrorObjectOwned::owned(TRY_AGAIN, message, None::<()>)
            }
        }
    }
}
