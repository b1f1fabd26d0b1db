//! The first bytes of a visitor: a TLS ClientHello with the name that it asks for (RFC 8446 §4.1.2, RFC 6066 §3).
//!
//! Always: reading ends after a bounded number of bytes. The bytes are forwarded as they came.

use bytes::Bytes;
use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Longest ClientHello that is read, in bytes. Browsers send less than 2 KiB.
const BYTES_MAX: u64 = 16 * 1024;
/// Bytes that are read at once.
const PIECE_BYTES: usize = 2 * 1024;

/// A visitor's first bytes.
#[derive(Debug)]
pub(super) struct Hello {
    /// The name that it asks for, in lower case.
    pub(super) name: String,
    /// Everything that it has sent so far.
    pub(super) bytes: Bytes,
}

/// Reads a ClientHello; `None` if it is too long, names no host, or is anything else.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Hello> {
    let mut stream = stream.take(BYTES_MAX);
    let mut acceptor = Acceptor::default();
    let mut bytes = Vec::with_capacity(PIECE_BYTES);
    loop {
        let before = bytes.len();
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let mut new = bytes.get(before..)?;
        while !new.is_empty() {
            acceptor.read_tls(&mut new).ok()?;
        }
        if let Some(accepted) = acceptor.accept().ok()? {
            let name = accepted.client_hello().server_name()?.to_ascii_lowercase();
            let bytes = bytes.into();
            return Some(Hello { name, bytes });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{ClientConfig, ClientConnection, RootCertStore};

    use super::*;

    /// The ClientHello of a client for this name, which may be an address.
    fn hello(name: &str, alpn: &[u8]) -> Vec<u8> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let roots = RootCertStore::empty();
        let config = ClientConfig::builder().with_root_certificates(roots);
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = vec![alpn.to_vec()];
        let name = name.to_owned().try_into().unwrap();
        let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut bytes = Vec::new();
        client.write_tls(&mut bytes).unwrap();
        bytes
    }

    #[tokio::test]
    async fn the_name_is_read_and_every_byte_is_kept_however_it_comes() {
        let mut bytes = hello("Alpha.nodes.example", b"acme-tls/1");
        bytes.extend_from_slice(b"early data");
        for size in [1, 7, bytes.len()] {
            let (mut near, far) = tokio::io::duplex(size);
            let sent = bytes.clone();
            let sending = tokio::spawn(async move {
                let mut far = far;
                tokio::io::AsyncWriteExt::write_all(&mut far, &sent).await
            });
            let hello = read(&mut near).await.unwrap();
            assert_eq!(hello.name, "alpha.nodes.example");
            assert!(bytes.starts_with(&hello.bytes), "{size}");
            drop(near);
            let _ = sending.await;
        }
    }

    #[tokio::test]
    async fn other_bytes_name_nobody() {
        let long = {
            // A handshake message of 16 MiB in records of 16 KiB.
            let mut bytes = vec![22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff];
            bytes.resize(64 * 1024, 0);
            bytes
        };
        let whole = hello("alpha.nodes.example", b"h2");
        for (what, bytes) in [
            ("nothing", Vec::new()),
            ("plain HTTP", b"GET / HTTP/1.1\r\nhost: a\r\n\r\n".to_vec()),
            ("garbage", vec![0xff; 100]),
            ("a part", whole[..whole.len() - 1].to_vec()),
            ("too long", long),
            ("no name", hello("192.0.2.1", b"h2")),
        ] {
            assert!(read(&mut &bytes[..]).await.is_none(), "{what}");
        }
    }
}
