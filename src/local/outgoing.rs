//! Requests to this machine. The address is taken from the URI by hand and must be loopback, so that no name server, proxy or
//! redirect can lead elsewhere.

use std::io::{Error, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderValue, Request, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// More is not read of an answer, in bytes.
const MOST: usize = 1 << 20;

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// Such as 200.
    pub status: u16,
    /// At most 1 MiB.
    pub body: Bytes,
}

/// Sends a request whose URI names this machine, and reads the answer, all within a time.
pub async fn send(request: Request<Bytes>, within: Duration) -> Result<Answer, Error> {
    timeout(within, exchange(request)).await.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
}

async fn exchange(request: Request<Bytes>) -> Result<Answer, Error> {
    let (mut head, body) = request.into_parts();
    let host = head.uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    let stream = connect(&host, head.uri.port_u16().unwrap_or(80)).await?;
    let authority = head.uri.authority().map_or(host, ToString::to_string);
    head.headers.insert(header::HOST, HeaderValue::from_str(&authority).map_err(Error::other)?);
    // A server expects the path alone.
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    head.uri = path.parse().map_err(Error::other)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(Error::other)?;
    tokio::spawn(connection);
    let answer = sender.send_request(Request::from_parts(head, Full::new(body))).await.map_err(Error::other)?;
    let status = answer.status().as_u16();
    let body = Limited::new(answer.into_body(), MOST).collect().await.map_err(Error::other)?.to_bytes();
    Ok(Answer { status, body })
}

async fn connect(host: &str, port: u16) -> Result<TcpStream, Error> {
    let addresses = match host.parse::<IpAddr>() {
        Ok(address) if address.is_loopback() => vec![address],
        Err(_) if host == "localhost" => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        _ => return Err(Error::new(ErrorKind::InvalidInput, "not an address of this machine")),
    };
    let addresses: Vec<SocketAddr> = addresses.into_iter().map(|address| (address, port).into()).collect();
    TcpStream::connect(&addresses[..]).await
}
