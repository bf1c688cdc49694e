// MemoryNetwork: links between MemoryTransports of one test - bounded, deterministic, no threads.
//
// Nothing happens inside a call of another object: whoever may proceed is told through `post`, which a test
// may point at its own loop. The network must outlive all transports, streams and listeners on it.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <p2pc/transport/transport.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace p2pc::testing {

class MemoryListener;
struct MemoryLink;

class MemoryNetwork {
  public:
    using Post = std::function<void(std::function<void()>)>;

    // Without `post` calls wait in a queue of this object until run_pending().
    explicit MemoryNetwork(Post post = nullptr);
    MemoryNetwork(const MemoryNetwork&) = delete;
    MemoryNetwork& operator=(const MemoryNetwork&) = delete;

    // Runs what is queued, and what that queues; false: there was nothing.
    bool run_pending();

    // From now on nothing passes between the two hosts (both ways, or from `from` to `to` only), and
    // nobody is told. What was written before may still be read. mend() delivers what waited.
    void cut(std::string_view a, std::string_view b);
    void cut_one_way(std::string_view from, std::string_view to);
    void mend(std::string_view a, std::string_view b);
    // Every link between the two hosts ends with an error at both ends, as by a reset.
    void reset(std::string_view a, std::string_view b);

    // Bytes a direction holds before a writer waits, for links made from now on (default 64 KiB).
    void set_capacity(std::size_t bytes) noexcept { capacity_ = bytes; }
    // The most one try_read or try_write moves (default: no limit).
    void set_piece(std::size_t bytes) noexcept { piece_ = bytes; }
    // What reach() says of a host's addresses (default loopback).
    void set_reach(std::string_view host, transport::Reach reach) { reach_[std::string{host}] = reach; }

  private:
    friend class MemoryTransport;
    friend class MemoryStream;
    friend class MemoryListener;
    friend struct MemoryLink;

    bool passes(const std::string& from, const std::string& to) const { return !cut_.contains({from, to}); }
    std::shared_ptr<MemoryLink> open_link(const std::string& from, const std::string& to);
    std::vector<std::shared_ptr<MemoryLink>> between(std::string_view a, std::string_view b);

    Post post_;
    std::deque<std::function<void()>> pending_;
    std::set<std::pair<std::string, std::string>> cut_;
    std::map<std::string, MemoryListener*> listeners_;  // by "host:port"
    std::map<std::string, transport::Reach> reach_;
    std::deque<std::weak_ptr<MemoryLink>> links_;
    std::size_t capacity_ = 64 * 1024;
    std::size_t piece_ = static_cast<std::size_t>(-1);
    std::uint64_t next_id_ = 1;
    std::uint16_t next_port_ = 20000;
};

}  // namespace p2pc::testing
