//! The rules with where they stand.

use std::collections::HashMap;

use domain::segment::SegmentKey;
use persistence::{
    ConnectionTrait, DbErr,
    alerts::rules::{self, StoredRule},
    segments,
};

/// A rule with the segment that it watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub rule: StoredRule,
    pub segment: SegmentKey,
}

/// In the order in which they were made.
pub async fn status(connection: &impl ConnectionTrait) -> Result<Vec<Alert>, DbErr> {
    let rules = rules::all(connection).await?;
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let keys: HashMap<_, _> = segments::all(connection).await?.into_iter().map(|one| (one.id, one.key)).collect();
    let alert = |rule: StoredRule| Some(Alert { segment: keys.get(&rule.segment)?.clone(), rule });
    Ok(rules.into_iter().filter_map(alert).collect())
}
