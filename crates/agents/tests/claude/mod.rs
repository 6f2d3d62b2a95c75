mod decode;
mod encode;
#[cfg(feature = "settings")]
mod exposures;
#[cfg(feature = "settings")]
mod install;
