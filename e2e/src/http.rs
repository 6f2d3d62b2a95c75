//! As much of HTTP/1.1 as the agents speak to a server on loopback.
//!
//! One thread per connection, keep-alive, bodies by `content-length` or chunked,
//! answers by `content-length`. A server ends with the value that holds it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::Broken;

/// No request of an agent comes near this.
const LARGEST_BODY: usize = 64 << 20;
/// How often an idle connection looks whether the server has ended.
const TICK: Duration = Duration::from_millis(100);

/// A request with its whole body.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `POST`.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Header names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, decoded from chunks.
    pub body: Vec<u8>,
}

/// An answer with its whole body.
#[derive(Clone, Debug)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// `content-type`.
    pub content_type: &'static str,
    /// Body.
    pub body: Vec<u8>,
}

impl Response {
    /// An answer in JSON.
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self {
            status,
            content_type: "application/json",
            body: value.to_string().into_bytes(),
        }
    }
}

type Handler = dyn Fn(Request) -> Response + Send + Sync;

/// A server on `127.0.0.1`, on a port the system chose.
pub struct Server {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Starts answering.
    pub fn start(
        handler: impl Fn(Request) -> Response + Send + Sync + 'static,
    ) -> Result<Self, Broken> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let ended = Arc::new(AtomicBool::new(false));
        let handler: Arc<Handler> = Arc::new(handler);
        let flag = Arc::clone(&ended);
        let acceptor = thread::spawn(move || {
            for stream in listener.incoming() {
                if flag.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (handler, flag) = (Arc::clone(&handler), Arc::clone(&flag));
                thread::spawn(move || {
                    // A client that goes away mid-request is its own business.
                    drop(serve(stream, handler.as_ref(), &flag));
                });
            }
        });
        Ok(Self {
            address,
            ended,
            acceptor: Some(acceptor),
        })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the acceptor, which then sees the flag.
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
    }
}

fn serve(stream: TcpStream, handler: &Handler, ended: &AtomicBool) -> io::Result<()> {
    stream.set_read_timeout(Some(TICK))?;
    stream.set_nodelay(true)?;
    let mut connection = Connection {
        stream,
        buffer: Vec::new(),
        ended,
    };
    while let Some(request) = connection.request()? {
        let head_only = request.method == "HEAD";
        let close = request
            .headers
            .get("connection")
            .is_some_and(|c| c.eq_ignore_ascii_case("close"));
        let response = handler(request);
        connection.answer(&response, head_only)?;
        if close {
            break;
        }
    }
    Ok(())
}

struct Connection<'a> {
    stream: TcpStream,
    buffer: Vec<u8>,
    ended: &'a AtomicBool,
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

impl Connection<'_> {
    /// Reads more into the buffer; false at the end of the stream.
    fn fill(&mut self) -> io::Result<bool> {
        let mut chunk = [0_u8; 16 << 10];
        loop {
            if self.ended.load(Ordering::SeqCst) {
                return Ok(false);
            }
            match self.stream.read(&mut chunk) {
                Ok(0) => return Ok(false),
                Ok(n) => {
                    self.buffer.extend(chunk.iter().take(n));
                    return Ok(true);
                }
                Err(e)
                    if matches!(
                        e.kind(),
                        io::ErrorKind::WouldBlock
                            | io::ErrorKind::TimedOut
                            | io::ErrorKind::Interrupted
                    ) => {}
                Err(e) => return Err(e),
            }
        }
    }

    fn take(&mut self, count: usize) -> io::Result<Vec<u8>> {
        if count > LARGEST_BODY {
            return Err(invalid("body too large"));
        }
        while self.buffer.len() < count {
            if !self.fill()? {
                return Err(invalid("the connection ended inside a body"));
            }
        }
        Ok(self.buffer.drain(..count).collect())
    }

    /// One line without its end; `None` when the stream ends before one.
    fn line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                return Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()));
            }
            if self.buffer.len() > 1 << 20 {
                return Err(invalid("line too long"));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn request(&mut self) -> io::Result<Option<Request>> {
        let Some(first) = self.line()? else {
            return Ok(None);
        };
        let mut words = first.split_ascii_whitespace();
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(invalid("not a request line"));
        };
        let path = target.split('?').next().unwrap_or(target);
        let mut request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            ..Request::default()
        };
        loop {
            let Some(line) = self.line()? else {
                return Err(invalid("the connection ended inside the headers"));
            };
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                request
                    .headers
                    .insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
            }
        }
        if request
            .headers
            .get("expect")
            .is_some_and(|e| e.eq_ignore_ascii_case("100-continue"))
        {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let chunked = request
            .headers
            .get("transfer-encoding")
            .is_some_and(|t| t.to_ascii_lowercase().contains("chunked"));
        request.body = if chunked {
            self.chunks()?
        } else {
            let length = request.headers.get("content-length");
            match length.map(|l| l.parse()) {
                None => Vec::new(),
                Some(Ok(length)) => self.take(length)?,
                Some(Err(_)) => return Err(invalid("content-length is not a number")),
            }
        };
        Ok(Some(request))
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?.ok_or_else(|| invalid("no chunk size"))?;
            let digits = line.split(';').next().unwrap_or("").trim();
            let size = usize::from_str_radix(digits, 16)
                .map_err(|_| invalid("chunk size is no number"))?;
            if size == 0 {
                // Trailers, then an empty line.
                while self.line()?.is_some_and(|l| !l.is_empty()) {}
                return Ok(body);
            }
            if body.len() + size > LARGEST_BODY {
                return Err(invalid("body too large"));
            }
            body.extend(self.take(size)?);
            self.line()?;
        }
    }

    fn answer(&mut self, response: &Response, head_only: bool) -> io::Result<()> {
        let mut bytes = format!(
            "HTTP/1.1 {} x\r\ncontent-type: {}\r\ncontent-length: {}\r\nrequest-id: req_scripted\r\n\r\n",
            response.status,
            response.content_type,
            response.body.len()
        )
        .into_bytes();
        if !head_only {
            bytes.extend(&response.body);
        }
        self.stream.write_all(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(server: &Server, text: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn echo() -> Server {
        Server::start(|request| Response {
            status: 200,
            content_type: "text/plain",
            body: request.body,
        })
        .unwrap()
    }

    #[test]
    fn bodies_by_length_and_in_chunks_on_one_connection() {
        let server = echo();
        let answer = talk(
            &server,
            "POST /a HTTP/1.1\r\ncontent-length: 5\r\n\r\nfirst\
             POST /b?x=1 HTTP/1.1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
             3\r\nsec\r\n3;x=y\r\nond\r\n0\r\n\r\n",
        );
        assert!(answer.contains("\r\n\r\nfirst"), "{answer}");
        assert!(answer.ends_with("second"), "{answer}");
    }

    #[test]
    fn a_server_ends_with_its_value() {
        let server = echo();
        let port = server.port();
        drop(server);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}
