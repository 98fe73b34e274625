//! Reading files: only inside the scenario's folder tree, only of sensible size, only UTF-8.

use super::problem::{Problem, ScenarioError};
use super::source::{FileId, Origin, Sources};
use super::suggest;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

/// No scenario file or table may be larger than this.
const LARGEST_FILE: u64 = 10 * 1024 * 1024;

/// The folder tree that a scenario's files must stay in, and all texts read from it.
#[derive(Debug)]
pub struct Folder {
    /// The folder of the top scenario file, with links followed.
    root: PathBuf,
    /// The same folder as the user wrote it, for messages.
    shown: PathBuf,
    /// The texts read so far.
    pub sources: Sources,
}

impl Folder {
    /// The tree below a folder.
    pub fn at(shown: &Path) -> std::io::Result<Self> {
        let folder = if shown.as_os_str().is_empty() { Path::new(".") } else { shown };
        Ok(Self { root: folder.canonicalize()?, shown: shown.to_path_buf(), sources: Sources::default() })
    }

    /// The folder itself, with links followed.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads the top scenario file. A linked one is looked at where it really lies, so that the
    /// files it names are found beside it.
    pub fn open(top: &Path) -> Result<(Self, FileId, PathBuf), ScenarioError> {
        let name = top.display().to_string();
        let mut sources = Sources::default();
        let opened = top
            .canonicalize()
            .map_err(|error| unreadable(top, &name, &error))
            .and_then(|real| Ok((read_text(&real, &name, &mut sources)?, real)));
        let (text, real) = opened.map_err(|problem| ScenarioError::new(vec![problem], sources.clone()))?;
        let root = real.parent().unwrap_or(Path::new("/")).to_path_buf();
        let file = sources.add(name, text, &root);
        let shown = if top.is_symlink() { root.clone() } else { top.parent().unwrap_or(Path::new("")).to_path_buf() };
        let folder = Self { root, shown, sources };
        Ok((folder, file, real))
    }

    /// Reads a file that another file names at `origin`.
    pub fn read_named(&mut self, written: &str, origin: Origin) -> Result<(FileId, PathBuf), Problem> {
        let real = self.resolve(written, origin).map_err(|problem| problem.at(origin))?;
        let name = self.shown_name(&real);
        let text = read_text(&real, &name, &mut self.sources).map_err(|problem| match problem.origin {
            Some(_) => problem.context(origin, "named here"),
            None => problem.at(origin),
        })?;
        let folder = real.parent().unwrap_or(&self.root).to_path_buf();
        Ok((self.sources.add(name, text, &folder), real))
    }

    /// The real path of a file named in another one, refused outside the folder tree.
    fn resolve(&self, written: &str, origin: Origin) -> Result<PathBuf, Problem> {
        let path = Path::new(written);
        if written.is_empty() || written.contains('\0') {
            return Err(Problem::new("this is not the name of a file"));
        }
        if path.is_absolute() || path.has_root() {
            return Err(Problem::new(format!("`{}` is an absolute path", suggest::clip(written)))
                .help("write the path relative to the file that names it"));
        }
        let joined = without_dots(&self.sources.folder(origin.file).join(path));
        if !joined.starts_with(&self.root) {
            return Err(self.outside(written));
        }
        let real = joined.canonicalize().map_err(|error| unreadable(&joined, written, &error))?;
        if real.starts_with(&self.root) { Ok(real) } else { Err(self.outside(written)) }
    }

    fn outside(&self, written: &str) -> Problem {
        let shown = if self.shown.as_os_str().is_empty() { ".".into() } else { self.shown.display().to_string() };
        Problem::new(format!("`{}` lies outside the scenario's folder `{shown}`", suggest::clip(written)))
            .help("a scenario may only use files in its own folder and the folders below it")
    }

    fn shown_name(&self, real: &Path) -> String {
        let below = real.strip_prefix(&self.root).unwrap_or(real);
        self.shown.join(below).display().to_string()
    }
}

fn unreadable(path: &Path, written: &str, error: &std::io::Error) -> Problem {
    let written = suggest::clip(written);
    match error.kind() {
        ErrorKind::NotFound => Problem::new(format!("cannot find the file `{written}`")).maybe_help(similar_file(path)),
        _ => Problem::new(format!("cannot read `{written}`: {error}")),
    }
}

/// A neighbour whose name is near to the one that does not exist.
fn similar_file(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = match path.parent()? {
        empty if empty.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    let names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .take(1000)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let name = suggest::nearest(wanted, names.iter().map(String::as_str))?;
    Some(format!("did you mean `{name}`?"))
}

/// The path with `.` and `..` worked out, without asking the file system.
fn without_dots(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

/// Reads a whole text file, refusing what is no text of sensible size.
fn read_text(path: &Path, name: &str, sources: &mut Sources) -> Result<String, Problem> {
    let cannot = |error: std::io::Error| Problem::new(format!("cannot read `{name}`: {error}"));
    let metadata = std::fs::metadata(path).map_err(cannot)?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "a folder" } else { "no ordinary file" };
        return Err(Problem::new(format!("cannot read `{name}`: it is {what}")));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    // One byte more than allowed tells a file that grew from one that fits.
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Problem::new(format!("`{name}` is larger than 10 MB, which no scenario needs")));
    }
    String::from_utf8(bytes).map_err(|error| not_utf8(&error, name, sources))
}

fn not_utf8(error: &std::string::FromUtf8Error, name: &str, sources: &mut Sources) -> Problem {
    let valid = error.utf8_error().valid_up_to();
    let readable = String::from_utf8_lossy(error.as_bytes()).into_owned();
    let file = sources.add(name, readable, Path::new(""));
    Problem::new(format!("`{name}` is not UTF-8 text"))
        .at(Origin::new(file, valid, valid + 3))
        .label("this byte is no UTF-8")
        .help("save the file as UTF-8 (in a spreadsheet: `CSV UTF-8`)")
}
