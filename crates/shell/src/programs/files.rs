//! Files and text: coreutils and friends, as data.

use super::table::Spec;

const fn s(
    names: &'static str,
    options: &'static str,
    operands: &'static str,
    example: (&'static str, &'static str),
) -> Spec {
    Spec {
        names,
        options,
        operands,
        always: "",
        recursive: "",
        example,
    }
}

const fn recursive(mut spec: Spec, options: &'static str) -> Spec {
    spec.recursive = options;
    spec
}

const fn always(mut spec: Spec, effects: &'static str) -> Spec {
    spec.always = effects;
    spec
}

/// Programs that touch nothing worth saying: no files, or only their own names.
pub(crate) const HARMLESS: &str = "true false : sleep cal whoami id groups uname arch uptime nproc free \
    ps top htop pgrep pidof lsof netstat vmstat iostat which whereis type whatis tput clear reset stty tty \
    expr factor numfmt yes sync logname who w last locale getconf lscpu lsblk lspci lsusb lsmod printenv \
    sw_vers xcode-select xcrun sleep usleep getent ipconfig  \
    fc-list tabs setterm notify-send say banner figlet cowsay fortune test [ seq mktemp basename dirname \
    history times uuidgen wait jobs pwd ulimit echo printf systemd-analyze \
    ssh-agent ssh-add pstree sar mpstat pidstat numactl sensors acpi upower xdpyinfo glxinfo nvidia-smi fuser";

/// Programs that print nothing when all goes well.
pub(crate) const SILENT: &str = "true false : sleep rm rmdir unlink mkdir touch cp mv ln chmod chown chgrp install sync wait kill \
    pkill killall truncate shred test [ clear tee mkfifo mknod mount umount reset tput renice setfacl sudo";

pub(crate) const SPEC_INDEX: super::names::Index = super::names::name_index!(SPECS);

/// The tables.
pub(crate) const SPECS: &[Spec] = &[
    // Reading.
    s(
        "head tail tac nl rev fold fmt expand unexpand pr",
        "n c lines bytes w width s l",
        "r*",
        ("head -n 5 a", "file.read /w/a"),
    ),
    s(
        "most bat batcat zless",
        "l language style theme r line-range",
        "r*",
        ("bat a", "file.read /w/a"),
    ),
    s(
        "wc cksum sum b2sum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum md5 shasum",
        "files0-from=r a",
        "r*",
        ("wc -l a", "file.read /w/a"),
    ),
    s(
        "strings od hexdump hd",
        "n t N j A w e",
        "r*",
        ("strings a", "file.read /w/a"),
    ),
    s(
        "xxd",
        "c l s o cols len seek g",
        "r w",
        ("xxd a", "file.read /w/a"),
    ),
    s("file", "m f=r F P", "r*", ("file a", "file.read /w/a")),
    s(
        "base64 gbase64 base32 uuencode",
        "w wrap i=r input=r o=w output=w b",
        "r*",
        ("base64 a", "file.read /w/a"),
    ),
    s(
        "cmp diff colordiff sdiff diff3 comm delta difft",
        "U C W x I F L label exclude ignore-matching-lines width o=w s i n",
        "r*",
        ("diff a b", "file.read /w/a, file.read /w/b"),
    ),
    s(
        "paste",
        "d delimiters",
        "r*",
        ("paste -s a b", "file.read /w/a, file.read /w/b"),
    ),
    s(
        "join look uniq",
        "t 1 2 j o a e v d s f c w",
        "r*",
        ("join a b", "file.read /w/a, file.read /w/b"),
    ),
    s(
        "column tsort bc ul ptx",
        "s separator o output-separator c output-width N table-columns f=r file=r e expression",
        "r*",
        ("column -t a", "file.read /w/a"),
    ),
    s(
        "shuf",
        "i input-range n head-count o=w output=w random-source=r",
        "r*",
        ("shuf -n 1 a", "file.read /w/a"),
    ),
    s(
        "logger",
        "f=r file=r t tag p priority n server P port",
        "",
        ("logger -f a", "file.read /w/a"),
    ),
    s(
        "info",
        "f=r file=r n node",
        "",
        ("info -f a", "file.read /w/a"),
    ),
    recursive(
        s(
            "grep egrep fgrep zgrep pcregrep ggrep",
            "e regexp f=r file=r A B C m max-count include exclude exclude-dir color colour d D label after-context before-context context",
            "- r*",
            ("grep -rn x src", "file.read /w/src r"),
        ),
        "r R recursive dereference-recursive",
    ),
    recursive(
        s(
            "rg ag ack ugrep",
            "e regexp f=r file=r g glob iglob t type T type-not A B C m max-count M max-columns sort sortr color colors E encoding j threads max-depth ignore-file=r r replace context after-context before-context engine",
            "- R*",
            ("rg x src", "file.read /w/src r"),
        ),
        "",
    ),
    s(
        "cut",
        "d f c b delimiter fields characters bytes output-delimiter",
        "r*",
        ("cut -d: -f1 a", "file.read /w/a"),
    ),
    s("tr", "", "", ("tr a b", "")),
    s(
        "iconv",
        "f t from-code to-code o=w output=w",
        "r*",
        ("iconv -f a -t b c -o d", "file.read /w/c, file.write /w/d"),
    ),
    s(
        "gunzip unxz bunzip2 unzstd uncompress",
        "S suffix o=w",
        "r*",
        ("gunzip a.gz", "file.read /w/a.gz"),
    ),
    s(
        "zcat bzcat xzcat zstdcat gzcat",
        "",
        "r*",
        ("zcat a.gz", "file.read /w/a.gz"),
    ),
    s(
        "gzip bzip2 xz zstd lz4 pigz brotli compress",
        "S suffix o=w output=w T threads",
        "r*",
        ("gzip a", "file.read /w/a"),
    ),
    s(
        "readelf objdump nm size ldd otool exiftool identify ffprobe mediainfo pdftotext pdfinfo sqlite3_analyzer",
        "j d M",
        "r*",
        ("nm a.o", "file.read /w/a.o"),
    ),
    s(
        "csvcut csvgrep csvstat csvlook mlr xsv qsv",
        "c d m r",
        "r*",
        ("csvlook a.csv", "file.read /w/a.csv"),
    ),
    s(
        "source-highlight glow mdcat pygmentize tokei cloc scc hexyl",
        "w l f exclude-dir e exclude",
        "R*",
        ("tokei src", "file.read /w/src r"),
    ),
    // Listing.
    s(
        "ls ll la dir vdir eza exa lsd gls",
        "I ignore w width T sort time color block-size level L hide",
        "l*",
        ("ls -la src", "file.list /w/src"),
    ),
    s(
        "tree",
        "L I P o=w",
        "L*",
        ("tree src", "file.list /w/src r"),
    ),
    s(
        "stat readlink realpath namei pathchk",
        "c f format printf relative-to relative-base",
        "l*",
        ("stat a", "file.list /w/a"),
    ),
    s(
        "du df ncdu dust duf",
        "d max-depth exclude B block-size t threshold output x I files0-from=r X=r exclude-from=r",
        "L*",
        ("du -sh src", "file.list /w/src r"),
    ),
    s("locate mdfind plocate", "n l", "", ("locate x", "")),
    // Writing.
    s(
        "touch",
        "d t r date reference",
        "w*",
        ("touch a", "file.write /w/a"),
    ),
    s("mkdir", "m mode", "w*", ("mkdir -p a", "file.write /w/a")),
    s("mkfifo", "m mode", "w*", ("mkfifo a", "file.write /w/a")),
    s("tee", "output-error", "w*", ("tee -a a", "file.write /w/a")),
    s("sponge", "", "w*", ("sponge a", "file.write /w/a")),
    s(
        "truncate",
        "s size r=r reference=r o",
        "w*",
        ("truncate -s 0 a", "file.write /w/a"),
    ),
    s(
        "fallocate",
        "l o length offset",
        "w*",
        ("fallocate -l 1M a", "file.write /w/a"),
    ),
    s(
        "split",
        "l b n a C lines bytes number suffix-length filter=c t",
        "r w",
        ("split a b", "file.read /w/a, file.write /w/b"),
    ),
    s(
        "csplit",
        "f=w prefix=w n b z",
        "r",
        ("csplit a", "file.read /w/a"),
    ),
    s(
        "nano pico micro hx",
        "c S u",
        "w*",
        ("nano a", "file.write /w/a"),
    ),
    s(
        "setfacl",
        "m x M b",
        "w*",
        ("setfacl -m u:x:r a", "file.write /w/a"),
    ),
    s(
        "xattr setfattr",
        "n v x w d",
        "w*",
        ("setfattr -n user.a -v b c", "file.write /w/c"),
    ),
    s(
        "convert magick ffmpeg sox inkscape gs",
        "i=r",
        "r* w",
        (
            "convert a.png b.jpg",
            "file.read /w/a.png, file.write /w/b.jpg",
        ),
    ),
    s(
        "dos2unix unix2dos",
        "",
        "w*",
        ("dos2unix a", "file.write /w/a"),
    ),
    // Deleting.
    recursive(
        s(
            "rm grm",
            "",
            "d*",
            (
                "rm -rf a ~/b",
                "file.delete /w/a r, file.delete /home/u/b r",
            ),
        ),
        "r R recursive",
    ),
    s("rmdir", "", "d*", ("rmdir a", "file.delete /w/a")),
    s("unlink", "", "d*", ("unlink a", "file.delete /w/a")),
    s(
        "shred scrub",
        "n s iterations size random-source",
        "d*",
        ("shred -u a", "file.delete /w/a"),
    ),
    s("srm wipe", "", "D*", ("srm -r a", "file.delete /w/a r")),
    s("trash trash-put", "", "d*", ("trash a", "file.delete /w/a")),
    s(
        "rimraf del-cli",
        "g",
        "D*",
        ("rimraf dist", "file.delete /w/dist r"),
    ),
    // Archives.
    s(
        "zip",
        "x i P t TT=c unzip-command=c",
        "w R*",
        (
            "zip -r a.zip src",
            "file.write /w/a.zip, file.read /w/src r",
        ),
    ),
    s("ranlib strip", "o=w", "w*", ("strip a", "file.write /w/a")),
    // Messages, servers.
    always(
        s(
            "mail mailx sendmail mutt msmtp swaks ssmtp",
            "s c b r a=r A=r attach=r i=r q=r S",
            "",
            ("mail -s hi a@b.c", "message.send mail a@b.c"),
        ),
        "message.send",
    ),
    // Miners work for whoever owns the pool.
    always(
        s(
            "xmrig xmr-stak minerd cpuminer cgminer bfgminer ethminer nbminer lolMiner t-rex phoenixminer srbminer-multi gminer",
            "o url u user p pass a algo t threads",
            "",
            ("xmrig -o pool.example:3333", "net.write xmrig"),
        ),
        "net.write",
    ),
    always(
        s("wall write", "", "", ("wall hi", "message.send wall hi")),
        "message.send",
    ),
    always(
        s(
            "lighttpd",
            "p h c d f",
            "",
            ("lighttpd -f x", "net.listen lighttpd"),
        ),
        "net.listen",
    ),
    // Build tools, test runners, linters: they run what the project says.
    always(
        s(
            "ninja cmake ctest meson bazel bazelisk buck2 pants scons autoconf automake autoreconf ant \
        gmake nmake rake cargo-nextest jest vitest mocha ava cypress playwright karma eslint prettier tsc biome oxlint stylelint webpack vite rollup esbuild \
        parcel turbo nx lerna next nuxt astro gatsby ng vue-cli-service svelte-kit ts-node-dev nodemon storybook tap c8 nyc \
        pytest py.test tox nox coverage mypy pyright ruff flake8 black isort pylint bandit pre-commit behave robot \
        rubocop rspec minitest cucumber standardrb phpunit pest phpstan psalm php-cs-fixer pint artisan \
        golangci-lint staticcheck gofmt goimports gotestsum air swag templ buf protoc rustfmt rustc clippy-driver wasm-pack trunk tauri \
        gcc g++ cc c++ clang clang++ ld javac java kotlinc kotlin scalac ghc stack cabal elixir mix iex rebar3 zig nim crystal dune ocaml opam swift swiftc xcodebuild \
        flutter dart dotnet msbuild nuget clang-format clang-tidy cppcheck shellcheck shfmt hadolint actionlint yamllint markdownlint ansible-lint tflint \
        sass lessc postcss tailwindcss tailwind rustup rustdoc mdbook hugo jekyll mkdocs sphinx-build act expo react-native metro electron electron-builder \
        uvicorn gunicorn hypercorn daphne flask django-admin celery streamlit jupyter fastapi hatch \
        snyk semgrep trivy gitleaks knip depcheck madge size-limit bundlesize concurrently npm-run-all wait-on lint-staged husky commitlint",
            "",
            "",
            ("pytest -q tests", "exec.project pytest tests"),
        ),
        "exec.project",
    ),
];
