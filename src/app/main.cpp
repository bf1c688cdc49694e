// p2pc: all it does is in commands/; here it only ends as it is told to.
#include "commands/program.hpp"
#include "runtime/process.hpp"
#include "runtime/signals.hpp"

int main(int argc, char** argv) {
    p2pc::runtime::keep_memory_private();
    p2pc::runtime::end_when_memory_runs_out();
    const auto ended = p2pc::commands::run_program({argv + 1, argv + argc});
    if (ended.signal != 0) p2pc::runtime::die_by(ended.signal);
    return ended.signal != 0 ? 128 + ended.signal : ended.code;
}
