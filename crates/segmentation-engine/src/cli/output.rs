//! Output: results to standard output, everything else to standard error. A reader that stops reading is not an error;
//! a full disk is.

use std::io::{IsTerminal, Write};

use domain::instant::{Instant, format_instant};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

pub(super) fn line(text: impl std::fmt::Display) {
    let mut output = std::io::stdout().lock();
    match writeln!(output, "{text}").and_then(|()| output.flush()) {
        Err(failed) if failed.kind() != std::io::ErrorKind::BrokenPipe => {
            error("the result cannot be written");
            std::process::exit(1);
        }
        Ok(()) | Err(_) => {}
    }
}

/// One line of JSON.
pub(super) fn json(result: &impl Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string(result)?);
    Ok(())
}

pub(super) fn note(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

pub(super) fn error(text: &str) {
    note(format_args!("error: {text}"));
}

/// A time in a table or a sentence.
pub(super) fn time(instant: Option<Instant>) -> String {
    instant.map_or_else(|| "never".into(), format_instant)
}

/// A column of a table, by its head.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    /// Its cells align left.
    Text(&'static str),
    /// Its cells align right.
    Number(&'static str),
}

impl Column {
    fn head(self) -> &'static str {
        match self {
            Self::Text(head) | Self::Number(head) => head,
        }
    }

    fn pad(self, cell: &str, width: usize) -> String {
        match self {
            Self::Text(_) => format!("{cell:<width$}"),
            Self::Number(_) => format!("{cell:>width$}"),
        }
    }
}

/// Each row has a cell for each column.
pub(super) fn table(columns: impl AsRef<[Column]>, rows: &[impl AsRef<[String]>]) {
    let columns = columns.as_ref();
    let heads: Vec<_> = columns.iter().map(|column| column.head().to_owned()).collect();
    let lines = || std::iter::once(heads.as_slice()).chain(rows.iter().map(AsRef::as_ref));
    let width = |place: usize| lines().filter_map(|row| row.get(place)).map(|cell| cell.chars().count()).max();
    let widths: Vec<_> = (0..columns.len()).map(|place| width(place).unwrap_or_default()).collect();
    for row in lines() {
        let cells = columns.iter().zip(row).zip(&widths);
        let padded: Vec<_> = cells.map(|((column, cell), width)| column.pad(cell, *width)).collect();
        line(padded.join("  ").trim_end());
    }
}

/// Hidden unless standard error is a terminal.
pub(super) fn progress_bar(template: &str, wanted: bool) -> ProgressBar {
    let target = if wanted && std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(None, target);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
