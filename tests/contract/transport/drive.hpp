// Drives non-blocking streams by poll(2) and a MemoryNetwork's queue, as a host without an event loop would.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <p2pc/base/bytes.hpp>
#include <p2pc/transport/transport.hpp>
#include <vector>

#include "support/memory_network.hpp"

namespace p2pc::testing {

using transport::IoStatus;
using transport::Listener;
using transport::Stream;

// Something to try until it no longer says want_*. `result` is how it ended.
struct Task {
    std::function<IoStatus()> attempt;
    std::function<int()> fd;
    std::function<void(void (*)(void*), void*)> on_ready;
    IoStatus result = IoStatus::want_read;
};

// The objects named must outlive the run. Reading appends to `into`.
Task stepping(Stream& stream);
Task accepting(Listener& listener, std::unique_ptr<Stream>& into);
// In pieces of at most `piece`, then flush. `bytes` must outlive the run.
Task writing(Stream& stream, BytesView bytes, std::size_t piece);
Task reading(Stream& stream, Bytes& into, std::size_t count, std::size_t piece);
Task reading_to_the_end(Stream& stream, Bytes& into);  // result: eof or error
Task shutting(Stream& stream);

// Runs the tasks side by side and returns their results. Throws when all wait and nothing will come.
std::vector<IoStatus> drive(MemoryNetwork* network, std::vector<Task> tasks);

}  // namespace p2pc::testing
