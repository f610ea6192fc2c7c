//! A connection pooler in front of PostgreSQL, as PgBouncer is one in its two ways that are hard on a driver.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::Mutex,
    task::JoinHandle,
};

const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();

/// It listens until it is dropped.
#[derive(Debug)]
pub struct Pooler {
    port: u16,
    listening: JoinHandle<()>,
}

impl Pooler {
    /// One that gives each transaction of each connection the only session that it has with the server. `url` names a
    /// socket of the server.
    pub async fn of_transactions(url: &str) -> Self {
        let session = Arc::new(Mutex::new(Session::begin(url).await));
        Self::listen(move |client| {
            let session = session.clone();
            tokio::spawn(serve(client, session));
        })
        .await
    }

    /// One that refuses connections that ask for more at their start than PgBouncer knows.
    pub async fn of_known_parameters() -> Self {
        Self::listen(|mut client| {
            tokio::spawn(async move {
                let startup = startup(&mut client).await?;
                assert!(
                    !String::from_utf8_lossy(&startup).contains("extra_float_digits"),
                    "what none knows is not asked"
                );
                let complaint = b"SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
                client.write_all(&message(b'E', complaint)).await
            });
        })
        .await
    }

    async fn listen(mut accept: impl FnMut(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                accept(client);
            }
        });
        Self { port, listening }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/through_a_pooler", self.port)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// A session with the server, and what the server said at its beginning.
struct Session {
    server: UnixStream,
    greeting: Vec<u8>,
}

impl Session {
    async fn begin(url: &str) -> Self {
        let (before, folder) = url.split_once("?host=").expect("a socket");
        let (address, name) = before.rsplit_once('/').expect("a database");
        let port = address.rsplit_once(':').expect("a port").1;
        let mut server = UnixStream::connect(format!("{folder}/.s.PGSQL.{port}")).await.expect("the server listens");
        let parameters = format!("user\0postgres\0database\0{name}\0client_encoding\0UTF8\0TimeZone\0UTC\0\0");
        let mut startup = 196_608_u32.to_be_bytes().to_vec();
        startup.extend(parameters.as_bytes());
        server.write_all(&framed(&startup)).await.expect("it reads");
        let mut greeting = Vec::new();
        loop {
            let (kind, body) = read(&mut server).await.expect("it answers");
            greeting.extend(message(kind, &body));
            if kind == b'Z' {
                return Self { server, greeting };
            }
        }
    }

    /// Passes messages on to the end of a transaction.
    async fn transaction(&mut self, client: &mut TcpStream, first: Vec<u8>) -> std::io::Result<()> {
        let mut asked = first;
        loop {
            self.server.write_all(&asked).await?;
            let is_end = asked[0] == b'S' || asked[0] == b'Q';
            if is_end && self.answer(client).await? {
                return Ok(());
            }
            let (kind, body) = read(client).await?;
            asked = message(kind, &body);
        }
    }

    /// Passes an answer back; whether it ends a transaction.
    async fn answer(&mut self, client: &mut TcpStream) -> std::io::Result<bool> {
        loop {
            let (kind, body) = read(&mut self.server).await?;
            client.write_all(&message(kind, &body)).await?;
            if kind == b'Z' {
                return Ok(body == b"I");
            }
        }
    }
}

async fn serve(mut client: TcpStream, session: Arc<Mutex<Session>>) -> std::io::Result<()> {
    startup(&mut client).await?;
    client.write_all(&session.lock().await.greeting).await?;
    loop {
        let (kind, body) = read(&mut client).await?;
        if kind == b'X' {
            return Ok(());
        }
        session.lock().await.transaction(&mut client, message(kind, &body)).await?;
    }
}

/// What a client asks for at its start. There is no TLS.
async fn startup(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    loop {
        let length = client.read_u32().await?;
        let mut startup = vec![0; length as usize - 4];
        client.read_exact(&mut startup).await?;
        if startup != SSL_REQUEST {
            return Ok(startup);
        }
        client.write_all(b"N").await?;
    }
}

async fn read(stream: &mut (impl AsyncReadExt + Unpin)) -> std::io::Result<(u8, Vec<u8>)> {
    let kind = stream.read_u8().await?;
    let length = stream.read_u32().await?;
    let mut body = vec![0; length as usize - 4];
    stream.read_exact(&mut body).await?;
    Ok((kind, body))
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind], framed(body).as_slice()].concat()
}

fn framed(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("short");
    [&length.to_be_bytes(), body].concat()
}
