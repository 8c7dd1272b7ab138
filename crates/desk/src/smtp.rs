//! Hands one letter to a mail server (RFC 5321, submission): EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA.
//!
//! Asks the system's certificates. Invariant: a password goes over TLS only, unless the server is on this machine.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::letter::Letter;

const PATIENCE: Duration = Duration::from_secs(30);
const LONGEST_REPLY: u64 = 64 * 1024;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// TLS from the first byte (port 465).
    Tls,
    /// TLS after STARTTLS, refused without it (port 587).
    StartTls,
    /// None: for a server on this machine.
    Plain,
}

/// The mail server, as configured.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServer {
    /// Name of the host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// Name and password, if the server wants them.
    pub login: Option<(String, String)>,
    /// Address of the sender.
    pub from: String,
    /// Name of the sender.
    pub from_name: String,
    /// Where the pages are, for links: `https://hechuang.example`.
    pub site: String,
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ({:?}, from {})", self.host, self.port, self.protection, self.from)
    }
}

/// Why a letter was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SmtpMistake {
    /// It will never be (5xx).
    Refused(String),
    /// It may be later.
    Later(String),
}

impl From<std::io::Error> for SmtpMistake {
    fn from(error: std::io::Error) -> Self {
        SmtpMistake::Later(error.to_string())
    }
}

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

struct Talk(BufReader<Box<dyn Wire>>);

/// Hands the letter over; returns when the server has taken it.
pub(crate) fn deliver(server: &MailServer, letter: &Letter) -> Result<(), SmtpMistake> {
    let mut talk = greet(server)?;
    if let Some(login) = &server.login {
        if server.protection == Protection::Plain && !is_here(&server.host) {
            return Err(SmtpMistake::Refused("no password over an open connection".into()));
        }
        talk.prove(login)?;
    }
    talk.ask(&format!("MAIL FROM:<{}>", server.from), 250)?;
    talk.ask(&format!("RCPT TO:<{}>", letter.to), 250)?;
    talk.ask("DATA", 354)?;
    let body =
        letter.wire().split("\r\n").map(|line| if line.starts_with('.') { format!(".{line}") } else { line.to_owned() }).collect::<Vec<_>>().join("\r\n");
    talk.ask(&format!("{}\r\n.", body.trim_end_matches("\r\n")), 250)?;
    let _ = talk.ask("QUIT", 221); // it is taken already
    Ok(())
}

fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

/// Connects and says EHLO, over TLS where that is wanted.
fn greet(server: &MailServer) -> Result<Talk, SmtpMistake> {
    let stream = connect(server)?;
    match server.protection {
        Protection::Plain => Talk::hello(Box::new(stream), true),
        Protection::Tls => Talk::hello(Box::new(over_tls(server, stream)?), true),
        Protection::StartTls => {
            let under = stream.try_clone()?;
            let mut talk = Talk::hello(Box::new(stream), true)?;
            talk.ask("STARTTLS", 220)?;
            if !talk.0.buffer().is_empty() {
                return Err(SmtpMistake::Refused("the server spoke before TLS began".into()));
            }
            Talk::hello(Box::new(over_tls(server, under)?), false)
        }
    }
}

fn connect(server: &MailServer) -> Result<TcpStream, SmtpMistake> {
    let mut last = SmtpMistake::Later(format!("{}: no address", server.host));
    for address in (server.host.as_str(), server.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                return Ok(stream);
            }
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

fn over_tls(server: &MailServer, stream: TcpStream) -> Result<StreamOwned<ClientConnection, TcpStream>, SmtpMistake> {
    let broken = |error: &dyn fmt::Display| SmtpMistake::Later(error.to_string());
    let file = std::env::var("SSL_CERT_FILE").unwrap_or_else(|_| "/etc/ssl/certs/ca-certificates.crt".into());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&file).map_err(|error| broken(&error))?.flatten() {
        let _ = roots.add(certificate);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(|error| broken(&error))?;
    let config = builder.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(server.host.clone()).map_err(|error| broken(&error))?;
    let tls = ClientConnection::new(Arc::new(config), name).map_err(|error| broken(&error))?;
    Ok(StreamOwned::new(tls, stream))
}

impl Talk {
    fn hello(wire: Box<dyn Wire>, greeted: bool) -> Result<Self, SmtpMistake> {
        let mut talk = Talk(BufReader::new(wire));
        if greeted {
            talk.reply(220)?;
        }
        talk.ask("EHLO hechuang", 250)?;
        Ok(talk)
    }

    /// AUTH PLAIN, or LOGIN for servers that know only that.
    fn prove(&mut self, (name, password): &(String, String)) -> Result<(), SmtpMistake> {
        let plain = STANDARD.encode(format!("\0{name}\0{password}"));
        match self.ask(&format!("AUTH PLAIN {plain}"), 235) {
            Err(SmtpMistake::Refused(reply)) if reply.starts_with("504") || reply.starts_with("502") => {
                self.ask("AUTH LOGIN", 334)?;
                self.ask(&STANDARD.encode(name), 334)?;
                self.ask(&STANDARD.encode(password), 235).map(drop)
            }
            done => done.map(drop),
        }
    }

    fn ask(&mut self, line: &str, wanted: u16) -> Result<String, SmtpMistake> {
        let wire = self.0.get_mut();
        wire.write_all(line.as_bytes())?;
        wire.write_all(b"\r\n")?;
        wire.flush()?;
        self.reply(wanted)
    }

    /// Reads a reply, which may have several lines.
    fn reply(&mut self, wanted: u16) -> Result<String, SmtpMistake> {
        let mut whole = String::new();
        loop {
            let mut line = String::new();
            let read = (&mut self.0).take(LONGEST_REPLY).read_line(&mut line)?;
            if read == 0 || whole.len() as u64 > LONGEST_REPLY {
                return Err(SmtpMistake::Later("the server broke off".into()));
            }
            let goes_on = line.as_bytes().get(3) == Some(&b'-');
            whole.push_str(line.trim_end());
            if !goes_on {
                break;
            }
            whole.push(' ');
        }
        match whole.get(..3).and_then(|code| code.parse::<u16>().ok()) {
            Some(code) if code == wanted || (wanted == 250 && code == 251) => Ok(whole),
            Some(code) if code >= 500 => Err(SmtpMistake::Refused(whole)),
            _ => Err(SmtpMistake::Later(whole)),
        }
    }
}
