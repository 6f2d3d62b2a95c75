//! Resolution agrees with the kernel.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use palisade_files::{lexical, resolve, resolve_below};
use proptest::prelude::*;

fn root() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    (dir, root)
}

#[derive(Clone, Debug)]
enum Make {
    Dir(String),
    Link(String, String),
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "c", "l", "m"])
}

/// A relative path of plain names.
fn place() -> impl Strategy<Value = String> {
    prop::collection::vec(name(), 1..4).prop_map(|v| v.join("/"))
}

/// A path with everything a path can have. `@` stands for the root of the tree.
fn spelled() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => name().prop_map(str::to_owned),
        2 => Just("..".to_owned()),
        1 => Just(".".to_owned()),
        1 => Just(String::new()),
    ];
    (any::<bool>(), prop::collection::vec(part, 1..7)).prop_map(|(absolute, parts)| {
        let path = parts.join("/");
        let path = path.trim_start_matches('/');
        if absolute {
            format!("@/{path}")
        } else if path.is_empty() {
            ".".to_owned()
        } else {
            path.to_owned()
        }
    })
}

fn tree() -> impl Strategy<Value = Vec<Make>> {
    let make = prop_oneof![
        place().prop_map(Make::Dir),
        (place(), spelled()).prop_map(|(p, t)| Make::Link(p, t)),
    ];
    prop::collection::vec(make, 0..16)
}

fn build(root: &Path, tree: &[Make]) {
    for make in tree {
        // What does not fit (exists already, lies below nothing) is left out.
        match make {
            Make::Dir(p) => fs::create_dir_all(root.join(p)).ok(),
            Make::Link(p, t) => symlink(t.replace('@', root.to_str().unwrap()), root.join(p)).ok(),
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn real_is_what_the_kernel_reaches(tree in tree(), path in spelled(), cwd in name()) {
        let (_keep, root) = root();
        build(&root, &tree);
        fs::create_dir_all(root.join(cwd)).ok();
        let cwd = root.join(cwd);
        let path = path.replace('@', root.to_str().unwrap());
        let got = resolve(&path, &cwd);
        prop_assert!(got.real.is_absolute());
        // Beginning at a directory that is known to be real changes nothing.
        prop_assert_eq!(&resolve_below(&path, &cwd, &root), &got);
        let spelled = cwd.join(&path);
        match spelled.canonicalize() {
            Ok(real) => {
                let meta = fs::metadata(&real).unwrap();
                prop_assert_eq!(&got.real, &real);
                prop_assert!(got.exists);
                prop_assert_eq!(got.directory, meta.is_dir());
                prop_assert_eq!(got.ino, meta.ino());
                prop_assert_eq!(got.dev, meta.dev());
                prop_assert_eq!(got.links, meta.nlink());
                prop_assert_eq!(got.mode, meta.mode());
            }
            Err(_) => {
                // The tree has directories and links only: nothing is there.
                prop_assert!(!got.exists, "{:?}", got);
                // If a file can be made through the path, `real` says where.
                if got.real.starts_with(&root) && fs::write(&spelled, b"x").is_ok() {
                    prop_assert_eq!(&got.real, &spelled.canonicalize().unwrap());
                    let again = resolve(&path, &cwd);
                    prop_assert!(again.exists && !again.directory && again.links == 1);
                }
            }
        }
    }

    #[test]
    fn anything_resolves(path in ".{0,60}", cwd in "(/[a-z.]{0,4}){0,4}") {
        let got = resolve(&path, Path::new(&cwd));
        prop_assert!(got.real.is_absolute() && got.lexical.is_absolute());
        let text = got.lexical.to_string_lossy();
        prop_assert!(!text.split('/').any(|p| p == ".." || p == "."));
    }
}

#[test]
fn dotdot_applies_to_what_a_link_led_to() {
    let (_keep, root) = root();
    fs::create_dir_all(root.join("deep/down")).unwrap();
    symlink("deep/down", root.join("link")).unwrap();
    fs::write(root.join("deep/secret"), b"").unwrap();
    let got = resolve("link/../secret", &root);
    assert_eq!(got.real, root.join("deep/secret"));
    assert_eq!(got.lexical, root.join("secret"));
    assert!(got.exists && !got.directory);
}

#[test]
fn dangling_link_gives_its_target() {
    let (_keep, root) = root();
    symlink("b", root.join("a")).unwrap();
    symlink("new/file", root.join("b")).unwrap();
    let got = resolve("a", &root);
    assert_eq!(got.real, root.join("new/file"));
    assert!(!got.exists);
    assert_eq!(resolve("a/more", &root).real, root.join("new/file/more"));
}

#[test]
fn missing_tail_is_appended_and_links_count_again_after_dotdot() {
    let (_keep, root) = root();
    fs::create_dir(root.join("out")).unwrap();
    symlink("out", root.join("in")).unwrap();
    let got = resolve("in/x/y/../z", &root);
    assert_eq!(got.real, root.join("out/x/z"));
    let back = resolve("nothing/../in/f", &root);
    assert_eq!(back.real, root.join("out/f"));
    assert!(!back.exists);
}

#[test]
fn loops_end() {
    let (_keep, root) = root();
    symlink("b", root.join("a")).unwrap();
    symlink("a", root.join("b")).unwrap();
    let got = resolve("a/x", &root);
    assert_eq!(got.real, root.join("a/x"));
    assert!(!got.exists);
}

#[test]
fn forty_links_are_followed_and_no_more() {
    let (_keep, root) = root();
    fs::write(root.join("0"), b"").unwrap();
    for n in 1..=41 {
        symlink((n - 1).to_string(), root.join(n.to_string())).unwrap();
    }
    assert_eq!(resolve("40", &root).real, root.join("0"));
    assert_eq!(
        resolve("40", &root).real,
        root.join("40").canonicalize().unwrap()
    );
    assert!(root.join("41").canonicalize().is_err());
    let over = resolve("41", &root);
    assert!(!over.exists);
    assert_eq!(over.real, root.join("41"));
}

#[test]
fn special_spellings() {
    let (_keep, root) = root();
    fs::write(root.join("f"), b"").unwrap();
    symlink(&root, root.join("self")).unwrap();
    assert_eq!(resolve("", &root).real, root);
    assert!(resolve("", &root).directory);
    assert_eq!(resolve("self/", &root).real, root);
    assert_eq!(resolve("f/", &root).real, root.join("f"));
    assert_eq!(resolve("./self/./self//f", &root).real, root.join("f"));
    assert_eq!(resolve("/../../etc/..", &root).real, Path::new("/"));
    let nul = resolve("f\0", &root);
    assert!(!nul.exists);
    assert_eq!(nul.real, nul.lexical);
    // Below a file there is nothing.
    let below = resolve("f/x", &root);
    assert_eq!(below.real, root.join("f/x"));
    assert!(!below.exists);
}

#[test]
fn hard_links_are_counted() {
    let (_keep, root) = root();
    fs::write(root.join("f"), b"").unwrap();
    fs::hard_link(root.join("f"), root.join("g")).unwrap();
    let (f, g) = (resolve("f", &root), resolve("g", &root));
    assert_eq!((f.links, f.ino, f.dev), (2, g.ino, g.dev));
}

#[test]
fn proc_links_are_read() {
    let got = resolve("/proc/self/root/etc", Path::new("/"));
    assert_eq!(got.real, Path::new("/etc").canonicalize().unwrap());
    let file = tempfile::NamedTempFile::new().unwrap();
    let fd = std::os::fd::AsRawFd::as_raw_fd(file.as_file());
    let got = resolve(&format!("/proc/self/fd/{fd}"), Path::new("/"));
    assert_eq!(got.real, file.path().canonicalize().unwrap());
}

#[test]
fn long_paths_cost_little() {
    let (_keep, root) = root();
    fs::create_dir(root.join("d")).unwrap();
    let start = std::time::Instant::now();
    // A program that folds paths itself would still reach this directory.
    let long = "d/../".repeat(200_000) + "d";
    let got = resolve(&long, &root);
    assert_eq!(got.real, root.join("d"));
    assert!(got.exists);
    let longer = "x/".repeat(1_000_000);
    assert!(!resolve(&longer, &root).exists);
    assert!(start.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn relative_cwd_is_taken_from_the_process() {
    let here = std::env::current_dir().unwrap();
    assert_eq!(lexical(Path::new("x"), Path::new("y")), here.join("y/x"));
}
