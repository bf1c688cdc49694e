#include "runtime/process.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <new>
#include <string_view>

#include "terminal/raw_mode.hpp"

namespace p2pc::runtime {

void keep_memory_private() noexcept {
    // A core pattern that is a pipe ignores the size limit, but not that the process is not dumpable.
    const rlimit none{};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void end_out_of_memory() noexcept {
    terminal::restore_all();
    constexpr std::string_view line = "p2pc: out of memory\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    ::_exit(1);
}

void end_when_memory_runs_out() noexcept {
    std::set_new_handler(end_out_of_memory);
}

bool runs_as_root() noexcept {
    return ::geteuid() == 0;
}

}  // namespace p2pc::runtime
