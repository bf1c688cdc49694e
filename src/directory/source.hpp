// Where a connection comes from, as text and as limits count it. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace p2pc::directory {

// The printable address of a transport without its port: "192.0.2.7", "[2001:db8::1]"; an IPv4 address in
// IPv6 clothes is shown as itself. What has no port stays as it is.
std::string host_of(std::string_view address);

// The source of an address: its host, IPv6 by /64 (that is what one customer gets).
std::string source_of(std::string_view address);

}  // namespace p2pc::directory
