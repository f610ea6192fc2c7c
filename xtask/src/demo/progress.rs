//! How far it is: one line that is written over on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal, Write, stderr};

/// Elsewhere, a line for every so many steps.
const SPARSE: i64 = 15;

/// Progress through so many steps.
pub(crate) struct Progress {
    steps: i64,
    on_terminal: bool,
}

impl Progress {
    /// At the beginning.
    pub(crate) fn new(steps: i64) -> Self {
        Self { steps, on_terminal: stderr().is_terminal() }
    }

    /// A step, counted from 1, is about to begin.
    pub(crate) fn step(&self, number: i64, what: &str) {
        let line = format!("{number}/{} {what}", self.steps);
        if self.on_terminal {
            eprint!("\r\x1b[2K{line}");
            // Progress that cannot be shown is no reason to stop.
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
