//! Any name of a package is compared, whoever installs it.
#![no_main]

libfuzzer_sys::fuzz_target!(|what: &str| {
    for by in ["npm install", "pip install", "cargo add", "gem install"] {
        palisade_packages::check(by, what);
    }
});
