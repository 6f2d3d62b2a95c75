//! Reading, writing, locking.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

use palisade_files::{
    Lock, create_private_dir, is_local_filesystem, open_append, open_read, read, read_capped,
    write_atomic,
};
use rustix::fs::{CWD, FileType, Mode};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn fifo(path: &Path) {
    rustix::fs::mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
}

#[test]
fn pipes_devices_and_folders_are_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    fifo(&pipe);
    let link = dir.path().join("link");
    symlink(&pipe, &link).unwrap();
    let start = Instant::now();
    for path in [&pipe, &link, Path::new("/dev/zero"), dir.path()] {
        assert!(read(path).unwrap_err().is_not_regular(), "{path:?}");
        assert!(read_capped(path, 10).unwrap_err().is_not_regular());
        assert!(open_read(path).is_err());
        assert!(write_atomic(path, b"x", None).unwrap_err().is_not_regular());
    }
    assert!(open_append(&pipe, 0o600).unwrap_err().is_not_regular());
    assert!(
        Lock::exclusive(&pipe, Duration::ZERO)
            .unwrap_err()
            .is_not_regular()
    );
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(fs::symlink_metadata(&pipe).unwrap().mode() & 0o170_000 == 0o010_000);
}

#[test]
fn capped_reading() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    fs::write(&path, b"12345").unwrap();
    assert_eq!(
        read_capped(&path, 5).unwrap().as_deref(),
        Some(&b"12345"[..])
    );
    assert_eq!(read_capped(&path, 4).unwrap(), None);
    assert_eq!(read(&path).unwrap(), b"12345");
    assert!(
        read_capped(&dir.path().join("none"), 4)
            .unwrap_err()
            .is_not_found()
    );
    // Files of /proc have size 0 and content.
    assert!(
        read_capped(Path::new("/proc/self/stat"), 4096)
            .unwrap()
            .is_some()
    );
    assert_eq!(read_capped(Path::new("/proc/self/stat"), 4).unwrap(), None);
    let text = read_capped(&dir.path().join("none"), 4)
        .unwrap_err()
        .to_string();
    assert!(
        text.starts_with("cannot read ") && text.contains("none"),
        "{text}"
    );
}

#[test]
fn replaced_in_one_step() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    write_atomic(&path, b"one", Some(0o640)).unwrap();
    assert_eq!(
        (fs::read(&path).unwrap(), mode(&path)),
        (b"one".to_vec(), 0o640)
    );
    let before = fs::metadata(&path).unwrap().ino();
    write_atomic(&path, b"two", None).unwrap();
    assert_eq!(
        (fs::read(&path).unwrap(), mode(&path)),
        (b"two".to_vec(), 0o640)
    );
    assert_ne!(fs::metadata(&path).unwrap().ino(), before);
    write_atomic(&path, b"", Some(0o600)).unwrap();
    assert_eq!(mode(&path), 0o600);
    // Nothing is left behind, not even after a failure.
    assert!(write_atomic(&dir.path().join("no/such"), b"x", None).is_err());
    assert!(write_atomic(&dir.path().join("n".repeat(300)), b"x", None).is_err());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn links_stay_links() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("real")).unwrap();
    let (link, file) = (dir.path().join("link"), dir.path().join("real/f"));
    symlink("real/f", &link).unwrap();
    write_atomic(&link, b"made", Some(0o600)).unwrap();
    write_atomic(&link, b"kept", None).unwrap();
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("real/f"));
    assert_eq!(
        (fs::read(&file).unwrap(), mode(&file)),
        (b"kept".to_vec(), 0o600)
    );
    let round = dir.path().join("round");
    symlink("round", &round).unwrap();
    assert!(write_atomic(&round, b"x", None).is_err());
    assert!(open_append(&link, 0o600).is_err());
    assert!(open_read(&link).is_err());
}

#[test]
fn private_directories() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b");
    create_private_dir(&path).unwrap();
    assert_eq!((mode(&path), mode(&dir.path().join("a"))), (0o700, 0o700));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    create_private_dir(&path).unwrap();
    assert_eq!(mode(&path), 0o700);
    fs::write(dir.path().join("f"), b"").unwrap();
    assert!(create_private_dir(&dir.path().join("f")).is_err());
    assert!(create_private_dir(&dir.path().join("f/g")).is_err());
}

#[test]
fn one_holder_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lock");
    let held = Lock::exclusive(&path, Duration::ZERO).unwrap();
    assert_eq!(mode(&path), 0o600);
    let start = Instant::now();
    let refused = Lock::exclusive(&path, Duration::from_millis(30)).unwrap_err();
    assert!(refused.is_timeout());
    assert!(start.elapsed() >= Duration::from_millis(30));
    drop(held);
    Lock::exclusive(&path, Duration::ZERO).unwrap();
}

#[test]
fn a_lock_on_a_removed_file_is_not_taken_for_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lock");
    let held = Lock::exclusive(&path, Duration::ZERO).unwrap();
    std::thread::scope(|s| {
        let waiting = s.spawn(|| Lock::exclusive(&path, Duration::from_secs(20)));
        std::thread::sleep(Duration::from_millis(20));
        fs::remove_file(&path).unwrap();
        drop(held);
        let lock = waiting.join().unwrap().unwrap();
        let named = fs::metadata(&path).unwrap().ino();
        assert_eq!(lock.file().metadata().unwrap().ino(), named);
    });
}

#[test]
fn counting_under_a_lock_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (lock, count) = (dir.path().join("lock"), dir.path().join("count"));
    write_atomic(&count, b"0", None).unwrap();
    std::thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                for _ in 0..10 {
                    let _held = Lock::exclusive(&lock, Duration::from_mins(1)).unwrap();
                    let n: u32 = String::from_utf8(read(&count).unwrap())
                        .unwrap()
                        .parse()
                        .unwrap();
                    fs::write(&count, (n + 1).to_string()).unwrap();
                }
            });
        }
    });
    assert_eq!(read(&count).unwrap(), b"40");
}

#[test]
fn kinds_of_file_system() {
    let dir = tempfile::tempdir().unwrap();
    assert!(is_local_filesystem(dir.path()));
    assert!(is_local_filesystem(&dir.path().join("not/there/yet")));
    assert!(is_local_filesystem(Path::new("relative-and-missing")));
}
