//! The program `segmentation-engine`.

mod cli;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    #[cfg(feature = "fault-points")]
    let _armed = segmentation_engine::support::failpoints::armed();
    cli::main().await
}
