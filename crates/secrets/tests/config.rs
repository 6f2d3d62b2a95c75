//! Redacted configuration files keep everything but the secrets.

use palisade_secrets::{FingerprintKey, redact_config};

/// Kept in pieces: other scanners read this file too.
fn whole(text: &str) -> String {
    text.replace("{sk}", "sk_").replace("{akia}", "AKIA")
}

fn key() -> FingerprintKey {
    FingerprintKey::from_bytes([42; 32])
}

/// The text with every placeholder shortened to `[R]`.
fn shape(text: &str, name: &str) -> String {
    let redaction = redact_config(&whole(text), name, &key());
    let again = redact_config(&redaction.text, name, &key());
    assert_eq!(again.text, redaction.text, "not stable");
    let mut out = String::new();
    let mut rest = redaction.text.as_str();
    while let Some((head, tail)) = rest.split_once("[REDACTED:") {
        out.push_str(head);
        out.push_str("[R]");
        rest = tail.split_once(']').map_or("", |(_, after)| after);
    }
    out + rest
}

#[test]
fn an_env_file() {
    let text = "\
# Database, ask ops for the real one
DATABASE_URL=postgres://app:s3cr3t@db.internal:5432/app
DB_PASSWORD='hunter2'   # rotated monthly
export STRIPE_KEY={sk}test_51Hq8s2KdLw93mXvB7cNtRz4

SESSION_SECRET=\"keyboard cat\"
ADMIN_PIN_PASSWORD=1234
API_TOKEN=${VAULT_TOKEN}
MAX_TOKENS=4096
TOKEN_TTL=3600
DEBUG=true
PORT=8080
LOG_LEVEL=info
BASE_URL=https://app.example.com/path
HOST=db.internal
BLOB=q7Zt2kXv9LwPb4mRsY8dNc3fGh5j
COMMIT=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b
EMPTY_PASSWORD=
";
    let expected = "\
# Database, ask ops for the real one
DATABASE_URL=postgres://app:[R]@db.internal:5432/app
DB_PASSWORD='[R]'   # rotated monthly
export STRIPE_KEY=[R]

SESSION_SECRET=\"[R]\"
ADMIN_PIN_PASSWORD=[R]
API_TOKEN=${VAULT_TOKEN}
MAX_TOKENS=4096
TOKEN_TTL=3600
DEBUG=true
PORT=8080
LOG_LEVEL=info
BASE_URL=https://app.example.com/path
HOST=db.internal
BLOB=[R]
COMMIT=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b
EMPTY_PASSWORD=
";
    assert_eq!(shape(text, "/p/.env.local"), expected);
}

#[test]
fn a_yaml_file_stays_yaml() {
    let text = "\
db:
  host: db.internal
  password: hunter2 # note
  port: 5432
tokens:
  - q7Zt2kXv9LwPb4mRsY8d
  - \"a81f0c2e7d3b4956\"
tls:
  key: |
    some indented
    text
  private_key: |
    line one
    line two
debug: false
";
    let expected = "\
db:
  host: db.internal
  password: \"[R]\" # note
  port: 5432
tokens:
  - \"[R]\"
  - \"[R]\"
tls:
  key: |
    some indented
    text
  private_key: |
    [R]
debug: false
";
    assert_eq!(shape(text, "config.yaml"), expected);
}

#[test]
fn a_json_file_stays_json() {
    let text = r#"{
  "name": "app",
  "password": "hun\"ter2",
  "pin_password": 1234,
  "retries": 3,
  "nested": { "api_key": "abc", "url": "https://x.internal" },
  "list": ["q7Zt2kXv9LwPb4mRsY8d", "plain"]
}"#;
    let out = shape(text, "settings.json");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["name"], "app");
    assert_eq!(value["password"], "[R]");
    assert_eq!(value["pin_password"], "[R]");
    assert_eq!(value["retries"], 3);
    assert_eq!(value["nested"]["api_key"], "[R]");
    assert_eq!(value["nested"]["url"], "https://x.internal");
    assert_eq!(value["list"][0], "[R]");
    assert_eq!(value["list"][1], "plain");
}

#[test]
fn ini_toml_and_aws_credentials() {
    let text = "[default]\naws_access_key_id = {akia}Q3EGSTLVMKP7JX2D\naws_secret_access_key = Zk83hfQp2mVxa0sQ1wKq83vvb01h8Jq2vLmTr0ub\nregion = eu-west-1\n";
    assert_eq!(
        shape(text, "credentials"),
        "[default]\naws_access_key_id = [R]\naws_secret_access_key = [R]\nregion = eu-west-1\n"
    );
    let text = "title = \"x\"\n[db]\npassword = \"hunter2\"\nports = [8000, 8001]\nkeys = [\"q7Zt2kXv9LwPb4mRsY8d\"]\n";
    assert_eq!(
        shape(text, "app.toml"),
        "title = \"x\"\n[db]\npassword = \"[R]\"\nports = [8000, 8001]\nkeys = [\"[R]\"]\n"
    );
}

#[test]
fn password_files_of_programs() {
    assert_eq!(
        shape("machine h login me password hunter2\n", "/home/u/.netrc"),
        "machine h login me password [R]\n"
    );
    assert_eq!(
        shape("db:5432:app:me:hunter2\n", "/home/u/.pgpass"),
        "db:5432:app:me:[R]\n"
    );
}

#[test]
fn a_file_without_secrets_comes_back_as_it_is() {
    let text = "A=1\nB=two\n";
    let redaction = redact_config(text, ".env", &key());
    assert_eq!(redaction.text, text);
    assert!(redaction.found.is_empty());
}

#[test]
fn ordinary_configuration_comes_back_as_it_is() {
    for (name, text) in [
        (
            "docker-compose.yml",
            "services:\n  db:\n    image: postgres:16@sha256:8f5b0c1e2d3a4958671605f4e3d2c1b0a99887766554433221100ffeeddccbba\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD}\n      TZ: Europe/Berlin\n    ports: [\"5432:5432\"]\n    healthcheck:\n      test: [\"CMD\", \"pg_isready\"]\n",
        ),
        (
            "package.json",
            "{\n  \"name\": \"@org/app-service\",\n  \"version\": \"1.4.0\",\n  \"scripts\": { \"test\": \"vitest run --coverage\" },\n  \"dependencies\": { \"jsonwebtoken\": \"^9.0.2\" }\n}\n",
        ),
        (
            ".github/workflows/ci.yml",
            "on: [push]\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    strategy:\n      matrix:\n        target:\n          - x86_64-unknown-linux-musl\n          - aarch64-unknown-linux-gnu\n    steps:\n      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683\n      - uses: actions/cache@v4\n        with:\n          key: ${{ runner.os }}-${{ hashFiles('Cargo.lock') }}\n        env:\n          TOKEN: ${{ secrets.TOKEN }}\n",
        ),
        (
            "Cargo.toml",
            "[package]\nname = \"app\"\nedition = \"2024\"\n\n[dependencies]\nserde = { version = \"1.0\", features = [\"derive\"] }\nsecrecy = \"0.10\"\n",
        ),
        (
            "settings.ini",
            "; comment\n[server]\nhost = 0.0.0.0\nport = 8443\nlog_level = debug\nworkers = 4\nroot = /srv/www\ntimeout = 30s\nlocale = de_DE.UTF-8\n",
        ),
    ] {
        let redaction = redact_config(text, name, &key());
        assert_eq!(redaction.text, text, "{name}");
    }
}
