#include "unix_address.hpp"

#include <cerrno>
#include <cstring>
#include <string>

namespace unix_transport {

using p2pc::Errc;

p2pc::transport::Address make_address(std::string_view path) noexcept {
    p2pc::transport::Address address;
    std::memcpy(address.opaque.data(), path.data(), path.size());
    address.opaque_size = static_cast<std::uint8_t>(path.size());
    p2pc::transport::set_text(address.text, path);
    return address;
}

std::string_view path_of(const p2pc::transport::Address& address) noexcept {
    return {reinterpret_cast<const char*>(address.opaque.data()), address.opaque_size};
}

sockaddr_un socket_name(const p2pc::transport::Address& address) noexcept {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const auto path = path_of(address).substr(0, max_path);
    std::memcpy(name.sun_path, path.data(), path.size());
    return name;
}

p2pc::transport::Failure system_failure(int number, std::string_view what, Errc otherwise) noexcept {
    Errc code = otherwise;
    if (number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM) code = Errc::busy;
    if (number == EADDRINUSE) code = Errc::in_use;
    char reason[100];
    std::string text{what};
    text.append(": ").append(::strerror_r(number, reason, sizeof reason));
    return p2pc::transport::make_failure(code, text);
}

}  // namespace unix_transport
