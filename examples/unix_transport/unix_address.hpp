// An Address of this transport is the path of a socket: as opaque bytes and as text.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <p2pc/transport/text.hpp>
#include <p2pc/transport/transport.hpp>
#include <string_view>

namespace unix_transport {

// sockaddr_un holds 107 characters and a zero.
constexpr std::size_t max_path = sizeof(sockaddr_un::sun_path) - 1;

p2pc::transport::Address make_address(std::string_view path) noexcept;
std::string_view path_of(const p2pc::transport::Address& address) noexcept;
sockaddr_un socket_name(const p2pc::transport::Address& address) noexcept;

// "WHAT: Connection refused"; short of descriptors or memory is Errc::busy, a taken path Errc::in_use.
p2pc::transport::Failure system_failure(int number, std::string_view what, p2pc::Errc otherwise) noexcept;

}  // namespace unix_transport
