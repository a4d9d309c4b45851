//! Opens and reads log files: plain, compressed, standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::{Shared, follow, shown};
use crate::app::{Failure, out};
use crate::logs::LONGEST;
use crate::say;
use crate::text::Told;

const BUFFER: usize = 1 << 18;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads the files in their order; the last one as it grows, where that is asked.
pub(super) fn read_all(files: &[PathBuf], follow: bool, shared: &Shared) -> Result<(), Failure> {
    for (n, path) in files.iter().enumerate() {
        if follow && n + 1 == files.len() && path != Path::new("-") {
            return follow::follow(path, shared);
        }
        if follow && n + 1 == files.len() {
            // Standard input comes as it is written.
            shared.caught_up();
        }
        read_file(path, shared)?;
    }
    Ok(())
}

fn read_file(path: &Path, shared: &Shared) -> Result<(), Failure> {
    if path == Path::new("-") {
        let stdin = BufReader::with_capacity(BUFFER, io::stdin());
        return read(path, stdin, shared);
    }
    let file = open(path)?;
    read(path, BufReader::with_capacity(BUFFER, file), shared)
}

/// Opens, or says why not.
pub(in crate::app) fn open(path: &Path) -> Result<File, Failure> {
    let failed =
        |error: io::Error| Failure::usage(Told::new(say!("logs-open", file = shown(path))).because(error));
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    Ok(file)
}

fn read(path: &Path, reader: impl BufRead, shared: &Shared) -> Result<(), Failure> {
    read_lines(path, reader, &mut |line| {
        shared.lock().line(line);
        !shared.stopped()
    })
}

/// Reads what is plain or compressed, line by line, while `on` wants more.
pub(in crate::app) fn read_lines(
    path: &Path,
    mut reader: impl BufRead,
    on: &mut impl FnMut(&[u8]) -> bool,
) -> Result<(), Failure> {
    let result = if is_gzip(&mut reader) {
        lines(&mut BufReader::with_capacity(BUFFER, MultiGzDecoder::new(reader)), on)
    } else {
        lines(&mut reader, on)
    };
    match result {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            out::tell(&say!("logs-broken-off", file = shown(path)));
            Ok(())
        }
        Err(error) => Err(Failure::usage(Told::new(say!("logs-open", file = shown(path))).because(error))),
        Ok(()) => Ok(()),
    }
}

/// Whether it begins as a compressed file does; an error comes again when it is read.
pub(in crate::app) fn is_gzip(reader: &mut impl BufRead) -> bool {
    reader.fill_buf().is_ok_and(|head| head.starts_with(&GZIP))
}

fn lines(reader: &mut impl BufRead, on: &mut impl FnMut(&[u8]) -> bool) -> io::Result<()> {
    let mut line = Vec::new();
    while next(reader, &mut line)? {
        if !on(&line) {
            break;
        }
        line.clear();
    }
    Ok(())
}

/// Appends the next line to `line`, at most a mebibyte of it; the rest of a longer one is skipped. False at the end.
pub(super) fn next(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    let room = LONGEST.saturating_sub(line.len()) as u64;
    let read = reader.by_ref().take(room).read_until(b'\n', line)?;
    if line.len() >= LONGEST && line.last() != Some(&b'\n') {
        reader.skip_until(b'\n')?;
        line.push(b'\n');
        return Ok(true);
    }
    Ok(read > 0)
}
