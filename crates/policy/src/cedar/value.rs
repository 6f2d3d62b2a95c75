//! Values of Cedar.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// The name of an entity, without the namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uid {
    /// Its type: `File`.
    pub kind: Cow<'static, str>,
    /// Its name.
    pub id: String,
}

impl Uid {
    pub(super) fn new(kind: &'static str, id: impl Into<String>) -> Self {
        Self {
            kind: Cow::Borrowed(kind),
            id: id.into(),
        }
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// `true`
    Bool(bool),
    /// `443`
    Long(i64),
    /// `"text"`
    Text(String),
    /// `File::"/etc/hosts"`
    Entity(Uid),
    /// `["a", "b"]`; order and repetition mean nothing.
    Set(Vec<Self>),
    /// `{a: 1}`
    Record(BTreeMap<String, Self>),
    /// `ip("10.0.0.0/8")`
    Ip(Network),
    /// `datetime("2027-01-01")`, in milliseconds since 1970.
    Datetime(i64),
    /// `duration("1h")`, in milliseconds.
    Duration(i64),
}

impl Value {
    /// Cedar's `==`.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Set(a), Self::Set(b)) => subset(a, b) && subset(b, a),
            (Self::Record(a), Self::Record(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .all(|(key, value)| b.get(key).is_some_and(|other| value.same(other)))
            }
            (a, b) => a == b,
        }
    }
}

/// Whether `of` has every member of `these`.
pub(super) fn subset(these: &[Value], of: &[Value]) -> bool {
    these
        .iter()
        .all(|one| of.iter().any(|other| one.same(other)))
}

/// An address, or a range of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// The address.
    pub addr: IpAddr,
    /// Bits that are fixed: 32 or 128 for one address.
    pub prefix: u8,
}

impl Network {
    /// One address.
    pub const fn one(addr: IpAddr) -> Self {
        let prefix = if addr.is_ipv4() { 32 } else { 128 };
        Self { addr, prefix }
    }

    /// Reads `10.0.0.1`, `10.0.0.0/8`, `::1`.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((addr, prefix)) = text.split_once('/') else {
            return text.parse().ok().map(Self::one);
        };
        let whole = Self::one(addr.parse().ok()?);
        let prefix: u8 = prefix.parse().ok()?;
        (prefix <= whole.prefix).then_some(Self { prefix, ..whole })
    }

    /// Every address of this one lies in `range`.
    pub(super) fn within(self, range: Self) -> bool {
        self.addr.is_ipv4() == range.addr.is_ipv4()
            && self.prefix >= range.prefix
            && self.top(range.prefix) == range.top(range.prefix)
    }

    /// The first `bits` of the address.
    fn top(self, bits: u8) -> u128 {
        let (all, width) = match self.addr {
            IpAddr::V4(addr) => (u128::from(addr.to_bits()), 32),
            IpAddr::V6(addr) => (addr.to_bits(), 128),
        };
        all.checked_shr(u32::from(width - bits.min(width)))
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let within = |a: &str, b: &str| {
            Network::parse(a)
                .unwrap()
                .within(Network::parse(b).unwrap())
        };
        assert!(within("10.1.2.3", "10.0.0.0/8"));
        assert!(within("10.1.2.3", "0.0.0.0/0"));
        assert!(within("10.0.0.0/9", "10.0.0.0/8"));
        assert!(!within("10.0.0.0/7", "10.0.0.0/8"));
        assert!(!within("11.0.0.1", "10.0.0.0/8"));
        assert!(within("fd00::1", "fd00::/8"));
        assert!(within("fd00::1", "::/0"));
        assert!(!within("10.0.0.1", "::/0"));
        assert_eq!(Network::parse("10.0.0.0/33"), None);
        assert_eq!(Network::parse("10.0.0"), None);
    }
}
