#include "terminal/prompt.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "terminal/raw_mode.hpp"
#include "terminal/signal_watch.hpp"
#include "terminal/write.hpp"

namespace p2pc::terminal {
namespace {

constexpr std::size_t longest_line = 16 * 1024;

// Byte by byte: what follows the line belongs to whoever reads next.
Result<std::string> read_line(int in, const SignalWatch& watch) {
    std::string line;
    bool too_long = false;
    while (true) {
        pollfd ready[2]{{in, POLLIN, 0}, {watch.fd(), POLLIN, 0}};
        if (::poll(ready, 2, -1) < 0 && errno != EINTR) return Error{Errc::needs_answer, "input failed"};
        if (watch.caught() != 0) return Errc::canceled;
        if (ready[0].revents == 0) continue;
        char c = 0;
        const ssize_t got = ::read(in, &c, 1);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got <= 0) return Error{Errc::needs_answer, "the input ended"};
        if (c == '\n' || c == '\r') break;
        too_long = too_long || line.size() == longest_line;
        if (!too_long) line.push_back(c);
    }
    if (too_long) return Error{Errc::limit, "the answer is too long"};
    return line;
}

enum class Echo { on, off };

Result<std::string> ask(std::string_view question, PromptFds fds, Echo echo) {
    if (!can_ask(fds.in)) return Error{Errc::needs_answer, "standard input is not a terminal"};
    int caught = 0;
    Result<std::string> answer = Errc::needs_answer;
    {
        const SignalWatch watch;
        std::optional<RawMode> hidden;
        if (echo == Echo::off) {
            auto entered = RawMode::enter(fds.in, RawMode::Kind::hidden);
            if (!entered) return entered.error();
            hidden.emplace(std::move(*entered));
        }
        write_all(fds.out, question);
        answer = read_line(fds.in, watch);
        caught = watch.caught();
    }
    // The cursor is still behind the question: what is written next starts on a row of its own.
    if (!answer) write_all(fds.out, "\n");
    if (caught != 0) ::raise(caught);
    return answer;
}

std::string lower_case(std::string_view text) {
    std::string out;
    for (char c : text)
        out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    return out;
}

std::string trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return std::string{text.substr(from, text.find_last_not_of(" \t") - from + 1)};
}

}  // namespace

bool can_ask(int in) noexcept {
    return ::isatty(in) == 1;
}

Result<std::string> prompt_line(std::string_view question, PromptFds fds) {
    return ask(question, fds, Echo::on);
}

Result<std::string> prompt_password(std::string_view question, PromptFds fds) {
    return ask(question, fds, Echo::off);
}

Result<char> prompt_choice(std::string_view question, std::string_view choices, PromptFds fds) {
    std::string whole{question};
    for (std::size_t i = 0; i < choices.size(); ++i)
        whole.append(i == 0 ? " (" : "/").push_back(choices[i]);
    whole += ") ";
    while (true) {
        const auto line = ask(whole, fds, Echo::on);
        if (!line) return line.error();
        const auto answer = lower_case(trimmed(*line));
        const bool word = answer == "yes" || answer == "no";
        if ((answer.size() == 1 || word) && choices.find(answer[0]) != std::string_view::npos)
            return answer[0];
    }
}

}  // namespace p2pc::terminal
