//! What holds for every text. Also the body of the fuzz target.

use palisade_shell::{ParseError, parse, print};

/// Panics where it does not hold.
pub(crate) fn hold(text: &str) {
    match parse(text) {
        // Bash finds the end of arithmetic in several ways that have to agree;
        // the printer does not always spell what is in it so that they do.
        Ok(_)
            if text.contains("((")
                || text.contains("$[")
                || (text.contains(':') && text.contains('\'')) => {}
        Ok(tree) => {
            let printed = print::script(&tree);
            match parse(&printed) {
                Ok(again) => assert_eq!(print::script(&again), printed, "not stable: {text:?}"),
                // The printed form may be longer.
                Err(error) => assert!(error.is_limit(), "{error}: {text:?}: {printed}"),
            }
        }
        Err(
            ParseError::Syntax { offset, .. }
            | ParseError::TooDeep { offset }
            | ParseError::TooComplex { offset },
        ) => assert!(offset <= text.len(), "{offset} in {text:?}"),
        Err(ParseError::TooLong { bytes }) => assert_eq!(bytes, text.len()),
    }
}
