//! Somebody's server: writes down what comes, and answers as it is told to.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub struct Came {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Came {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

#[derive(Default)]
struct State {
    came: Vec<Came>,
    answers: VecDeque<u16>,
    held: bool,
}

/// The server.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let receiver = Self { url: format!("http://{}/hook", listener.local_addr().expect("its address")), state: Arc::default() };
        let inside = receiver.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let inside = inside.clone();
                std::thread::spawn(move || inside.serve(stream));
            }
        });
        receiver
    }

    /// The next answers; 200 when they are used up.
    pub fn will(&self, answers: &[u16]) {
        self.state.lock().unwrap().answers.extend(answers);
    }

    /// Answers nothing until it is let go.
    pub fn hold(&self, held: bool) {
        self.state.lock().unwrap().held = held;
    }

    pub fn came(&self) -> Vec<Came> {
        self.state.lock().unwrap().came.clone()
    }

    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream);
        loop {
            let Some(came) = read(&mut reader) else { return };
            self.state.lock().unwrap().came.push(came);
            while self.state.lock().unwrap().held {
                std::thread::sleep(Duration::from_millis(5));
            }
            let status = self.state.lock().unwrap().answers.pop_front().unwrap_or(200);
            let head = format!("HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 4\r\n\r\nokay");
            if reader.get_mut().write_all(head.as_bytes()).is_err() {
                return;
            }
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Came> {
    let mut came = Came::default();
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    came.path = line.split(' ').nth(1)?.to_owned();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        came.headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let mut body = vec![0; came.header("content-length").parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    came.body = String::from_utf8(body).ok()?;
    Some(came)
}
