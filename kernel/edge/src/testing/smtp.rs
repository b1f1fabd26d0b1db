//! A mail server on this machine that takes letters, and that says nothing to its first clients if a test wants that.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// An event at an [`SmtpServer`].
#[derive(Debug)]
pub enum SmtpEvent {
    /// A client on whose connection the server says nothing. Dropping the connection closes it.
    Silent(TcpStream),
    /// The recipient of a letter that the server took.
    Letter(String),
}

/// A mail server without TLS.
#[derive(Debug)]
pub struct SmtpServer {
    address: SocketAddr,
    events: UnboundedReceiver<SmtpEvent>,
}

impl SmtpServer {
    /// Starts one on a free port of this machine. It accepts its first `silent` connections and says nothing there. It listens until
    /// the test's process ends.
    #[allow(clippy::expect_used)]
    pub fn start(silent: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (sender, events) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().flatten().enumerate() {
                let sender = sender.clone();
                if number < silent {
                    // A test that is over waits for no more.
                    let _ = sender.send(SmtpEvent::Silent(stream));
                } else {
                    std::thread::spawn(move || serve(stream, &sender));
                }
            }
        });
        Self { address, events }
    }

    /// The server's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the next event.
    #[allow(clippy::expect_used)]
    pub async fn next(&mut self) -> SmtpEvent {
        self.events.recv().await.expect("the server listens")
    }
}

/// Takes the letters of one client.
fn serve(mut stream: TcpStream, events: &UnboundedSender<SmtpEvent>) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let mut recipient = String::new();
    stream.write_all(b"220 mail.example\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let reply = match line.get(..4) {
            Some("EHLO") => "250-mail.example\r\n250 8BITMIME\r\n",
            Some("RCPT") => {
                let address = line.split(['<', '>']).nth(1);
                recipient = address.unwrap_or_default().to_owned();
                "250 OK\r\n"
            }
            Some("DATA") => {
                stream.write_all(b"354 Send it\r\n")?;
                while let Some(line) = lines.next().transpose()?
                    && line != "."
                {}
                let _ = events.send(SmtpEvent::Letter(recipient.clone()));
                "250 OK\r\n"
            }
            Some("QUIT") => "221 Bye\r\n",
            _ => "250 OK\r\n",
        };
        stream.write_all(reply.as_bytes())?;
    }
    Ok(())
}
