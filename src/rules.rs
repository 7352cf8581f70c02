//! Rules of the generated code, compiled into the tool from the shared templates of `verify/`: what decides there decides
//! here as well. The build script has the list of them.
#![expect(dead_code, reason = "the generated code asks more of them than the tool does")]

include!(concat!(env!("OUT_DIR"), "/rules.rs"));
