//! What is parsed and printed again does what the original does.

use palisade_shell::{ParseError, parse, print};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::bash;

fn compare(scripts: &[String]) {
    let printed: Vec<String> = scripts
        .iter()
        .map(|script| match parse(script) {
            Ok(tree) => print::script(&tree),
            Err(error) => panic!("{error}: {script}"),
        })
        .collect();
    let original = bash::outcomes(scripts);
    for (position, outcome) in bash::outcomes(&printed).into_iter().enumerate() {
        assert_eq!(
            original[position], outcome,
            "\n--- original\n{}\n--- printed\n{}",
            scripts[position], printed[position]
        );
    }
}

#[test]
fn corpus() {
    let scripts: Vec<String> = CORPUS.iter().map(|s| (*s).to_owned()).collect();
    for (script, (output, _)) in scripts.iter().zip(bash::outcomes(&scripts)) {
        assert!(!output.is_empty(), "says nothing: {script}");
    }
    compare(&scripts);
}

#[test]
fn printing_is_stable() {
    for script in CORPUS {
        let once = print::script(&parse(script).unwrap());
        let tree = parse(&once).unwrap_or_else(|e| panic!("{e}: {once}"));
        assert_eq!(once, print::script(&tree), "for {script}");
    }
}

const CORPUS: &[&str] = &[
    "echo a; echo b & wait; echo c",
    "true && echo a || echo b; false && echo c || echo d",
    "! true && echo a; ! false && echo b; ! ! true && echo c",
    "echo a | cat | { cat; echo b; } | tr a-z A-Z",
    "{ echo a; echo b >&2; } |& tr a-z A-Z",
    "if false; then echo a; elif true; then echo b; else echo c; fi",
    "if [[ 1 == 2 ]] then echo a; else echo b; fi",
    "for i in 1 2 'a b'; do echo \"<$i>\"; done; for i in; do echo x; done; echo end",
    "set -- x 'y z'; for i; do echo \"<$i>\"; done; for i do echo \"$i\"; done; for i\n{ echo $i; }",
    "for ((i = 0; i < 3; i++)); do echo $i; done; for ((;;)) { echo once; break; }",
    "n=0; while (( n < 3 )); do echo $((n++)); done; until [ $n -eq 0 ]; do n=$[n-1]; echo $n; done",
    "case abc in x) echo a;; a*|b) echo b;& z) echo c;; *) echo d;; esac; case x in (x) echo e; esac",
    "case 'a b' in 'a b') echo 1;; esac; case ab in \"a\"?) echo 2;; esac; case '*' in \\*) echo 3;; esac",
    "f() { echo \"f $1\"; return 3; }; function g { f b; echo $?; }; f a; g; function h() ( exit 4 ); h; echo $?",
    "f() { cat; } <<E\nbody of f\nE\nf; f",
    "(echo a; (echo b; exit 3); echo $?); { echo c; }; ( (echo d) ); ((1)) && echo e; ((0)) || echo f",
    "x=1; (x=2; echo $x); echo $x; x=3 y=4 env | grep -c '^[xy]='; x+=5; echo $x",
    "a=(1 'b c' \"$HOME\" $(echo d e)); echo ${#a[@]} \"${a[1]}\" \"${a[@]}\"; a[1]=x; a+=(y z); echo ${a[*]}",
    "declare -a x=(1 'b c' $(echo d)); echo \"${x[1]}\" ${#x[@]}; f() { local y=(p q); echo ${y[1]}; }; f",
    "declare -A m; m[a b]=1; m[c]=2; echo ${m[a b]} ${m[c]} ${#m[@]}",
    "cat <<E\na $((1+1)) $(echo b) `echo c` ${x:-d} \\$x \\\\ \\a \"q\" 'r'\nE\necho after",
    "cat <<'E'\na $((1+1)) $(echo b) `echo c` ${x:-d} \\$x \\\\ \\a\nE\necho after",
    "cat <<-E\n\ta\n\t\tb\n\tE\necho after",
    "cat <<A - <<B\na\nA\nb\nB\necho after",
    "cat <<E | tr a-z A-Z; echo x\nabc\nE\necho after",
    "cat <<E |\nabc\nE\ntr a-z A-Z",
    "{ cat <<E; echo b; }\na\nE\necho c",
    "if cat <<E; then\na\nE\necho b; fi",
    "while read x; do echo \"<$x>\"; done <<E\na b\nc\nE",
    "echo \"$(cat <<E\na (b\nE\n)\"; echo \"$(cat <<'E'\nit's $x\nE)\"",
    "echo \"$(cat <<E\na\nE)\"; echo $(cat <<E\na\nE) b",
    "cat <<E\na\\\nb\nE\\\n\nF\nE\nE\necho after",
    "cat <<E\nx\\\\\nE\ncat <<\"E F\"\ny\nE F\ncat <<''\nz\n\necho after",
    "cat <<E\n${x:-'q'} ${x:-\"r s\"} ${x:-$(echo \"t  u\")}\nE",
    "cat <<E\nEOF\nEOF_\nE\n",
    "cat <<< \"a $((2*3)) b\"; cat <<<a\\ b; cat <<<'x  y'",
    "echo $(echo a; echo b) \"$(echo 'c  d')\" `echo e \\`echo f\\``",
    "echo \"`echo \\\"a  b\\\"` `echo 'c  d'`\"; echo `echo \\\\\\\\ \\$x`",
    "echo $(case x in x) echo a;; esac) $(echo b # comment )\n) $( (echo c) )",
    "echo $((echo a); echo b) $(( (1+2)*3 )) $((1<<4)) $((16#ff)) $(( 1 ? 2 : 3 ))",
    "echo $(($(echo 3)+`echo 4`+${x:-5}))",
    "echo $(( \"6\" + 1 )) $[1+2] \"$((1 + 1))\"",
    "cat <(echo a) <(echo b; echo c); echo d > >(cat >/dev/null); echo end",
    "x='a b'; echo $x \"$x\" '$x' \\$x \"\\$x\" ${x} \"${x}y\" $xy.",
    "x=abcabc; echo ${x#a} ${x##*b} ${x%c} ${x%%b*} ${x/b/X} ${x//b/X} ${x/#a/X} ${x/%c/X} ${x//b}",
    "x=abcabc; echo ${x:1} ${x:1:2} ${x: -2} ${x:(-3):2} ${x:1?2:3} ${#x} ${x^} ${x^^} ${x^^[ab]} ${x,,}",
    "x=; echo ${x:-d} ${y:-e} ${x:+f} ${y:+g} ${y:=h} $y ${x:-a b} \"${x:-a  b}\" \"${x:-\"c  d\"}\"",
    "echo ${x:-'}'} \"${x:-'}'}\" ${x:-\\}} \"${x:-\\}}\" \"${x:-it\"'\"s}\" \"${x:-'a'}\" ${x:-{a}}",
    "x=y; y=z; echo ${!x} ${!x:-d}; set -- p q; echo ${!#} $# ${#} ${##} ${#-} | wc -l",
    "x='a\"b'; echo \"${x/\\\"/'q'}\" \"${x#'a'}\" ${x@Q}; x=a/b/c; echo ${x//\\//-} ${x//[\\/]/+} ${x##*/}",
    "set -- a b c; echo $1 ${2} $@ \"$*\" $# ${@:2} ${*:1:1} \"${@:2:1}\"; shift; echo $1",
    "echo $'a\\tb\\x41\\'' $\"x y\" 'a'\"b\"c\\ d",
    "echo \"a\\\nb\" a\\\nb; ec\\\nho c; if true; th\\\nen echo d; f\\\ni",
    "echo a#b #comment\necho 'c #d' # e \"\n# f\necho g;#h\n(echo i)#j",
    "echo >&2 a 2>&1; { echo b >&2; } 2>&1; echo c 2>/dev/null 1>&2; ls /nonexistent >/dev/null 2>&1 || echo d",
    "exec 3>&1; echo a >&3; exec 3>&-; echo b; exec {fd}>&1; echo c >&$fd",
    "t=$(mktemp); echo a >$t; echo b >>$t; echo c >|$t; cat $t; echo d &>$t; cat <$t; echo e >&$t; cat $t; rm $t",
    "[[ a == a && ( b == c || ! d == e ) ]] && echo 1; [[ ab =~ ^(a|x)b$ ]] && echo ${BASH_REMATCH[1]}",
    "[[ 'a b' == a\\ * ]] && echo 1; [[ a < b ]] && echo 2; [[ -n x ]] && echo 3; [[ x == @(x|y) ]] && echo 4",
    "[[ a =~ (a b|a) ]] && echo 1; [[ ! -e /nonexistent ]] && echo 2; x='*'; [[ a == \"$x\" ]] || echo 3; [[ a == $x ]] && echo 4",
    "coproc sleep 0.2; [[ -n ${COPROC[0]} ]] && echo started",
    "coproc P { read x; echo \"<$x>\"; read x; }; echo b >&${P[1]}; read y <&${P[0]}; echo $y",
    "!(echo sub); echo $?; if !(false); then echo a; fi",
    "time true 2>/dev/null; echo a; ! time false; echo $?",
    "select x in a b; do echo $x; break; done <<<2 2>/dev/null",
    "echo {a,b}{1,2} ~+ | head -c 12; echo; echo {1..3}",
    "a=1; a+=2; a[3]+=x; echo ${a[@]}; b=$a$a c=\"$b\" d='e'f; echo $b $c $d",
    "eval 'echo a; echo b'; eval \"echo $(echo c)\"; . /dev/stdin <<< 'echo d'; trap 'echo bye' EXIT",
    "printf '%s\\n' \"a b\" c; printf %s\\\\n d; echo -e 'x\\ty'",
    "shopt -s extglob\ncase abc in a@(b|x)c) echo 1;; esac; x=aabb; echo ${x##+(a)}",
    "f () if true; then echo a; fi; f; g() ((1)); g && echo b; h() [[ a ]]; h && echo c; i() for x in 1 2; do echo $x; done; i",
    ">/dev/null echo hidden; </dev/null cat; echo a >/dev/null b; echo c",
    "x=1 y=$x eval 'echo $x $y'; x= ; echo \"<$x>\"; x=\"a\"'b'$(echo c)`echo d`; echo $x",
    "while :; do case $((n++)) in 0) continue;; 3) break;; *) echo $n;; esac; done",
    "echo a && { echo b || echo c; } && (echo d; false) || echo e",
    "echo \"$(echo \"$(echo \"a b\")\")\" \"$(echo \"${x:-\"$(echo c)\"}\")\"",
    "echo \"${x:-'$(echo run)'}\" \"${x:-`echo a`}\"; y=b; echo ${y/b/'$(echo not)'}",
    "set -f; echo * ?[a]; echo \\* '*' \"*\"",
    "echo $ $\"a\" \"$\" a$ \"a$ b\" $'' x",
    "i\\\nf true; then echo a; fi; x=(1 2\n3 # c\n\n4); echo ${x[3]}",
];

/// Scripts whose leaves say which of them ran, in which order.
fn scripts() -> impl Strategy<Value = String> {
    // In `$(…)` bash loses a `;` after a here-document; we refuse it.
    let refused = |error: ParseError| match error {
        ParseError::Syntax { expected, .. } => expected.contains("after the here-document"),
        _ => false,
    };
    any_scripts().prop_filter("loses a semicolon", move |script| {
        !parse(script).is_err_and(refused)
    })
}

fn any_scripts() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        8 => (0..100_u32).prop_map(|n| format!("echo {n}")),
        1 => (0..100_u32).prop_map(|n| format!("echo \"$x\"'{n} ;' $(echo {n}) \\; `echo z`")),
        1 => (0..100_u32).prop_map(|n| format!("x={n}")),
        1 => (0..100_u32).prop_map(|n| format!("printf '%s\\n' {n} \"${{x:-u}}\" $((x + {n}))")),
        2 => Just("true".to_owned()),
        2 => Just("false".to_owned()),
        1 => Just("[[ $x == *1* || ( -n $x && $x < 5 ) ]]".to_owned()),
        1 => Just("(( x % 2 ))".to_owned()),
        1 => Just("echo err 2>/dev/null 1>&2".to_owned()),
        1 => Just("echo gone >/dev/null".to_owned()),
        1 => (0..100_u32).prop_map(|n| format!("cat <<< \"h{n} $x\"")),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let list = (
            prop::collection::vec(inner.clone(), 1..4),
            prop::sample::select(vec!["; ", "\n", " # c ' \"\n", ";\n\n  "]),
        )
            .prop_map(|(items, separator)| items.join(separator));
        let tight = inner.clone();
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{ {a}\n}} && {{ {b}\n}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("( {a}\n) ||\n ( {b}\n)")),
            tight.prop_map(|a| format!("! {{\n{a}\n}}")),
            inner.clone().prop_map(|a| format!("{{ {a}\n}} | cat")),
            list.clone().prop_map(|a| format!("( {a}\n)")),
            list.clone().prop_map(|a| format!("{{ {a}\n}} 2>&1")),
            (list.clone(), list.clone(), list.clone())
                .prop_map(|(a, b, c)| format!("if {a}\nthen {b}\nelse {c}\nfi")),
            (list.clone(), list.clone(), list.clone(), list.clone())
                .prop_map(|(a, b, c, d)| format!("if {a}\nthen {b}\nelif {c}\nthen\n{d}\nfi")),
            list.clone()
                .prop_map(|a| format!("for i in 1 \"2 3\"; do {a}\ndone")),
            list.clone()
                .prop_map(|a| format!("for ((k=0; k<2; k++)) {{ {a}\n}}")),
            (list.clone(), list.clone()).prop_map(|(a, b)| format!(
                "for j in 1 2 3; do while {a}\ndo {b}\nbreak; done; done"
            )),
            (
                list.clone(),
                list.clone(),
                prop::sample::select(vec![";;", ";&"])
            )
                .prop_map(|(a, b, end)| format!(
                    "case $x in *[13579]|z) {a}\n{end}\n(*) {b}\nesac"
                )),
            list.clone().prop_map(|a| format!("f() {{ {a}\n}}\nf")),
            list.clone()
                .prop_map(|a| format!("function g\n{{ {a}\n}} </dev/null\ng")),
            list.clone().prop_map(|a| format!("echo \"$( {a}\n)\"")),
            // Nested ones must not end each other.
            (list.clone(), any::<u64>())
                .prop_map(|(a, n)| format!("cat <<E{n} && echo ok\n<$( {a}\n)>\nE{n}\ntrue")),
            list.clone().prop_map(|a| format!("cat <( {a}\n)")),
            list.clone()
                .prop_map(|a| format!("y=$( {a}\n) && echo \"[$y]\"")),
            list.prop_map(|a| format!("echo ${{nope:-$( {a}\n)}}")),
        ]
    })
}

#[test]
fn generated() {
    let mut runner = bash::runner();
    let strategy = scripts();
    let scripts: Vec<String> = (0..400)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect();
    compare(&scripts);
}

proptest! {
    #[test]
    fn generated_trees_survive_printing(script in scripts()) {
        let tree = parse(&script).unwrap();
        let printed = print::script(&tree);
        prop_assert_eq!(parse(&printed), Ok(tree), "{}", printed);
    }

    #[test]
    fn a_sequence_is_its_parts(a in scripts(), b in scripts()) {
        let mut parts = parse(&a).unwrap();
        parts.items.extend(parse(&b).unwrap().items);
        for separator in ["; ", "\n", " # c\n"] {
            prop_assert_eq!(parse(&format!("{a}{separator}{b}")), Ok(parts.clone()));
        }
    }
}
