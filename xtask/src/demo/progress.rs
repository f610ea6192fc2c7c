//! Progress: one line that is overwritten on a terminal, occasional lines elsewhere.

use std::io::{IsTerminal, Write, stderr};

/// Not on a terminal: steps per line.
const SPARSE: i64 = 15;

pub(crate) struct Progress {
    steps: i64,
    on_terminal: bool,
}

impl Progress {
    pub(crate) fn new(steps: i64) -> Self {
        Self { steps, on_terminal: stderr().is_terminal() }
    }

    /// Steps count from 1.
    pub(crate) fn step(&self, number: i64, what: &str) {
        let line = format!("{number}/{} {what}", self.steps);
        if self.on_terminal {
            eprint!("\r\x1b[2K{line}");
            // Failing to show progress is no reason to stop.
            let _ = stderr().flush();
        } else if number % SPARSE == 1 || number == self.steps {
            eprintln!("{line}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.on_terminal {
            eprintln!();
        }
    }
}
