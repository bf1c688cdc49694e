// What the operator of a server decides; each has the default of docs/architecture.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <p2pc/base/time.hpp>

#include "directory/block_rule.hpp"

namespace p2pc::directory {

enum class Registration : std::uint8_t { open, closed };
// Whether clients may use an unbound transport from beyond loopback.
enum class PlainBeyondLoopback : std::uint8_t { refused, allowed };

struct ServerLimits {
    std::uint64_t users = 1'000'000;
    std::size_t connections = 20'000;
    std::size_t connections_a_device = 32;
    std::size_t connections_an_account = 128;
    std::uint32_t registrations_an_hour = 60;  // from one source
    std::uint32_t requests_a_second = 20;
    std::uint32_t request_burst = 50;
    std::size_t client_queue = 256 * 1024;            // bytes waiting for a client that does not read
    Duration login_time = std::chrono::seconds{10};   // from accept, in all
    Duration answer_time = std::chrono::seconds{10};  // for an instance that is asked to take a call
    Duration lost_after = std::chrono::minutes{10};   // a session with neither end back
};

struct ServerOptions {
    Registration registration = Registration::open;
    Lockout lockout = Lockout::timed;
    PlainBeyondLoopback plain = PlainBeyondLoopback::refused;
    std::chrono::hours log_retention{30 * 24};  // of ended sessions
    ServerLimits limits;
};

}  // namespace p2pc::directory
