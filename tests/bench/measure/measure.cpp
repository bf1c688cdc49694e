// bench_measure REPORT PROGRAM [ARGUMENT...]: runs the program to its end and writes one line of JSON into
// REPORT: wall and CPU seconds, peak memory in KiB, exit code (128 + n for signal n), which is its own too.
//
// A small program between the driver and the one measured, for two reasons: the kernel counts the memory of
// whoever forks into the peak of the child, and a large interpreter starts programs slowly. What it measures
// dies with it.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>

namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

[[noreturn]] void become(char** program) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execvp(program[0], program);
    std::perror(program[0]);
    ::_exit(127);
}

pid_t child = -1;

void pass_on(int number) {
    if (child > 0) ::kill(child, number);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: bench_measure REPORT PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    std::FILE* const report = std::fopen(argv[1], "we");
    if (report == nullptr) {
        std::perror(argv[1]);
        return 2;
    }
    const auto start = std::chrono::steady_clock::now();
    child = ::fork();
    if (child == 0) become(argv + 2);
    std::signal(SIGTERM, pass_on);
    std::signal(SIGINT, pass_on);
    int status = 0;
    rusage use{};
    pid_t ended = -1;
    do {
        ended = ::wait4(child, &status, 0, &use);
    } while (ended < 0 && errno == EINTR);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    if (ended < 0) {
        std::perror("bench_measure");
        return 2;
    }
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    std::fprintf(report, "{\"wall\":%.6f,\"user\":%.6f,\"system\":%.6f,\"peak_kib\":%ld,\"code\":%d}\n",
                 wall.count(), seconds(use.ru_utime), seconds(use.ru_stime), use.ru_maxrss, code);
    return std::fclose(report) == 0 ? code : 2;
}
