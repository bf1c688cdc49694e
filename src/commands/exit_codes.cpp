#include "commands/exit_codes.hpp"

#include <array>

namespace p2pc::commands {
namespace {

struct Row {
    Errc code;
    int exit;
    std::string_view word;
    std::string_view hint;
};

constexpr std::array rows{
    Row{Errc::internal, exit_code::failed, "internal", ""},
    Row{Errc::usage, exit_code::usage, "usage", ""},
    Row{Errc::not_logged_in, exit_code::not_logged_in, "not_logged_in", "p2pc register or p2pc login"},
    Row{Errc::bad_credentials, exit_code::not_logged_in, "bad_credentials", ""},
    Row{Errc::blocked, exit_code::not_logged_in, "blocked",
        "wait, or run p2pc login --open-window on a device that is logged in"},
    Row{Errc::no_such_user, exit_code::no_such_user, "no_such_user", "p2pc list --all shows who there is"},
    Row{Errc::peer_offline, exit_code::nobody_takes_it, "peer_offline", "--wait waits for them"},
    Row{Errc::refused, exit_code::refused, "refused", ""},
    Row{Errc::no_space, exit_code::refused, "no_space", ""},
    Row{Errc::cannot_connect, exit_code::cannot_connect, "cannot_connect", ""},
    Row{Errc::busy, exit_code::cannot_connect, "busy", "try again later"},
    Row{Errc::too_many_connections, exit_code::cannot_connect, "too_many_connections", "try again later"},
    Row{Errc::no_path, exit_code::cannot_connect, "no_path",
        "one of the two must be reachable: --listen with an open port, or --allow-private"},
    Row{Errc::local_io, exit_code::local, "local_io", ""},
    Row{Errc::in_use, exit_code::local, "in_use", ""},
    Row{Errc::source_changed, exit_code::local, "source_changed", "send it again"},
    Row{Errc::integrity, exit_code::integrity, "integrity", ""},
    Row{Errc::identity, exit_code::integrity, "identity",
        "somebody may be in between: ask them by another way; p2pc trust show USER shows both keys"},
    Row{Errc::interrupted, exit_code::interrupted, "interrupted", "run the same command again"},
    Row{Errc::stalled, exit_code::interrupted, "stalled", "run the same command again"},
    Row{Errc::needs_answer, exit_code::needs_answer, "needs_answer", ""},
    Row{Errc::name_taken, exit_code::name_taken, "name_taken", "choose another, or p2pc login"},
    Row{Errc::malformed, exit_code::failed, "malformed", ""},
    Row{Errc::unsupported, exit_code::failed, "unsupported", ""},
    Row{Errc::timed_out, exit_code::cannot_connect, "timed_out", "try again later"},
    Row{Errc::closed, exit_code::failed, "closed", ""},
    Row{Errc::not_found, exit_code::failed, "not_found", ""},
    Row{Errc::canceled, exit_code::failed, "canceled", ""},
    Row{Errc::corrupt, exit_code::local, "corrupt", ""},
    Row{Errc::limit, exit_code::failed, "limit", ""},
    Row{Errc::device_taken, exit_code::failed, "device_taken", ""},
    Row{Errc::conflict, exit_code::failed, "conflict", "try again"},
    Row{Errc::weak_password, exit_code::usage, "weak_password", ""},
    Row{Errc::reader_gone, exit_code::interrupted, "reader_gone", ""},
    Row{Errc::partly, exit_code::partly, "partly", ""},
    Row{Errc::plain_refused, exit_code::usage, "plain_refused", ""},
    Row{Errc::account_blocked, exit_code::not_logged_in, "account_blocked", "ask the operator"},
    Row{Errc::bad_token, exit_code::not_logged_in, "bad_token", "ask the operator for one; --token-file"},
    Row{Errc::wrong_code, exit_code::integrity, "wrong_code",
        "that code is used up; when another one of p2pc invite fails too, somebody is in between"},
};

constexpr const Row& row_of(Errc code) noexcept {
    for (const Row& row : rows) {
        if (row.code == code) return row;
    }
    return rows[0];
}

}  // namespace

int exit_code_of(Errc code) noexcept {
    return row_of(code).exit;
}

bool retry_may_help(int exit_code) noexcept {
    return exit_code == exit_code::nobody_takes_it || exit_code == exit_code::cannot_connect ||
           exit_code == exit_code::interrupted;
}

std::string_view word_of(Errc code) noexcept {
    return row_of(code).word;
}

std::string_view hint_of(Errc code) noexcept {
    return row_of(code).hint;
}

Error from_server(const Error& error) {
    switch (error.code()) {
        case Errc::interrupted:
        case Errc::stalled:
        case Errc::closed:
        case Errc::timed_out:
        case Errc::malformed:
            return Error{Errc::cannot_connect, "the server: " + describe(error)};
        default:
            return error;
    }
}

}  // namespace p2pc::commands
