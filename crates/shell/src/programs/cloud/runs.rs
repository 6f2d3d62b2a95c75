//! Programs of clouds that run a command, here or on other machines, and a few with a grammar of
//! their own.

use palisade_core::{Certainty, Effect, EffectKind, Target};

use super::{tables, verbs};
use crate::arg::Arg;
use crate::programs::args::{Parsed, parse, parse_leading};
use crate::programs::table::{Cli, phrase};
use crate::programs::{Call, Run, Sink};

/// Programs that run a command with secrets in its environment, or through a
/// connection of their own: program, verb, operands before the command.
const RUNS: &[(&str, &str, usize)] = &[
    ("aws-vault", "exec", 1),
    ("aws-okta", "exec", 1),
    ("saml2aws", "exec", 0),
    ("gimme-aws-creds", "exec", 0),
    ("op", "run", 0),
    ("bws", "run", 0),
    ("chamber", "exec", 1),
    ("teller", "run", 0),
    ("berglas", "exec", 0),
    ("railway", "run", 0),
    ("heroku", "local:run", 0),
    ("terramate", "run", 0),
    ("vercel", "env run", 0),
    ("netlify", "dev:exec", 0),
    ("envchain", "", 1),
    ("summon", "", 0),
    ("vaultenv", "", 0),
    ("eas", "env:exec", 1),
];

/// The command such a program runs.
pub(super) fn runs(call: &Call<'_>, sink: &mut Sink) -> bool {
    let Some((_, verb, skip)) = RUNS.iter().find(|(program, ..)| *program == call.program) else {
        return false;
    };
    let options = "profile p env-file account project environment e s service a app config f D secrets retries k session duration t region r chdir C changed-x server o output yaml provider parallel tags X d";
    let mut p = parse_leading(call.args, options);
    for word in verb.split(' ').filter(|w| !w.is_empty()) {
        if p.word(0) != word {
            return false;
        }
        p = parse_leading(p.operands.get(1..).unwrap_or_default(), options);
    }
    let end = call.args.iter().position(|a| a.is("--"));
    let words = match end {
        Some(at) => call.args.get(at + 1..).unwrap_or_default().to_vec(),
        None => p.operands.get(*skip..).unwrap_or_default().to_vec(),
    };
    if words.first().is_none_or(|w| w.lead().starts_with('-')) {
        return false;
    }
    let words = match words.as_slice() {
        [code] if code.shown().contains(' ') => {
            sink.runs.push(Run::Shell {
                code: code.clone(),
                args: Vec::new(),
            });
            return true;
        }
        _ => words,
    };
    sink.runs.push(Run::Words { words, stdin: None });
    true
}

/// `sops`: which way, by verb or option.
pub(super) fn sops(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "input-type output-type output extract age pgp kms config set encrypted-regex",
    );
    match p.word(0) {
        "exec-env" | "exec-file" => {
            if let Some(code) = p.operands.get(2) {
                sink.runs.push(Run::Shell {
                    code: code.clone(),
                    args: Vec::new(),
                });
            }
        }
        "encrypt" | "updatekeys" | "filestatus" | "groups" | "publish" | "keyservice"
        | "rotate" | "completion" => {}
        "set" | "unset" | "edit" => {
            sink.name(call, EffectKind::SecretRead, phrase(call, &p.operands, 1));
        }
        _ if p.has("e encrypt rotate r version v help h") => {}
        "" => {}
        _ => sink.name(call, EffectKind::SecretRead, phrase(call, &p.operands, 2)),
    }
}

/// `salt TARGET FUNCTION`, `ansible PATTERN -m MODULE`: what they do is in a
/// word that is no verb.
pub(super) fn remote_modules(call: &Call<'_>, sink: &mut Sink) {
    let options = "m module-name a args i inventory l limit t tags e extra-vars u user vault-password-file f forks T tree E G L N C c timeout out output log-level file-root pillar-root connection private-key key-file B P state";
    let p = parse(call.args, options);
    if p.operands.is_empty()
        || super::super::table::asks_for_help(&p)
        || p.has("check C list-hosts list-tasks syntax-check d doc") && call.program == "ansible"
    {
        return;
    }
    let (function, reads): (&str, &[&str]) = if call.program == "ansible" {
        (
            p.value("m module-name").map_or("command", Arg::shown),
            &[
                "ping",
                "setup",
                "debug",
                "gather_facts",
                "stat",
                "win_ping",
                "service_facts",
                "package_facts",
                "fetch",
            ],
        )
    } else {
        let at = usize::from(call.program == "salt");
        (
            p.operands.get(at).map_or("", Arg::shown),
            &[
                "test", "grains", "status", "disk", "network", "sys", "pillar", "config", "match",
            ],
        )
    };
    let last = function.rsplit('.').next().unwrap_or(function);
    let first = function.split('.').next().unwrap_or(function);
    let looks = reads.contains(&if call.program == "ansible" {
        last
    } else {
        first
    }) || matches!(
        last,
        "version"
            | "list_pkgs"
            | "get"
            | "list"
            | "status"
            | "show_highstate"
            | "show_sls"
            | "show_top"
    ) || p
        .operands
        .iter()
        .any(|o| matches!(o.text(), Some("test=True" | "test=true")));
    let kind = if looks {
        EffectKind::CloudRead
    } else {
        EffectKind::Deploy
    };
    sink.name(call, kind, phrase(call, &p.operands, 2));
    if call.program == "ansible"
        && let Some(code) = p
            .value("a args")
            .filter(|_| matches!(last, "command" | "shell" | "raw"))
    {
        sink.runs.push(Run::In(
            super::super::Place::Remote,
            Box::new(Run::Shell {
                code: code.clone(),
                args: Vec::new(),
            }),
        ));
    }
}

/// `java -jar jenkins-cli.jar …`: a client behind an interpreter.
pub(super) fn jenkins(call: &Call<'_>, sink: &mut Sink) -> bool {
    let Some(at) = call.args.iter().position(|a| {
        a.text()
            .is_some_and(|t| t.rsplit('/').next() == Some("jenkins-cli.jar"))
    }) else {
        return false;
    };
    let mut words = vec![Arg::known("jenkins-cli")];
    words.extend(call.args.iter().skip(at + 1).cloned());
    sink.runs.push(Run::Words { words, stdin: None });
    true
}

/// Apple's uploads behind `xcrun`.
pub(super) fn notary(call: &Call<'_>, sink: &mut Sink) -> bool {
    let p = parse(
        call.args,
        "f file u username p password t type apiKey apiIssuer keychain-profile",
    );
    let uploads = match p.word(0) {
        "altool" => call.args.iter().any(|a| {
            matches!(
                a.text(),
                Some("--upload-app" | "--upload-package" | "--notarize-app")
            )
        }),
        "notarytool" => p.word(1) == "submit",
        _ => false,
    };
    if uploads {
        sink.name(call, EffectKind::Publish, phrase(call, &p.operands, 2));
    }
    uploads
}

/// Two programs have this name: the client of Fly.io, and that of Concourse,
/// which is told its target first.
pub(super) fn fly(call: &Call<'_>) -> Option<&'static Cli> {
    let first = call.args.first()?;
    let concourse = first.is("-t") || first.lead().starts_with("--target");
    tables::find(if concourse { "concourse-fly" } else { "flyctl" })
}

/// What a program no table knows seems to do by its words: destroy, deploy or
/// publish something somewhere.
pub(super) fn guessed(program: &str, args: &[Arg]) -> Option<Effect> {
    let p: Parsed = parse(args, "");
    let (kind, used) = verbs::of_unknown(&p)?;
    let mut said = program.to_owned();
    for o in p.operands.iter().take(used + 1) {
        said.push(' ');
        said.extend(o.shown().chars().take(80));
    }
    Some(Effect::new(kind, Target::Name(said), program).with_certainty(Certainty::Partial))
}

/// `age -d`, `rage -d`: what comes out was not to be read.
pub(super) fn age(call: &Call<'_>, sink: &mut Sink) {
    let p = parse(
        call.args,
        "r recipient R recipients-file i identity o output",
    );
    for o in &p.operands {
        sink.file(call, EffectKind::FileRead, o);
    }
    if let Some(o) = p.value("o output") {
        sink.file(call, EffectKind::FileWrite, o);
    }
    if p.has("d decrypt") {
        sink.name(
            call,
            EffectKind::SecretRead,
            format!("{} --decrypt", call.program),
        );
        sink.output_from(call, crate::arg::Origin::Decoded);
    }
}
