//! An endpoint of webhooks, written from the specification of Standard Webhooks and our documentation alone. It knows members by
//! applying messages in the order of their times and ids.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What it does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Answers with a code. It has taken the message if that is 2xx.
    Code(u16),
    /// Takes the message and answers later.
    Late(Duration),
    /// Answers later with a code that is not 2xx, and has not taken the message.
    LateCode(Duration, u16),
    /// Never answers.
    Hang,
    /// Closes the connection.
    Close,
    /// To an address where nobody listens.
    Redirect,
}

/// A message that it has taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Got {
    pub id: String,
    pub body: Json,
    pub at: Instant,
}

#[derive(Debug, Default)]
struct State {
    secrets: Vec<String>,
    replies: VecDeque<Reply>,
    got: Vec<Got>,
    /// How often each message came, taken or not.
    came: HashMap<String, u32>,
    /// Without a signature that is right.
    refused: u32,
    under_way: u32,
    most_under_way: u32,
}

#[derive(Debug, Clone)]
pub struct Receiver {
    state: Arc<Mutex<State>>,
    pub url: String,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let receiver = Self { state: Arc::default(), url };
        let accepting = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let receiver = accepting.clone();
                tokio::spawn(async move { receiver.serve(stream).await });
            }
        });
        receiver
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signatures of these are accepted.
    pub fn trust(&self, secrets: &[&str]) {
        self.state().secrets = secrets.iter().map(|secret| (*secret).to_owned()).collect();
    }

    /// For the next requests. After them it answers 204.
    pub fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state().replies = replies.into_iter().collect();
    }

    /// Each message once, in the order in which they first came.
    pub fn got(&self) -> Vec<Got> {
        let mut seen = BTreeSet::new();
        self.state().got.iter().filter(|got| seen.insert(got.id.clone())).cloned().collect()
    }

    /// How often a message came that came most often.
    pub fn most_came(&self) -> u32 {
        self.state().came.values().copied().max().unwrap_or_default()
    }

    /// All requests with a right signature.
    pub fn requests(&self) -> u32 {
        self.state().came.values().sum()
    }

    pub fn refused(&self) -> u32 {
        self.state().refused
    }

    /// Requests at the same time.
    pub fn most_under_way(&self) -> u32 {
        self.state().most_under_way
    }

    /// Who is in which segment. Panics if messages of one user and segment came in another order than that of the changes.
    pub fn members(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut latest: BTreeMap<(String, String), (String, String, bool)> = BTreeMap::new();
        for got in self.got() {
            let entered = match got.body["type"].as_str() {
                Some("segment.entered") => true,
                Some("segment.left") => false,
                _ => continue,
            };
            let segment = &got.body["data"]["segment"];
            let segment = format!("{}:{}", text(&segment["type"]), text(&segment["value"]));
            for user in got.body["data"]["users"].as_array().expect("users") {
                let change = (text(&user["at"]), got.id.clone(), entered);
                let key = (segment.clone(), text(&user["userId"]));
                if let Some(before) = latest.get(&key) {
                    assert!(before.1 < change.1, "{key:?}: {change:?} came after {before:?}");
                    assert!(before.0 <= change.0, "{key:?}: the time of {change:?} is before that of {before:?}");
                }
                latest.insert(key, change);
            }
        }
        let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for ((segment, user), _) in latest.into_iter().filter(|(_, (.., entered))| *entered) {
            members.entry(segment).or_default().insert(user);
        }
        members
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some((headers, body)) = read(&mut stream).await else { return };
        {
            let mut state = self.state();
            state.under_way += 1;
            state.most_under_way = state.most_under_way.max(state.under_way);
        }
        self.answer(&mut stream, &headers, body).await;
        self.state().under_way -= 1;
    }

    /// `None` if no signature is right.
    fn take(&self, headers: &HashMap<String, String>, body: &str) -> Option<Reply> {
        let mut state = self.state();
        if !state.secrets.iter().any(|secret| is_signed(secret, headers, body)) {
            state.refused += 1;
            return None;
        }
        let id = headers["webhook-id"].clone();
        *state.came.entry(id.clone()).or_default() += 1;
        let reply = state.replies.pop_front().unwrap_or(Reply::Code(204));
        if matches!(reply, Reply::Code(200..300) | Reply::Late(_)) {
            let body = serde_json::from_str(body).expect("JSON");
            state.got.push(Got { id, body, at: Instant::now() });
        }
        Some(reply)
    }

    async fn answer(&self, stream: &mut TcpStream, headers: &HashMap<String, String>, body: String) {
        let Some(reply) = self.take(headers, &body) else { return write(stream, 401, "").await };
        match reply {
            Reply::Code(code) => write(stream, code, "").await,
            Reply::Late(after) => {
                tokio::time::sleep(after).await;
                write(stream, 204, "").await;
            }
            Reply::LateCode(after, code) => {
                tokio::time::sleep(after).await;
                write(stream, code, "").await;
            }
            Reply::Hang => tokio::time::sleep(Duration::from_secs(3_600)).await,
            Reply::Close => {}
            Reply::Redirect => write(stream, 307, "location: http://127.0.0.1:9/\r\n").await,
        }
    }
}

fn text(json: &Json) -> String {
    json.as_str().expect("a text").to_owned()
}

/// Headers in lower case, and the body.
async fn read(stream: &mut TcpStream) -> Option<(HashMap<String, String>, String)> {
    let mut bytes = Vec::new();
    loop {
        let request = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = request.split_once("\r\n\r\n") {
            let headers: HashMap<_, _> = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
                .collect();
            let length: usize = headers.get("content-length")?.parse().ok()?;
            if body.len() >= length {
                return Some((headers, body.to_owned()));
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

async fn write(stream: &mut TcpStream, code: u16, more: &str) {
    let answer = format!("HTTP/1.1 {code} Said\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n");
    // The sender may have given up.
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// Whether one of the signatures is right.
pub fn is_signed(secret: &str, headers: &HashMap<String, String>, body: &str) -> bool {
    let header = |name: &str| headers.get(name).map(String::as_str).unwrap_or_default();
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or_default()).unwrap_or_default();
    let signed = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
    let expected = format!("v1,{}", STANDARD.encode(hmac(&key, signed.as_bytes())));
    !key.is_empty() && header("webhook-signature").split(' ').any(|signature| signature == expected)
}

/// RFC 2104 with SHA-256.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let mut block = if key.len() > BLOCK { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block.resize(BLOCK, 0);
    let hashed = |pad: u8, text: &[u8]| {
        let padded: Vec<u8> = block.iter().map(|byte| byte ^ pad).chain(text.iter().copied()).collect();
        Sha256::digest(padded).to_vec()
    };
    hashed(0x5c, &hashed(0x36, text))
}
