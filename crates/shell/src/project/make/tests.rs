use super::*;

fn run(text: &str, goals: &[&str], given: &[(&str, &str)]) -> Vec<String> {
    let given: Vec<(String, Arg)> = given
        .iter()
        .map(|(n, v)| ((*n).to_owned(), Arg::known(*v)))
        .collect();
    let mut m = Makefile::new("/w", &[], &given);
    m.read(text, &mut |name| {
        (name == "extra.mk").then(|| "EXTRA = more\nextra:\n\techo extra\n".to_owned())
    });
    let goals: Vec<String> = goals.iter().map(|g| (*g).to_owned()).collect();
    let plan = m.plan(&goals).unwrap_or_default();
    m.evaluated()
        .into_iter()
        .chain(plan)
        .map(|d| match d {
            Do::Run(s) => s.code.shown().to_owned(),
            Do::Recipe { name, .. } => name,
        })
        .collect()
}

#[test]
fn rules_and_what_they_need() {
    let text = "\
all: build test
build: out/x.o
out/%.o: src/%.c | out
\t@$(CC) -c $< -o $@
out:
\tmkdir -p $@
test: ; go test ./...
clean::
\t-$(RM) -r out \\
\t  dist
clean::
\trm x
";
    assert_eq!(
        run(text, &[], &[]),
        ["mkdir -p out", "cc -c src/x.c -o out/x.o", "go test ./..."]
    );
    assert_eq!(
        run(text, &["clean"], &[]),
        ["rm -f -r out \\\n  dist", "rm x"]
    );
    assert!(run(text, &["missing"], &[]).is_empty());
}

#[test]
fn variables_of_every_kind() {
    let text = "\
A = $(B)
B := b
C ?= c
C ?= d
A += $(B)
SRC := x.c y.c
export OUT = out
include extra.mk
define two
echo 1
echo $(1)
endef
ifeq ($(B),b)
D = yes
else
D = no
endif
ifdef NOT_SET_HERE
E = $(D)
else
E = $(C)
endif
all:
\techo $A $(C) $(SRC:.c=.o) $(addprefix p/,$(SRC)) $(EXTRA) $(D) $$HOME
\t$(call two,$(E))
\techo $(patsubst %.c,%.d,$(SRC)) $(dir a/b) $(notdir a/b) $(foreach x,1 2,<$(x)>) $(UNKNOWN)
";
    assert_eq!(
        run(text, &["all"], &[]),
        [
            "echo b b c x.o y.o p/x.c p/y.c more yes $HOME",
            "echo 1",
            "echo c",
            "echo x.d y.d a/ b <1> <2> $(UNKNOWN)"
        ]
    );
    assert_eq!(run(text, &["extra"], &[]), ["echo extra"]);
}

#[test]
fn the_command_line_decides() {
    let text = "OUT = dist\nclean:\n\trm -rf $(OUT)\n";
    assert_eq!(run(text, &["clean"], &[("OUT", "src")]), ["rm -rf src"]);
    assert_eq!(
        run(text, &["clean"], &[("OUT", "$(shell id)")]),
        ["id", "rm -rf $(shell …)"]
    );
}

#[test]
fn what_reading_runs() {
    let text = "V := $(shell git describe)\nL = $(shell lazy)\nW != date\nx:\n\techo\n";
    assert_eq!(run(text, &[], &[]), ["git describe", "date", "echo"]);
    let text = ".ONESHELL:\nSHELL = /usr/bin/python3\nx:\n\t@import os\n\tos.remove('a')\n";
    assert_eq!(run(text, &[], &[]), ["import os\nos.remove('a')\n"]);
}

#[test]
fn anything_ends() {
    for text in [
        "A = $(A)\nx:\n\techo $(A)\n",
        "A = $(A)$(A)\nB := $(A)\nx: x\n\techo\n",
        "x: y\ny: x\n\techo\n",
        "include extra.mk extra.mk\ninclude",
        "ifeq",
        "else\nendif\nendif\n",
        "define",
        "$(eval $(eval $(eval x:y)))",
        "$(call f,$(call f,",
        "=",
        ":",
        "a b: : c",
        "%: %\n\techo $*\n",
    ] {
        run(text, &[], &[]);
        run(text, &["x"], &[]);
    }
    let wide: Vec<String> = (0..5_000)
        .map(|i| format!("t{i}: t{} t{}\n\techo {i}\n", i + 1, i + 2))
        .collect();
    let wide = wide.concat();
    run(&wide, &["t0"], &[]);
    let doubling: Vec<String> = (0..40)
        .map(|i| format!("A{} = $(A{i})$(A{i})\n", i + 1))
        .collect();
    let doubling = doubling.concat();
    let mut m = Makefile::new("/w", &[], &[]);
    m.read(
        &format!("A0 = x\n{doubling}B := $(A40)\nx:\n\techo $(B)\n"),
        &mut |_| None,
    );
    assert_eq!(m.left, 0);
}
