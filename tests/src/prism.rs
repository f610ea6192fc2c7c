//! Prism judges what passes between a client and the stand-in for Resend, by Resend's own description of its API. The description is
//! stricter than Resend's: what an answer always has is required, and bodies have no unknown fields. `prism/amend.mjs` puts right
//! what recorded traffic contradicts.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use resend_fake::Fake;
use tempfile::TempDir;
use tokio::{net::TcpListener, time};

use crate::shared_data;

/// How long it takes to read the description, at most.
const START: Duration = Duration::from_secs(120);

/// Between a client and the stand-in. It ends when it is dropped.
pub struct Prism {
    process: Child,
    said: Arc<Mutex<Vec<String>>>,
    pub url: String,
    _folder: TempDir,
}

impl Prism {
    /// Prints `skipped` if it is not installed, or the description is missing.
    pub async fn in_front_of(fake: &Fake) -> Option<Self> {
        let description = shared_data("resend-strict.yaml")?;
        let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("prism");
        let program = package.join("node_modules/@stoplight/prism-cli/dist/index.js");
        if !program.exists() {
            eprintln!("skipped: Prism is not installed: run `npm ci` in tests/prism");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let amended = folder.path().join("resend.yaml");
        let status = Command::new("node").arg(package.join("amend.mjs")).args([&description, &amended]).status();
        assert!(status.is_ok_and(|status| status.success()), "the description is amended");
        let port = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address").port();
        let mut process = Command::new("node")
            .arg(program)
            .arg("proxy")
            .arg(&amended)
            .args([&fake.url(), "--host", "127.0.0.1", "--port", &port.to_string(), "--errors"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts");
        let said = Arc::new(Mutex::new(Vec::new()));
        let (lines, kept) = (BufReader::new(process.stdout.take().expect("a pipe")).lines(), Arc::clone(&said));
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        let prism = Self { process, said, url: format!("http://127.0.0.1:{port}"), _folder: folder };
        time::timeout(START, prism.listens()).await.expect("it listens in time");
        Some(prism)
    }

    async fn listens(&self) {
        while !self.lines().iter().any(|line| line.contains("Prism is listening")) {
            time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn lines(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it has said that so many requests and answers were wrong: it says so a moment after it has answered.
    pub async fn has_caught(&self, count: usize) -> bool {
        let caught = async {
            while self.violations().len() < count {
                time::sleep(Duration::from_millis(20)).await;
            }
        };
        time::timeout(Duration::from_secs(10), caught).await.is_ok() && self.violations().len() == count
    }

    /// What was not as the description says, in requests and answers.
    pub fn violations(&self) -> Vec<String> {
        self.lines().into_iter().filter(|line| line.contains(" error ")).collect()
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
