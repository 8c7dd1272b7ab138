//! Over a real socket: the axum router, bodies that are too large, many callers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::part::house;

fn serve(app: &webkit::App) -> (SocketAddr, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = app.router().into_make_service_with_connect_info::<SocketAddr>();
    runtime.spawn(async move { axum::serve(listener, service).await });
    (address, runtime)
}

fn ask(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    // The server may answer and close before it has read all of a body that is too large.
    let _ = stream.write_all(request);
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply);
    String::from_utf8_lossy(&reply).into_owned()
}

#[test]
fn the_router_answers_over_a_socket() {
    let house = house();
    let (address, runtime) = serve(&house.app);
    let page = ask(address, b"GET /notes HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("</html>"), "{page}");
    let head = ask(address, b"HEAD /notes HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200") && !head.contains("</html>"));
    let none = ask(address, b"GET /notes HTTP/1.1\r\nhost: evil\r\nconnection: close\r\naccept: application/json\r\n\r\n");
    assert!(none.starts_with("HTTP/1.1 400") && none.contains("host-unknown"));
    runtime.shutdown_background();
}

/// As many looks as may go on at a time never end, and one more: who comes after them is answered all the same.
#[test]
fn looks_that_never_end_do_not_keep_others_waiting_for_ever() {
    let house = house();
    let (address, runtime) = serve(&house.app);
    let value = house.app.value::<Arc<Mutex<i32>>>().expect("a value").clone();
    let held = value.lock().expect("nobody else has it");
    let many = std::thread::available_parallelism().map_or(2, usize::from) * 4 + 1;
    let look = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let stuck: Vec<_> = (0..many)
        .map(|_| {
            let text = look("/value");
            std::thread::spawn(move || ask(address, text.as_bytes()))
        })
        .collect();
    // Until all of them wait for the value, or for their turn.
    std::thread::sleep(Duration::from_millis(300));
    let page = ask(address, look("/notes").as_bytes());
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    drop(held);
    assert!(stuck.into_iter().all(|one| one.join().expect("a caller").starts_with("HTTP/1.1 200")));
    runtime.shutdown_background();
}

#[test]
fn bodies_that_are_too_large_are_refused_said_or_unsaid() {
    let house = house();
    let (address, runtime) = serve(&house.app);
    let said = ask(address, b"POST /any HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: application/json\r\ncontent-type: application/json\r\ncontent-length: 5000000\r\n\r\n");
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("too-large"), "{said}");
    let mut unsaid = b"POST /any HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: application/json\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    unsaid.extend_from_slice(format!("{:x}\r\n{}\r\n0\r\n\r\n", 1_100_000, "x".repeat(1_100_000)).as_bytes());
    let unsaid = ask(address, &unsaid);
    assert!(unsaid.starts_with("HTTP/1.1 413"), "{unsaid}");
    let small = ask(address, b"POST /any HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: application/json\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n0\r\n\r\n");
    assert!(small.ends_with("{\"a\":1}"), "{small}");
    runtime.shutdown_background();
}

#[test]
fn many_callers_at_once() {
    let house = house();
    let (address, runtime) = serve(&house.app);
    let callers: Vec<_> = (0..20)
        .map(|n| std::thread::spawn(move || ask(address, format!("POST /notes HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer chen\r\ncontent-type: application/json\r\ncontent-length: 18\r\n\r\n{{\"title\": \"no{n:03}\"}}", n = n).as_bytes())))
        .collect();
    for caller in callers {
        let reply = caller.join().expect("a caller");
        assert!(reply.starts_with("HTTP/1.1 201"), "{reply}");
    }
    assert_eq!(house.count(), 20);
    runtime.shutdown_background();
}
