// The program: from argv to an exit code, or to the signal it is to die by.
#pragma once

#include <string>
#include <vector>

namespace p2pc::commands {

struct Ended {
    int code = 0;
    int signal = 0;  // 0: none
};

// `argv` without the program's name. Once a process, on its main thread, before any other is started. What it
// prints is written when it returns; nothing is left open.
Ended run_program(const std::vector<std::string>& argv);

}  // namespace p2pc::commands
