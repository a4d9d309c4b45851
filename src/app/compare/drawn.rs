//! The chart of a comparison of records, as `plot` draws it: by the margins and rules of `compare` without flags.

use std::path::{Path, PathBuf};

use super::read::{Asked, Reader};
use super::{analysis, curves};
use crate::analysis::compare::{Margins, Runs};
use crate::app::Failure;
use crate::report::charts::Drawing;
use crate::report::comparison;

/// The chart of the folders' runs, the base first; none where no difference is known.
///
/// # Errors
/// Exit code 2 where the plans differ or a run cannot be read, 5 where one is invalid.
pub fn drawing(folders: &[PathBuf], out: &Path) -> Result<Option<Drawing>, Failure> {
    let reader = Reader { out, unchecked: false, allowed: &[] };
    let side = |folder: &PathBuf| {
        let name = folder.display().to_string();
        reader.side(&Asked { runs: vec![name.clone()], name })
    };
    let sides: Vec<Runs> = folders.iter().map(side).collect::<Result<_, _>>()?;
    let Some((base, candidates)) = sides.split_first() else { return Ok(None) };
    let margins = Margins::default();
    let compared = candidates.iter().map(|candidate| {
        let allowed = reader.comparable(base, candidate)?;
        Ok(analysis::compare(base, candidate, margins, &[], allowed))
    });
    let compared = compared.collect::<Result<_, Failure>>()?;
    let found = analysis::put_together(Some(base), compared, margins, &[]);
    Ok(comparison::drawing(&found, curves(Some(base), candidates, margins)))
}
