//! Whether a path lies on a disk of this machine.

use std::path::Path;

/// Whether appending and locking can be relied on at `path`: `false` for
/// network file systems and everything that is served by another process,
/// where `O_APPEND` and `flock` may not be atomic.
///
/// A path that does not exist is judged by its nearest folder that does. On
/// systems other than Linux the kind of a file system is not looked at and
/// everything counts as local.
pub fn is_local_filesystem(path: &Path) -> bool {
    path.ancestors()
        .map(|p| {
            if p.as_os_str().is_empty() {
                Path::new(".")
            } else {
                p
            }
        })
        .find_map(kind_is_local)
        .unwrap_or(false)
}

#[cfg(target_os = "linux")]
fn kind_is_local(path: &Path) -> Option<bool> {
    /// Type numbers of `statfs(2)`.
    const REMOTE: &[u32] = &[
        0x0000_6969, // NFS
        0x0000_517B, // SMB
        0xFF53_4D42, // CIFS
        0xFE53_4D42, // SMB2
        0x0102_1997, // 9p
        0x6573_5546, // FUSE, virtiofs
        0x7372_7545, // Coda
        0x5346_414F, // AFS
        0x6B41_4653, // kAFS
        0x0000_564C, // NCP
        0x00C3_6400, // Ceph
        0x0116_1970, // GFS2
        0x7461_636F, // OCFS2
        0x0BD0_0BD0, // Lustre
        0x4750_4653, // GPFS
        0x786F_4256, // VirtualBox shared folders
        0x7C7C_6673, // Parallels shared folders
        0x1983_0326, // BeeGFS
        0xAAD7_AAEA, // PanFS
        0xBEEF_DEAD, // SNFS
    ];
    let stat = rustix::fs::statfs(path).ok()?;
    // The field is signed and wider than the number on some systems.
    let kind = (stat.f_type & 0xFFFF_FFFF) as u32;
    Some(!REMOTE.contains(&kind))
}

#[cfg(not(target_os = "linux"))]
fn kind_is_local(path: &Path) -> Option<bool> {
    rustix::fs::stat(path).ok().map(|_| true)
}
