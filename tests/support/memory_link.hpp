// The inside of a MemoryNetwork: a link is two ends, each with the bytes on their way to it.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <p2pc/transport/transport.hpp>
#include <string>
#include <string_view>

#include "support/memory_network.hpp"
#include "support/memory_transport.hpp"

namespace p2pc::testing {

// One registration of on_ready; shared with the posted call, so that it may be forgotten meanwhile.
struct ReadyCall {
    void (*call)(void*) = nullptr;
    void* context = nullptr;
};

// Holds at most one registration and posts it once.
class ReadySlot {
  public:
    void set(void (*call)(void*), void* context, const MemoryNetwork::Post& post);
    void fire(const MemoryNetwork::Post& post);
    void clear();
    bool armed() const noexcept { return waiting_ != nullptr; }

  private:
    std::shared_ptr<ReadyCall> waiting_;
    std::weak_ptr<ReadyCall> posted_;
};

struct MemoryEnd {
    std::string host;
    transport::Address address;
    std::deque<std::byte> arriving;  // towards this end
    std::size_t visible = 0;         // how many of them have arrived
    bool fin_arriving = false;       // the other end shut its side down
    bool fin = false;                // and this end may know it
    bool shut = false;               // this end shut its side down
    bool gone = false;               // this end was destroyed
    bool aborted = false;            // without having shut down
    bool reset = false;              // this end was told of an abrupt end
    bool peer_gone = false;          // this end may know that the other was destroyed
    bool wants_read = false;
    bool wants_write = false;
    bool wants_connect = false;
    ReadySlot ready;
};

struct MemoryLink {
    std::uint64_t id = 0;
    std::size_t capacity = 0;
    MemoryEnd ends[2];  // 0: the connecting one

    // Delivers what may pass now and wakes whoever waited for it.
    void settle(MemoryNetwork& network);
    void wake(MemoryNetwork& network, int side);
};

class MemoryStream final : public transport::Stream {
  public:
    MemoryStream(MemoryNetwork& network, std::shared_ptr<MemoryLink> link, int side, Bound bound);
    ~MemoryStream() override;
    int poll_fd() noexcept override { return -1; }
    void on_ready(void (*call)(void*), void* context) noexcept override;
    std::int64_t deadline_ns() noexcept override { return -1; }
    transport::IoResult step() noexcept override;
    transport::IoResult flush() noexcept override;
    transport::IoResult try_shutdown() noexcept override;
    transport::IoResult try_read(std::byte* into, std::size_t size) noexcept override;
    transport::IoResult try_write(const std::byte* from, std::size_t size) noexcept override;
    transport::Binding binding() noexcept override;
    transport::Address local() noexcept override { return mine().address; }
    transport::Address remote() noexcept override { return theirs().address; }
    transport::Failure failure() noexcept override { return failure_; }
    void hint(transport::Use) noexcept override {}

  private:
    MemoryEnd& mine() noexcept { return link_->ends[side_]; }
    MemoryEnd& theirs() noexcept { return link_->ends[1 - side_]; }
    transport::IoResult fail(Errc code, std::string_view why) noexcept;

    MemoryNetwork& network_;
    std::shared_ptr<MemoryLink> link_;
    int side_;
    Bound bound_;
    bool open_;  // connected
    bool failed_ = false;
    transport::Failure failure_;
};

class MemoryListener final : public transport::Listener {
  public:
    MemoryListener(MemoryNetwork& network, transport::Address at, Bound bound, int backlog);
    ~MemoryListener() override;
    int poll_fd() noexcept override { return -1; }
    void on_ready(void (*call)(void*), void* context) noexcept override;
    transport::Accepted try_accept() noexcept override;
    transport::Address local() noexcept override { return at_; }
    transport::Failure failure() noexcept override { return {}; }
    // False: the backlog is full.
    bool offer(std::shared_ptr<MemoryLink> link);

  private:
    MemoryNetwork& network_;
    transport::Address at_;
    Bound bound_;
    std::size_t backlog_;
    std::deque<std::shared_ptr<MemoryLink>> waiting_;
    ReadySlot ready_;
};

}  // namespace p2pc::testing
