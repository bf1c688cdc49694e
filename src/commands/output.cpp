#include "commands/output.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/filter.hpp"
#include "commands/exit_codes.hpp"
#include "commands/records.hpp"
#include "terminal/write.hpp"

namespace p2pc::commands {
namespace {

// 0, or why not all of it was written.
int write_out(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            pollfd ready{STDOUT_FILENO, POLLOUT, 0};
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

}  // namespace

void Output::answer(std::string_view bytes) {
    if (reader_gone_ || lost_ != 0) return;
    const int failed = write_out(bytes);
    if (failed == EPIPE) {
        reader_gone_ = true;
        if (reader_gone_call_) reader_gone_call_();
    } else {
        lost_ = failed;
    }
}

void Output::record(std::string_view line) {
    const std::string whole = fmt::format("{}\n", line);
    if (records_to_ == RecordsTo::standard_error) {
        terminal::write_all(STDERR_FILENO, whole);
    } else {
        answer(whole);
    }
}

void Output::line(std::string_view text) {
    answer(fmt::format("{}\n", text));
}

void Output::text(std::string_view text) {
    answer(text);
}

void Output::notice(std::string_view what) {
    if (quiet()) return;
    terminal::write_all(STDERR_FILENO, fmt::format("p2pc: {}\n", base::escape_line(what)));
}

void Output::detail(std::string_view what) {
    if (verbosity_ == Verbosity::verbose) notice(what);
}

int Output::fail(const Error& error, std::string_view hint) {
    const int code = exit_code_of(error.code());
    const auto text = error_text(error, hint);
    if (!quiet()) terminal::write_all(STDERR_FILENO, fmt::format("p2pc: {}\n", text));
    if (json()) record(error_line(code, word_of(error.code()), text, now()));
    return code;
}

std::string error_text(const Error& error, std::string_view hint) {
    // Usage errors say what is wrong themselves.
    const bool plain = error.code() == Errc::usage && !error.detail().empty();
    std::string text = base::escape_line(plain ? error.detail() : describe(error));
    const auto advice = hint.empty() ? hint_of(error.code()) : hint;
    if (!advice.empty()) text += fmt::format(" ({})", base::escape_line(advice));
    return text;
}

}  // namespace p2pc::commands
