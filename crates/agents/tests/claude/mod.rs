mod decode;
mod encode;
#[cfg(feature = "settings")]
mod install;
