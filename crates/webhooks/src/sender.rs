//! Posts a message to an endpoint, once.

use std::{
    error::Error,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use chrono::{DateTime, Utc};
use reqwest::{
    Client, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    header::CONTENT_TYPE,
    redirect::Policy,
};

use crate::{
    address::{Kind, Reach, kind},
    endpoint::{Endpoint, is_localhost},
    signature::{Secret, sign},
};

const USER_AGENT: &str = concat!("audience-segmentation/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// From the first try to connect to the end of the answer.
pub const TIMEOUT: Duration = Duration::from_secs(15);
/// Of an answer, only the code counts. The rest is read as far as this, so that the connection can be used again.
const LONGEST_ANSWER: usize = 16 << 10;
/// And for so long.
const BODY: Duration = Duration::from_secs(1);

/// A message as it is posted.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    pub id: &'a str,
    pub at: DateTime<Utc>,
    /// JSON.
    pub body: &'a str,
    /// Those that hold, the newest first.
    pub secrets: &'a [Secret],
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The endpoint answered with this code.
    Answered(u16),
    /// No connection came about.
    NotConnected,
    /// The name leads to addresses that are not allowed.
    NotAllowed,
    /// No answer in time.
    TimedOut,
    /// The connection broke before the answer.
    NoAnswer,
}

/// The authorities of the system cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("TLS cannot be set up: install the certificates of the system (ca-certificates)")]
pub struct TlsError;

/// What the HTTP library passes on if a name leads nowhere else.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address that is allowed")]
struct NotAllowed;

/// Clones share their connections.
#[derive(Debug, Clone)]
pub struct Sender {
    http: Client,
    timeout: Duration,
}

impl Sender {
    /// Also makes ring the cryptography of the process, unless another is chosen already.
    pub fn new(reach: Reach, timeout: Duration) -> Result<Self, TlsError> {
        Self::with_resolver(Arc::new(Allowed(reach)), timeout)
    }

    fn with_resolver(resolver: Arc<dyn Resolve>, timeout: Duration) -> Result<Self, TlsError> {
        static PROVIDER: OnceLock<()> = OnceLock::new();
        PROVIDER.get_or_init(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let http = Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT.min(timeout))
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(resolver)
            .build()
            .map_err(|_| TlsError)?;
        Ok(Self { http, timeout })
    }

    pub async fn send(&self, endpoint: &Endpoint, message: Message<'_>) -> Sent {
        let Ok(signature) = sign(message.secrets, message.id, message.at, message.body) else {
            return Sent::NotConnected;
        };
        let request = self
            .http
            .post(endpoint.url())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.at.timestamp())
            .header("webhook-signature", signature)
            .body(message.body.to_owned());
        let answered = async {
            match request.send().await {
                Ok(response) => Ok(response),
                Err(error) if is_not_allowed(&error) => Err(Sent::NotAllowed),
                Err(error) if error.is_connect() => Err(Sent::NotConnected),
                Err(_) => Err(Sent::NoAnswer),
            }
        };
        match tokio::time::timeout(self.timeout, answered).await.unwrap_or(Err(Sent::TimedOut)) {
            Ok(response) => {
                let code = response.status().as_u16();
                // Only the code counts, so a body that does not end is left.
                let _ = tokio::time::timeout(BODY, drain(response)).await;
                Sent::Answered(code)
            }
            Err(sent) => sent,
        }
    }
}

fn is_not_allowed(error: &reqwest::Error) -> bool {
    std::iter::successors(error.source(), |cause: &&(dyn Error + 'static)| (*cause).source())
        .any(|cause| cause.is::<NotAllowed>())
}

/// Reads an answer, so that its connection can be used again. A long one is cut off.
async fn drain(mut response: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read > LONGEST_ANSWER {
            break;
        }
    }
}

/// Resolves names to addresses that are allowed. The connection is made to one of these, so the answer cannot change in between.
#[derive(Debug)]
struct Allowed(Reach);

impl Resolve for Allowed {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let is_allowed = |address: &SocketAddr| match is_localhost(name.as_str()) {
                true => kind(address.ip()) == Kind::Loopback,
                false => reach.allows(address.ip()),
            };
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<_> = found.filter(is_allowed).collect();
            if allowed.is_empty() {
                return Err(NotAllowed.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
        task::JoinHandle,
    };

    use super::*;

    const SOON: Duration = Duration::from_millis(300);

    async fn request(socket: &mut TcpStream) -> Vec<u8> {
        let mut got = Vec::new();
        while !got.ends_with(b"}") {
            let mut buffer = [0; 4096];
            match socket.read(&mut buffer).await {
                Ok(count) if count > 0 => got.extend_from_slice(buffer.get(..count).unwrap_or_default()),
                Ok(_) | Err(_) => break,
            }
        }
        got
    }

    /// An endpoint that answers one request with these bytes and returns what it got. Without bytes it keeps silent.
    async fn endpoint(answer: Option<Vec<u8>>) -> (Endpoint, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let served = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            let got = request(&mut socket).await;
            match answer {
                Some(answer) => {
                    let _ = socket.write_all(&answer).await;
                }
                None => tokio::time::sleep(10 * SOON).await,
            }
            String::from_utf8(got).expect("text")
        });
        (Endpoint::parse(&format!("http://127.0.0.1:{port}/hook"), Reach::Public).expect("a URL"), served)
    }

    async fn send(endpoint: &Endpoint, reach: Reach) -> Sent {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let at = DateTime::from_timestamp(1_614_265_330, 0).expect("a time");
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        let sender = Sender::new(reach, SOON).expect("TLS");
        sender.send(endpoint, Message { id, at, body, secrets: &[secret] }).await
    }

    #[tokio::test]
    async fn sender_posts_a_signed_message() {
        let (endpoint, served) = endpoint(Some(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())).await;
        assert_eq!(send(&endpoint, Reach::Public).await, Sent::Answered(204));
        let got = served.await.expect("a request");
        for part in [
            "POST /hook HTTP/1.1\r\n",
            "content-type: application/json\r\n",
            "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\r\n",
            "webhook-timestamp: 1614265330\r\n",
            "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\r\n",
            r#"{"test": 2432232314}"#,
        ] {
            assert!(got.contains(part), "{part} is not in {got}");
        }
    }

    #[tokio::test]
    async fn sender_follows_no_redirect() {
        let answer = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_vec();
        let (endpoint, _served) = endpoint(Some(answer)).await;
        assert_eq!(send(&endpoint, Reach::Public).await, Sent::Answered(302));
    }

    #[tokio::test]
    async fn sender_cuts_off_long_answers() {
        let mut answer = b"HTTP/1.1 500 Oh\r\ncontent-length: 100000000\r\n\r\n".to_vec();
        answer.resize(1 << 20, b'x');
        let (endpoint, _served) = endpoint(Some(answer)).await;
        assert_eq!(send(&endpoint, Reach::Public).await, Sent::Answered(500));
    }

    #[tokio::test]
    async fn sender_gives_up_in_time() {
        let (silent, _served) = endpoint(None).await;
        assert_eq!(send(&silent, Reach::Public).await, Sent::TimedOut);
        let (closing, _served) = endpoint(Some(Vec::new())).await;
        assert_eq!(send(&closing, Reach::Public).await, Sent::NoAnswer);
        let unused = Endpoint::parse("http://127.0.0.1:1/", Reach::Public).expect("a URL");
        assert_eq!(send(&unused, Reach::Public).await, Sent::NotConnected);
    }

    /// Whatever name is asked for, it leads to a private address.
    struct IntoPrivate;

    impl Resolve for IntoPrivate {
        fn resolve(&self, _: Name) -> Resolving {
            Allowed(Reach::Public).resolve("10.0.0.1".parse().expect("a name"))
        }
    }

    #[tokio::test]
    async fn sender_says_that_a_name_leads_to_an_address_that_is_not_allowed() {
        let endpoint = Endpoint::parse("https://hooks.example.org/in", Reach::Public).expect("a URL");
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let at = DateTime::from_timestamp(1_614_265_330, 0).expect("a time");
        let sender = Sender::with_resolver(Arc::new(IntoPrivate), SOON).expect("TLS");
        let sent = sender.send(&endpoint, Message { id: "msg_1", at, body: "{}", secrets: &[secret] }).await;
        assert_eq!(sent, Sent::NotAllowed);
    }

    #[tokio::test]
    async fn sender_leaves_a_body_that_does_not_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            request(&mut socket).await;
            let _ = socket.write_all(b"HTTP/1.1 200 Fine\r\ncontent-length: 10\r\n\r\nx").await;
            std::future::pending::<()>().await;
        });
        let endpoint = Endpoint::parse(&url, Reach::Public).expect("a URL");
        let sent = tokio::time::timeout(Duration::from_secs(10), send(&endpoint, Reach::Public)).await;
        assert_eq!(sent, Ok(Sent::Answered(200)), "what it has said counts");
    }

    /// A name that leads to a private address is no way around the rule. `localhost` is looked up as any other name here.
    #[tokio::test]
    async fn sender_checks_where_a_name_leads() {
        let resolve = |reach, name: &str| Allowed(reach).resolve(name.parse().expect("a name"));
        assert!(resolve(Reach::Public, "localhost").await.is_ok_and(|found| found.count() > 0));
        // Resolvers answer a number in place of a name too, so it stands for a name that leads there.
        for name in ["10.0.0.1", "169.254.169.254", "127.0.0.1"] {
            assert!(resolve(Reach::Public, name).await.is_err(), "{name}");
            assert!(resolve(Reach::Private, name).await.is_ok(), "{name}");
        }
        assert!(resolve(Reach::Private, "0.0.0.0").await.is_err());
    }
}
