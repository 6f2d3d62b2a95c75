//! A server that only notes what arrives: the far end of an upload that must not
//! happen, or of a download that may.

use std::sync::{Arc, Mutex, PoisonError};

use crate::Broken;
use crate::http::{Request, Response, Server};

/// Listens until dropped; answers every request with `pong` or a text of one's
/// own.
#[derive(Debug)]
pub struct Sink {
    server: Server,
    received: Arc<Mutex<Vec<Request>>>,
}

impl Sink {
    /// Starts listening.
    pub fn start() -> Result<Self, Broken> {
        Self::saying("pong\n")
    }

    /// Starts listening; every answer is this text.
    pub fn saying(text: &str) -> Result<Self, Broken> {
        let text = text.as_bytes().to_vec();
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let server = Server::start(move |request| {
            log.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(request);
            Response {
                status: 200,
                content_type: "text/plain",
                body: text.clone(),
            }
        })?;
        Ok(Self { server, received })
    }

    /// The port on loopback.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// How many requests arrived.
    pub fn count(&self) -> usize {
        self.received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// Whether any request held this text in its body or path.
    pub fn got(&self, text: &str) -> bool {
        self.received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .any(|r| r.path.contains(text) || String::from_utf8_lossy(&r.body).contains(text))
    }
}
