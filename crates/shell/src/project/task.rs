//! Tasks of go-task: `Taskfile.yml`.

use crate::arg::{Arg, Origin};

use super::yaml::Yaml;
use super::{Do, Step, filled, handed_on};

/// Names a file of tasks may have, in the order they are looked for.
pub(crate) const FILES: &[&str] = &[
    "Taskfile.yml",
    "taskfile.yml",
    "Taskfile.yaml",
    "taskfile.yaml",
    "Taskfile.dist.yml",
    "Taskfile.dist.yaml",
];

/// What a task does; `None` when there is none of this name.
pub(crate) fn recipe(
    file: &Yaml,
    name: &str,
    args: &[Arg],
    given: &[(String, Arg)],
) -> Option<Vec<Do>> {
    let tasks = file.get("tasks")?.entries();
    let task = tasks
        .iter()
        .find(|(n, _)| n == name)
        .or_else(|| {
            tasks.iter().find(|(_, t)| {
                t.get("aliases")
                    .is_some_and(|a| a.items().iter().any(|a| a.text() == Some(name)))
            })
        })
        .or_else(|| {
            tasks
                .iter()
                .find(|(n, _)| n.contains('*') && super::matches(n, name))
        })
        .map(|(_, t)| t)?;
    let mut out = Vec::new();
    let mut vars: Vec<(String, Arg)> = vec![
        ("CLI_ARGS".to_owned(), handed_on(args)),
        ("TASK".to_owned(), Arg::known(name)),
    ];
    set(file.get("vars"), &mut vars, &mut out);
    vars.extend(given.iter().cloned());
    set(task.get("vars"), &mut vars, &mut out);
    let mut environment = Vec::new();
    for holder in [file.get("env"), task.get("env")].into_iter().flatten() {
        set(Some(holder), &mut environment, &mut out);
    }
    let task_dir = task.get("dir").and_then(Yaml::text);
    for dep in task.get("deps").map(Yaml::items).unwrap_or_default() {
        out.extend(other(dep, &vars));
    }
    let commands = match task {
        Yaml::Scalar(_) | Yaml::List(_) => task.items(),
        Yaml::Map(_) => task
            .get("cmds")
            .or_else(|| task.get("cmd"))
            .map(Yaml::items)
            .unwrap_or_default(),
    };
    let preconditions = task.get("preconditions").map(Yaml::items);
    let status = task.get("status").map(Yaml::items);
    for c in preconditions
        .into_iter()
        .chain(status)
        .flatten()
        .chain(commands)
    {
        let code = c
            .text()
            .or_else(|| c.get("cmd").and_then(Yaml::text))
            .or_else(|| c.get("sh").and_then(Yaml::text))
            .or_else(|| c.get("defer").and_then(Yaml::text));
        let Some(code) = code else {
            out.extend(other(c.get("defer").unwrap_or(c), &vars));
            continue;
        };
        let mut step = Step::shell(filled(code, |n| look_up(n, &vars)));
        step.dir = task_dir.map(|d| filled(d, |n| look_up(n, &vars)));
        step.vars.clone_from(&environment);
        out.push(Do::Run(step));
    }
    Some(out)
}

/// A call of another task.
fn other(call: &Yaml, vars: &[(String, Arg)]) -> Option<Do> {
    let name = call
        .text()
        .or_else(|| call.get("task").and_then(Yaml::text))?;
    let mut given = Vec::new();
    for (n, v) in call.get("vars").map(Yaml::entries).unwrap_or_default() {
        if let Some(t) = v.text() {
            given.push((n.clone(), filled(t, |n| look_up(n, vars))));
        }
    }
    Some(Do::Recipe {
        name: name.trim_start_matches(':').to_owned(),
        args: Vec::new(),
        vars: given,
    })
}

fn look_up(name: &str, vars: &[(String, Arg)]) -> Option<Arg> {
    let name = name.strip_prefix('.')?;
    vars.iter()
        .rev()
        .find(|(n, _)| n == name)
        .map(|(_, v)| v.clone())
}

/// Reads variables; those that a command prints make it run.
fn set(from: Option<&Yaml>, vars: &mut Vec<(String, Arg)>, out: &mut Vec<Do>) {
    for (name, value) in from.map(Yaml::entries).unwrap_or_default() {
        if let Some(t) = value.text() {
            let v = filled(t, |n| look_up(n, vars));
            vars.push((name.clone(), v));
        } else if let Some(code) = value.get("sh").and_then(Yaml::text) {
            out.push(Do::Run(Step::shell(filled(code, |n| look_up(n, vars)))));
            vars.push((
                name.clone(),
                Arg::hole(format!("{{{{.{name}}}}}"), Origin::Environment),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::yaml;
    use super::*;

    fn codes(text: &str, name: &str) -> Vec<String> {
        recipe(&yaml::parse(text), name, &[Arg::known("--x")], &[])
            .unwrap()
            .into_iter()
            .map(|d| match d {
                Do::Run(s) => s.code.shown().to_owned(),
                Do::Recipe { name, .. } => format!("→ {name}"),
            })
            .collect()
    }

    #[test]
    fn tasks_in_every_form() {
        let text = "vars:\n  OUT: dist\n  SHA: {sh: git rev-parse HEAD}\ntasks:\n  a: echo {{.OUT}}\n  b:\n    - echo 1\n    - task: a\n  c:\n    deps: [a, {task: b}]\n    vars: {D: '{{.OUT}}/x'}\n    cmds:\n      - rm -rf {{.D}} {{.CLI_ARGS}} {{.NOT}}\n      - cmd: echo 2\n        silent: true\n      - defer: echo 3\n";
        assert_eq!(codes(text, "a"), ["git rev-parse HEAD", "echo dist"]);
        assert_eq!(codes(text, "b"), ["git rev-parse HEAD", "echo 1", "→ a"]);
        assert_eq!(
            codes(text, "c"),
            [
                "git rev-parse HEAD",
                "→ a",
                "→ b",
                "rm -rf dist/x --x {{.NOT}}",
                "echo 2",
                "echo 3"
            ]
        );
        assert_eq!(recipe(&yaml::parse(text), "z", &[], &[]), None);
    }
}
