// What this process is to the rest of the machine.
#pragma once

namespace p2pc::runtime {

// Nobody but root may look into this process from now on: no core dump is written, no debugger of another
// process of its user attaches, and /proc shows that user neither its memory nor its environment.
// Never fails: where the system knows none of it, it stays as it was. For main(), first of all.
void keep_memory_private() noexcept;

// One line on stderr, the terminal as it was, exit code 1. What is half done is as after a power cut, for
// which everything on disk is made. Needs no memory, nor that main has begun.
[[noreturn]] void end_out_of_memory() noexcept;

// That becomes of this process from now on where memory runs out.
void end_when_memory_runs_out() noexcept;

// Whether it may do what it likes: root, also of a user namespace.
bool runs_as_root() noexcept;

}  // namespace p2pc::runtime
