//! Conditions that hold for every row: `WHERE 1=1`.

use super::lex::Token;

/// Whether a condition holds for every row.
pub(super) fn always(tokens: &[Token], depth: usize) -> bool {
    if tokens.is_empty() || depth > 8 {
        return tokens.is_empty();
    }
    // An alternative that always holds is enough; of conjuncts, all must.
    let mut alternatives = vec![Vec::new()];
    let mut level = 0_usize;
    let mut between = false;
    for token in tokens {
        match token {
            Token::Punct('(') => level += 1,
            Token::Punct(')') => level = level.saturating_sub(1),
            t if level == 0 && t.is("BETWEEN") => between = true,
            t if level == 0 && t.is("AND") && between => between = false,
            _ => {}
        }
        if level == 0 && token.is("OR") {
            alternatives.push(Vec::new());
        } else if let Some(last) = alternatives.last_mut() {
            last.push(token.clone());
        }
    }
    alternatives.iter().any(|part| {
        let mut level = 0_usize;
        let mut conjuncts = vec![Vec::new()];
        for token in part {
            match token {
                Token::Punct('(') => level += 1,
                Token::Punct(')') => level = level.saturating_sub(1),
                _ => {}
            }
            if level == 0 && token.is("AND") {
                conjuncts.push(Vec::new());
            } else if let Some(last) = conjuncts.last_mut() {
                last.push(token.clone());
            }
        }
        conjuncts.iter().all(|c| always_one(c, depth))
    })
}

fn always_one(tokens: &[Token], depth: usize) -> bool {
    match tokens {
        [Token::Punct('('), inner @ .., Token::Punct(')')] => always(inner, depth + 1),
        [only] if only.is("TRUE") => true,
        [Token::Number(n)] => !n.trim_matches('0').is_empty(),
        [not, only] if not.is("NOT") => {
            only.is("FALSE") || matches!(only, Token::Number(n) if n == "0")
        }
        [left, Token::Punct('='), right] => constant_or_same(left, right),
        [left, Token::Punct('='), Token::Punct('='), right] => constant_or_same(left, right),
        [left, Token::Punct('>' | '<'), Token::Punct('='), right] => left == right,
        [
            Token::Number(a),
            Token::Punct('<'),
            Token::Punct('>'),
            Token::Number(b),
        ]
        | [
            Token::Number(a),
            Token::Punct('!'),
            Token::Punct('='),
            Token::Number(b),
        ]
        | [Token::Number(a), Token::Punct('<' | '>'), Token::Number(b)] => a != b,
        [
            Token::Text(a),
            Token::Punct('<'),
            Token::Punct('>'),
            Token::Text(b),
        ]
        | [
            Token::Text(a),
            Token::Punct('!'),
            Token::Punct('='),
            Token::Text(b),
        ] => a != b,
        [_, like, Token::Text(text)] if like.is("LIKE") || like.is("ILIKE") => text == "%",
        [
            exists,
            Token::Punct('('),
            select,
            Token::Number(_),
            Token::Punct(')'),
        ] => exists.is("EXISTS") && select.is("SELECT"),
        _ => false,
    }
}

fn constant_or_same(left: &Token, right: &Token) -> bool {
    left == right && !matches!(left, Token::Hole(_) | Token::Punct(_))
}
