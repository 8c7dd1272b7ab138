//! A clock for tests of the whole program: put before it with `LD_PRELOAD`, it sets the program's wall clock forward or back by the seconds in a file.
//!
//! Compiled by the test itself with `rustc`; `SHIFT_FILE` is where the file lies. Only `CLOCK_REALTIME` moves: waiting goes by the monotonic clock.

use std::ffi::{c_char, c_int, c_long, c_void};

const FILE: &str = concat!(env!("SHIFT_FILE"), "\0");
const REALTIME: c_int = 0;

#[cfg(target_arch = "x86_64")]
const CLOCK_GETTIME: c_long = 228;
#[cfg(target_arch = "aarch64")]
const CLOCK_GETTIME: c_long = 113;

/// A moment as the system gives it.
#[repr(C)]
pub struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn read(file: c_int, into: *mut c_void, most: usize) -> isize;
    fn close(file: c_int) -> c_int;
}

/// Stands in for that of the C library.
///
/// # Safety
/// `moment` points to room for a moment, as callers of `clock_gettime` promise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: c_int, moment: *mut Timespec) -> c_int {
    let told = unsafe { syscall(CLOCK_GETTIME, clock as c_long, moment) } as c_int;
    if told == 0 && clock == REALTIME {
        unsafe { (*moment).seconds += shift() };
    }
    told
}

fn shift() -> i64 {
    let mut text = [0u8; 24];
    let file = unsafe { open(FILE.as_ptr().cast(), 0) };
    if file < 0 {
        return 0;
    }
    let length = unsafe { read(file, text.as_mut_ptr().cast(), text.len()) };
    unsafe { close(file) };
    let text = &text[..usize::try_from(length).unwrap_or(0)];
    std::str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}
