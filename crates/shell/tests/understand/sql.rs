//! Our reading of SQL against a full parser of it (`sqlparser`, in tests
//! only): over generated statements, what theirs says a statement is, ours
//! says as well.

use palisade_core::EffectKind;
use proptest::prelude::*;
use proptest::sample::select;
use sqlparser::ast::{AlterTableOperation, Expr, ObjectType, Query, SetExpr, Statement};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use super::support::look;

/// What is done to data, the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Read,
    Write,
    Schema,
    Destroy,
}

fn of_query(query: &Query) -> Class {
    let with = query
        .with
        .iter()
        .flat_map(|w| &w.cte_tables)
        .map(|cte| of_query(&cte.query));
    with.chain([of_set(&query.body)])
        .max()
        .unwrap_or(Class::Read)
}

fn of_set(body: &SetExpr) -> Class {
    match body {
        SetExpr::Query(q) => of_query(q),
        SetExpr::SetOperation { left, right, .. } => of_set(left).max(of_set(right)),
        SetExpr::Insert(s) | SetExpr::Update(s) | SetExpr::Delete(s) => theirs(s),
        SetExpr::Select(s) if s.into.is_some() => Class::Write,
        _ => Class::Read,
    }
}

/// Changing every row is destroying what was in them.
fn rows(selection: Option<&Expr>) -> Class {
    if selection.is_some() {
        Class::Write
    } else {
        Class::Destroy
    }
}

fn theirs(statement: &Statement) -> Class {
    match statement {
        Statement::Query(q) => of_query(q),
        Statement::Insert(i) => i
            .source
            .as_ref()
            .map_or(Class::Write, |q| of_query(q).max(Class::Write)),
        Statement::Update(u) => rows(u.selection.as_ref()),
        Statement::Delete(d) => rows(d.selection.as_ref()),
        Statement::Truncate { .. } => Class::Destroy,
        Statement::Drop { object_type, .. } => match object_type {
            ObjectType::Table | ObjectType::Schema => Class::Destroy,
            other => panic!("no such {other} is generated"),
        },
        Statement::AlterTable(alter) => {
            if alter
                .operations
                .iter()
                .any(|o| matches!(o, AlterTableOperation::DropColumn { .. }))
            {
                Class::Destroy
            } else {
                Class::Schema
            }
        }
        Statement::CreateTable(t) if t.temporary => Class::Write,
        Statement::CreateTable(_) | Statement::CreateIndex(_) | Statement::CreateView { .. } => {
            Class::Schema
        }
        Statement::Explain {
            analyze, statement, ..
        } => {
            if *analyze {
                theirs(statement)
            } else {
                Class::Read
            }
        }
        other => panic!("{other} is not generated"),
    }
}

fn ours(sql: &str) -> Class {
    let quoted = sql.replace('\'', r"'\''");
    look(&format!("psql -h localhost -c '{quoted}' app"))
        .effects
        .iter()
        .filter_map(|e| match e.kind {
            EffectKind::DbDestroy => Some(Class::Destroy),
            EffectKind::DbSchema => Some(Class::Schema),
            EffectKind::DbWrite => Some(Class::Write),
            _ => None,
        })
        .max()
        .unwrap_or(Class::Read)
}

/// Names, some of which look like something else.
fn name() -> impl Strategy<Value = &'static str> {
    select(vec![
        "users",
        "app.orders",
        "\"drop table\"",
        "\"delete\"",
        "a1",
        "\"x;truncate y\"",
        "public.\"Where\"",
        "updates",
    ])
}

/// Values, some of which look like statements.
fn value() -> impl Strategy<Value = &'static str> {
    select(vec![
        "1",
        "'a'",
        "'; drop table users; --'",
        "'it''s where 1=1'",
        "$$delete from users$$",
        "$x$ ; truncate a; $x$",
        "E'\\'; drop table a'",
        "null",
        "now()",
        "(select max(id) from orders)",
        "'/* delete */'",
        "array[1,2]",
    ])
}

fn condition() -> impl Strategy<Value = String> {
    (
        select(vec![
            "id = ",
            "created_at < ",
            "\"where\" <> ",
            "lower(b) = ",
        ]),
        value(),
    )
        .prop_map(|(left, right)| format!("{left}{right}"))
}

fn statement() -> impl Strategy<Value = String> {
    let simple = prop_oneof![
        (name(), condition()).prop_map(|(t, c)| format!("select a, b from {t} where {c}")),
        (name(), value()).prop_map(|(t, v)| format!("select {v} from {t} limit 1")),
        name().prop_map(|t| format!("select a into b from {t}")),
        (name(), value()).prop_map(|(t, v)| format!("insert into {t} (a) values ({v})")),
        (name(), condition())
            .prop_map(|(t, c)| format!("insert into {t} select a from b where {c}")),
        (name(), value(), condition())
            .prop_map(|(t, v, c)| format!("update {t} set a = {v} where {c}")),
        (name(), value()).prop_map(|(t, v)| format!("update {t} set a = {v}")),
        (name(), condition()).prop_map(|(t, c)| format!("delete from {t} where {c}")),
        (name(), condition())
            .prop_map(|(t, c)| format!("delete from {t} using b where {c} returning id")),
        name().prop_map(|t| format!("delete from {t}")),
        name().prop_map(|t| format!("truncate table {t}")),
        name().prop_map(|t| format!("drop table if exists {t} cascade")),
        Just("drop schema app cascade".to_owned()),
        name().prop_map(|t| format!("alter table {t} add column b int")),
        name().prop_map(|t| format!("alter table {t} add constraint c check (a > 0)")),
        name().prop_map(|t| format!("alter table {t} drop column b")),
        name().prop_map(|t| format!("alter table {t} drop constraint c")),
        name().prop_map(|t| format!("create table {t} (id int primary key)")),
        name().prop_map(|t| format!("create temporary table x as select a from {t}")),
        name().prop_map(|t| format!("create index i on {t} (a)")),
    ];
    simple.prop_flat_map(|s| {
        let is_row = ["select a,", "insert", "update", "delete"]
            .iter()
            .any(|v| s.starts_with(v));
        if is_row {
            prop_oneof![
                4 => Just(s.clone()),
                1 => Just(format!("explain {s}")),
                1 => Just(format!("explain analyze {s}")),
                1 => Just(format!("with a as (select 1), b as (select 2) {s}")),
                1 => name().prop_map(move |t| {
                    if s.starts_with("select") {
                        format!("with gone as (delete from {t} where a = 1 returning a) {s}")
                    } else {
                        s.clone()
                    }
                }),
            ]
            .boxed()
        } else {
            Just(s).boxed()
        }
    })
}

/// Other letters, spaces and comments between the words.
fn dressed() -> impl Strategy<Value = String> {
    let between = select(vec![
        " ",
        "\n",
        "\t ",
        " /* drop table a; */ ",
        " -- where id = 1\n",
        " /* a /* nested */ b */ ",
    ]);
    (
        statement(),
        prop::collection::vec((between, any::<bool>()), 1..8),
    )
        .prop_map(|(sql, dress)| {
            let mut out = String::new();
            let mut quote = None;
            let mut spaces = 0;
            for c in sql.chars() {
                match (quote, c) {
                    (None, '\'' | '"' | '$') => quote = Some(c),
                    (Some(q), _) if q == c => quote = None,
                    _ => {}
                }
                let (between, upper) = dress[spaces % dress.len()];
                if quote.is_none() && c == ' ' {
                    spaces += 1;
                    out.push_str(between);
                } else if quote.is_none() && upper {
                    out.extend(c.to_uppercase());
                } else {
                    out.push(c);
                }
            }
            out
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn as_a_full_parser_reads_it(statements in prop::collection::vec(dressed(), 1..3)) {
        let sql = statements.join(" ; ");
        let parsed = Parser::parse_sql(&PostgreSqlDialect {}, &sql);
        prop_assume!(parsed.is_ok());
        let expected = parsed.unwrap().iter().map(theirs).max();
        prop_assert_eq!(Some(ours(&sql)), expected, "{}", sql);
    }
}
