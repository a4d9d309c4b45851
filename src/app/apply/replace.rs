//! Replaces a file by a new text: backup beside it, then whole or not at all.
//!
//! Promises that no older backup is overwritten, that mode and, as far as this user may, owner stay, that a symbolic link
//! goes on pointing to the changed file, and that a file that somebody changed meanwhile is left alone.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::app::{Failure, out};
use crate::clock::wall_now;
use crate::say;
use crate::text::Told;

/// Backups of one second at most.
const MOST: u32 = 100;

/// Puts `new` into the place of `old`; where the backup is.
pub(in crate::app) fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<PathBuf, Failure> {
    let real = fs::canonicalize(path).with_context(|| path.display().to_string()).map_err(Failure::usage)?;
    let metadata = fs::metadata(&real).with_context(|| path.display().to_string()).map_err(Failure::usage)?;
    let beside = |error: io::Error| {
        let folder = real.parent().unwrap_or(Path::new(".")).display().to_string();
        let error = error.to_string();
        Failure::usage(Told::new(say!("app-apply-no-backup", folder = folder, error = error)))
    };
    let backup = back_up(&real, old, &metadata).map_err(beside)?;
    match put(&real, old, new, &metadata) {
        Ok(()) => Ok(backup),
        Err(error) => {
            // It is what the file still is.
            let _ = fs::remove_file(&backup);
            Err(error)
        }
    }
}

fn back_up(real: &Path, old: &[u8], metadata: &Metadata) -> io::Result<PathBuf> {
    let time: String = humantime::format_rfc3339_seconds(wall_now()).to_string();
    let time: String = time.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let mut error = io::Error::from(io::ErrorKind::AlreadyExists);
    for number in 1..=MOST {
        let more = if number == 1 { String::new() } else { format!("-{number}") };
        let path = sibling(real, "", &format!(".bak-{time}{more}"));
        match create(&path) {
            Ok(file) => {
                let written = fill(file, old, metadata);
                return written.map(|()| path.clone()).inspect_err(|_| {
                    let _ = fs::remove_file(&path);
                });
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => error = e,
            Err(e) => return Err(e),
        }
    }
    Err(error)
}

fn put(real: &Path, old: &[u8], new: &[u8], metadata: &Metadata) -> Result<(), Failure> {
    let temporary = sibling(real, ".", &format!(".openim-bench-{}", std::process::id()));
    let place = || real.display().to_string();
    let failed = |error: io::Error| Failure::usage(anyhow::Error::new(error).context(place()));
    let file = create(&temporary).map_err(failed)?;
    let result = fill(file, new, metadata).map_err(failed).and_then(|()| {
        if fs::read(real).map_err(failed)? != old {
            return Err(Failure::usage(Told::new(say!("app-apply-meanwhile", file = place()))));
        }
        fs::rename(&temporary, real).map_err(|error| {
            let error = error.to_string();
            Failure::usage(Told::new(say!("app-apply-mounted", file = place(), error = error)))
        })
    });
    if result.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    if let Some(folder) = real.parent().and_then(|folder| File::open(folder).ok()) {
        // So that the new name survives a power cut; not every file system can.
        let _ = folder.sync_all();
    }
    result
}

fn sibling(real: &Path, before: &str, after: &str) -> PathBuf {
    let mut name = std::ffi::OsString::from(before);
    name.push(real.file_name().unwrap_or_default());
    name.push(after);
    real.with_file_name(name)
}

/// A new file that only its owner may read until its mode is known.
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn fill(mut file: File, text: &[u8], like: &Metadata) -> io::Result<()> {
    file.write_all(text)?;
    let now = file.metadata()?;
    if (now.uid(), now.gid()) != (like.uid(), like.gid())
        && fchown(&file, Some(like.uid()), Some(like.gid())).is_err()
        // The group alone is often allowed.
        && fchown(&file, None, Some(like.gid())).is_err()
    {
        out::tell(&say!("app-apply-owner"));
    }
    file.set_permissions(like.permissions())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn mode_and_link_stay_and_every_backup_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("real.yml"), dir.path().join("webhooks.yml"));
        fs::write(&file, "a").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("real.yml", &link).unwrap();
        let first = replace(&link, b"a", b"b").unwrap();
        let second = replace(&link, b"b", b"c").unwrap();
        assert_ne!(first, second);
        assert_eq!((fs::read(&first).unwrap(), fs::read(&second).unwrap()), (b"a".to_vec(), b"b".to_vec()));
        assert_eq!(fs::read(&file).unwrap(), b"c");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        for path in [&file, &first, &second] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o640);
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 4, "no temporary file is left");
    }

    #[test]
    fn a_file_that_was_changed_meanwhile_is_left_alone_without_traces() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("webhooks.yml");
        fs::write(&file, "new").unwrap();
        let error = replace(&file, b"old", b"mine").unwrap_err().to_string();
        assert!(error.contains("meanwhile"), "{error}");
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
