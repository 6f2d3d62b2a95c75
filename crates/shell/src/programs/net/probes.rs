//! Scanners, crackers and load generators: what is aimed at another machine is
//! more than reading from it. At this machine they are tools like others.

use palisade_core::{Certainty, EffectKind};

use super::Out;
use crate::arg::Arg;
use crate::programs::args::parse;
use crate::programs::names::{find, name_index};
use crate::url::Url;

struct Probe {
    names: &'static str,
    options: &'static str,
    /// Options that name the target, beside the operands.
    targets: &'static str,
    /// Which operands are targets.
    operands: bool,
    /// Without a target it goes everywhere.
    everywhere: bool,
}

const PROBES: &[Probe] = &[
    Probe {
        names: "nmap",
        options: "p oN oX oG oA oS iL e script script-args max-rate min-rate top-ports exclude host-timeout version-intensity g i",
        targets: "",
        operands: true,
        everywhere: false,
    },
    Probe {
        names: "masscan zmap",
        options: "p ports rate e oJ oL oX o r B target-port exclude-file c conf",
        targets: "",
        operands: true,
        everywhere: true,
    },
    Probe {
        names: "rustscan nikto sqlmap gobuster ffuf feroxbuster dirb wfuzz nuclei wpscan whatweb dirsearch subfinder amass",
        options: "a addresses h host u url w wordlist o t threads p data cookie level risk r b x l target",
        targets: "a addresses h host u url target",
        operands: true,
        everywhere: false,
    },
    Probe {
        names: "hydra medusa ncrack patator crackmapexec netexec",
        options: "l L p P h u U M s t o f w",
        targets: "h",
        operands: true,
        everywhere: false,
    },
    Probe {
        names: "hping3 slowhttptest slowloris",
        options: "p c d i w u r s a",
        targets: "u",
        operands: true,
        everywhere: false,
    },
    Probe {
        names: "ab wrk wrk2 hey bombardier siege autocannon oha",
        options: "n c t d s z q m H D T p u k C A r R f connections duration threads rate method body header timeout concurrency",
        targets: "",
        operands: true,
        everywhere: false,
    },
];

/// `false` when the program is none of these.
pub(super) fn understand(out: &mut Out<'_, '_>) -> bool {
    let Some(probe) = find(PROBES, name_index!(PROBES), out.call.program, |p| p.names) else {
        return false;
    };
    let p = parse(out.call.args, probe.options);
    if p.has("help version V") {
        return true;
    }
    let named = p.values(probe.targets);
    let operands = p.operands.iter().filter(|_| probe.operands);
    let targets: Vec<Arg> = named.chain(operands).take(64).cloned().collect();
    for f in p.values("iL").chain(
        p.values("w wordlist P L")
            .filter(|_| !probe.targets.is_empty()),
    ) {
        out.reads(f.shown());
    }
    for target in &targets {
        let shown = target.shown();
        let network = shown.split_once('/').filter(|_| !shown.contains("://"));
        let url = Url::split(network.map_or(shown, |(address, _)| address));
        let mut effect = url.effect(EffectKind::NetWrite, "PROBE", out.call.program, out.holes);
        if target.text().is_none() {
            effect.certainty = Certainty::Partial;
        }
        out.push(effect);
    }
    if targets.is_empty() && probe.everywhere && !p.options.is_empty() {
        let name = palisade_core::Target::Name("every address".to_owned());
        out.push(out.call.effect(EffectKind::NetWrite, name));
    }
    true
}
