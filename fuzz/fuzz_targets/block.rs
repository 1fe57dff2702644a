#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibid::store::fuzzing::block(bytes));
