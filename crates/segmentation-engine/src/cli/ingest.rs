//! The output of imports and pulls.

use domain::words::counted;
use indicatif::ProgressBar;
use segmentation_engine::ingest::report::{
    AheadRows, IngestObserver, IngestReport, RecordCounts, RecordKind, RefusedRecord,
};
use serde_json::{Value as Json, json};

use super::output;

/// Shows progress, and reports refused records.
pub(super) struct Shown(ProgressBar);

impl Shown {
    pub(super) fn new(has_bar: bool) -> Self {
        Self(output::progress_bar("{spinner} {human_pos} rows of {msg}  {per_sec}", has_bar))
    }

    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl IngestObserver for Shown {
    fn refused(&mut self, record: &RefusedRecord) {
        self.0.suspend(|| output::note(record));
    }

    fn partial(&mut self, record: &RefusedRecord) {
        self.0.suspend(|| output::note(format_args!("{record}; the rest of the record is stored")));
    }

    fn progress(&mut self, source: &str, read: u64) {
        self.0.set_message(source.to_owned());
        self.0.set_position(read);
    }

    fn ignored_columns(&mut self, file: &str, columns: &[String]) {
        self.0.suspend(|| output::note(format_args!("{file}: ignored unknown columns {}", columns.join(", "))));
    }

    fn without_watermark(&mut self, kind: RecordKind, rows: u64) {
        let name = kind.name();
        let advice = "select a time or an integer as the watermark of every row";
        let have = counted(rows, "row has", "rows have");
        self.0.suspend(|| output::note(format_args!("{name}: {have} no watermark: {advice}")));
    }

    fn ahead(&mut self, kind: RecordKind, rows: &AheadRows) {
        self.0.suspend(|| output::note(format_args!("{}: {}", kind.name(), ahead(rows))));
    }

    fn unidentified(&mut self, file: &str, lines: u64) {
        let lines = counted(lines, "refused line", "refused lines");
        let why = format_args!("the id of {lines} cannot be read, so nobody is taken as deleted");
        self.0.suspend(|| output::note(format_args!("{file}: {why}: correct the file and import it again")));
    }

    fn mark_was_ahead(&mut self, kind: RecordKind, mark: &str) {
        let name = kind.name();
        let then = "changes before that may have been missed, so everything is read again";
        self.0
            .suspend(|| output::note(format_args!("{name}: an earlier pull stopped at {mark}, in the future: {then}")));
    }
}

fn ahead(AheadRows { count, first }: &AheadRows) -> String {
    let named: Vec<_> = first.iter().map(|(id, watermark)| format!("{id} ({watermark})")).collect();
    let more = if *count > first.len() as u64 { ", …" } else { "" };
    let rows = counted(*count, "row has a watermark", "rows have watermarks");
    format!(
        "{rows} after the host database's clock: {}{more}. Every pull reads them until then: correct them, or, if the \
         watermark is not a time, set the overlap to a number",
        named.join(", ")
    )
}

pub(super) fn json(report: &IngestReport) -> Json {
    let mut result = counts(report);
    result["duration"] = report.duration_ms.into();
    result
}

/// For the audit log too.
pub(super) fn counts(report: &IngestReport) -> Json {
    let mut result = json!({});
    if let Some(RecordCounts { read, created, updated, unchanged, refused, partial, .. }) = report.users {
        result["users"] = json!(
            {"rows": read, "created": created, "updated": updated, "unchanged": unchanged, "faults": refused}
        );
        if partial > 0 {
            result["users"]["partial"] = partial.into();
        }
    }
    if let Some(RecordCounts { read, recorded, moved, unchanged, refused, .. }) = report.attempts {
        result["attempts"] = json!(
            {"rows": read, "written": recorded, "moved": moved, "unchanged": unchanged, "faults": refused}
        );
    }
    if let Some(RecordCounts { read, recorded, unchanged, refused, .. }) = report.events {
        result["events"] = json!({"rows": read, "written": recorded, "unchanged": unchanged, "faults": refused});
    }
    if let Some(gone) = report.gone {
        result["gone"] = gone.into();
    }
    result
}

pub(super) fn show(report: &IngestReport) {
    if let Some(RecordCounts { read, created, updated, unchanged, refused, partial, .. }) = report.users {
        let rows = counted(read, "row", "rows");
        let partial = if partial > 0 { format!(", {partial} stored without some values") } else { String::new() };
        output::line(format_args!(
            "users: {rows}, {created} created, {updated} updated, {unchanged} unchanged, {refused} refused{partial}"
        ));
    }
    if let Some(RecordCounts { read, recorded, moved, unchanged, refused, .. }) = report.attempts {
        let rows = counted(read, "row", "rows");
        let from_others = if moved > 0 { format!(" ({moved} of them from another user)") } else { String::new() };
        output::line(format_args!(
            "attempts: {rows}, {recorded} recorded{from_others}, {unchanged} unchanged, {refused} refused"
        ));
    }
    if let Some(RecordCounts { read, recorded, unchanged, refused, .. }) = report.events {
        let rows = counted(read, "row", "rows");
        output::line(format_args!("events: {rows}, {recorded} recorded, {unchanged} unchanged, {refused} refused"));
    }
    if let Some(gone) = report.gone {
        output::line(format_args!("deleted in the host application: {}", counted(gone, "user", "users")));
    }
    output::line(format_args!("in {} ms", report.duration_ms));
}
