//! Suggested names of files.

use domain::{period::Moment, segment::SegmentKey, segment_name::SegmentName, system_segments::system_segment};
use persistence::{ConnectionTrait, DbErr, segments::custom};

/// Such as `pro-on-a-streak-2026-03-10.csv`, with today's date in the configured zone.
pub(crate) async fn of_segment(
    connection: &impl ConnectionTrait,
    key: &SegmentKey,
    what: Option<&str>,
    moment: Moment,
) -> Result<String, DbErr> {
    let name = match system_segment(key) {
        Some(system) => Some(system.name.to_owned()),
        None => custom::name_of(connection, key).await?,
    };
    // A name may have no letter or digit.
    let slug = name.as_deref().and_then(SegmentName::slug);
    let slug = slug.unwrap_or_else(|| format!("{}-{}", key.kind.name(), key.value));
    let day = moment.now.with_timezone(&moment.zone).date_naive().to_string();
    Ok(format!("{}.csv", [Some(slug.as_str()), what, Some(&day)].into_iter().flatten().collect::<Vec<_>>().join("-")))
}
