//! Segments as CSV, from one snapshot: complete for operators, up to a limit for the API.

use std::{borrow::Cow, collections::BTreeMap, io::Write};

use domain::{
    attribute::{Attribute, AttributeValue},
    ids::{SegmentId, UserNo},
    instant::{Instant, format_instant},
    mail::MailFilter,
    segment::SegmentKey,
};
use persistence::{
    Database, DbErr, Snapshot,
    database::words,
    reads::{
        attributes::of_users,
        export::{Member, page},
        members::{Which, count_members},
    },
    segments,
    sync::{figures, segments as synced_segments},
};
use serde_json::json;

use crate::audit::{Audit, segment_target};

/// Members per read.
const PAGE: u64 = 5_000;

/// The same as in the API.
pub const COLUMNS: [&str; 8] =
    ["User ID", "Email", "First Name", "Last Name", "Plan", "Last Active", "Created At", "Added to Segment"];

/// What a CSV has, beside [`COLUMNS`] of every member.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// A column for each.
    pub attributes: Vec<Attribute>,
    pub mail: MailFilter,
    /// A last column that says where each member stands at the mail service.
    pub mail_status: bool,
}

/// The last column.
const MAIL_STATUS: &str = "Mail Status";

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("there is no segment {0}")]
    NotFound(SegmentKey),
    #[error("the file cannot be written: {0}")]
    Write(#[from] csv::Error),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

/// Writes the current members of a segment in the order in which users were added. Returns their number.
pub async fn export(
    database: &Database,
    key: &SegmentKey,
    contents: &Contents,
    into: impl Write + Send,
) -> Result<u64, ExportError> {
    let tx = database.begin_snapshot().await?;
    tx.allow_idling().await?;
    let segment = segments::find(&tx, key).await?.ok_or_else(|| ExportError::NotFound(key.clone()))?;
    let (rows, _) = write_members(&tx, segment.id, UserNo(0), u64::MAX, contents, into).await?;
    tx.close().await?;
    Ok(rows)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// Including the header.
    pub csv: String,
    /// Members in the CSV.
    pub rows: u64,
    /// Members of the segment.
    pub total: u64,
    /// The last member in the CSV, if others follow.
    pub next: Option<UserNo>,
}

/// Which members.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Those behind this one.
    pub above: UserNo,
    pub limit: u64,
}

/// A part of the current members of a segment, in the order in which users were added. They are returned only after the export is in
/// the audit log.
pub async fn extract(
    database: &Database,
    key: &SegmentKey,
    contents: &Contents,
    part: Part,
    now: Instant,
    audit: &Audit,
) -> Result<Extract, ExportError> {
    let extract = read(database, key, contents, part).await?;
    let detail = json!({"rowCount": extract.rows});
    // Another transaction, since the snapshot is read-only.
    audit.record_alone(database, now, Some(segment_target(key)), detail).await?;
    Ok(extract)
}

async fn read(database: &Database, key: &SegmentKey, contents: &Contents, part: Part) -> Result<Extract, ExportError> {
    let tx = database.begin_snapshot().await?;
    let segment = segments::find_counted(&tx, key).await?.ok_or_else(|| ExportError::NotFound(key.clone()))?;
    let mut csv = Vec::new();
    let (rows, last) = write_members(&tx, segment.id, part.above, part.limit, contents, &mut csv).await?;
    let has_more = rows == part.limit && !page(&tx, segment.id, contents.mail, last, 1).await?.is_empty();
    let which = Which { search: None, mail: contents.mail };
    let total = match which.is_all() {
        true => segment.member_count,
        false => count_members(&tx, segment.id, which).await?,
    };
    tx.close().await?;
    let total = u64::try_from(total).unwrap_or_default();
    // Every cell is valid text.
    Ok(Extract { csv: String::from_utf8_lossy(&csv).into_owned(), rows, total, next: has_more.then_some(last) })
}

/// Returns how many there are, and the last one.
async fn write_members(
    tx: &Snapshot,
    segment: SegmentId,
    mut above: UserNo,
    limit: u64,
    contents: &Contents,
    into: impl Write + Send,
) -> Result<(u64, UserNo), ExportError> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(into);
    let Contents { attributes, mail, mail_status } = contents;
    let last = mail_status.then_some(MAIL_STATUS);
    csv.write_record(COLUMNS.into_iter().chain(attributes.iter().map(Attribute::field_name)).chain(last))?;
    let is_synced = synced_segments::find(tx, segment).await?.is_some();
    let declared = attributes.iter().cloned().collect();
    let mut rows = 0;
    while rows < limit {
        let members = page(tx, segment, *mail, above, PAGE.min(limit - rows)).await?;
        let values = of_users(tx, &declared, members.iter().map(Member::no)).await?;
        let standings = match mail_status {
            true => figures::of_users(tx, segment, &members.iter().map(Member::no).collect::<Vec<_>>()).await?,
            false => BTreeMap::new(),
        };
        for member in &members {
            let values = values.get(&member.no());
            let value = |attribute: &Attribute| values?.get(attribute.key()).map(cell);
            let values = attributes.iter().map(|one| value(one).unwrap_or_default());
            let standing = standings.get(&member.no()).map(|standing| Cow::Borrowed(standing.in_one_word(is_synced)));
            let cells = record(member).into_iter().chain(values.map(Cow::Owned)).chain(standing);
            csv.write_record(cells.map(|cell| cell.into_owned()))?;
        }
        rows += members.len() as u64;
        match members.last() {
            Some(last) => above = last.no(),
            None => break,
        }
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok((rows, above))
}

fn record(member: &Member) -> [Cow<'_, str>; 8] {
    let time = |instant: Option<Instant>| Cow::Owned(instant.map(format_instant).unwrap_or_default());
    [
        guarded(&member.id),
        guarded(&member.email),
        guarded(member.first_name.as_deref().unwrap_or_default()),
        guarded(member.last_name.as_deref().unwrap_or_default()),
        guarded(&member.plan),
        time(member.last_activity_at),
        time(Some(member.created_at)),
        time(Some(member.added_at)),
    ]
}

/// A number is no formula, even if it is negative.
fn cell(value: &AttributeValue) -> String {
    let cell = value.to_cell();
    match value {
        AttributeValue::Text(_) | AttributeValue::List(_) => guarded(&cell).into_owned(),
        AttributeValue::Number(_)
        | AttributeValue::Decimal(_)
        | AttributeValue::Boolean(_)
        | AttributeValue::Date(_) => cell,
    }
}

/// A table as one text, for the API. Texts must be [`guarded`].
pub(crate) fn to_text<const COLUMNS: usize>(
    header: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> Result<String, ExportError> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    csv.write_record(header)?;
    for row in rows {
        csv.write_record(row)?;
    }
    let csv = csv.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    // Every cell is valid text.
    Ok(String::from_utf8_lossy(&csv).into_owned())
}

/// A cell of a text that need not be there, [`guarded`].
pub(crate) fn guarded_text(text: Option<&str>) -> String {
    guarded(text.unwrap_or_default()).into_owned()
}

/// Prefixes a cell that a spreadsheet would run as a formula with `'`: one that begins with `=`, `+`, `-`, `@`, a tab
/// or a line break, also after spaces or as full-width forms (OWASP, "CSV Injection"). A cell that looks escaped is
/// escaped too, so that removing the escape gives the original.
pub(crate) fn guarded(cell: &str) -> Cow<'_, str> {
    let first = cell
        .trim_start_matches('\'')
        .chars()
        .find(|character| *character == '\t' || *character == '\r' || *character == '\n' || !is_space(*character));
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            Cow::Owned(format!("'{cell}"))
        }
        _ => Cow::Borrowed(cell),
    }
}

fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}')
}

#[cfg(test)]
mod tests {
    use domain::attribute::AttributeValue;

    use super::{cell, guarded};

    #[test]
    fn export_leaves_numbers_as_they_are() {
        assert_eq!(cell(&AttributeValue::Number(-7)), "-7");
        assert_eq!(cell(&AttributeValue::Text("-7".into())), "'-7");
    }

    #[test]
    fn export_escapes_cells_that_a_spreadsheet_would_run() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-x", "'-x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "'  =1"),
            ("\t1", "'\t1"),
            (" \n=1", "' \n=1"),
            ("＝1", "'＝1"),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("a=1", "a=1"),
            ("O'Neill", "O'Neill"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("'t Hooft", "'t Hooft"),
            ("", ""),
            ("   ", "   "),
        ] {
            assert_eq!(guarded(cell), expected);
        }
    }
}
