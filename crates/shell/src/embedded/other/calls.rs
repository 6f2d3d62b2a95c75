//! What calls of these languages reach. Roles: `shell` the first argument is
//! a command line, `words` the arguments are a command, `command` the same unless it
//! ran already, `code` the first is
//! more of the language; `read`, `write`, `delete`, `tree`, `list` files
//! (`read2`, `write2` the second argument); `get`, `send` an address.

use super::Dialect;

type Rows = &'static [(&'static str, &'static str)];

const R: Rows = &[
    ("shell", "system shell shell.exec"),
    (
        "words",
        "system2 processx.run sys.exec_wait processx.process.new callr.rcmd",
    ),
    ("remove", "unlink"),
    ("tree", "fs.dir_delete"),
    ("delete", "file.remove fs.file_delete"),
    ("delete write2", "file.rename fs.file_move"),
    ("read write2", "file.copy fs.file_copy"),
    (
        "read",
        "readLines scan read.csv read.table read.delim readRDS load readr.read_csv read_csv readr.read_file read_file readChar jsonlite.fromJSON yaml.read_yaml data.table.fread fread readRenviron",
    ),
    ("write", "file.create dir.create sink"),
    (
        "write2",
        "writeLines write write.csv write.table saveRDS dput",
    ),
    (
        "get write2",
        "download.file utils.download.file curl.curl_download",
    ),
    (
        "get",
        "url httr.GET GET httr2.request curl.curl RCurl.getURL getURL",
    ),
    (
        "send",
        "httr.POST POST httr.PUT PUT httr.DELETE DELETE httr.PATCH PATCH RCurl.postForm",
    ),
    ("script", "source sys.source"),
    (
        "package",
        "install.packages utils.install.packages BiocManager.install pak.pkg_install pak.pak renv.install",
    ),
    (
        "foreign package",
        "remotes.install_github devtools.install_github remotes.install_git devtools.install_git remotes.install_url devtools.install_url remotes.install_gitlab devtools.install_gitlab remotes.install_bitbucket source_url devtools.source_url",
    ),
    ("code", "str2expression str2lang"),
    ("parsed", "parse"),
    ("eval", "eval evalq"),
    (
        "sql",
        "dbExecute dbSendQuery dbGetQuery DBI.dbExecute DBI.dbGetQuery dbSendStatement",
    ),
    ("kill", "tools.pskill"),
    ("print", "print cat message"),
];

const JULIA: Rows = &[
    ("command", "run pipeline success"),
    ("remove", "rm Base.rm Base.Filesystem.rm"),
    ("delete write2", "mv"),
    ("read write2", "cp"),
    ("read", "read readlines eachline readline open"),
    ("write", "touch mkdir mkpath"),
    ("get write2", "download Downloads.download"),
    ("get", "HTTP.get"),
    ("send", "HTTP.post HTTP.put HTTP.delete HTTP.patch"),
    ("package", "Pkg.add Pkg.develop"),
    ("script", "include"),
    ("code", "Meta.parse include_string"),
    ("eval", "eval"),
    ("list", "readdir walkdir"),
    ("print", "println print"),
];

const ELIXIR: Rows = &[
    ("words", "System.cmd System.cmd! Rambo.run MuonTrap.cmd"),
    ("shell", "System.shell os.cmd Port.open"),
    ("tree", "File.rm_rf File.rm_rf! File.rmdir"),
    ("delete", "File.rm File.rm! file.delete"),
    ("delete write2", "File.rename File.rename!"),
    (
        "read write2",
        "File.cp File.cp! File.cp_r File.copy File.cp_r!",
    ),
    (
        "read",
        "File.read File.read! File.stream! file.read_file Code.require_file_text",
    ),
    (
        "write",
        "File.write File.write! File.touch File.mkdir File.mkdir_p File.mkdir_p! file.write_file",
    ),
    (
        "get",
        "Req.get Req.get! HTTPoison.get HTTPoison.get! httpc.request",
    ),
    (
        "send",
        "Req.post Req.post! HTTPoison.post HTTPoison.post! HTTPoison.put HTTPoison.delete Req.delete! Req.put!",
    ),
    ("code", "Code.eval_string Code.compile_string"),
    (
        "script",
        "Code.eval_file Code.require_file Code.compile_file",
    ),
    ("list", "File.ls File.ls!"),
    ("sql", "Repo.query Repo.query! Ecto.Adapters.SQL.query"),
    ("print", "IO.puts IO.inspect"),
];

const ERLANG: Rows = &[
    ("shell", "os.cmd open_port"),
    ("delete", "file.delete file.del_dir"),
    ("tree", "file.del_dir_r"),
    ("delete write2", "file.rename"),
    ("read write2", "file.copy"),
    ("read", "file.read_file file.consult file.open"),
    ("write", "file.write_file file.make_dir"),
    ("get", "httpc.request"),
    ("script", "file.eval file.script"),
    ("print", "io.format io.fwrite"),
];

const HASKELL: Rows = &[
    ("shell", "system callCommand readCreateProcess shell"),
    (
        "words",
        "rawSystem callProcess readProcess proc readProcessWithExitCode spawnProcess",
    ),
    ("delete", "removeFile"),
    (
        "tree",
        "removeDirectoryRecursive removePathForcibly removeDirectory",
    ),
    ("delete write2", "renameFile renameDirectory"),
    ("read write2", "copyFile"),
    ("read", "readFile"),
    ("write", "writeFile appendFile createDirectory"),
    ("get", "simpleHttp"),
    ("print", "putStrLn print putStr"),
];

const OCTAVE: Rows = &[
    ("shell", "system shell dos unix popen popen2 spawn qqx"),
    ("delete", "delete unlink"),
    ("tree", "rmdir confirm_recursive_rmdir"),
    ("delete write2", "movefile rename"),
    ("read write2", "copyfile"),
    (
        "read",
        "fileread load importdata textread csvread dlmread fopen",
    ),
    ("write", "save csvwrite mkdir"),
    ("get", "webread urlread"),
    ("get write2", "urlwrite websave"),
    ("send", "webwrite"),
    ("code", "eval evalin evalc"),
    ("script", "run source"),
    ("print", "disp printf"),
];

const JVM: Rows = &[
    (
        "words",
        "Runtime.getRuntime().exec Runtime.runtime.exec ProcessBuilder Process sys.process.Process os.proc os.call Process.apply",
    ),
    ("delete", "Files.delete Files.deleteIfExists os.remove"),
    (
        "tree",
        "FileUtils.deleteDirectory FileUtils.forceDelete os.remove.all FileUtils.cleanDirectory",
    ),
    (
        "read",
        "Files.readAllBytes Files.readString Files.readAllLines Files.lines FileReader FileInputStream Source.fromFile io.Source.fromFile scala.io.Source.fromFile os.read",
    ),
    (
        "write",
        "Files.write Files.writeString FileWriter FileOutputStream PrintWriter Files.createDirectory os.write",
    ),
    ("delete write2", "Files.move os.move"),
    ("read write2", "Files.copy os.copy"),
    (
        "get",
        "Source.fromURL io.Source.fromURL scala.io.Source.fromURL requests.get",
    ),
    ("send", "requests.post requests.put requests.delete"),
    ("code", "evaluate Eval.me GroovyShell().evaluate"),
    ("print", "println print System.out.println"),
];

const LISP: Rows = &[
    (
        "shell",
        "shell-command system shell-command-to-string async-shell-command uiop:run-program shell eshell-command bash",
    ),
    (
        "words",
        "sh clojure.java.shell/sh shell/sh system* run-program sb-ext:run-program call-process start-process make-process babashka.process/shell babashka.process/process p/shell process/shell open-pipe open-input-pipe process* subprocess ext:run-program",
    ),
    ("remove", "delete-directory"),
    (
        "delete",
        "delete-file io/delete-file clojure.java.io/delete-file babashka.fs/delete fs/delete",
    ),
    (
        "tree",
        "babashka.fs/delete-tree fs/delete-tree delete-directory/files uiop:delete-directory-tree",
    ),
    ("delete write2", "rename-file fs/move babashka.fs/move"),
    ("read write2", "copy-file fs/copy babashka.fs/copy io/copy"),
    (
        "read",
        "slurp insert-file-contents find-file find-file-noselect file->string call-with-input-file open-input-file with-open-file uiop:read-file-string line-seq clojure.java.io/reader io/reader",
    ),
    (
        "write",
        "spit write-region call-with-output-file open-output-file make-directory write-file",
    ),
    (
        "get",
        "url-retrieve-synchronously url-retrieve clj-http.client/get http/get curl/get",
    ),
    ("get write2", "url-copy-file"),
    (
        "send",
        "http/post clj-http.client/post curl/post http/put http/delete",
    ),
    ("script", "load load-file require-file"),
    (
        "code",
        "read-string read-from-string load-string eval-string",
    ),
    ("eval", "eval"),
    ("kill", "signal-process kill-process kill"),
    (
        "message",
        "message-send-and-exit mail-send smtpmail-send-it",
    ),
    ("sql", "jdbc/execute! jdbc/query sql/query"),
    ("print", "println print princ display"),
];

const TCL: Rows = &[
    ("words", "exec spawn"),
    ("shell", "system"),
    ("get", "http::geturl"),
    ("script", "source"),
    ("eval", "eval uplevel"),
    ("js", "load"),
    ("print", "puts"),
];

/// Names of Tcl that are several words.
const TCL_WORDS: Rows = &[
    ("shell", "open pipe"),
    ("read", "open read"),
    ("write", "open write"),
    ("tree", "file delete"),
    ("delete", "file rename"),
    ("read", "file copy"),
    ("write", "file mkdir"),
];

const APPLE: Rows = &[
    ("shell", "do shell script"),
    ("shell", "do script"),
    ("admin", "administrator privileges"),
    ("code", "run script"),
    ("script", "load script"),
    ("tree", "delete"),
    ("message", "send"),
    ("read", "read"),
    ("write", "open for access"),
    ("get", "open location"),
    ("kill", "quit"),
    ("admin", "keystroke"),
    ("admin", "shut down"),
    ("admin", "restart"),
    ("admin", "log out"),
    // Asks the person for a password.
    ("admin", "hidden answer"),
];

/// The role of a call.
pub(super) fn role(dialect: Dialect, path: &str) -> Option<&'static str> {
    let rows = match dialect {
        Dialect::R => R,
        Dialect::Julia => JULIA,
        Dialect::Elixir => ELIXIR,
        Dialect::Erlang => ERLANG,
        Dialect::Haskell => HASKELL,
        Dialect::Octave => OCTAVE,
        Dialect::Jvm => JVM,
        Dialect::Lisp => LISP,
        Dialect::Tcl if path.contains(' ') => {
            return TCL_WORDS
                .iter()
                .find(|(_, name)| *name == path)
                .map(|(role, _)| *role);
        }
        Dialect::Tcl => TCL,
        Dialect::Apple => {
            return APPLE
                .iter()
                .find(|(_, name)| *name == path)
                .map(|(r, _)| *r);
        }
    };
    // A module in front says nothing more.
    let path = match dialect {
        Dialect::R => ["base.", "utils."]
            .iter()
            .find_map(|module| path.strip_prefix(module))
            .unwrap_or(path),
        Dialect::Haskell => path.rsplit('.').next().unwrap_or(path),
        _ => path,
    };
    rows.iter()
        .find(|(_, names)| names.split(' ').any(|n| n == path))
        .map(|(role, _)| *role)
}
