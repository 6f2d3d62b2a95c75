//! What each coding agent says and understands: hook calls, settings, install and remove.
