//! Output: results to standard output, everything else to standard error. A reader that stops reading is not an error;
//! a full disk is.

use std::io::{IsTerminal, Write};

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

/// The first column is text, the others are numbers.
pub(super) fn table<const N: usize>(heads: [&str; N], rows: &[[String; N]]) {
    let mut widths = heads.map(|head| head.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let print = |cells: [&str; N]| {
        let padded: Vec<_> = cells
            .iter()
            .zip(widths)
            .enumerate()
            .map(
                |(place, (cell, width))| if place == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") },
            )
            .collect();
        line(padded.join("  ").trim_end());
    };
    print(heads);
    for row in rows {
        print(row.each_ref().map(String::as_str));
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
