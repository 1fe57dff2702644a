//! Loading from a URL, against a server of the test's own on this machine.

use ibid::input::InputError;
use ibid::net::{Limits, NetError, fetch};
use ibid::rdf::Syntax;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::time::Duration;

const TURTLE: &str = "<#a> <#p> 1 .";

/// Serves what `answer` says to each path, and gives the address.
fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            reader.read_line(&mut request).unwrap();
            while reader.read_line(&mut String::new()).unwrap() > 2 {}
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            // The client may have hung up: that is what some of the tests are about.
            let _ = stream.write_all(&answer(&path));
        }
    });
    address
}

fn page(kind: &str, body: &[u8]) -> Vec<u8> {
    let mut page = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    page.extend(body);
    page
}

fn to(place: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nlocation: {place}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes()
}

fn here() -> Limits {
    Limits { allow_private: true, time: Duration::from_secs(5), ..Limits::default() }
}

#[test]
fn the_media_type_says_the_syntax_and_the_final_url_is_the_base() {
    let address = serve(|path| match path {
        "/start" => to("/there/report"),
        _ => page("text/turtle; charset=utf-8", TURTLE.as_bytes()),
    });
    let input = fetch(&format!("{address}/start"), &here()).unwrap();
    assert_eq!(input.syntax, Some(Syntax::Turtle));
    assert_eq!(input.base.as_deref(), Some(format!("{address}/there/report").as_str()));
    assert_eq!(input.bytes, TURTLE.as_bytes());
}

#[test]
fn where_the_media_type_says_nothing_the_name_does() {
    let address = serve(|_| page("application/octet-stream", TURTLE.as_bytes()));
    assert_eq!(fetch(&format!("{address}/report.nt"), &here()).unwrap().syntax, Some(Syntax::NTriples));
}

#[test]
fn a_redirect_for_ever_is_not_followed_for_ever() {
    let address = serve(|_| to("/again"));
    let error = fetch(&address, &here()).unwrap_err();
    assert!(error.to_string().contains("redirects"), "{error}");
}

#[test]
fn a_redirect_to_another_scheme_is_refused() {
    let address = serve(|_| to("file:///etc/hostname"));
    assert!(fetch(&address, &here()).is_err());
}

#[test]
fn the_limit_of_size_counts_what_was_uncompressed() {
    let address = serve(|_| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
        page("text/turtle", &encoder.finish().unwrap())
    });
    let limits = Limits { size: 1000, ..here() };
    let error = fetch(&address, &limits).unwrap_err();
    assert!(matches!(error, NetError::TooLarge(1000) | NetError::Input(InputError::TooLarge(_))), "{error}");
}

#[test]
fn a_server_that_says_nothing_is_given_up_on() {
    let address = serve(|_| {
        std::thread::sleep(Duration::from_secs(2));
        Vec::new()
    });
    let limits = Limits { time: Duration::from_millis(300), ..here() };
    assert!(matches!(fetch(&address, &limits), Err(NetError::TooSlow(_))));
}

#[test]
fn what_is_no_success_is_no_report() {
    let address = serve(|_| b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec());
    assert!(matches!(fetch(&address, &here()), Err(NetError::Status(404))));
}

#[test]
fn this_machine_is_asked_only_when_that_is_allowed() {
    let address = serve(|_| page("text/turtle", TURTLE.as_bytes()));
    let port = address.rsplit(':').next().unwrap();
    let limits = Limits { allow_private: false, ..here() };
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        let error = fetch(&format!("http://{host}:{port}/"), &limits).unwrap_err();
        assert!(matches!(error, NetError::Private(_)), "{host}: {error}");
    }
}
