//! Services of a compose file, as the containers they would be.

use crate::arg::Arg;

use super::yaml::Yaml;

/// Names a compose file may have, in the order they are looked for.
pub(crate) const FILES: &[&str] = &[
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];

/// `docker run …` for each service: what it is given of the host.
pub(crate) fn containers(file: &Yaml, names: &[String]) -> Vec<Vec<Arg>> {
    let services = file.get("services").map(Yaml::entries).unwrap_or_default();
    services
        .iter()
        .filter(|(n, _)| names.is_empty() || names.iter().any(|w| w == n))
        .filter_map(|(_, s)| container(s))
        .take(64)
        .collect()
}

fn container(service: &Yaml) -> Option<Vec<Arg>> {
    let mut words = vec!["docker".to_owned(), "run".to_owned()];
    let text = |key: &str| service.get(key).and_then(Yaml::text);
    if text("privileged") == Some("true") {
        words.push("--privileged".to_owned());
    }
    for (key, option) in [
        ("pid", "--pid"),
        ("ipc", "--ipc"),
        ("userns_mode", "--userns"),
        ("network_mode", "--network"),
    ] {
        if let Some(v) = text(key).filter(|v| *v == "host") {
            words.push(format!("{option}={v}"));
        }
    }
    for (key, option) in [
        ("cap_add", "--cap-add"),
        ("devices", "--device"),
        ("security_opt", "--security-opt"),
    ] {
        for v in service.get(key).map(Yaml::items).unwrap_or_default() {
            if let Some(v) = v.text() {
                words.push(format!("{option}={v}"));
            }
        }
    }
    for v in service.get("volumes").map(Yaml::items).unwrap_or_default() {
        let mount = match (v.text(), v.get("source"), v.get("target")) {
            (Some(t), ..) => t.to_owned(),
            (None, Some(from), Some(to)) => format!("{}:{}", from.text()?, to.text()?),
            _ => continue,
        };
        // A name is a volume of docker's, not a folder.
        if mount.starts_with(['/', '.', '~', '$']) {
            words.push("-v".to_owned());
            words.push(mount);
        }
    }
    // Nothing of the host: nothing to say.
    if words.len() == 2 {
        return None;
    }
    words.push(text("image").unwrap_or("local").to_owned());
    Some(words.into_iter().map(Arg::known).collect())
}

#[cfg(test)]
mod tests {
    use super::super::yaml;
    use super::*;

    #[test]
    fn what_a_service_is_given() {
        let file = yaml::parse(
            "services:\n  web:\n    image: nginx\n    ports: ['80:80']\n  agent:\n    privileged: true\n    pid: host\n    volumes:\n      - /:/host\n      - data:/data\n      - type: bind\n        source: ./x\n        target: /x\n",
        );
        let shown: Vec<String> = containers(&file, &[])
            .iter()
            .map(|w| crate::expand::joined(w).shown().to_owned())
            .collect();
        assert_eq!(
            shown,
            ["docker run --privileged --pid=host -v /:/host -v ./x:/x local"]
        );
        assert!(containers(&file, &["web".to_owned()]).is_empty());
    }
}
