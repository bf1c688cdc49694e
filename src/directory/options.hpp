// What the operator of a server decides. The defaults are here, their bounds in limits.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <p2pc/base/time.hpp>

#include "directory/block_rule.hpp"
#include "directory/rate.hpp"

namespace p2pc::directory {

// invite: with a token. A reset, which has a token of its own, is possible in each of them.
enum class Registration : std::uint8_t { open, closed, invite };
// Whether clients may use an unbound transport from beyond loopback.
enum class PlainBeyondLoopback : std::uint8_t { refused, allowed };

struct ServerLimits {
    std::uint64_t users = 1'000'000;
    std::size_t connections = 20'000;
    std::size_t connections_a_device = 32;
    std::size_t connections_an_account = 128;
    std::size_t strangers_a_source = 1024;           // connections that have not logged in
    std::size_t handshakes = 512;                    // of a transport, at once
    Duration login_time = std::chrono::seconds{10};  // from accept, in all
    std::uint32_t registrations_an_hour = 60;        // from one source
    FailureCosts failures;                           // of a password login, to its source
    BlockRules block;                                // of an account's password login
    std::size_t attempt_rows = 65'536;               // names, real or invented, with failed attempts
    std::uint32_t requests_a_second = 20;            // of one connection
    std::uint32_t request_burst = 50;
    std::size_t client_queue = 256 * 1024;            // bytes waiting for a client that does not read
    std::size_t waiting_calls = 16;                   // of one caller
    std::size_t questions = 64;                       // to one instance; more are passed over
    Duration answer_time = std::chrono::seconds{10};  // for an instance that is asked to take a call
    Duration lost_after = std::chrono::minutes{10};   // a session with neither end back
    std::uint32_t stranger_lines = 10;                // in the log, a second, about strangers
};

struct ServerOptions {
    Registration registration = Registration::open;
    PlainBeyondLoopback plain = PlainBeyondLoopback::refused;
    std::chrono::hours log_retention{30 * 24};     // of ended sessions
    std::chrono::hours audit_retention{365 * 24};  // of the audit record
    std::chrono::hours token_time{24};             // until a token of the operator expires
    ServerLimits limits;
};

}  // namespace p2pc::directory
