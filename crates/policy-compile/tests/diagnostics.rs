//! Mistakes, shown with their lines.

use palisade_policy_compile::{Level, compile, compile_or_restricted};

use crate::compile::Files;

fn render(text: &str) -> String {
    let files = Files::new().with("project", text);
    compile(&files.sources()).map_or_else(
        |d| {
            assert!(d.list.iter().all(|d| d.level == Level::Error));
            d.render(false)
        },
        |c| c.warnings.join("\n"),
    )
}

#[test]
fn mistakes() {
    let mut out = String::new();
    for text in [
        "profile = \"standard\"\n",
        "schema = 2\n",
        "schema = 1\nprofil = \"strict\"\n",
        "schema = 1\nprofile = \"strickt\"\n",
        "schema = 1\nmode = \"off\"\n",
        "schema = 1\nmode = 3\n",
        "schema = 1\nmode = \n",
        "schema = 1\n[rows]\n\"git.force-pusch\" = \"deny\"\n",
        "schema = 1\n[rows]\n\"git.push\" = \"maybe\"\n",
        "schema = 1\n[rows]\n\"git.push\" = [\"ask\"]\n",
        "schema = 1\n[rows]\n\"git.push\" = { insid = \"ask\" }\n",
        "schema = 1\n[[paths]]\npattern = \"../x\"\nverdict = \"deny\"\n",
        "schema = 1\n[[paths]]\npattern = \"/secrets/**\"\nverdict = \"deny\"\nmatch = [\"secret/a\"]\nnot_match = [\"secrets/a\"]\n",
        "schema = 1\n[[paths]]\nverdict = \"deny\"\n",
        "schema = 1\n[[hosts]]\npattern = \"https://example.com\"\nverdict = \"deny\"\n",
        "schema = 1\n[[hosts]]\npattern = \"x\"\n",
        "schema = 1\n[[programs]]\nname = \"npm  *\"\nverdict = \"deny\"\n",
        "schema = 1\n[[data]]\nclass = \"customers\"\npaths = [\"/x/**\"]\n",
        "schema = 1\n[[data]]\nclass = \"customer\"\n",
        "schema = 1\n[secrets]\nfile = [\"x\"]\n",
        "schema = 1\nrole = \"boss\"\n",
        "schema = 1\n[members]\nmara = 3\n",
        "schema = 1\n[roles.senior]\nprod = \"read\"\nstaging = \"some\"\n",
        "schema = 1\n[[exemptions]]\nrule = \"git.force-push\"\n",
        "schema = 1\n[[exemptions]]\nrule = \"git.force\"\nowner = \"mara\"\nreason = \"agreed\"\nuntil = \"soon\"\n",
        "schema = 1\n[declared]\nhosts = [\"https://x\"]\ndeviation = \"allow\"\n",
        "schema = 1\nhosts = \"x\"\n",
        "schema = 1\nmode = \"observe\"\n",
        "schema = 1\n\n[rows]\n\"secret.read\" = \"allow\"\n",
        "schema = 1\n[[hosts]]\npattern = \"*\"\nverdict = \"allow\"\n",
        "schema = 1\n[secrets]\nexcept = [\".env\"]\n",
    ] {
        let shown = render(text);
        assert!(!shown.is_empty(), "nothing said about {text}");
        out.push_str(&shown);
        out.push('\n');
    }
    insta::assert_snapshot!(out);
}

#[test]
fn one_mistake_does_not_hide_another() {
    let files = Files::new().with(
        "project",
        "schema = 1\nmod = 1\n[rows]\n\"x\" = \"ask\"\n[[paths]]\npattern = \"\"\nverdict = \"no\"\n",
    );
    let found = compile(&files.sources()).unwrap_err();
    let lines: Vec<_> = found.list.iter().filter_map(|d| d.line).collect();
    assert_eq!(lines, [2, 4, 7, 6]);
}

#[test]
fn colour_only_when_asked_for_and_no_escape_from_the_file() {
    let files = Files::new().with("project", "schema = 1\nmode = \"\u{1b}[2Jx\"\n");
    let found = compile_or_restricted(&files.sources()).diagnostics;
    let found = found.unwrap();
    assert!(
        !found.render(false).contains('\u{1b}'),
        "{:?}",
        found.render(false)
    );
    assert!(found.render(true).contains('\u{1b}'));
    assert!(!found.render(true).contains("\u{1b}[2J"));
}
