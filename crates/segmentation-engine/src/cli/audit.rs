//! What commands change is on record, as what callers of the API change.

use segmentation_engine::audit::Audit;

/// Those who call the API are known by their tokens.
const ACTOR: &str = "command line";

pub(super) fn audit(action: &str) -> Audit {
    Audit { actor: ACTOR.into(), action: action.into(), request_id: None }
}
