// Where memory runs out the process ends in order, also before main, when libraries set themselves up.
//
// Memory is zero when it is given back. Passwords and keys are wiped by those who hold them; this is for the
// copies that strings, messages and the frames of coroutines leave behind (docs/decisions/0022-hardening.md).
//
// In the program alone: what sanitizers replace stays theirs.
#include <malloc.h>
#include <string.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "runtime/process.hpp"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

void wipe_and_free(void* block) noexcept {
    if (block == nullptr) return;
    ::explicit_bzero(block, ::malloc_usable_size(block));
    std::free(block);
}

}  // namespace

// All other forms, arrays included, end in one of these.
void* operator new(std::size_t size) {
    void* const block = std::malloc(std::max<std::size_t>(size, 1));
    if (block == nullptr) p2pc::runtime::end_out_of_memory();
    return block;
}
void operator delete(void* block) noexcept {
    wipe_and_free(block);
}
void operator delete(void* block, std::size_t) noexcept {
    wipe_and_free(block);
}
// NOLINTBEGIN(misc-new-delete-overloads): libstdc++'s own new of what is aligned goes with these
void operator delete(void* block, std::align_val_t) noexcept {
    wipe_and_free(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
    wipe_and_free(block);
}
// NOLINTEND(misc-new-delete-overloads)

#endif
