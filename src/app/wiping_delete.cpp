// Memory is zero when it is given back. Passwords and keys are wiped by those who hold them; this is for the
// copies that strings, messages and the frames of coroutines leave behind (docs/decisions/0022-hardening.md).
//
// In the program alone: what sanitizers replace stays theirs.
#include <malloc.h>
#include <string.h>

#include <cstdlib>
#include <new>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

void wipe_and_free(void* block) noexcept {
    if (block == nullptr) return;
    ::explicit_bzero(block, ::malloc_usable_size(block));
    std::free(block);
}

}  // namespace

// All other forms, arrays included, end in one of these; new stays malloc.
void operator delete(void* block) noexcept {
    wipe_and_free(block);
}
void operator delete(void* block, std::size_t) noexcept {
    wipe_and_free(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
    wipe_and_free(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
    wipe_and_free(block);
}

#endif
