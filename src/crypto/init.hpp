// init: makes libsodium ready. Called once by main (and by test programs), before other threads start.
#pragma once

#include <p2pc/base/result.hpp>

namespace p2pc::crypto {

// Repeating it is harmless. Errc::internal when the system gives no randomness.
Status init();

}  // namespace p2pc::crypto
