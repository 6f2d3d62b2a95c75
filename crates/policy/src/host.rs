//! One spelling for every network peer.
//!
//! `127.1`, `0x7f000001`, `[::ffff:127.0.0.1]` and `localhost.` are the same
//! machine to a program; they have to be the same to a rule. Nothing is
//! resolved here: a name that merely points somewhere in DNS is a name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{builtin, glob};

/// What kind of peer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostClass {
    /// This machine.
    Loopback,
    /// A private, link-local or otherwise not publicly routed address.
    Private,
    /// An endpoint that hands credentials of the machine to whoever asks.
    Metadata,
    /// Anything else.
    External,
}

/// A peer in canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The canonical name or address.
    pub text: String,
    /// The address, when it is one however it was spelled.
    pub addr: Option<IpAddr>,
    /// Its kind.
    pub class: HostClass,
}

impl Host {
    /// Reads a host as written in a command or URL.
    pub fn new(written: &str) -> Self {
        let name = canonical_name(written);
        if let Some(addr) = address(&name) {
            return Self {
                text: addr.to_string(),
                addr: Some(addr),
                class: classify(addr),
            };
        }
        let class = match embedded(&name) {
            Some(addr) => classify(addr),
            None if is_loopback_name(&name) => HostClass::Loopback,
            None if builtin::METADATA_NAMES.contains(&name.as_str()) => HostClass::Metadata,
            None => HostClass::External,
        };
        Self {
            text: name,
            addr: None,
            class,
        }
    }

    /// Whether a rule's pattern covers this peer: a name with `*`, an address
    /// in any spelling, a range (`10.0.0.0/8`), or `localhost` for all of
    /// this machine's own addresses.
    pub fn matches(&self, pattern: &str) -> bool {
        if let Some((range, bits)) = pattern.split_once('/') {
            return match (self.addr, address(&canonical_name(range)), bits.parse()) {
                (Some(addr), Some(base), Ok(bits)) => in_range(addr, base, bits),
                _ => false,
            };
        }
        if pattern.contains(['*', '?', '[', '{']) && address(&canonical_name(pattern)).is_none() {
            return glob::matches_name(&pattern.to_lowercase(), &self.text);
        }
        let wanted = Self::new(pattern);
        if wanted.class == HostClass::Loopback && wanted.addr.is_none() {
            return self.class == HostClass::Loopback;
        }
        wanted.text == self.text
    }
}

fn canonical_name(written: &str) -> String {
    let decoded = percent_decode(written.trim());
    let mut out = String::with_capacity(decoded.len());
    for c in decoded.chars() {
        match c {
            // The dots and full-width forms that IDNA folds to ASCII.
            '\u{3002}' | '\u{ff0e}' | '\u{ff61}' => out.push('.'),
            '\u{ff01}'..='\u{ff5e}' => {
                if let Some(ascii) = char::from_u32(u32::from(c) - 0xfee0) {
                    out.extend(ascii.to_lowercase());
                }
            }
            '\u{24ea}' => out.push('0'),
            '\u{2460}'..='\u{2468}' => {
                if let Some(digit) = char::from_u32(u32::from(c) - 0x2460 + 0x31) {
                    out.push(digit);
                }
            }
            // Soft hyphen, zero-width characters and joiners vanish in a lookup.
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            c => out.extend(c.to_lowercase()),
        }
    }
    let host = out.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host,
    };
    let host = host.split('%').next().unwrap_or_default();
    host.trim_end_matches('.').to_owned()
}

fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        let mut ahead = bytes.clone();
        let hex = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        if b == b'%'
            && let (Some(high), Some(low)) = (hex(ahead.next()), hex(ahead.next()))
        {
            out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            bytes = ahead;
        } else {
            out.push(b);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn address(name: &str) -> Option<IpAddr> {
    if let Ok(v6) = name.parse::<Ipv6Addr>() {
        return Some(match embedded_v4(v6) {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(v6),
        });
    }
    loose_v4(name).map(IpAddr::V4)
}

/// One to four numbers, decimal, octal or hexadecimal, as `inet_aton` reads them.
fn loose_v4(name: &str) -> Option<Ipv4Addr> {
    let parts: Vec<&str> = name.split('.').collect();
    if parts.len() > 4 {
        return None;
    }
    let (last, lead) = parts.split_last()?;
    let mut value: u64 = 0;
    for part in lead {
        let n = number(part)?;
        if n > 0xff {
            return None;
        }
        value = (value << 8) | n;
    }
    let last = number(last)?;
    let bits = 8 * (4 - lead.len() as u32);
    if last >= 1_u64 << bits {
        return None;
    }
    u32::try_from((value << bits) | last).ok().map(Into::into)
}

fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(hex) => (hex, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok()
}

/// The IPv4 address inside a mapped, compatible, NAT64 or 6to4 address.
fn embedded_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |a: u16, b: u16| Ipv4Addr::from((u32::from(a) << 16) | u32::from(b));
    match v6.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0xffff | 0, a, b]
        | [0, 0, 0, 0, 0xffff, 0, a, b]
        | [0x64, 0xff9b, 0, 0, 0, 0, a, b]
        | [0x2002, a, b, ..] => Some(join(a, b)),
        _ => None,
    }
}

/// Names that are made to resolve to the address they spell (`10.0.0.1.nip.io`).
fn embedded(name: &str) -> Option<IpAddr> {
    let rest = builtin::ADDRESS_IN_NAME
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix)?.strip_suffix('.'))?;
    let labels: Vec<&str> = rest.split('.').collect();
    let dotted = labels
        .windows(4)
        .next_back()
        .map(|w| w.join("."))
        .and_then(|t| t.parse::<Ipv4Addr>().ok());
    let dashed = || {
        let last = labels.last()?;
        let parts: Vec<&str> = last.split('-').collect();
        parts.windows(4).next_back()?.join(".").parse().ok()
    };
    let hexadecimal = || {
        let last = labels.last()?;
        let digits = last.rsplit('-').next()?;
        (digits.len() == 8)
            .then(|| u32::from_str_radix(digits, 16).ok().map(Ipv4Addr::from))
            .flatten()
    };
    dotted.or_else(dashed).or_else(hexadecimal).map(IpAddr::V4)
}

fn is_loopback_name(name: &str) -> bool {
    builtin::LOOPBACK_NAMES.iter().any(|known| {
        name.strip_suffix(known)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

fn classify(addr: IpAddr) -> HostClass {
    let text = addr.to_string();
    if builtin::METADATA_ADDRESSES.contains(&text.as_str()) {
        return HostClass::Metadata;
    }
    if addr.is_loopback() || addr.is_unspecified() {
        return HostClass::Loopback;
    }
    let private = builtin::PRIVATE_RANGES
        .iter()
        .any(|(base, bits)| base.parse().is_ok_and(|base| in_range(addr, base, *bits)));
    if private {
        HostClass::Private
    } else {
        HostClass::External
    }
}

fn in_range(addr: IpAddr, base: IpAddr, bits: u32) -> bool {
    match (addr, base) {
        (IpAddr::V4(a), IpAddr::V4(b)) if bits <= 32 => {
            let keep = |x: Ipv4Addr| u64::from(u32::from(x)) >> (32 - bits);
            keep(a) == keep(b)
        }
        (IpAddr::V6(a), IpAddr::V6(b)) if bits <= 128 => {
            let keep = |x: Ipv6Addr| u128::from(x).checked_shr(128 - bits).unwrap_or(0);
            keep(a) == keep(b)
        }
        _ => false,
    }
}

/// Whether a pattern can match anything; what the compiler asks before it
/// accepts a rule.
pub fn valid_pattern(pattern: &str) -> bool {
    if let Some((range, bits)) = pattern.split_once('/') {
        let width = match range.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => 32,
            Ok(IpAddr::V6(_)) => 128,
            Err(_) => return false,
        };
        return bits.parse::<u32>().is_ok_and(|b| b <= width);
    }
    let is_address = address(&canonical_name(pattern)).is_some();
    !pattern.is_empty()
        && !pattern.contains(|c: char| c.is_whitespace() || c == '@')
        && (is_address || !pattern.contains(':'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelling_of_this_machine() {
        for spelling in [
            "localhost",
            "LOCALHOST",
            "localhost.",
            "api.localhost",
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "127.255.255.254",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "017700000001",
            "2130706433",
            "0",
            "0.0.0.0",
            "[::1]",
            "::1",
            "[::]",
            "::ffff:127.0.0.1",
            "[::ffff:7f00:1]",
            "0:0:0:0:0:0:0:1",
            "::1%lo",
            "user@localhost",
            "127.0.0.1.",
            "%31%32%37.0.0.1",
            "１２７.０.０.１",
            "127。0。0。1",
            "①②⑦.0.0.1",
            "lo\u{ad}calhost",
            "127.0.0.1.nip.io",
            "app-127-0-0-1.sslip.io",
            "7f000001.nip.io",
            "lvh.me",
            "localhost.localdomain",
            "64:ff9b::7f00:1",
        ] {
            assert_eq!(Host::new(spelling).class, HostClass::Loopback, "{spelling}");
            assert!(Host::new(spelling).matches("localhost"), "{spelling}");
        }
    }

    #[test]
    fn metadata_and_private() {
        for spelling in [
            "169.254.169.254",
            "0xa9fea9fe",
            "2852039166",
            "169.254.43518",
            "0251.0376.0251.0376",
            "[::ffff:169.254.169.254]",
            "fd00:ec2::254",
            "[fd00:0ec2:0:0:0:0:0:254]",
            "metadata.google.internal",
            "Metadata.Google.Internal.",
            "169.254.170.2",
            "100.100.100.200",
            "169-254-169-254.nip.io",
        ] {
            assert_eq!(Host::new(spelling).class, HostClass::Metadata, "{spelling}");
        }
        for spelling in [
            "10.0.0.1",
            "10.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "fe80::1",
            "fd12:3456::1",
            "::ffff:10.0.0.1",
            "0xc0a80101",
        ] {
            assert_eq!(Host::new(spelling).class, HostClass::Private, "{spelling}");
        }
        for spelling in [
            "example.com",
            "8.8.8.8",
            "172.32.0.1",
            "2606:4700::1111",
            "127.0.0.1.example.com",
            "localhost.example.com",
            "notlocalhost",
            "256.256.256.256",
            "1.2.3.4.5",
            "deadbeef",
            "0x",
            "",
            "09.1.1.1",
        ] {
            assert_eq!(Host::new(spelling).class, HostClass::External, "{spelling}");
        }
    }

    #[test]
    fn patterns() {
        for (host, pattern, want) in [
            ("api.example.com", "api.example.com", true),
            ("API.Example.com.", "api.example.com", true),
            ("evil-api.example.com", "api.example.com", false),
            ("a.b.internal", "*.internal", true),
            ("internal", "*.internal", false),
            ("a.internal.evil.com", "*.internal", false),
            ("10.2.3.4", "10.0.0.0/8", true),
            ("0x0a020304", "10.0.0.0/8", true),
            ("11.2.3.4", "10.0.0.0/8", false),
            ("fd00::1", "fc00::/7", true),
            ("127.1", "127.0.0.1", true),
            ("127.0.0.2", "127.0.0.1", false),
            ("8.8.8.8", "0.0.0.0/0", true),
            ("2606::2", "::/0", true),
        ] {
            assert_eq!(Host::new(host).matches(pattern), want, "{host} {pattern}");
        }
        for good in [
            "*.internal",
            "10.0.0.0/8",
            "::1",
            "[::1]",
            "localhost",
            "127.1",
        ] {
            assert!(valid_pattern(good), "{good}");
        }
        for bad in [
            "",
            "a b",
            "host:80",
            "https://x",
            "10.0.0.0/40",
            "user@host",
        ] {
            assert!(!valid_pattern(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(h in ".{0,60}", p in ".{0,30}") {
            let host = Host::new(&h);
            let _ = (host.matches(&p), valid_pattern(&p));
        }

        #[test]
        fn every_number_format_is_one_address(n in any::<u32>()) {
            let plain = Host::new(&Ipv4Addr::from(n).to_string());
            let [a, b, c, d] = n.to_be_bytes();
            for other in [
                n.to_string(), format!("0x{n:x}"), format!("0X{n:X}"), format!("0{n:o}"),
                format!("{a}.{}", n & 0x00ff_ffff), format!("{a}.{b}.{}", n & 0xffff),
                format!("0x{a:x}.0{b:o}.{c}.0x{d:x}"), format!("[::ffff:{a}.{b}.{c}.{d}]"),
            ] {
                prop_assert_eq!(&Host::new(&other), &plain, "{}", other);
            }
        }
    }
}
