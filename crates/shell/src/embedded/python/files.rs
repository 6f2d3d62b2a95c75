//! Files: `open`, `os`, `shutil`, `pathlib`, `glob`, `tempfile`.

use palisade_core::EffectKind;

use super::super::machine::{Machine, combine};
use super::super::operations;
use super::super::value::{Args, Class, Value};
use super::UNKNOWN;
use crate::arg::Origin;
use crate::holes::has_hole;

pub(super) fn call(machine: &mut Machine<'_>, path: &str, args: &Args) -> Option<Value> {
    use EffectKind::{FileDelete, FileList, FileRead, FileWrite};
    let first = args.at(0);
    Some(match path {
        "open" | "io.open" | "codecs.open" | "gzip.open" | "bz2.open" | "lzma.open"
        | "tarfile.open" | "zipfile.ZipFile" | "io.FileIO" | "file" | "tokenize.open"
        | "aiofiles.open" | "wave.open" | "fileinput.input" | "bz2.BZ2File" | "gzip.GzipFile" => {
            machine.open(&args.want(0, "file"), args.get(1, "mode"))
        }
        "os.open" => {
            let read_only = args.at(1).as_sym() == Some("os.O_RDONLY");
            if !read_only {
                machine.file(FileWrite, &first);
            }
            machine.file(FileRead, &first);
            Value::object(Class::File, first)
        }
        "linecache.getline" | "linecache.getlines" | "os.readlink" | "mmap.mmap" => {
            machine.file(FileRead, &first);
            UNKNOWN
        }
        "pandas.read_csv"
        | "pandas.read_json"
        | "pandas.read_excel"
        | "pandas.read_parquet"
        | "numpy.load"
        | "numpy.loadtxt"
        | "numpy.genfromtxt"
        | "polars.read_csv"
        | "polars.read_parquet"
        | "pandas.read_table"
        | "PIL.Image.open"
        | "toml.load"
        | "dotenv.dotenv_values"
        | "configparser.ConfigParser().read"
        | "fileinput.FileInput"
        | "Image.open" => {
            if args.pos.is_empty() && path.starts_with("dotenv.") {
                machine.file(FileRead, &Value::text(".env"));
            } else if !first.as_str().is_some_and(|t| t.contains("://")) {
                machine.file(FileRead, &first);
            } else {
                machine.request("GET", &first, false);
            }
            if path == "dotenv.dotenv_values" {
                let name = machine.unknown_text("environment", Origin::Secret);
                return Some(name);
            }
            UNKNOWN
        }
        // The settings of the program, for the program.
        "dotenv.load_dotenv" => {
            let file = args.get(0, "dotenv_path");
            if let Some(file) = file.filter(|f| !f.as_str().is_some_and(|t| t.contains(".env"))) {
                let file = file.clone();
                machine.file(FileRead, &file);
            }
            UNKNOWN
        }
        "os.remove" | "os.unlink" | "os.rmdir" | "os.removedirs" => {
            machine.file(FileDelete, &args.want(0, "path"));
            Value::Nothing
        }
        "shutil.rmtree"
        | "distutils.dir_util.remove_tree"
        | "send2trash.send2trash"
        | "setuptools.distutils.dir_util.remove_tree" => {
            machine.tree(FileDelete, &args.want(0, "path"));
            Value::Nothing
        }
        "os.rename" | "os.renames" | "os.replace" | "shutil.move" => {
            machine.file(FileDelete, &args.want(0, "src"));
            machine.file(FileWrite, &args.want(1, "dst"));
            Value::Nothing
        }
        "shutil.copy"
        | "shutil.copy2"
        | "shutil.copyfile"
        | "shutil.copytree"
        | "distutils.dir_util.copy_tree"
        | "os.link" => {
            let whole = path.ends_with("tree");
            let (from, to) = (args.want(0, "src"), args.want(1, "dst"));
            if whole {
                machine.tree(FileRead, &from);
                machine.tree(FileWrite, &to);
            } else {
                machine.file(FileRead, &from);
                machine.file(FileWrite, &to);
            }
            Value::Nothing
        }
        "shutil.copymode" | "shutil.copystat" => {
            machine.file(FileWrite, &args.want(1, "dst"));
            Value::Nothing
        }
        "shutil.copyfileobj" => Value::Nothing,
        "shutil.make_archive" => {
            let name = machine.stringify(&first);
            machine.file(FileWrite, &Value::text(format!("{name}.*")));
            if let Some(root) = args.get(2, "root_dir") {
                let root = root.clone();
                machine.tree(FileRead, &root);
            }
            UNKNOWN
        }
        "shutil.unpack_archive" => {
            machine.file(FileRead, &first);
            machine.tree(
                FileWrite,
                &args
                    .get(1, "extract_dir")
                    .cloned()
                    .unwrap_or(Value::text(".")),
            );
            UNKNOWN
        }
        "os.symlink" => {
            machine.file(FileWrite, &args.want(1, "dst"));
            Value::Nothing
        }
        "os.mkdir" | "os.makedirs" | "os.truncate" | "os.utime" | "os.mkfifo" | "os.mknod"
        | "os.setxattr" | "os.chflags" => {
            machine.file(FileWrite, &args.want(0, "name"));
            Value::Nothing
        }
        "os.chmod" | "os.lchmod" => {
            chmod(machine, &args.want(0, "path"), args.get(1, "mode"));
            Value::Nothing
        }
        "os.chown" | "os.lchown" | "shutil.chown" => {
            machine.file(FileWrite, &args.want(0, "path"));
            machine.perhaps(EffectKind::Privilege, "chown");
            Value::Nothing
        }
        "os.chroot" | "os.setuid" | "os.setgid" | "os.seteuid" | "os.setegid" | "os.setreuid"
        | "os.setresuid" | "os.setgroups" => {
            machine.perhaps(EffectKind::Privilege, path);
            Value::Nothing
        }
        "os.listdir" | "os.scandir" => {
            let dir = args
                .get(0, "path")
                .cloned()
                .unwrap_or_else(|| Value::text("."));
            machine.file(FileList, &dir);
            if path == "os.listdir" {
                machine.listing()
            } else {
                below(machine, &dir, "*")
            }
        }
        "os.walk" | "os.fwalk" => {
            let top = args.want(0, "top");
            machine.tree(FileList, &top);
            let listing = machine.listing();
            let root = match machine
                .elements(&listing)
                .and_then(|l| l.into_iter().next())
            {
                Some(star) if top.as_str().is_some() => {
                    let base = machine.stringify(&top);
                    let star = machine.stringify(&star);
                    Value::text(operations::path_join(&base, &star))
                }
                _ => UNKNOWN,
            };
            let root = Value::one_of(vec![top, root]);
            Value::list(vec![Value::list(vec![root, listing.clone(), listing])])
        }
        "glob.glob" | "glob.iglob" => {
            let mut pattern = args.want(0, "pathname");
            if let (Some(root), Some(p)) = (args.named("root_dir"), pattern.as_str()) {
                let base = root.as_str().unwrap_or_default();
                pattern = Value::text(operations::path_join(base, p));
            }
            glob(machine, &pattern)
        }
        "os.getcwd" | "os.getcwdb" | "pathlib.Path.cwd" => {
            let here = machine.current();
            if path.starts_with("pathlib") {
                operations::as_path(&here)
            } else {
                here
            }
        }
        "os.chdir" | "os.fchdir" | "contextlib.chdir" => {
            machine.change_directory(&args.want(0, "path"));
            Value::Nothing
        }
        "os.path.join" => {
            let parts = args.pos.iter().map(|p| machine.texts(p)).collect();
            combine(parts, |out, part| {
                *out = operations::path_join(out, part);
            })
        }
        "os.path.expanduser" => {
            let first = args.want(0, "path");
            machine.expand_home(&first)
        }
        "os.path.expandvars" => expand_variables(machine, &first),
        "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.path.normcase" => first,
        "os.path.dirname" => match first.as_str() {
            Some(text) => Value::text(operations::parent(text)),
            None => UNKNOWN,
        },
        "os.path.basename" => match first.as_str() {
            Some(text) => Value::text(operations::file_name(text)),
            None => UNKNOWN,
        },
        "pathlib.Path"
        | "pathlib.PosixPath"
        | "pathlib.PurePath"
        | "pathlib.PurePosixPath"
        | "pathlib.WindowsPath"
        | "path.Path"
        | "py.path.local"
        | "anyio.Path" => {
            let parts = args.pos.iter().map(|p| machine.texts(p)).collect();
            let joined = combine(parts, |out, part| {
                *out = operations::path_join(out, part);
            });
            if joined.as_str() == Some("") {
                return Some(operations::as_path(&Value::text(".")));
            }
            let paths = joined.alternatives();
            Value::one_of(paths.iter().map(operations::as_path).collect())
        }
        "pathlib.Path.home" => operations::as_path(&machine.home()),
        "tempfile.mkdtemp"
        | "tempfile.gettempdir"
        | "tempfile.TemporaryDirectory"
        | "tempfile.mktemp"
        | "tempfile.gettempprefix" => {
            if path == "tempfile.gettempdir" {
                return Some(Value::text("/tmp"));
            }
            let name = machine.unknown_text("$?", Origin::Unknown);
            let name = machine.stringify(&name);
            Value::text(format!("/tmp/{name}"))
        }
        "tempfile.mkstemp" => UNKNOWN,
        "tempfile.NamedTemporaryFile" => {
            let name = machine.unknown_text("$?", Origin::Unknown);
            let name = machine.stringify(&name);
            Value::object(Class::File, Value::text(format!("/tmp/{name}")))
        }
        "os.getenv"
        | "os.environ.get"
        | "os.getenvb"
        | "os.environ.pop"
        | "os.environ.setdefault"
        | "os.environ.__getitem__"
        | "decouple.config" => machine.variable(&args.want(0, "key")),
        "os.putenv" => {
            machine.set_outside("os.environ", &first, &args.at(1));
            Value::Nothing
        }
        "os.environ.update" => {
            for (name, value) in &args.named {
                machine.set_outside("os.environ", &Value::text(name), value);
            }
            if let Value::Dict(entries) = &first {
                for (key, value) in entries.iter() {
                    machine.set_outside("os.environ", key, value);
                }
            }
            Value::Nothing
        }
        _ => return None,
    })
}

fn chmod(machine: &mut Machine<'_>, path: &Value, mode: Option<&Value>) {
    let open = mode.and_then(Value::as_int).is_some_and(|m| m & 0o002 != 0);
    let special = mode
        .and_then(Value::as_int)
        .is_some_and(|m| m & 0o6000 != 0);
    machine.file(
        if open {
            EffectKind::FileExpose
        } else {
            EffectKind::FileWrite
        },
        path,
    );
    if special {
        machine.file(EffectKind::Privilege, path);
    }
}

fn glob(machine: &mut Machine<'_>, pattern: &Value) -> Value {
    match pattern.as_str() {
        Some(text) => {
            machine.file(
                EffectKind::FileList,
                &Value::object(Class::Glob, Value::text(text)),
            );
            Value::list(vec![Value::object(Class::Glob, Value::text(text))])
        }
        None => UNKNOWN,
    }
}

fn below(machine: &mut Machine<'_>, dir: &Value, pattern: &str) -> Value {
    let base = machine.stringify(dir);
    let joined = operations::path_join(&base, pattern);
    // Relative names stay what a folder of that name would give.
    let text = if base == "." {
        format!("./{pattern}")
    } else {
        joined
    };
    let star = machine.unknown_text("*", Origin::Unknown);
    let star = machine.stringify(&star);
    let text = text.replace('*', &star);
    Value::list(vec![Value::object(Class::Path, Value::text(text))])
}

/// `$NAME` and `${NAME}` in a text.
fn expand_variables(machine: &mut Machine<'_>, value: &Value) -> Value {
    let Some(text) = value.as_str() else {
        return value.clone();
    };
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '$' {
            out.push(c);
            continue;
        }
        let braces = chars.peek() == Some(&'{');
        if braces {
            chars.next();
        }
        let mut name = String::new();
        while let Some(c) = chars.peek().filter(|c| c.is_alphanumeric() || **c == '_') {
            name.push(*c);
            chars.next();
        }
        if braces && chars.peek() == Some(&'}') {
            chars.next();
        }
        let value = machine.variable(&Value::text(name));
        out.push_str(&machine.stringify(&value));
    }
    Value::text(out)
}

/// A method of a path object.
pub(super) fn path_method(
    machine: &mut Machine<'_>,
    class: Class,
    inner: &Value,
    name: &str,
    args: &Args,
) -> Option<Value> {
    use EffectKind::{FileDelete, FileList, FileRead, FileWrite};
    let this = Value::object(class, inner.clone());
    let text = inner.as_str().unwrap_or_default();
    Some(match name {
        "read_text" | "read_bytes" | "readlink" => {
            machine.file(FileRead, &this);
            UNKNOWN
        }
        "open" => machine.open(&this, args.get(0, "mode")),
        "write_text" | "write_bytes" | "touch" | "mkdir" | "symlink_to" | "hardlink_to"
        | "link_to" | "lchmod" => {
            machine.file(FileWrite, &this);
            Value::Nothing
        }
        "chmod" => {
            chmod(machine, &this, args.get(0, "mode"));
            Value::Nothing
        }
        "unlink" | "rmdir" | "remove" => {
            machine.file(FileDelete, &this);
            Value::Nothing
        }
        "rmtree" => {
            machine.tree(FileDelete, &this);
            Value::Nothing
        }
        "rename" | "replace" | "move" | "move_into" => {
            machine.file(FileDelete, &this);
            machine.file(FileWrite, &args.want(0, "target"));
            operations::as_path(&args.want(0, "target"))
        }
        "copy" | "copy_into" => {
            machine.file(FileRead, &this);
            machine.file(FileWrite, &args.want(0, "target"));
            this
        }
        "iterdir" => {
            machine.file(FileList, &this);
            below(machine, &this, "*")
        }
        "glob" | "rglob" => {
            let pattern = machine.stringify(&args.want(0, "pattern"));
            let pattern = if name == "rglob" {
                format!("**/{pattern}")
            } else {
                pattern
            };
            let joined = operations::path_join(text, &pattern);
            machine.file(FileList, &Value::object(Class::Glob, Value::text(&joined)));
            Value::list(vec![Value::object(Class::Glob, Value::text(joined))])
        }
        "walk" => {
            machine.tree(FileList, &this);
            UNKNOWN
        }
        "joinpath" => {
            let mut out = text.to_owned();
            for part in &args.pos {
                let part = machine.stringify(part);
                out = operations::path_join(&out, &part);
            }
            Value::object(Class::Path, Value::text(out))
        }
        "resolve" | "absolute" | "as_posix" | "__str__" | "__fspath__" => this,
        "expanduser" => operations::as_path(&machine.expand_home(inner)),
        "with_name" => {
            let name = machine.stringify(&args.at(0));
            Value::object(Class::Path, Value::text(operations::with_name(text, &name)))
        }
        "with_suffix" => {
            let suffix = machine.stringify(&args.at(0));
            let name = operations::file_name(text);
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(s, _)| s);
            let name = format!("{stem}{suffix}");
            Value::object(Class::Path, Value::text(operations::with_name(text, &name)))
        }
        "exists" | "is_file" | "is_dir" | "stat" | "lstat" | "is_symlink" | "samefile"
        | "match" | "owner" | "group" | "relative_to" | "is_absolute" => UNKNOWN,
        _ => return None,
    })
}

/// A method of an open file.
pub(super) fn file_method(
    machine: &mut Machine<'_>,
    inner: &Value,
    name: &str,
    args: &Args,
) -> Value {
    match name {
        "extractall" | "extract" => {
            let to = args
                .get(0, "path")
                .filter(|v| v.as_str().is_some_and(|t| !has_hole(t)))
                .cloned()
                .unwrap_or_else(|| Value::text("."));
            machine.tree(EffectKind::FileWrite, &to);
            Value::Nothing
        }
        // What goes into an archive is read.
        "add" => {
            machine.tree(EffectKind::FileRead, &args.want(0, "name"));
            Value::Nothing
        }
        "write" if inner.as_str().is_some_and(is_archive) => {
            machine.file(EffectKind::FileRead, &args.want(0, "filename"));
            Value::Nothing
        }
        "__enter__" => Value::object(Class::File, inner.clone()),
        "read" | "readline" | "readlines" | "readall" => UNKNOWN,
        _ => UNKNOWN,
    }
}

fn is_archive(name: &str) -> bool {
    let ext = name.rsplit_once('.').map_or("", |(_, e)| e);
    ["zip", "jar", "whl", "epub", "docx", "xlsx", "apk"]
        .iter()
        .any(|a| ext.eq_ignore_ascii_case(a))
}
