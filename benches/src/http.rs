//! A plain HTTP/1.1 client that keeps its connection, as a browser does.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use words::Fault;

use crate::Done;

/// A connection to `127.0.0.1`.
pub struct Client {
    stream: TcpStream,
    head: String,
    bytes: Vec<u8>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Got {
    /// Status.
    pub status: u16,
    /// Body.
    pub body: String,
}

impl Client {
    /// Connects; `headers` are sent with every request, each ending in a line break.
    pub fn to(port: u16, headers: &str) -> Done<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).map_err(Fault::new)?;
        stream.set_nodelay(true).map_err(Fault::new)?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).map_err(Fault::new)?;
        Ok(Self { stream, head: format!("host: localhost:{port}\r\n{headers}"), bytes: Vec::new() })
    }

    /// Gets a page.
    pub fn get(&mut self, path: &str) -> Done<Got> {
        self.send(format!("GET {path} HTTP/1.1\r\n{}\r\n", self.head))
    }

    /// Sends JSON.
    pub fn post(&mut self, path: &str, json: &str) -> Done<Got> {
        self.send(format!("POST {path} HTTP/1.1\r\n{}content-type: application/json\r\ncontent-length: {}\r\n\r\n{json}", self.head, json.len()))
    }

    fn send(&mut self, request: String) -> Done<Got> {
        self.stream.write_all(request.as_bytes()).map_err(Fault::new)?;
        self.bytes.clear();
        let mut piece = [0; 65_536];
        loop {
            let read = self.stream.read(&mut piece).map_err(Fault::new)?;
            if read == 0 {
                return Err(Fault::new("the server hung up"));
            }
            self.bytes.extend_from_slice(&piece[..read]);
            if let Some(got) = whole(&self.bytes) {
                return Ok(got);
            }
        }
    }
}

/// The reply, once all of it is there: every reply of ours says its length.
fn whole(bytes: &[u8]) -> Option<Got> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).and_then(|length| length.trim().parse().ok()).unwrap_or(0);
    let body = bytes.get(end + 4..end + 4 + length)?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Got { status, body: String::from_utf8_lossy(body).into_owned() })
}
