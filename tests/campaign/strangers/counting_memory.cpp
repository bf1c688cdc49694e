// A library to preload: counts what a process has allocated, for others to read while it runs.
//
//   P2PC_COUNTED=FILE   of four numbers of 8 bytes, in the order of the machine:
//     live      bytes allocated and not freed
//     peak      the most of them since somebody wrote 0 here
//     blocks    how many allocations are live
//     total     bytes allocated so far, freed or not
//
// A block counts with its usable size, which is at least what was asked for. Anonymous mappings made through
// libc by anybody but its own allocator count as well; stacks of threads do not.
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <dlfcn.h>

extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
void __libc_free(void*);
}

namespace {

struct Counts {
    std::atomic<std::int64_t> live, peak, blocks, total;
};
static_assert(sizeof(Counts) == 32 && std::atomic<std::int64_t>::is_always_lock_free);

// Until the file is there. What is counted before that moves into it.
Counts early;
std::atomic<Counts*> counts{&early};

void add(std::int64_t bytes, std::int64_t blocks) {
    Counts& to = *counts.load(std::memory_order_relaxed);
    const std::int64_t live = to.live.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    to.blocks.fetch_add(blocks, std::memory_order_relaxed);
    if (bytes <= 0) return;
    to.total.fetch_add(bytes, std::memory_order_relaxed);
    std::int64_t peak = to.peak.load(std::memory_order_relaxed);
    while (live > peak && !to.peak.compare_exchange_weak(peak, live, std::memory_order_relaxed)) {
    }
}

std::int64_t size_of(void* block) {
    return static_cast<std::int64_t>(::malloc_usable_size(block));
}

void* counted(void* block) {
    if (block != nullptr) add(size_of(block), 1);
    return block;
}

bool anonymous(int flags) {
    return (flags & MAP_ANONYMOUS) != 0 && (flags & MAP_STACK) == 0;
}

__attribute__((constructor)) void prepare() {
    const char* const path = std::getenv("P2PC_COUNTED");
    if (path == nullptr) return;
    const int fd = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ::ftruncate(fd, sizeof(Counts)) != 0) std::abort();
    void* const at = ::mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    if (at == MAP_FAILED) std::abort();
    auto& shared = *static_cast<Counts*>(at);
    shared.live = early.live.load();
    shared.peak = early.peak.load();
    shared.blocks = early.blocks.load();
    shared.total = early.total.load();
    counts = &shared;
    ::unsetenv("LD_PRELOAD");  // for this process alone
}

}  // namespace

extern "C" {

void* malloc(size_t size) {
    return counted(__libc_malloc(size));
}
void* calloc(size_t count, size_t size) {
    return counted(__libc_calloc(count, size));
}
void* memalign(size_t alignment, size_t size) {
    return counted(__libc_memalign(alignment, size));
}
void* aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}
int posix_memalign(void** to, size_t alignment, size_t size) {
    void* const block = memalign(alignment, size);
    if (block == nullptr) return ENOMEM;
    *to = block;
    return 0;
}
void* realloc(void* block, size_t size) {
    const std::int64_t before = block == nullptr ? 0 : size_of(block);
    void* const moved = __libc_realloc(block, size);
    if (moved == nullptr && size > 0) return nullptr;
    const std::int64_t after = moved == nullptr ? 0 : size_of(moved);
    add(after - before, (moved != nullptr ? 1 : 0) - (block != nullptr ? 1 : 0));
    return moved;
}
void* reallocarray(void* block, size_t count, size_t size) {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return nullptr;
    }
    return realloc(block, bytes);
}
void free(void* block) {
    if (block == nullptr) return;
    add(-size_of(block), -1);
    __libc_free(block);
}

void* mmap(void* at, size_t size, int protection, int flags, int fd, off_t offset) noexcept {
    using Call = void* (*)(void*, size_t, int, int, int, off_t);
    static const auto real = reinterpret_cast<Call>(::dlsym(RTLD_NEXT, "mmap"));
    void* const made = real(at, size, protection, flags, fd, offset);
    if (made != MAP_FAILED && anonymous(flags)) add(static_cast<std::int64_t>(size), 1);
    return made;
}

}  // extern "C"
