//! Asking a server for a text.

use std::time::Duration;

use palisade_policy::HostClass;

use crate::error::Error;

/// How long the whole exchange may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The text at `url`, of at most `limit` bytes. TLS with the machine's own
/// roots; without it only from this machine.
pub(crate) fn text(url: &str, limit: u64) -> Result<String, Error> {
    let fail = |why: String| Error::Other(format!("`{url}`: {why}"));
    // The host as the client itself will read it: `127.0.0.1:80@elsewhere` is elsewhere.
    let uri: ureq::http::Uri = url
        .parse()
        .map_err(|_| fail("this is no address".to_owned()))?;
    let loopback = |host: &str| palisade_policy::Host::new(host).class == HostClass::Loopback;
    let here = uri.scheme_str() != Some("https");
    if here && !uri.host().is_some_and(loopback) {
        return Err(fail(
            "without TLS only from this machine; use https".to_owned(),
        ));
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .https_only(!here)
        // One that leads elsewhere would lead out of what was checked.
        .max_redirects(if here { 0 } else { 5 })
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
