//! The other names the built-in rows speak of: branches, environments,
//! folders that can be made again, and network peers.

/// Our own verbs that only a person may use.
pub(crate) const PERSON_VERBS: &[&str] =
    &["unprotect", "nap", "approve", "grants", "protect", "harden"];

/// Git branches that take changes by pull request.
pub(crate) const PROTECTED_BRANCHES: &[&str] = &[
    "main",
    "master",
    "production",
    "prod",
    "release",
    "release/*",
    "stable",
];

/// Words that name production as a whole part of a host, context or branch.
pub(crate) const PRODUCTION: &[&str] = &["prod", "production", "prd", "live"];

/// Words that name a shared environment that is not production.
pub(crate) const STAGING: &[&str] = &[
    "staging",
    "stage",
    "stg",
    "uat",
    "preprod",
    "preproduction",
    "nonprod",
    "nonproduction",
    "qa",
];

/// A word before a production word that takes its meaning away (`non-prod`).
pub(crate) const NOT_PRODUCTION: &[&str] = &["non", "not", "pre"];

/// Names of our own programs.
pub(crate) const OWN_PROGRAMS: &[&str] = &["palisade", "palisade-hook"];

/// Programs that change a cluster, which may be one on this machine.
pub(crate) const CLUSTER_CLIENTS: &[&str] = &[
    "kubectl",
    "helm",
    "oc",
    "kustomize",
    "skaffold",
    "tilt",
    "flux",
    "argocd",
    "istioctl",
];

/// Programs that give a file another name.
pub(crate) const RENAMERS: &[&str] = &["cp", "ln", "link", "install", "rsync", "dd", "cat"];

/// Programs that forward ports of the machine they name.
pub(crate) const SHELLS_AFAR: &[&str] = &["ssh", "autossh", "slogin"];

/// Programs that listen on behalf of another machine.
pub(crate) const TUNNELS: &[&str] = &[
    "ngrok",
    "cloudflared",
    "tailscale",
    "localtunnel",
    "lt",
    "telebit",
    "serveo",
    "bore",
    "chisel",
    "frpc",
    "frps",
    "untun",
    "devtunnel",
    "code",
    "zrok",
    "inlets",
    "rathole",
    "pagekite",
    "loclx",
];

/// Words that name this machine or one person's environment.
pub(crate) const LOCAL: &[&str] = &["local", "localhost", "minikube", "kind", "k3d", "desktop"];

/// Folders a tool makes again, and the files (in the folder beside it) that
/// let it; no files: it needs none.
pub(crate) const REGENERABLE: &[(&str, &[&str])] = &[
    (
        "node_modules",
        &[
            "package-lock.json",
            "npm-shrinkwrap.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
            "bun.lockb",
            "package.json",
        ],
    ),
    ("bower_components", &["bower.json"]),
    (".next", &["package.json"]),
    (".nuxt", &["package.json"]),
    (".svelte-kit", &["package.json"]),
    (".turbo", &["package.json"]),
    (".parcel-cache", &["package.json"]),
    (".angular", &["package.json"]),
    (".nyc_output", &["package.json"]),
    (".docusaurus", &["package.json"]),
    ("storybook-static", &["package.json"]),
    (
        "coverage",
        &["package.json", "pyproject.toml", "setup.cfg", "go.mod"],
    ),
    (
        "htmlcov",
        &["pyproject.toml", "setup.cfg", "setup.py", "tox.ini"],
    ),
    // Not `build`: scripts and sources are kept under that name too.
    (
        "dist",
        &["package.json", "pyproject.toml", "setup.py", "setup.cfg"],
    ),
    ("target", &["Cargo.toml", "pom.xml", "build.sbt"]),
    (
        ".venv",
        &[
            "requirements.txt",
            "pyproject.toml",
            "poetry.lock",
            "uv.lock",
            "Pipfile.lock",
            "setup.py",
        ],
    ),
    (
        "venv",
        &[
            "requirements.txt",
            "pyproject.toml",
            "poetry.lock",
            "uv.lock",
            "Pipfile.lock",
            "setup.py",
        ],
    ),
    ("__pycache__", &[]),
    // Files that tools and systems leave behind.
    ("*.pyc", &[]),
    ("*.pyo", &[]),
    (".ds_store", &[]),
    ("thumbs.db", &[]),
    ("*.tsbuildinfo", &[]),
    (".eslintcache", &[]),
    (".coverage", &[]),
    ("coverage.xml", &[]),
    ("lcov.info", &[]),
    (".ipynb_checkpoints", &[]),
    ("*.egg-info", &["setup.py", "setup.cfg", "pyproject.toml"]),
    ("playwright-report", &["package.json"]),
    (".pytest_cache", &[]),
    (".mypy_cache", &[]),
    (".ruff_cache", &[]),
    (".hypothesis", &[]),
    (".tox", &["tox.ini", "pyproject.toml", "setup.cfg"]),
    (".nox", &["noxfile.py"]),
    (
        ".gradle",
        &[
            "build.gradle",
            "build.gradle.kts",
            "settings.gradle",
            "settings.gradle.kts",
        ],
    ),
    ("vendor", &["composer.lock", "go.sum", "Gemfile.lock"]),
    ("Pods", &["Podfile.lock"]),
    (".terraform", &[".terraform.lock.hcl"]),
    (".dart_tool", &["pubspec.yaml", "pubspec.lock"]),
    ("elm-stuff", &["elm.json"]),
    ("deps", &["mix.lock"]),
    ("_build", &["mix.exs", "dune-project", "rebar.config"]),
    (".stack-work", &["stack.yaml"]),
    ("dist-newstyle", &["cabal.project"]),
    (".zig-cache", &["build.zig"]),
    ("zig-cache", &["build.zig"]),
];

/// URL paths that administrate.
pub(crate) const SENSITIVE_ENDPOINTS: &[&str] = &["admin", "administrator", "superuser", "sudo"];

/// Beginnings of a URL path part that say it destroys in bulk.
pub(crate) const SENSITIVE_VERBS: &[&str] = &[
    "delete-all",
    "delete_all",
    "deleteall",
    "drop-",
    "drop_",
    "truncate",
    "purge",
    "wipe",
    "destroy",
    "factory-reset",
    "factory_reset",
    "reset-all",
    "reset_all",
    "shutdown",
];

/// Names that always mean this machine, alone or below a label.
pub(crate) const LOOPBACK_NAMES: &[&str] = &[
    "localhost",
    "localhost.localdomain",
    "localhost6",
    "ip6-localhost",
    "ip6-loopback",
    "localtest.me",
    "lvh.me",
    "vcap.me",
];

/// Services that resolve a name to the address in it.
pub(crate) const ADDRESS_IN_NAME: &[&str] = &["nip.io", "sslip.io", "xip.io"];

/// Cloud metadata by name.
pub(crate) const METADATA_NAMES: &[&str] = &[
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "instance-data",
    "instance-data.ec2.internal",
    "metadata.azure.internal",
    "metadata.platformequinix.com",
];

/// Cloud metadata by address.
pub(crate) const METADATA_ADDRESSES: &[&str] = &[
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
];

/// Ranges that are not publicly routed.
pub(crate) const PRIVATE_RANGES: &[(&str, u32)] = &[
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("169.254.0.0", 16),
    ("100.64.0.0", 10),
    ("0.0.0.0", 8),
    ("192.0.0.0", 24),
    ("198.18.0.0", 15),
    ("224.0.0.0", 4),
    ("240.0.0.0", 4),
    ("fc00::", 7),
    ("fe80::", 10),
    ("fec0::", 10),
    ("ff00::", 8),
];
