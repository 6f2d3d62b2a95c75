//! Cmdlets that run code, compute, or reach out in a way of their own.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::value::{Args, Class, Value};
use super::commands::{self, Words};
use super::places::{read, touch, write};
use super::{FETCHED, UNKNOWN, programs, values};
use crate::arg::Origin;
use crate::holes::has_hole;

/// Runs one; `None` when it is not one of these.
pub(super) fn run(machine: &mut Machine<'_>, name: &str, words: &Words<'_>) -> Option<Value> {
    computes(machine, name, words)
        .or_else(|| runs_code(machine, name, words))
        .or_else(|| reaches(machine, name, words))
        .or_else(|| guards(machine, name, words))
}

/// The first value, by position or by the parameter's name.
fn first(words: &Words<'_>, parameter: &str, switches: &str) -> Option<Value> {
    words
        .value(parameter)
        .or_else(|| words.positional(switches).into_iter().next())
        .cloned()
}

/// Objects of a pipeline, computed.
fn computes(machine: &mut Machine<'_>, name: &str, words: &Words<'_>) -> Option<Value> {
    let input = || words.input.cloned().unwrap_or(Value::Nothing);
    Some(match name {
        "write-output" | "write-host" | "write-information" | "write-verbose" | "write-warning"
        | "write-error" | "write-debug" | "out-host" | "out-default" => {
            let mut all: Vec<Value> = words
                .positional("noenumerate nonewline foregroundcolor:")
                .into_iter()
                .cloned()
                .collect();
            if all.is_empty() {
                all.push(input());
            }
            if name == "write-output" {
                return Some(values::pipeline(&all));
            }
            for value in &all {
                super::shown(machine, value);
            }
            Value::Nothing
        }
        "out-null" => Value::Nothing,
        "out-string" => match input() {
            Value::List(items) => {
                let list = Value::List(items);
                values::join(machine, &list, "\n")
            }
            other => other,
        },
        "where-object" => {
            let blocks: Vec<Value> = words
                .all
                .iter()
                .filter(|v| matches!(v, Value::Func(_)))
                .cloned()
                .collect();
            let items = values::items(&input());
            commands::each(machine, &items, &blocks, true);
            input()
        }
        "foreach-object" => {
            let mut items = values::items(&input());
            if items.is_empty() && words.input.is_none() {
                items.push(UNKNOWN);
            }
            let mut blocks: Vec<Value> = words
                .all
                .iter()
                .filter(|v| matches!(v, Value::Func(_)))
                .cloned()
                .collect();
            if blocks.is_empty() {
                blocks.extend(first(words, "membername", ""));
            }
            // `-Begin { } -Process { } -End { }`
            commands::each(machine, &items, &blocks, false)
        }
        "select-object" | "sort-object" | "get-unique" | "group-object" => {
            if name == "select-object"
                && let Some(member) = words.value("expandproperty").and_then(Value::as_str)
            {
                let member = member.to_lowercase();
                return Some(super::attribute(machine, &input(), &member));
            }
            input()
        }
        "format-table" | "format-list" | "format-wide" | "format-custom" => input(),
        "measure-object" | "compare-object" | "get-member" | "get-help" | "get-date"
        | "get-location" | "get-history" | "clear-host" | "start-sleep" | "read-host"
        | "get-culture" | "get-host" | "pop-location" | "get-psdrive" | "new-timespan" => {
            if name == "pop-location" {
                machine.change_directory(&UNKNOWN);
            }
            UNKNOWN
        }
        "convertto-json" | "convertfrom-json" | "convertto-csv" | "convertfrom-csv"
        | "convertto-xml" | "convertto-html" => match first(
            words,
            "inputobject",
            "compress asarray ashashtable noenumerate notypeinformation",
        ) {
            Some(value) => machine.part_of_unknown(&value),
            None => machine.part_of_unknown(&input()),
        },
        "get-variable" => {
            let wanted = first(words, "name", "valueonly v")?;
            let text = wanted.as_str()?.to_lowercase();
            let name = format!("${text}");
            match machine.lookup(&name).cloned() {
                Some(value) => value,
                None if text.contains(['*', '?']) => UNKNOWN,
                None => super::name(machine, &name),
            }
        }
        "set-variable" => {
            let mut positional = words.positional("passthru force").into_iter();
            let wanted = words.value("name").or_else(|| positional.next())?;
            let value = words.value("value").or_else(|| positional.next());
            let value = value.cloned().unwrap_or_else(input);
            let name = wanted.as_str()?.to_lowercase();
            machine.bind(&format!("${name}"), value);
            Value::Nothing
        }
        "set-alias" => {
            let mut positional = words.positional("passthru force").into_iter();
            let short = words.value("name").or_else(|| positional.next())?;
            let target = words.value("value").or_else(|| positional.next())?.clone();
            let short = short.as_str()?.to_lowercase();
            machine.bind(&format!("alias {short}"), target);
            Value::Nothing
        }
        "get-command" | "get-alias" => {
            let wanted = first(words, "name", "all syntax listimported")?;
            commands::command_named(machine, &wanted)
        }
        "join-path" => {
            let mut parts: Vec<Value> = Vec::new();
            parts.extend(words.value("path").cloned());
            parts.extend(words.positional("resolve").into_iter().cloned());
            parts.extend(words.value("childpath").cloned());
            parts.extend(words.value("additionalchildpath").cloned());
            if let Some(input) = words.input {
                parts.insert(0, input.clone());
            }
            let texts: Vec<String> = parts
                .iter()
                .flat_map(values::items)
                .map(|v| {
                    machine
                        .stringify(&v)
                        .trim_end_matches(['/', '\\'])
                        .to_owned()
                })
                .collect();
            Value::text(texts.join("/"))
        }
        "split-path" => {
            let path = first(
                words,
                "path",
                "parent leaf qualifier resolve isabsolute leafbase extension",
            )?;
            let text = machine.stringify(&path).replace('\\', "/");
            if words.has("leaf") {
                Value::text(text.rsplit('/').next().unwrap_or_default())
            } else {
                Value::text(text.rsplit_once('/').map_or(".", |(dir, _)| dir))
            }
        }
        "new-object" => {
            if let Some(com) = words.value("comobject") {
                let text = machine.stringify(com).to_lowercase();
                return Some(Value::sym(format!("com {text}()")));
            }
            let mut positional = words.positional("strict").into_iter();
            let kind = words
                .value("typename")
                .or_else(|| positional.next())?
                .clone();
            let given = words.value("argumentlist").cloned();
            let list = given.or_else(|| positional.next().cloned());
            let args = Args::of(list.as_ref().map(values::items).unwrap_or_default());
            commands::create(machine, &kind, &args)
        }
        "get-process" => Value::sym("process"),
        "get-service" => Value::sym("service"),
        "get-wmiobject" | "get-ciminstance" => {
            let class = first(words, "classname", "").or_else(|| words.value("class").cloned());
            let text = class.map(|c| machine.stringify(&c)).unwrap_or_default();
            Value::sym(format!("wmi {}", text.to_lowercase()))
        }
        _ => return None,
    })
}

/// Code that is given as a text or a block.
fn runs_code(machine: &mut Machine<'_>, name: &str, words: &Words<'_>) -> Option<Value> {
    Some(match name {
        "invoke-expression" => {
            let code = first(words, "command", "").or_else(|| words.input.cloned());
            let code = code.unwrap_or(UNKNOWN);
            let code = match &code {
                Value::List(_) => values::join(machine, &code, "\n"),
                _ => code,
            };
            machine.run_code(&code)
        }
        "invoke-command" => {
            if let Some(host) = words
                .value("computername")
                .or_else(|| words.value("hostname"))
            {
                let host = host.clone();
                machine.connect(EffectKind::NetWrite, &host, None);
            }
            let args = words
                .value("argumentlist")
                .map(values::items)
                .unwrap_or_default();
            if let Some(path) = words.value("filepath") {
                let path = path.clone();
                machine.script(Some("powershell"), &path, &args);
            }
            blocks(machine, words, &args)
        }
        "start-job"
        | "start-threadjob"
        | "measure-command"
        | "register-objectevent"
        | "register-engineevent"
        | "new-module"
        | "use-transaction"
        | "trace-command"
        | "invoke-scriptblock" => {
            let args = words
                .value("argumentlist")
                .map(values::items)
                .unwrap_or_default();
            if let Some(path) = words.value("filepath") {
                let path = path.clone();
                machine.script(Some("powershell"), &path, &args);
            }
            blocks(machine, words, &args)
        }
        "start-process" => {
            let switches = "wait passthru nonewwindow loaduserprofile usenewenvironment";
            let mut positional = words.positional(switches).into_iter();
            let program = words
                .value("filepath")
                .or_else(|| positional.next())?
                .clone();
            let given = words.value("argumentlist").or_else(|| words.value("args"));
            let args: Vec<Value> = given
                .or_else(|| positional.next())
                .cloned()
                .into_iter()
                .collect();
            if words
                .value("verb")
                .and_then(Value::as_str)
                .is_some_and(|v| v.to_lowercase().starts_with("runas"))
            {
                machine.named(
                    EffectKind::Privilege,
                    &Value::text("Start-Process -Verb RunAs"),
                );
            }
            for (parameter, writes) in [
                ("redirectstandardoutput", true),
                ("redirectstandarderror", true),
                ("redirectstandardinput", false),
            ] {
                if let Some(path) = words.value(parameter).cloned() {
                    if writes {
                        write(machine, &path);
                    } else {
                        read(machine, &path);
                    }
                }
            }
            let cwd = words.value("workingdirectory").cloned();
            programs::start(machine, &program, &args, cwd.as_ref());
            UNKNOWN
        }
        "add-type" => {
            let compiles = words.has("typedefinition") || words.has("memberdefinition");
            if let Some(path) = words.value("path").cloned() {
                read(machine, &path);
                machine.opaque_code(None);
            } else if compiles || words.positional("passthru ignorewarnings").len() == 1 {
                machine.opaque_code(None);
            }
            UNKNOWN
        }
        "invoke-cimmethod" | "invoke-wmimethod" => {
            match words
                .value("arguments")
                .or_else(|| words.value("argumentlist"))
            {
                Some(Value::Dict(_) | Value::List(_) | Value::Str(_))
                    if words.has("methodname") || words.has("name") || words.input.is_none() =>
                {
                    let given = words
                        .value("arguments")
                        .or_else(|| words.value("argumentlist"));
                    let command = given
                        .and_then(|v| {
                            v.entry("commandline")
                                .cloned()
                                .or_else(|| values::items(v).into_iter().next())
                        })
                        .unwrap_or(UNKNOWN);
                    if matches!(command, Value::Str(_)) {
                        programs::line(machine, &command);
                    }
                    machine.perhaps(EffectKind::Privilege, name);
                }
                _ => machine.perhaps(EffectKind::Privilege, name),
            }
            UNKNOWN
        }
        _ => return None,
    })
}

/// Runs the blocks among the words.
fn blocks(machine: &mut Machine<'_>, words: &Words<'_>, args: &[Value]) -> Value {
    let mut out = Vec::new();
    machine.bind("$args", Value::list(args.to_vec()));
    for word in words.all {
        match word {
            Value::Func(block) => out.push(machine.apply(block, Args::of(args.to_vec()))),
            Value::Object(Class::Code, code) => {
                let code = (**code).clone();
                out.push(machine.run_code(&code));
            }
            Value::Unknown(origin) if *origin == Origin::Fetched => {
                machine.opaque_code(Some(*origin));
            }
            _ => {}
        }
    }
    values::pipeline(&out)
}

/// Cmdlets of the network, databases and other processes.
fn reaches(machine: &mut Machine<'_>, name: &str, words: &Words<'_>) -> Option<Value> {
    Some(match name {
        "invoke-webrequest" | "invoke-restmethod" => {
            let switches = "usebasicparsing usedefaultcredentials skipcertificatecheck skiphttperrorcheck disablekeepalive passthru allowunencryptedauthentication nobodyprogress resume preserveauthorizationonredirect skipheadervalidation noproxy followrellink";
            let url = first(words, "uri", switches)
                .or_else(|| words.input.cloned())
                .unwrap_or(UNKNOWN);
            let method = words
                .value("method")
                .or_else(|| words.value("custommethod"))
                .map(|m| machine.stringify(m));
            let body = ["body", "form", "infile"]
                .iter()
                .any(|p| words.parameters_named(p));
            let method = method.unwrap_or_else(|| "GET".to_owned());
            // A body of a GET is its query.
            let sends = words.parameters_named("infile")
                || words.parameters_named("form")
                || (body && !method.eq_ignore_ascii_case("get"));
            let method = if sends && method.eq_ignore_ascii_case("get") {
                "POST".to_owned()
            } else if method.eq_ignore_ascii_case("default") {
                "GET".to_owned()
            } else {
                method
            };
            if let Some(path) = words.value("infile").cloned() {
                read(machine, &path);
            }
            let url = match url {
                Value::Str(text) if !text.contains("://") && !has_hole(&text) => {
                    Value::text(format!("http://{text}"))
                }
                other => other,
            };
            machine.request(&method, &url, sends || body);
            if body || words.parameters_named("headers") {
                let given: Vec<Value> = ["body", "form", "headers"]
                    .iter()
                    .filter_map(|p| words.value(p).cloned())
                    .collect();
                let before = machine.out.effects.len().saturating_sub(1);
                if given
                    .iter()
                    .any(|v| machine.origin_of(v) == Some(Origin::Secret))
                {
                    machine.sends_environment(before, &Args::of(given));
                }
            }
            if let Some(path) = words.value("outfile").cloned() {
                write(machine, &path);
            }
            FETCHED
        }
        "start-bitstransfer" => {
            let mut positional = words.positional("asynchronous").into_iter();
            let source = words
                .value("source")
                .or_else(|| positional.next())
                .cloned()
                .unwrap_or(UNKNOWN);
            let target = words
                .value("destination")
                .or_else(|| positional.next())
                .cloned();
            let uploads = words
                .value("transfertype")
                .and_then(Value::as_str)
                .is_some_and(|t| t.to_lowercase().starts_with("upload"));
            if uploads {
                read(machine, &source);
                machine.request("POST", &target.unwrap_or(UNKNOWN), true);
            } else {
                machine.request("GET", &source, false);
                write(machine, &target.unwrap_or_else(|| Value::text(".")));
            }
            Value::Nothing
        }
        "test-connection" | "test-netconnection" | "resolve-dnsname" | "test-wsman" => {
            let host = first(words, "computername", "quiet traceroute")
                .or_else(|| words.value("name").cloned());
            if let Some(host) = host.or_else(|| words.value("targetname").cloned()) {
                machine.connect(EffectKind::NetRead, &host, None);
            }
            UNKNOWN
        }
        "new-pssession" | "enter-pssession" | "connect-pssession" | "new-cimsession" => {
            if let Some(host) =
                first(words, "computername", "usessl").or_else(|| words.value("hostname").cloned())
            {
                machine.connect(EffectKind::NetWrite, &host, None);
            }
            UNKNOWN
        }
        "send-mailmessage" => {
            let host = words
                .value("smtpserver")
                .cloned()
                .unwrap_or_else(|| Value::text("mail"));
            machine.message(&host);
            Value::Nothing
        }
        "invoke-sqlcmd" | "invoke-sqlquery" | "invoke-dbaquery" | "invoke-mysqlquery" => {
            if let Some(path) = words.value("inputfile").cloned() {
                read(machine, &path);
                machine.sql(&UNKNOWN, "sqlcmd");
            }
            if let Some(text) =
                first(words, "query", "trustservercertificate").filter(|_| !words.has("inputfile"))
            {
                machine.sql(&text, "sqlcmd");
            }
            UNKNOWN
        }
        "stop-process" => {
            // `$PID` and own children are not told apart here.
            let target = words
                .value("name")
                .or_else(|| words.value("id"))
                .or_else(|| words.positional("force passthru").into_iter().next())
                .cloned()
                .or_else(|| words.input.map(|_| Value::text("processes of a list")))
                .unwrap_or(UNKNOWN);
            machine.named(EffectKind::ProcessSignal, &target);
            Value::Nothing
        }
        "mkdir" => {
            for path in words.positional("force p") {
                touch(machine, EffectKind::FileWrite, path, false, false);
            }
            Value::Nothing
        }
        "get-clipboard" => UNKNOWN,
        "convertto-securestring" => words.input.cloned().unwrap_or(UNKNOWN),
        "convertfrom-securestring" => {
            if words.has("asplaintext") || words.has("key") {
                machine.named(EffectKind::SecretRead, &Value::text("secure string"));
                return Some(machine.unknown_text("secure string", Origin::Secret));
            }
            UNKNOWN
        }
        "get-random" | "get-computerinfo" | "get-winevent" | "get-eventlog" | "get-hotfix" => {
            UNKNOWN
        }
        "get-aduser" | "get-adcomputer" | "get-adgroup" | "get-addomain" => UNKNOWN,
        _ => return None,
    })
}

/// Cmdlets of the machine's own defences.
fn guards(machine: &mut Machine<'_>, name: &str, words: &Words<'_>) -> Option<Value> {
    let on = |p: &str| {
        words.value(p).is_some_and(|v| match v {
            Value::Bool(b) => *b,
            Value::Int(n) => *n != 0,
            Value::Str(t) => !matches!(t.to_lowercase().as_str(), "false" | "0" | "no"),
            _ => true,
        })
    };
    let (kind, what) = match name {
        "set-executionpolicy" => {
            let scope = words
                .value("scope")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if scope.to_lowercase().starts_with("process") {
                return Some(Value::Nothing);
            }
            (EffectKind::Privilege, "execution policy")
        }
        "set-mppreference" => {
            let off = words
                .all
                .iter()
                .filter_map(Value::as_sym)
                .any(|s| s.to_lowercase().starts_with("-disable"));
            if off {
                (EffectKind::PrivilegeSevere, "virus protection off")
            } else {
                (EffectKind::Privilege, "virus protection")
            }
        }
        "set-netfirewallprofile" => {
            if words.value("enabled").is_some() && !on("enabled") {
                (EffectKind::PrivilegeSevere, "firewall off")
            } else {
                (EffectKind::Privilege, "firewall")
            }
        }
        "add-mppreference" => (EffectKind::PrivilegeSevere, "virus protection exclusions"),
        "set-content" | "add-content" => {
            // A function or variable by its drive is written like a file.
            let path = first(words, "path", "force nonewline passthru")?;
            let text = path.as_str()?.to_lowercase();
            let value = words.value("value").cloned();
            let value = value
                .or_else(|| {
                    words
                        .positional("force nonewline")
                        .get(1)
                        .map(|v| (*v).clone())
                })
                .or_else(|| words.input.cloned());
            commands::keep(machine, &path, value.as_ref());
            let (drive, rest) = text.split_once(':')?;
            let key = match drive {
                "variable" => format!("${rest}"),
                "alias" => format!("alias {rest}"),
                "function" => format!("fn {rest}"),
                _ => return None,
            };
            machine.bind(&key, value.unwrap_or(UNKNOWN));
            return Some(Value::Nothing);
        }
        _ => return None,
    };
    machine.named(kind, &Value::text(what));
    Some(Value::Nothing)
}
