// A library to preload: makes the N-th call of a kind fail, come back short, or end the process.
//
//   P2PC_FAULT=KIND:N:WHAT[:PART]
//     KIND  alloc thread read write fsync open rename, or any (the last five)
//     N     the N-th such call of the process, from 1; 0 counts only
//     WHAT  EIO ENOSPC EINTR ENOMEM EAGAIN short kill (before the call) died (after it)
//     PART  count only calls whose path, descriptor's path, or callers (alloc) contain it
//   P2PC_FAULT_TRACE=FILE  appends a line "KIND PATH" for each call that counts; for alloc, a number for the
//     innermost callers in the path's place
//
// Counted are calls through libc, those of OpenSSL, SQLite and the plugins included, but for those by which a
// process wakes itself; threads share the count.
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

enum class What { none, error, cut, kill, died };

struct Plan {
    char kind[16] = "";
    long number = 0;
    What what = What::none;
    int error = 0;
    char part[256] = "";
    int trace = -1;
};
Plan plan;
std::atomic<long> counted{0};
std::atomic<bool> armed{false};

long raw(long number, long a = 0, long b = 0, long c = 0) {
    long result;
    asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

template <class Function>
Function next(Function, const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

int error_called(const char* name) {
    if (std::strcmp(name, "EIO") == 0) return EIO;
    if (std::strcmp(name, "ENOSPC") == 0) return ENOSPC;
    if (std::strcmp(name, "EINTR") == 0) return EINTR;
    if (std::strcmp(name, "EAGAIN") == 0) return EAGAIN;
    return std::strcmp(name, "ENOMEM") == 0 ? ENOMEM : 0;
}

__attribute__((constructor)) void prepare() {
    const char* const text = std::getenv("P2PC_FAULT");
    if (text == nullptr) return;
    char what[16] = "";
    std::sscanf(text, "%15[^:]:%ld:%15[^:]:%255s", plan.kind, &plan.number, what, plan.part);
    plan.error = error_called(what);
    if (plan.error != 0) plan.what = What::error;
    if (std::strcmp(what, "short") == 0) plan.what = What::cut;
    if (std::strcmp(what, "kill") == 0) plan.what = What::kill;
    if (std::strcmp(what, "died") == 0) plan.what = What::died;
    if (const char* const file = std::getenv("P2PC_FAULT_TRACE")) {
        plan.trace = static_cast<int>(
            raw(SYS_open, reinterpret_cast<long>(file), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    }
    ::unsetenv("LD_PRELOAD");  // for this process alone
    void* frame;
    ::backtrace(&frame, 1);  // loads what it needs now, not within malloc
    armed = true;
}

void die() {
    raw(SYS_kill, raw(SYS_getpid), SIGKILL);
}

void trace(const char* kind, const char* path) {
    if (plan.trace < 0) return;
    char line[512];
    const int size = std::snprintf(line, sizeof line, "%s %s\n", kind, path);
    raw(SYS_write, plan.trace, reinterpret_cast<long>(line), size);
}

// What becomes of this call.
What next_call(const char* kind, const char* path) {
    if (!armed) return What::none;
    const bool of_any = std::strcmp(kind, "alloc") != 0 && std::strcmp(kind, "thread") != 0;
    const bool any = of_any && std::strcmp(plan.kind, "any") == 0;
    if (!any && std::strcmp(plan.kind, kind) != 0) return What::none;
    if (plan.part[0] != '\0' && std::strstr(path, plan.part) == nullptr) return What::none;
    trace(kind, path);
    if (counted.fetch_add(1) + 1 != plan.number) return What::none;
    if (plan.what == What::kill) die();
    return plan.what;
}

// The eventfd, timerfd and pipe by which a process wakes its own event loop, for a signal among others: the
// kernel has none of these errors for them, and what is lost there is a signal that never came.
bool wakes_itself(int fd, const char* path) {
    return fd > STDERR_FILENO &&
           (std::strncmp(path, "pipe:", 5) == 0 || std::strncmp(path, "anon_inode:", 11) == 0);
}

What next_call(const char* kind, int fd) {
    if (!armed || std::strcmp(plan.kind, "alloc") == 0) return What::none;
    char link[64], path[256] = "";
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const long size =
        raw(SYS_readlink, reinterpret_cast<long>(link), reinterpret_cast<long>(path), sizeof path - 1);
    path[size > 0 ? size : 0] = '\0';
    return wakes_itself(fd, path) ? What::none : next_call(kind, path);
}

// Runs the call, or what stands for it. `shorter` is the same call for half of it.
template <class Call, class Shorter>
auto perform(What what, Call call, Shorter shorter) -> decltype(call()) {
    if (what == What::error) {
        errno = plan.error;
        return static_cast<decltype(call())>(-1);
    }
    auto result = what == What::cut ? shorter() : call();
    if (what == What::died) die();
    return result;
}

std::size_t half(std::size_t size) {
    return size > 8 ? size / 2 : size;  // an eventfd takes all or nothing
}

}  // namespace

extern "C" {

#define TRANSFER(KIND, RESULT, NAME, PARAMETERS, ALL, HALF)                               \
    RESULT NAME PARAMETERS {                                                              \
        static const auto real = next(static_cast<RESULT(*) PARAMETERS>(nullptr), #NAME); \
        return perform(                                                                   \
            next_call(KIND, fd), [&] { return real ALL; }, [&] { return real HALF; });    \
    }

TRANSFER("read", ssize_t, read, (int fd, void* to, size_t n), (fd, to, n), (fd, to, half(n)))
TRANSFER("read", ssize_t, __read_chk, (int fd, void* to, size_t n, size_t room), (fd, to, n, room),
         (fd, to, half(n), room))
TRANSFER("read", ssize_t, pread, (int fd, void* to, size_t n, off_t at), (fd, to, n, at),
         (fd, to, half(n), at))
TRANSFER("read", ssize_t, pread64, (int fd, void* to, size_t n, off_t at), (fd, to, n, at),
         (fd, to, half(n), at))
TRANSFER("read", ssize_t, recv, (int fd, void* to, size_t n, int flags), (fd, to, n, flags),
         (fd, to, half(n), flags))
TRANSFER("read", ssize_t, __recv_chk, (int fd, void* to, size_t n, size_t room, int flags),
         (fd, to, n, room, flags), (fd, to, half(n), room, flags))
TRANSFER("read", ssize_t, readv, (int fd, const iovec* to, int n), (fd, to, n), (fd, to, n > 1 ? n / 2 : n))
TRANSFER("read", ssize_t, recvmsg, (int fd, msghdr* message, int flags), (fd, message, flags),
         (fd, message, flags))
TRANSFER("write", ssize_t, write, (int fd, const void* from, size_t n), (fd, from, n), (fd, from, half(n)))
TRANSFER("write", ssize_t, pwrite, (int fd, const void* from, size_t n, off_t at), (fd, from, n, at),
         (fd, from, half(n), at))
TRANSFER("write", ssize_t, pwrite64, (int fd, const void* from, size_t n, off_t at), (fd, from, n, at),
         (fd, from, half(n), at))
TRANSFER("write", ssize_t, send, (int fd, const void* from, size_t n, int flags), (fd, from, n, flags),
         (fd, from, half(n), flags))
TRANSFER("write", ssize_t, writev, (int fd, const iovec* from, int n), (fd, from, n),
         (fd, from, n > 1 ? n / 2 : n))
TRANSFER("write", ssize_t, sendmsg, (int fd, const msghdr* message, int flags), (fd, message, flags),
         (fd, message, flags))
TRANSFER("fsync", int, fsync, (int fd), (fd), (fd))
TRANSFER("fsync", int, fdatasync, (int fd), (fd), (fd))
TRANSFER("fsync", int, syncfs, (int fd), (fd), (fd))

#define OPENING(NAME, PARAMETERS, PATH, ALL)                                                 \
    int NAME PARAMETERS {                                                                    \
        static const auto real = next(static_cast<int(*) PARAMETERS>(nullptr), #NAME);       \
        va_list more;                                                                        \
        va_start(more, flags);                                                               \
        const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0; \
        va_end(more);                                                                        \
        const auto call = [&] { return real ALL; };                                          \
        return perform(next_call("open", PATH), call, call);                                 \
    }
OPENING(open, (const char* path, int flags, ...), path, (path, flags, mode))
OPENING(open64, (const char* path, int flags, ...), path, (path, flags, mode))
OPENING(openat, (int at, const char* path, int flags, ...), path, (at, path, flags, mode))
OPENING(openat64, (int at, const char* path, int flags, ...), path, (at, path, flags, mode))

#define NAMING(KIND, NAME, PARAMETERS, PATH, ALL)                                      \
    int NAME PARAMETERS {                                                              \
        static const auto real = next(static_cast<int(*) PARAMETERS>(nullptr), #NAME); \
        const auto call = [&] { return real ALL; };                                    \
        return perform(next_call(KIND, PATH), call, call);                             \
    }
NAMING("open", __open_2, (const char* path, int flags), path, (path, flags))
NAMING("open", __open64_2, (const char* path, int flags), path, (path, flags))
NAMING("open", __openat_2, (int at, const char* path, int flags), path, (at, path, flags))
NAMING("open", __openat64_2, (int at, const char* path, int flags), path, (at, path, flags))
NAMING("rename", rename, (const char* from, const char* to), to, (from, to))
NAMING("rename", renameat, (int at, const char* from, int into, const char* to), to, (at, from, into, to))
NAMING("rename", renameat2, (int at, const char* from, int into, const char* to, unsigned flags), to,
       (at, from, into, to, flags))
NAMING("rename", link, (const char* from, const char* to), to, (from, to))
NAMING("rename", linkat, (int at, const char* from, int into, const char* to, int flags), to,
       (at, from, into, to, flags))

long syscall(long number, ...) {
    static const auto real = next(static_cast<long (*)(long, ...)>(nullptr), "syscall");
    va_list list;
    va_start(list, number);
    long a[6];
    for (long& one : a)
        one = va_arg(list, long);
    va_end(list);
    const auto call = [&] { return real(number, a[0], a[1], a[2], a[3], a[4], a[5]); };
    if (number == SYS_openat2)
        return perform(next_call("open", reinterpret_cast<const char*>(a[1])), call, call);
    if (number == SYS_renameat2) {
        return perform(next_call("rename", reinterpret_cast<const char*>(a[3])), call, call);
    }
    return call();
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* with) {
    using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
    static const auto real = next(static_cast<Create>(nullptr), "pthread_create");
    if (next_call("thread", "") == What::error) return plan.error;
    return real(thread, attributes, start, with);
}

#ifndef P2PC_SANITIZED  // a sanitizer has an allocator of its own
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);

// Who asks: a number for the calls that led here, the same in every run.
static void name_caller(char* name, std::size_t room) {
    void* frames[8];
    const int count = ::backtrace(frames, 8);
    unsigned long hash = 14695981039346656037UL;  // FNV-1a
    for (int i = 2; i < count; ++i) {             // after this one and the function that stands for malloc
        dl_find_object object;
        if (::_dl_find_object(frames[i], &object) != 0) continue;
        const auto offset = static_cast<char*>(frames[i]) - static_cast<char*>(object.dlfo_map_start);
        hash = (hash ^ static_cast<unsigned long>(offset)) * 1099511628211UL;
    }
    std::snprintf(name, room, "%016lx", hash);
}

static bool no_memory() {
    static thread_local bool naming = false;  // what a backtrace allocates is not counted
    if (!armed || naming || std::strcmp(plan.kind, "alloc") != 0) return false;
    char name[24] = "";
    if (plan.part[0] != '\0' || plan.trace >= 0) {
        naming = true;
        name_caller(name, sizeof name);
        naming = false;
    }
    if (next_call("alloc", name) != What::error) return false;
    errno = ENOMEM;
    return true;
}

void* malloc(size_t size) {
    return no_memory() ? nullptr : __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
    return no_memory() ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* block, size_t size) {
    return no_memory() ? nullptr : __libc_realloc(block, size);
}

#endif

}  // extern "C"
