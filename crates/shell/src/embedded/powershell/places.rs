//! What a name of PowerShell stands for becomes an effect: a file, a key of
//! the registry, a variable of the environment.

use palisade_core::EffectKind;

use super::super::machine::Machine;
use super::super::value::{Class, Value};
use super::super::windows::{self, Named};

/// Content is read.
pub(in crate::embedded) fn read(machine: &mut Machine<'_>, value: &Value) {
    touch(machine, EffectKind::FileRead, value, false, true);
}

/// Something is written.
pub(in crate::embedded) fn write(machine: &mut Machine<'_>, value: &Value) {
    touch(machine, EffectKind::FileWrite, value, false, true);
}

/// Something is removed.
pub(in crate::embedded) fn delete(machine: &mut Machine<'_>, value: &Value, tree: bool) {
    touch(machine, EffectKind::FileDelete, value, tree, true);
}

/// Names are looked at.
pub(in crate::embedded) fn list(machine: &mut Machine<'_>, value: &Value, tree: bool) {
    touch(machine, EffectKind::FileList, value, tree, true);
}

/// Something happens to a file, or to all that is below it.
pub(in crate::embedded) fn touch_tree(
    machine: &mut Machine<'_>,
    kind: EffectKind,
    value: &Value,
    tree: bool,
) {
    touch(machine, kind, value, tree, true);
}

/// The same for every kind; `wild`: stars stand for names.
pub(super) fn touch(
    machine: &mut Machine<'_>,
    kind: EffectKind,
    value: &Value,
    tree: bool,
    wild: bool,
) {
    let mut left = vec![(value.clone(), wild)];
    let mut seen = 0;
    while let Some((value, wild)) = left.pop() {
        seen += 1;
        if seen > 256 {
            machine.hit_limit();
            return;
        }
        match &value {
            Value::Str(text) => one(machine, kind, text, tree, wild),
            Value::Object(Class::Glob, inner) => left.push(((**inner).clone(), true)),
            Value::Object(_, inner) => left.push(((**inner).clone(), wild)),
            Value::List(items) | Value::OneOf(items) => {
                left.extend(items.iter().rev().map(|v| (v.clone(), wild)));
            }
            Value::Sym(name) if name.starts_with("process") || name.starts_with("service") => {}
            Value::Nothing | Value::Bool(_) | Value::Int(_) => {}
            other => {
                if tree {
                    machine.tree(kind, other);
                } else {
                    machine.file(kind, other);
                }
            }
        }
    }
}

fn one(machine: &mut Machine<'_>, kind: EffectKind, text: &str, tree: bool, wild: bool) {
    let lower = text.to_ascii_lowercase();
    if matches!(lower.as_str(), "nul" | "con" | "-" | "$null") {
        return;
    }
    match windows::named(text, machine.cx.home) {
        Named::Session => {}
        Named::Variable(name) => match kind {
            EffectKind::FileRead => {
                let value = super::environment(machine, &name);
                super::shown(machine, &value);
            }
            EffectKind::FileWrite => {
                machine.set_outside("ENV", &Value::text(name), &Value::Nothing);
            }
            _ => {}
        },
        Named::Key(key) => registry(machine, kind, &key),
        Named::File(path) => {
            // `x/**` is what a listing of all of `x` found.
            let (path, all) = match path.strip_suffix("/**") {
                Some(folder) => (format!("{folder}/*"), true),
                None => (path, false),
            };
            let value = Value::text(&path);
            let value = if wild && path.contains(['*', '?']) {
                Value::object(Class::Glob, value)
            } else {
                value
            };
            let tree = tree || (all && kind != EffectKind::FileList);
            machine.elsewhere = windows::is_absolute(text);
            if tree {
                machine.tree(kind, &value);
            } else {
                machine.file(kind, &value);
            }
            machine.elsewhere = false;
        }
    }
}

/// A key of the registry: what all users share is the machine's.
pub(in crate::embedded) fn registry(machine: &mut Machine<'_>, kind: EffectKind, key: &str) {
    let secret = key.to_ascii_uppercase();
    let secret = ["/HKLM/SAM", "/HKLM/SECURITY"]
        .iter()
        .any(|s| secret.starts_with(s));
    let kind = match kind {
        EffectKind::FileRead if secret => EffectKind::SecretRead,
        EffectKind::FileRead | EffectKind::FileList => return,
        kind if key.starts_with("/HKCU") => {
            machine.file(kind, &Value::text(key));
            return;
        }
        _ => EffectKind::Privilege,
    };
    machine.named(kind, &Value::text(key));
}
