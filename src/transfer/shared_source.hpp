// Shared sources: one stream for several receivers at once, such as stdin of `send alice,bob -`.
//
// What is read goes into a ring of a few MiB that all readers read from. Whoever is ahead waits for the
// slowest (a stream cannot be read again), until that one is stopped or destroyed: then it holds up nobody
// any more. Each shared source is a Source of its own; they are read on different threads, and a reader
// that waits keeps its thread. REQUIRES: each has a thread of its own.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "transfer/source.hpp"

namespace p2pc::transfer {

inline constexpr std::size_t shared_ring_size = 4 * 1024 * 1024;  // bytes

// `inner` is opened by whoever opens first, closed with the last; its errors are everybody's.
// REQUIRES: `readers` and `ring_size` are not 0.
std::vector<std::unique_ptr<Source>> share(std::unique_ptr<Source> inner, std::size_t readers,
                                           std::size_t ring_size = shared_ring_size);

}  // namespace p2pc::transfer
