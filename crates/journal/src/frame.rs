//! One record as bytes, and back.

use std::collections::BTreeSet;

use palisade_core::{Event, Timestamp, limits};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::canonical::{self, hex};
use crate::shorten::shorten;
use crate::verify::DamageKind;

/// First byte of a frame.
pub(crate) const RS: u8 = 0x1E;
/// Last byte of a frame.
pub(crate) const LF: u8 = b'\n';
/// `prev` of the first record.
pub(crate) const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Bytes reserved for everything but the event.
const ENVELOPE_BYTES: usize = 1_024;

const BOOT_KEY: &[u8] = b"{\"boot_id\":\"";
const CRC_KEY: &[u8] = b"\",\"crc32c\":\"";
const CRC_END: &[u8] = b"\",";
const HEX_BYTES: usize = 8;

/// One record of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Time-ordered identifier (UUID version 7).
    pub id: String,
    /// Sequence number, from 1; 0 for a late record.
    pub seq: u64,
    /// Hash of the record before.
    pub prev: String,
    /// Hash of this record.
    pub hash: String,
    /// What happened.
    pub event: Event,
    /// When it was written.
    pub ts: Timestamp,
    /// Monotonic clock when it was written.
    pub mono_ns: u64,
    /// Which boot of the machine.
    pub boot_id: String,
    /// The process that wrote it.
    pub pid: u32,
    /// Fields of the event that were shortened to fit.
    pub cut: Vec<String>,
    /// Not chained: the lock could not be had in time.
    pub late: bool,
    /// File name of the segment.
    pub segment: String,
    /// Where in the segment.
    pub offset: u64,
}

/// What `head` named and was no longer there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Gap {
    pub(crate) hash: String,
    pub(crate) seq: u64,
}

/// Everything around the event.
#[derive(Debug, Deserialize)]
pub(crate) struct Envelope<E> {
    pub(crate) boot_id: String,
    #[serde(default)]
    pub(crate) cut: Vec<String>,
    pub(crate) event: E,
    pub(crate) gap: Option<Gap>,
    pub(crate) id: String,
    pub(crate) mono_ns: u64,
    pub(crate) pid: u32,
    pub(crate) prev: String,
    pub(crate) seq: u64,
    #[serde(default)]
    pub(crate) sync: bool,
    pub(crate) ts: u64,
}

/// The event as text, made to fit.
#[derive(Debug)]
pub(crate) struct Body {
    json: Vec<u8>,
    cut: BTreeSet<&'static str>,
}

impl Body {
    pub(crate) fn new(event: &Event) -> Self {
        let mut cut = BTreeSet::new();
        let mut json = event_json(event);
        if json.len() > limits::FRAME_BYTES - ENVELOPE_BYTES {
            let mut event = event.clone();
            let mut step = 0;
            while json.len() > limits::FRAME_BYTES - ENVELOPE_BYTES
                && shorten(&mut event, step, &mut cut)
            {
                json = event_json(&event);
                step += 1;
            }
        }
        Self { json, cut }
    }
}

fn event_json(event: &Event) -> Vec<u8> {
    let mut json = Vec::with_capacity(1_024);
    match serde_json::to_value(event) {
        Ok(value) => canonical::write(&value, &mut json),
        // Cannot happen with plain strings and numbers; the record still counts.
        Err(_) => json.extend_from_slice(b"{}"),
    }
    json
}

/// What is known about a record besides its event.
#[derive(Debug, Default)]
pub(crate) struct Stamp<'a> {
    pub(crate) boot_id: &'a str,
    pub(crate) id: &'a str,
    pub(crate) mono_ns: u64,
    pub(crate) pid: u32,
    pub(crate) ts: u64,
    pub(crate) seq: u64,
    pub(crate) prev: &'a str,
    pub(crate) from: Option<&'a str>,
    pub(crate) gap: Option<Gap>,
    pub(crate) sync: bool,
    pub(crate) torn: u64,
}

/// The frame of one record.
pub(crate) fn encode(body: &Body, stamp: &Stamp<'_>) -> Vec<u8> {
    // Members after `crc32c`, in the order of their names.
    let mut rest = Vec::with_capacity(body.json.len() + 512);
    if !body.cut.is_empty() {
        rest.extend_from_slice(b"\"cut\":[");
        for (n, name) in body.cut.iter().enumerate() {
            if n > 0 {
                rest.push(b',');
            }
            canonical::string(name, &mut rest);
        }
        rest.extend_from_slice(b"],");
    }
    rest.extend_from_slice(b"\"event\":");
    rest.extend_from_slice(&body.json);
    if let Some(from) = stamp.from {
        text(",\"from\":", from, &mut rest);
    }
    if let Some(gap) = &stamp.gap {
        text(",\"gap\":{\"hash\":", &gap.hash, &mut rest);
        rest.extend_from_slice(format!(",\"seq\":{}}}", gap.seq).as_bytes());
    }
    text(",\"id\":", stamp.id, &mut rest);
    let numbers = format!(",\"mono_ns\":{},\"pid\":{}", stamp.mono_ns, stamp.pid);
    rest.extend_from_slice(numbers.as_bytes());
    text(",\"prev\":", stamp.prev, &mut rest);
    rest.extend_from_slice(format!(",\"seq\":{}", stamp.seq).as_bytes());
    if stamp.sync {
        rest.extend_from_slice(b",\"sync\":true");
    }
    if stamp.torn > 0 {
        rest.extend_from_slice(format!(",\"torn\":{}", stamp.torn).as_bytes());
    }
    rest.extend_from_slice(format!(",\"ts\":{},\"v\":1}}", stamp.ts).as_bytes());

    let crc = checksum(stamp.boot_id.as_bytes(), &rest);
    let mut frame = Vec::with_capacity(rest.len() + 64);
    frame.push(RS);
    frame.extend_from_slice(BOOT_KEY);
    frame.extend_from_slice(stamp.boot_id.as_bytes());
    frame.extend_from_slice(CRC_KEY);
    frame.extend_from_slice(crc.as_bytes());
    frame.extend_from_slice(CRC_END);
    frame.extend_from_slice(&rest);
    frame.push(LF);
    frame
}

fn text(key: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    canonical::string(value, out);
}

fn checksum(boot_id: &[u8], rest: &[u8]) -> String {
    let mut crc = crc32c::crc32c(BOOT_KEY);
    crc = crc32c::crc32c_append(crc, boot_id);
    crc = crc32c::crc32c_append(crc, CRC_END);
    hex(&crc32c::crc32c_append(crc, rest).to_be_bytes())
}

/// SHA-256 of a frame.
pub(crate) fn hash(frame: &[u8]) -> String {
    hex(&Sha256::digest(frame))
}

/// The object inside a frame whose checksum is right.
fn checked(frame: &[u8]) -> Result<&[u8], DamageKind> {
    let object = frame
        .strip_prefix(&[RS])
        .and_then(|f| f.strip_suffix(&[LF]))
        .ok_or(DamageKind::Torn)?;
    let parts = || {
        let boot = object.strip_prefix(BOOT_KEY)?;
        let (boot, after) = boot.split_at_checked(HEX_BYTES)?;
        let (crc, rest) = after.strip_prefix(CRC_KEY)?.split_at_checked(HEX_BYTES)?;
        Some((boot, crc, rest.strip_prefix(CRC_END)?))
    };
    match parts() {
        Some((boot, crc, rest)) if checksum(boot, rest).as_bytes() == crc => Ok(object),
        _ => Err(broken(object)),
    }
}

/// What is left of a record whose writer was killed is the beginning of one.
fn broken(object: &[u8]) -> DamageKind {
    match serde_json::from_slice::<IgnoredAny>(object) {
        Err(e) if e.is_eof() => DamageKind::Torn,
        _ => DamageKind::BadChecksum,
    }
}

/// Everything of a frame but the event.
pub(crate) fn envelope(frame: &[u8]) -> Result<Envelope<IgnoredAny>, DamageKind> {
    serde_json::from_slice(checked(frame)?).map_err(|_| DamageKind::Modified)
}

/// A whole record.
pub(crate) fn decode(frame: &[u8], segment: &str, offset: u64) -> Result<Record, DamageKind> {
    let object = checked(frame)?;
    let envelope = match serde_json::from_slice::<Envelope<Event>>(object) {
        Ok(envelope) => envelope,
        Err(_) => newer(object).ok_or(DamageKind::Modified)?,
    };
    Ok(Record {
        id: envelope.id,
        seq: envelope.seq,
        prev: envelope.prev,
        hash: hash(frame),
        event: envelope.event,
        ts: Timestamp(envelope.ts),
        mono_ns: envelope.mono_ns,
        boot_id: envelope.boot_id,
        pid: envelope.pid,
        cut: envelope.cut,
        late: envelope.seq == 0,
        segment: segment.to_owned(),
        offset,
    })
}

/// A record with words this version does not know: those are left out, what
/// else it says is kept.
fn newer(object: &[u8]) -> Option<Envelope<Event>> {
    let mut envelope: Envelope<Value> = serde_json::from_slice(object).ok()?;
    let known = Event::deserialize(&envelope.event).ok();
    let event = known.or_else(|| {
        let members = envelope.event.as_object_mut()?;
        if serde_json::from_value::<palisade_core::EventKind>(members.get("kind")?.clone()).is_err()
        {
            members.insert("kind".into(), "agent.event".into());
        }
        for name in ["verdict", "enforced", "band", "mode"] {
            let mut alone = serde_json::Map::new();
            if let Some(value) = members.get(name) {
                alone.insert(name.into(), value.clone());
                if serde_json::from_value::<Event>(Value::Object(alone)).is_err() {
                    members.remove(name);
                }
            }
        }
        Event::deserialize(&envelope.event).ok()
    })?;
    Some(Envelope {
        boot_id: envelope.boot_id,
        cut: envelope.cut,
        event,
        gap: envelope.gap,
        id: envelope.id,
        mono_ns: envelope.mono_ns,
        pid: envelope.pid,
        prev: envelope.prev,
        seq: envelope.seq,
        sync: envelope.sync,
        ts: envelope.ts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_core::{EventKind, RecordedEffect, Verdict};
    use proptest::prelude::*;

    fn stamp<'a>() -> Stamp<'a> {
        Stamp {
            boot_id: "0123abcd",
            id: "x",
            pid: 7,
            seq: 3,
            prev: NO_HASH,
            ts: 5,
            ..Stamp::default()
        }
    }

    #[test]
    fn the_text_of_a_frame_does_not_change() {
        let event = Event {
            kind: EventKind::Prompt,
            session: "s".into(),
            ..Event::default()
        };
        let frame = encode(&Body::new(&event), &stamp());
        let want = "\u{1e}{\"boot_id\":\"0123abcd\",\"crc32c\":\"CRC\",\"event\":{\"agent\":\"\",\"host\":\"\",\
            \"kind\":\"prompt\",\"session\":\"s\",\"ts\":0,\"user\":\"\",\"workspace\":\"\"},\"id\":\"x\",\
            \"mono_ns\":0,\"pid\":7,\"prev\":\"0000000000000000000000000000000000000000000000000000000000000000\",\
            \"seq\":3,\"ts\":5,\"v\":1}\n";
        let bare = want
            .trim_matches(['\u{1e}', '\n'])
            .replace("\"crc32c\":\"CRC\",", "");
        let crc = format!("{:08x}", crc32c::crc32c(bare.as_bytes()));
        assert_eq!(String::from_utf8(frame).unwrap(), want.replace("CRC", &crc));
    }

    #[test]
    fn words_of_a_newer_version_do_not_hide_a_record() {
        let event = Event {
            summary: "keep me".into(),
            verdict: Some(Verdict::Deny),
            ..Event::default()
        };
        let json = String::from_utf8(Body::new(&event).json).unwrap();
        let json = json
            .replace("tool.pre", "tool.telepathy")
            .replace("\"deny\"", "\"quarantine\"");
        let body = Body {
            json: json.into_bytes(),
            cut: BTreeSet::new(),
        };
        let record = decode(&encode(&body, &stamp()), "seg", 0).unwrap();
        assert_eq!(record.event.kind, EventKind::AgentEvent);
        assert_eq!(
            (record.event.verdict, record.event.summary.as_str()),
            (None, "keep me")
        );
    }

    fn long() -> impl Strategy<Value = String> {
        ("[\u{1}-\u{3}a-zé\"\\\\]{0,20}", 1..4_000_usize).prop_map(|(s, n)| s.repeat(n))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_event_fits_and_comes_back(
            summary in long(), reason in long(), workspace in long(), rule in long(),
            target in long(), effects in 0..400_usize, secrets in 0..400_usize,
        ) {
            let effect = RecordedEffect { kind: "file.read".into(), target, by: "cat".into(), certainty: "proved".into(), ..RecordedEffect::default() };
            let event = Event {
                summary, reason, workspace, rule,
                effects: vec![effect; effects],
                secrets: vec!["aws-key:0123456789ab".into(); secrets],
                verdict: Some(Verdict::Ask),
                ..Event::default()
            };
            let frame = encode(&Body::new(&event), &stamp());
            prop_assert!(frame.len() <= limits::FRAME_BYTES, "{}", frame.len());
            prop_assert_eq!(&frame, &encode(&Body::new(&event), &stamp()));
            let record = decode(&frame, "seg", 9).unwrap();
            prop_assert_eq!(record.cut.is_empty(), record.event == event);
            prop_assert_eq!(record.event.verdict, Some(Verdict::Ask));
            for name in &record.cut {
                prop_assert!(["effects", "secrets", "summary", "reason", "workspace", "rule"].contains(&name.as_str()));
            }
        }

        #[test]
        fn no_bytes_break_decoding(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(decode(&bytes, "seg", 0).is_err());
        }
    }

    #[test]
    fn the_worst_event_fits() {
        let bad = || "\u{1}".repeat(50_000);
        let effect = RecordedEffect {
            kind: bad(),
            target: bad(),
            by: bad(),
            certainty: bad(),
            written: bad(),
            facts: palisade_core::Facts {
                loss: Some(bad()),
                secrets: vec![bad(); 100],
                ..palisade_core::Facts::default()
            },
            ..RecordedEffect::default()
        };
        let event = Event {
            user: bad(),
            host: bad(),
            workspace: bad(),
            cwd: bad(),
            agent: bad(),
            agent_version: bad(),
            session: bad(),
            prompt_id: bad(),
            tool_use_id: bad(),
            subagent: bad(),
            model: bad(),
            permission_mode: bad(),
            tool: bad(),
            summary: bad(),
            rule: bad(),
            reason: bad(),
            policy: bad(),
            effects: vec![effect; 100],
            secrets: vec![bad(); 100],
            ts: Timestamp(u64::MAX),
            took_us: u64::MAX,
            ..Event::default()
        };
        let frame = encode(&Body::new(&event), &stamp());
        assert!(frame.len() <= limits::FRAME_BYTES, "{}", frame.len());
        assert!(
            decode(&frame, "seg", 0)
                .unwrap()
                .cut
                .contains(&"summary".to_owned())
        );
    }
}
