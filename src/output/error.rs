//! What can go wrong with an output folder, said so that the user can act on it.

use std::io;
use std::path::{Path, PathBuf};

/// Why an output folder or one of its files could not be used.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The operating system refused an operation.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried: `create`, `write`, `rename` ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Cause given by the operating system.
        source: io::Error,
    },
    /// The folder holds another result.
    #[error(
        "{folder} already holds a different result ({held}); \
         choose another folder with --output, or replace it with --force"
    )]
    Different {
        /// The output folder.
        folder: PathBuf,
        /// What its manifest says it holds.
        held: String,
    },
    /// The folder holds this very result, but files were changed or lost since.
    #[error(
        "{folder} holds this result, but it is no longer as it was written ({damage}); \
         write it again with --force, or choose another folder with --output"
    )]
    Damaged {
        /// The output folder.
        folder: PathBuf,
        /// Which files differ, and how.
        damage: String,
    },
    /// The folder holds files that no result of ours lists.
    #[error(
        "{folder} holds files that are not part of a result ({found}); \
         choose another folder with --output (--force replaces results only)"
    )]
    Foreign {
        /// The output folder.
        folder: PathBuf,
        /// The files found.
        found: String,
    },
    /// A graph that no file of its format can hold.
    #[error("the graph \"{title}\" cannot be written: {problem}")]
    Graph {
        /// Title of the graph.
        title: String,
        /// What is wrong with it, and where.
        problem: String,
    },
    /// Another process writes to the folder at this moment.
    #[error("{folder} is in use by another tiexi process; wait for it or choose another --output")]
    Busy {
        /// The output folder.
        folder: PathBuf,
    },
}

impl OutputError {
    /// Wraps an error of the operating system with what was tried and where.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| OutputError::Io { action, path, source }
    }

    /// Whether the folder or its content was refused (the user must decide), as opposed to a failing disk.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, OutputError::Io { .. })
    }
}
