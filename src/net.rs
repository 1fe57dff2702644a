//! Where do bytes of the network come from? This file alone knows the HTTP client.
//!
//! A URL is somebody's text: it is not followed into the machine's own network unless that is asked for, nor for ever,
//! nor to any size.

use crate::input::{Input, InputError, read_all};
use crate::rdf::Syntax;
use reqwest::blocking::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Url, header};
use std::io::Read;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

const ACCEPT: &str = "text/turtle, application/trig, application/n-quads, application/ld+json, application/rdf+xml;q=0.9, application/n-triples;q=0.9, */*;q=0.1";

/// What a fetch may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For the whole of it, redirects included.
    pub time: Duration,
    /// Bytes, uncompressed.
    pub size: u64,
    /// Redirects followed.
    pub redirects: usize,
    /// Whether addresses of private networks and of this machine may be asked.
    pub allow_private: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(30), size: 256 << 20, redirects: 5, allow_private: false }
    }
}

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// No http or https URL.
    #[error("`{0}` is no http or https URL")]
    Url(String),
    /// The address is not one of the public network.
    #[error("`{0}` is an address of a private network")]
    Private(String),
    /// The server answered something else.
    #[error("the server answered {0}")]
    Status(u16),
    /// More than the limit.
    #[error("the answer is larger than {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// More than the limit.
    #[error("there was no whole answer within {} s", .0.as_secs())]
    TooSlow(Duration),
    /// Anything else the client says.
    #[error("{0}")]
    Client(String),
    /// The answer could not be read.
    #[error(transparent)]
    Input(#[from] InputError),
}

/// Whether a text is meant as a URL to fetch.
pub fn is_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// Fetches a URL. Its name and base are those of the page that answered in the end.
///
/// # Errors
/// When it is refused, cannot be had within the limits, or is no success.
pub fn fetch(url: &str, limits: &Limits) -> Result<Input, NetError> {
    let started = Instant::now();
    let url = Url::parse(url).map_err(|_| NetError::Url(url.to_owned()))?;
    refuse_private(&url, limits.allow_private)?;
    // A provider must be there before the first client; a second call finds it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (redirects, allow_private) = (limits.redirects, limits.allow_private);
    let client = Client::builder()
        .timeout(limits.time)
        .no_proxy()
        .user_agent(concat!("ibid/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::custom(move |attempt| follow(attempt, redirects, allow_private)))
        .dns_resolver(Arc::new(PublicOnly { allow_private }))
        .build()
        .map_err(|error| client_error(&error, limits))?;
    let response =
        client.get(url).header(header::ACCEPT, ACCEPT).send().map_err(|error| client_error(&error, limits))?;
    if !response.status().is_success() {
        return Err(NetError::Status(response.status().as_u16()));
    }
    let address = response.url().to_string();
    let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let syntax = media_type.and_then(Syntax::of_media_type).or_else(|| Syntax::of_file_name(response.url().path()));
    let mut body = Hurried { body: response, until: started + limits.time };
    read_all(&mut body, &address, syntax, Some(address.clone()), limits.size).map_err(|error| match error {
        InputError::Io(error) | InputError::Gzip(error)
            if error.kind() == std::io::ErrorKind::TimedOut || error.to_string().contains("timed out") =>
        {
            NetError::TooSlow(limits.time)
        }
        InputError::TooLarge(most) => NetError::TooLarge(most),
        other => NetError::Input(other),
    })
}

/// A body that must have come by a time: the client's own limit is of each read.
struct Hurried<R> {
    body: R,
    until: Instant,
}

impl<R: Read> Read for Hurried<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if Instant::now() > self.until {
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        self.body.read(buffer)
    }
}

fn follow(attempt: Attempt<'_>, redirects: usize, allow_private: bool) -> reqwest::redirect::Action {
    if attempt.previous().len() > redirects {
        return attempt.error(format!("more than {redirects} redirects"));
    }
    match refuse_private(attempt.url(), allow_private) {
        Ok(()) => attempt.follow(),
        Err(error) => attempt.error(error),
    }
}

/// Refuses a URL whose host is itself an address that is not public; names are looked at when they are resolved.
fn refuse_private(url: &Url, allow_private: bool) -> Result<(), NetError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(NetError::Url(url.to_string()));
    }
    let host = url.host_str().unwrap_or_default();
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) if !allow_private && !is_public(address) => Err(NetError::Private(host.to_owned())),
        _ => Ok(()),
    }
}

struct PublicOnly {
    allow_private: bool,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found: Vec<SocketAddr> = (host.as_str(), 0).to_socket_addrs()?.collect();
            let allowed: Vec<SocketAddr> =
                found.iter().copied().filter(|a| allow_private || is_public(a.ip())).collect();
            if allowed.is_empty() && !found.is_empty() {
                return Err(NetError::Private(host).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public network, by the IANA special-purpose registries.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (b == 18 || b == 19)))
        }
        IpAddr::V6(v6) => {
            if let Some(v4) = v6.to_ipv4() {
                return is_public(IpAddr::V4(v4));
            }
            let [first, second, ..] = v6.segments();
            let translated = first == 0x64 && second == 0xFF9B;
            let global = (0x2000..0x4000).contains(&first);
            let documentation = first == 0x2001 && second == 0xDB8;
            let tunnelled = first == 0x2002 || (first == 0x2001 && second == 0);
            global && !translated && !documentation && !tunnelled
        }
    }
}

fn client_error(error: &reqwest::Error, limits: &Limits) -> NetError {
    if error.is_timeout() {
        return NetError::TooSlow(limits.time);
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        if let Some(NetError::Private(host)) = next.downcast_ref::<NetError>() {
            return NetError::Private(host.clone());
        }
        cause = next;
    }
    NetError::Client(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Limits, NetError, fetch, is_public};

    #[test]
    fn addresses_of_private_networks_are_known_in_every_spelling() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.9.9",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "::1",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["8.8.8.8", "2606:4700::1111"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_literal_private_address_is_refused_before_anything_is_sent() {
        for url in ["http://127.0.0.1:9/x.ttl", "http://[::1]:9/x.ttl", "http://2130706433:9/x.ttl"] {
            assert!(matches!(fetch(url, &Limits::default()), Err(NetError::Private(_))), "{url}");
        }
        assert!(matches!(fetch("ftp://example.org/x.ttl", &Limits::default()), Err(NetError::Url(_))));
    }
}
