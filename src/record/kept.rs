//! What a judge wrote into `run.json` under `judged`, beside the header, so that `run.json` and `intervals.hlog` are
//! enough to compare with. Readers of the header pass over it; its shape is the judge's.

use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::roundtrips::LogJoin;
use super::write::write_text_atomically;
use super::{EXCEEDANCES_CSV, RUN_JSON, SECONDS_JSONL};

const KEY: &str = "judged";

/// Whether the folder still holds what a run is judged from.
#[must_use]
pub fn is_whole(folder: &Path) -> bool {
    folder.join(SECONDS_JSONL).is_file() && folder.join(EXCEEDANCES_CSV).is_file()
}

/// What was kept; none where nothing was, or in a shape that is not known here.
#[must_use]
pub fn read<T: DeserializeOwned>(folder: &Path) -> Option<T> {
    let mut header: Value = serde_json::from_slice(&std::fs::read(folder.join(RUN_JSON)).ok()?).ok()?;
    serde_json::from_value(header.get_mut(KEY)?.take()).ok()
}

/// Keeps what a joined log says in the header of a run, in place of an earlier one's.
///
/// # Errors
/// When `run.json` cannot be read or written.
pub fn keep_log(folder: &Path, join: &LogJoin) -> io::Result<()> {
    let path = folder.join(RUN_JSON);
    let mut header: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    if let Some(fields) = header.as_object_mut() {
        fields.insert("openim_log".to_owned(), serde_json::to_value(join)?);
    }
    let mut text = serde_json::to_vec_pretty(&header)?;
    text.push(b'\n');
    write_text_atomically(&path, &text)
}

/// Keeps `judged` in the header of a run that has ended; writes nothing where the same stands there.
///
/// # Errors
/// When `run.json` cannot be read or written.
pub fn keep(folder: &Path, judged: &impl Serialize) -> io::Result<()> {
    let path = folder.join(RUN_JSON);
    let mut header: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    let judged = serde_json::to_value(judged)?;
    let Some(fields) = header.as_object_mut() else { return Ok(()) };
    // While a run lasts its header is the writer's.
    if fields.get("end").is_none_or(Value::is_null) || fields.get(KEY) == Some(&judged) {
        return Ok(());
    }
    fields.insert(KEY.to_owned(), judged);
    let mut text = serde_json::to_vec_pretty(&header)?;
    text.push(b'\n');
    write_text_atomically(&path, &text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture;
    use crate::record::model::Ended;
    use crate::record::read::RunRecord;

    #[test]
    fn a_judgement_stands_beside_the_header_once_the_run_has_ended() {
        let dir = tempfile::tempdir().unwrap();
        let mut header = fixture::header("r", 0);
        let write = |header: &crate::record::Header| {
            std::fs::write(dir.path().join(RUN_JSON), serde_json::to_vec(header).unwrap()).unwrap();
        };
        write(&header);
        keep(dir.path(), &"running").unwrap();
        assert_eq!(read::<String>(dir.path()), None);
        header.end = Some(fixture::end(Ended::Complete));
        write(&header);
        keep(dir.path(), &"good").unwrap();
        assert_eq!(read::<String>(dir.path()).as_deref(), Some("good"));
        assert_eq!(read::<u32>(dir.path()), None);
        assert_eq!(RunRecord::open(dir.path()).unwrap().header, header);
        assert!(!is_whole(dir.path()));
    }
}
