//! wget.

use super::{Item, Out, Table, basename, is_stdin};
use crate::holes::ANY;
use crate::url::Url;

const TABLE: Table = Table {
    short: "aABDeGiIloOPQRtTUwX",
    long: "accept accept-regex append-output base bind-address body-data body-file \
        ca-certificate ca-directory certificate certificate-type ciphers compression \
        config connect-timeout crl-file cut-dirs default-page directory-prefix \
        dns-timeout domains egd-file exclude-directories exclude-domains execute \
        follow-tags ftp-password ftp-user header hsts-file http-password http-user \
        ignore-tags include-directories input-file level limit-rate load-cookies \
        local-encoding max-redirect method output-document output-file password \
        pinnedpubkey post-data post-file prefer-family private-key private-key-type \
        progress proxy-password proxy-user quota random-file read-timeout referer \
        regex-type reject reject-regex rejected-log remote-encoding report-speed \
        restrict-file-names retry-on-http-error save-cookies secure-protocol start-pos \
        timeout tries use-askpass user user-agent wait waitretry warc-cdx warc-dedup \
        warc-file warc-header warc-max-size warc-tempdir",
    flags: "adjust-extension background backup-converted content-disposition continue \
        convert-links debug delete-after force-directories force-html https-only mirror \
        no-check-certificate no-clobber no-directories no-host-directories no-parent \
        no-proxy no-verbose page-requisites quiet random-wait recursive server-response \
        show-progress span-hosts spider timestamping trust-server-names verbose version",
    single_dash: false,
};

pub(super) fn understand(args: &[String], out: &mut Out<'_, '_>) {
    let mut urls = Vec::new();
    let mut method = None;
    let mut output = None;
    let mut dir = "";
    let mut sends = false;
    let mut spider = false;
    let mut recursive = false;
    let mut server_names = false;
    let mut proxies = Vec::new();
    for item in TABLE.split(args) {
        let (name, value) = match item {
            Item::Operand(url) => {
                urls.push(url.to_owned());
                continue;
            }
            Item::Option(name, value) => (name, value.unwrap_or_default()),
        };
        match name {
            "O" | "output-document" => output = Some(value),
            "P" | "directory-prefix" => dir = value,
            "o" | "output-file" | "a" | "append-output" | "save-cookies" | "rejected-log"
            | "warc-file" | "hsts-file" => out.writes(value),
            "i" | "input-file" => {
                if value.contains("://") {
                    urls.push(value.to_owned());
                } else {
                    out.reads(value);
                }
                urls.push(ANY.to_string());
            }
            "method" => method = Some(value.to_ascii_uppercase()),
            "post-data" => method = Some("POST".to_owned()),
            "body-data" => {}
            "post-file" | "body-file" => {
                if name == "post-file" {
                    method = Some("POST".to_owned());
                }
                sends = true;
                if !is_stdin(value) {
                    out.sends(value);
                }
            }
            "load-cookies" => {
                sends = true;
                out.sends(value);
            }
            "spider" => spider = true,
            "r" | "recursive" | "m" | "mirror" | "p" | "page-requisites" => recursive = true,
            "content-disposition" | "trust-server-names" => server_names = true,
            "config" => out.reads(value),
            "use-askpass" => out.shell(value),
            "e" | "execute" => directive(value, out, &mut proxies, &mut method, &mut sends),
            _ => {}
        }
    }
    let method = method.unwrap_or_else(|| (if spider { "HEAD" } else { "GET" }).to_owned());
    for text in &urls {
        let url = Url::split(text);
        if url.scheme == "file" {
            out.reads(&url.path);
            continue;
        }
        out.request(&url, &method, sends && method != "GET");
        if spider || output.is_some() {
            continue;
        }
        match basename(&url) {
            _ if recursive || server_names => out.writes_some(dir),
            Some(name) => out.writes(&below(dir, name)),
            None if text.contains(ANY) => out.writes_some(dir),
            None => out.writes(&below(dir, "index.html")),
        }
    }
    for proxy in proxies {
        out.through(&proxy, crate::url::kind_of_method(&method));
    }
    match output {
        Some("-" | "/dev/stdout") => out.prints_answer(),
        Some(path) => {
            out.writes(path);
            out.prints_nothing();
        }
        None => out.prints_nothing(),
    }
}

fn below(dir: &str, name: &str) -> String {
    if dir.is_empty() {
        name.to_owned()
    } else {
        format!("{}/{name}", dir.trim_end_matches('/'))
    }
}

/// A `.wgetrc` line given with `-e`.
fn directive(
    line: &str,
    out: &mut Out<'_, '_>,
    proxies: &mut Vec<String>,
    method: &mut Option<String>,
    sends: &mut bool,
) {
    let Some((name, value)) = line.split_once('=') else {
        return;
    };
    let name = name.trim().to_ascii_lowercase().replace(['-', '_'], "");
    let value = value.trim();
    match name.as_str() {
        "httpproxy" | "httpsproxy" | "ftpproxy" => proxies.push(value.to_owned()),
        "outputdocument" | "logfile" => out.writes(value),
        "postfile" | "bodyfile" => {
            *sends = true;
            *method = Some("POST".to_owned());
            out.sends(value);
        }
        "postdata" => *method = Some("POST".to_owned()),
        "method" => *method = Some(value.to_ascii_uppercase()),
        "useaskpass" => out.shell(value),
        _ => {}
    }
}
