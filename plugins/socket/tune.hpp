// The socket options we set, each with its reason.
#pragma once

#include <array>
#include <cstdint>

#include "socket/address.hpp"

namespace p2pc::socket {

enum class Unsent : std::uint8_t { interactive, bulk };

// No Nagle delay; and until close_in_order() a close sends a reset, also when the process is killed, so
// that the other side cannot take a cut for an end. Accepted sockets inherit both from their listener.
void set_stream_options(int fd) noexcept;
void close_in_order(int fd) noexcept;
// Before bind: others of ours may use the port too (simultaneous open).
bool share_port(int fd) noexcept;
void limit_unsent(int fd, Unsent limit) noexcept;
// A name the kernel knows, filled up with zeros.
using CongestionControl = std::array<char, 16>;  // TCP_CA_NAME_MAX
CongestionControl congestion_control(int fd) noexcept;
void set_congestion_control(int fd, const CongestionControl& control) noexcept;
// Of loopback, before the connection stands: a socket that ever had bbr goes on pacing under any other, and
// moves two thirds of what it could (docs/decisions/0016-speed-of-transfers.md). Anyone may choose it.
constexpr CongestionControl unpaced{'r', 'e', 'n', 'o'};
// For bulk, by what the path shows; the system's choice where it does not let us.
// REQUIRES: connected.
void choose_congestion_control(int fd) noexcept;
SocketAddress local_name(int fd) noexcept;

}  // namespace p2pc::socket
