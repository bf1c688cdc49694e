#include "contract/transport/drive.hpp"

#include <poll.h>

#include <algorithm>
#include <stdexcept>

namespace p2pc::testing {

namespace {

bool waits(IoStatus status) {
    return status == IoStatus::want_read || status == IoStatus::want_write;
}

template <class Object>
Task task_of(Object& object, std::function<IoStatus()> attempt) {
    return {std::move(attempt), [&object] { return object.poll_fd(); },
            [&object](void (*call)(void*), void* context) { object.on_ready(call, context); }};
}

// Nothing in these tests takes as long, on any machine.
constexpr int patience_ms = 60'000;

void wait(MemoryNetwork* network, std::vector<Task*>& waiting) {
    bool told = false;
    std::vector<pollfd> sockets;
    for (auto* task : waiting) {
        const short events = task->result == IoStatus::want_read ? POLLIN : POLLOUT;
        if (const int fd = task->fd(); fd >= 0) {
            sockets.push_back({fd, events, 0});
        } else {
            task->on_ready([](void* flag) { *static_cast<bool*>(flag) = true; }, &told);
        }
    }
    if (network != nullptr) network->run_pending();
    if (!told && sockets.empty()) throw std::runtime_error("everyone waits and nothing was posted");
    if (!told && ::poll(sockets.data(), sockets.size(), patience_ms) <= 0) {
        throw std::runtime_error("everyone waits and no socket became ready");
    }
    for (auto* task : waiting)
        if (task->fd() < 0) task->on_ready(nullptr, nullptr);
}

}  // namespace

Task stepping(Stream& stream) {
    return task_of(stream, [&stream] { return stream.step().status; });
}

Task accepting(Listener& listener, std::unique_ptr<Stream>& into) {
    return task_of(listener, [&] {
        const auto accepted = listener.try_accept();
        into.reset(accepted.stream);
        return accepted.status;
    });
}

Task writing(Stream& stream, BytesView bytes, std::size_t piece) {
    return task_of(stream, [&stream, bytes, piece]() mutable {
        while (!bytes.empty()) {
            // Another buffer at every try: nothing of a refused one may have been kept.
            const auto part = bytes.first(std::min(piece, bytes.size()));
            Bytes copy(part.begin(), part.end());
            const auto result = stream.try_write(copy.data(), copy.size());
            std::fill(copy.begin(), copy.end(), std::byte{0xee});
            if (result.status != IoStatus::ok) return result.status;
            bytes = bytes.subspan(result.count);
        }
        return stream.flush().status;
    });
}

Task reading(Stream& stream, Bytes& into, std::size_t count, std::size_t piece) {
    const std::size_t wanted = into.size() + count;
    return task_of(stream, [&stream, &into, wanted, piece] {
        Bytes buffer(piece);
        while (into.size() < wanted) {
            const auto size = std::min(piece, wanted - into.size());
            const auto result = stream.try_read(buffer.data(), size);
            if (result.status != IoStatus::ok) return result.status;
            append(into, BytesView{buffer}.first(result.count));
        }
        return IoStatus::ok;
    });
}

Task reading_to_the_end(Stream& stream, Bytes& into) {
    return task_of(stream, [&stream, &into] {
        Bytes buffer(64 * 1024);
        for (;;) {
            const auto result = stream.try_read(buffer.data(), buffer.size());
            if (result.status != IoStatus::ok) return result.status;
            append(into, BytesView{buffer}.first(result.count));
        }
    });
}

Task shutting(Stream& stream) {
    return task_of(stream, [&stream] { return stream.try_shutdown().status; });
}

std::vector<IoStatus> drive(MemoryNetwork* network, std::vector<Task> tasks) {
    for (;;) {
        std::vector<Task*> waiting;
        for (auto& task : tasks) {
            if (waits(task.result)) task.result = task.attempt();
            if (waits(task.result)) waiting.push_back(&task);
        }
        if (waiting.empty()) break;
        wait(network, waiting);
    }
    std::vector<IoStatus> results;
    for (const auto& task : tasks)
        results.push_back(task.result);
    return results;
}

}  // namespace p2pc::testing
