// Error: what went wrong, as a closed code for programs and a text for our own log.
//
// Errc is append-only: its numbers travel on the wire (docs/protocol.md, "Errors") and decide the exit
// code. The other side is told the code and a fixed public sentence, never detail().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace p2pc {

enum class Errc : std::uint16_t {
    internal = 1,         // a bug, or memory
    usage = 2,            // arguments or configuration
    not_logged_in = 3,    // no login here, or the server no longer knows this device
    bad_credentials = 4,  // no such user or wrong password: one code for both
    blocked = 5,          // three wrong passwords in a row
    no_such_user = 6,     // the peer's name is unknown
    peer_offline = 7,     // nobody there takes it
    refused = 8,          // the peer or its policy said no
    no_space = 9,         // the receiver has no room
    cannot_connect = 10,  // no connection to the server
    busy = 11,            // rate-limited
    too_many_connections = 12,
    no_path = 13,         // no candidate address of the peer led to a proven link
    local_io = 14,        // own file, disk or permission
    in_use = 15,          // address or database already taken
    source_changed = 16,  // a file changed while it was read
    integrity = 17,       // a digest does not match
    identity = 18,        // a pinned key does not match, or a proof failed
    interrupted = 19,     // the link was lost in the middle
    stalled = 20,         // nothing moved for the stall time
    needs_answer = 21,    // a question, and nobody to ask
    name_taken = 22,      // register: the user name exists
    malformed = 23,       // bytes that break the protocol
    unsupported = 24,     // a version, message or scheme this side does not speak
    timed_out = 25,       // a deadline passed
    closed = 26,          // the other side ended the stream in order
    not_found = 27,
    canceled = 28,         // stopped by this side
    corrupt = 29,          // own state does not parse: key, pin or database file
    limit = 30,            // past a configured maximum
    device_taken = 31,     // that device name exists on the account
    conflict = 32,         // somebody else changed it first; read again
    weak_password = 33,    // the password rules say no
    reader_gone = 34,      // the program behind a pipe closed it
    plain_refused = 35,    // an unbound transport beyond loopback without --insecure-plain
    partly = 36,           // of several items or receivers some got there and some did not
    account_blocked = 37,  // by the server's operator
    bad_token = 38,        // none, wrong, used, or too old: one code for all
    wrong_code = 39,       // the other side of an invite did not prove that it has the code
};

class [[nodiscard]] Error {
  public:
    explicit Error(Errc code) : code_(code) {}
    Error(Errc code, std::string detail) : code_(code), detail_(std::move(detail)) {}

    Errc code() const noexcept { return code_; }
    // For our own log and terminal; may name local paths, never holds a secret.
    const std::string& detail() const noexcept { return detail_; }

  private:
    Errc code_;
    std::string detail_;
};

// The fixed sentence for a code: what a person or the other side is told.
constexpr std::string_view public_sentence(Errc code) noexcept {
    switch (code) {
        case Errc::internal:
            return "internal error";
        case Errc::usage:
            return "wrong usage";
        case Errc::not_logged_in:
            return "not logged in";
        case Errc::bad_credentials:
            return "wrong user name or password";
        case Errc::blocked:
            return "password login is blocked after three wrong passwords";
        case Errc::no_such_user:
            return "no such user";
        case Errc::peer_offline:
            return "nobody there takes it";
        case Errc::refused:
            return "refused";
        case Errc::no_space:
            return "the receiver has no space left";
        case Errc::cannot_connect:
            return "cannot connect";
        case Errc::busy:
            return "too many requests";
        case Errc::too_many_connections:
            return "too many connections";
        case Errc::no_path:
            return "no path to the peer";
        case Errc::local_io:
            return "local input or output failed";
        case Errc::in_use:
            return "already in use";
        case Errc::source_changed:
            return "the source changed while it was read";
        case Errc::integrity:
            return "the digest does not match";
        case Errc::identity:
            return "the key does not match";
        case Errc::interrupted:
            return "the link was lost";
        case Errc::stalled:
            return "nothing moved for too long";
        case Errc::needs_answer:
            return "an answer is needed and nobody can be asked";
        case Errc::name_taken:
            return "the user name is taken";
        case Errc::malformed:
            return "malformed message";
        case Errc::unsupported:
            return "not supported";
        case Errc::timed_out:
            return "timed out";
        case Errc::closed:
            return "the connection was closed";
        case Errc::not_found:
            return "not found";
        case Errc::canceled:
            return "canceled";
        case Errc::corrupt:
            return "own state is damaged";
        case Errc::limit:
            return "over the limit";
        case Errc::device_taken:
            return "the device name is taken";
        case Errc::conflict:
            return "changed by somebody else";
        case Errc::weak_password:
            return "the password is too weak";
        case Errc::reader_gone:
            return "the reading program is gone";
        case Errc::plain_refused:
            return "an unencrypted transport is refused";
        case Errc::partly:
            return "some were delivered, some were not";
        case Errc::wrong_code:
            return "the code was not proven";
        case Errc::account_blocked:
            return "the account is blocked by the operator of the server";
        case Errc::bad_token:
            return "the token is missing, wrong, used or too old";
    }
    return "unknown error";
}

// "sentence: detail", for our own terminal or log.
inline std::string describe(const Error& error) {
    std::string text{public_sentence(error.code())};
    if (!error.detail().empty()) text.append(": ").append(error.detail());
    return text;
}

}  // namespace p2pc
