//! Asking a server for a text.

use std::time::Duration;

use crate::error::Error;

/// How long the whole exchange may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The text at `url`, of at most `limit` bytes. TLS with the machine's own
/// roots; without it only from this machine.
pub(crate) fn text(url: &str, limit: u64) -> Result<String, Error> {
    let fail = |why: String| Error::Other(format!("`{url}`: {why}"));
    let bare = url.strip_prefix("http://").map(|rest| {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let peer = rest.get(..end).unwrap_or_default();
        palisade_policy::Host::new(peer.rsplit_once(':').map_or(peer, |(host, _)| host))
    });
    let here = match bare {
        None => false,
        Some(host) if host.class == palisade_policy::HostClass::Loopback => true,
        Some(_) => {
            return Err(fail(
                "without TLS only from this machine; use https".to_owned(),
            ));
        }
    };
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .https_only(!here)
        .timeout_global(Some(PATIENCE))
        .tls_config(
            ureq::tls::TlsConfig::builder()
                .root_certs(ureq::tls::RootCerts::PlatformVerifier)
                .build(),
        )
        .build()
        .into();
    let mut answer = agent.get(url).call().map_err(|e| fail(e.to_string()))?;
    let body = answer.body_mut().with_config().limit(limit);
    body.read_to_string().map_err(|e| fail(e.to_string()))
}
