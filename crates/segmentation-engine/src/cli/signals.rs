//! Signals that ask a command to stop.

use segmentation_engine::run::Stop;
use tokio::signal::unix::{SignalKind, signal};

/// SIGTERM and SIGINT ask the command to stop.
pub(super) fn stop_on_signal() -> std::io::Result<Stop> {
    let stop = Stop::default();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let asked = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        asked.ask();
    });
    Ok(stop)
}
