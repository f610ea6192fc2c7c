//! An endpoint of webhooks in JavaScript, whose messages the package `standardwebhooks` verifies: `tests/receiver/receiver.mjs`.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use domain::instant::Instant;
use serde_json::{Value as Json, json};

/// It ends when it is dropped.
#[derive(Debug)]
pub struct NodeReceiver {
    process: Child,
    said: BufReader<ChildStdout>,
    pub url: String,
}

impl NodeReceiver {
    /// `seed` is for what it does if it [misbehaves](Self::misbehaves). Prints `skipped` if the package is not installed.
    pub fn start(seed: u64) -> Option<Self> {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        if !tests.join("../frontend/node_modules/standardwebhooks").exists() {
            eprintln!("skipped: standardwebhooks is not installed: run `npm ci` in frontend");
            return None;
        }
        let mut process = Command::new("node")
            .arg(tests.join("receiver/receiver.mjs"))
            .arg(seed.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let mut said = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut port = String::new();
        said.read_line(&mut port).expect("it says its port");
        Some(Self { process, said, url: format!("http://127.0.0.1:{}/hook", port.trim()) })
    }

    /// Signatures of this one are accepted.
    pub fn trust(&mut self, secret: &str) {
        self.tell(&json!({"secrets": [secret]}));
    }

    /// It judges times by this one. Before that, by the clock of the system.
    pub fn set_clock(&mut self, now: Instant) {
        self.tell(&json!({"seconds": now.timestamp()}));
    }

    /// Whether it answers 500, closes the connection, redirects, hangs, or is late, now and then.
    pub fn misbehaves(&mut self, misbehaves: bool) {
        self.tell(&json!({"misbehaves": misbehaves}));
    }

    /// Who is in which segment, by its messages. Panics if a message was not verified, or a changed one was.
    pub fn members(&mut self) -> BTreeMap<String, BTreeSet<String>> {
        let said = self.tell(&json!({}));
        assert_eq!((&said["refused"], &said["fooled"]), (&json!(0), &json!(0)));
        serde_json::from_value(said["members"].clone()).expect("members")
    }

    fn tell(&mut self, command: &Json) -> Json {
        let input = self.process.stdin.as_mut().expect("a pipe");
        writeln!(input, "{command}").expect("it reads");
        let mut line = String::new();
        self.said.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for NodeReceiver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
