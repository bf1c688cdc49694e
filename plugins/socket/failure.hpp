// System error numbers as Failures of the transport seam.
#pragma once

#include <p2pc/transport/text.hpp>
#include <string_view>

namespace p2pc::socket {

using transport::Failure;

// "WHAT: Connection refused". Descriptors or memory short: Errc::busy; address taken: Errc::in_use;
// anything else: `otherwise`.
Failure system_failure(int number, std::string_view what, Errc otherwise) noexcept;

}  // namespace p2pc::socket
