#include "support/memory_link.hpp"

#include <algorithm>
#include <cstring>
#include <p2pc/transport/text.hpp>

namespace p2pc::testing {

using transport::IoResult;
using transport::IoStatus;

void ReadySlot::set(void (*call)(void*), void* context, const MemoryNetwork::Post& post) {
    const auto posted = posted_.lock();
    const bool due = posted && posted->call != nullptr;
    clear();
    if (call == nullptr) return;
    waiting_ = std::make_shared<ReadyCall>(ReadyCall{call, context});
    // Who takes the place of somebody about to be told is told instead.
    if (due) fire(post);
}

void ReadySlot::fire(const MemoryNetwork::Post& post) {
    if (!waiting_) return;
    std::shared_ptr<ReadyCall> call = std::move(waiting_);
    waiting_.reset();
    posted_ = call;
    post([call = std::move(call)] {
        if (call->call != nullptr) call->call(call->context);
    });
}

void ReadySlot::clear() {
    waiting_.reset();
    if (const auto call = posted_.lock()) call->call = nullptr;
    posted_.reset();
}

void MemoryLink::settle(MemoryNetwork& network) {
    for (int side = 0; side < 2; ++side) {
        auto& to = ends[side];
        const auto& from = ends[1 - side];
        if (!network.passes(from.host, to.host)) continue;
        to.visible = to.arriving.size();
        to.fin = to.fin_arriving;
        to.reset = to.reset || from.aborted;
        to.peer_gone = from.gone;
    }
    wake(network, 0);
    wake(network, 1);
}

void MemoryLink::wake(MemoryNetwork& network, int side) {
    auto& end = ends[side];
    const auto& other = ends[1 - side];
    const bool readable = end.visible > 0 || end.fin || end.reset;
    const bool writable = end.reset || end.peer_gone || other.arriving.size() < capacity;
    const bool connectable =
        end.reset || (network.passes(end.host, other.host) && network.passes(other.host, end.host));
    const bool ready =
        (end.wants_read && readable) || (end.wants_write && writable) || (end.wants_connect && connectable);
    // What is wanted stays wanted until somebody was told.
    if (!ready || !end.ready.armed()) return;
    end.wants_read = end.wants_read && !readable;
    end.wants_write = end.wants_write && !writable;
    end.wants_connect = end.wants_connect && !connectable;
    end.ready.fire(network.post_);
}

MemoryStream::MemoryStream(MemoryNetwork& network, std::shared_ptr<MemoryLink> link, int side, Bound bound)
    : network_(network), link_(std::move(link)), side_(side), bound_(bound), open_(side == 1) {}

MemoryStream::~MemoryStream() {
    mine().ready.clear();
    mine().gone = true;
    mine().aborted = !mine().shut;
    link_->settle(network_);
}

IoResult MemoryStream::fail(Errc code, std::string_view why) noexcept {
    if (!failed_) failure_ = transport::make_failure(code, why);
    failed_ = true;
    return {0, IoStatus::error};
}

void MemoryStream::on_ready(void (*call)(void*), void* context) noexcept {
    mine().ready.set(call, context, network_.post_);
    link_->wake(network_, side_);
}

IoResult MemoryStream::step() noexcept {
    if (failed_) return {0, IoStatus::error};
    if (open_) return {0, IoStatus::ok};
    const auto& here = mine().host;
    const auto& there = theirs().host;
    if (!network_.passes(here, there) || !network_.passes(there, here)) {
        mine().wants_connect = true;
        return {0, IoStatus::want_write};
    }
    const auto listener = network_.listeners_.find(std::string{theirs().address.printable()});
    if (listener == network_.listeners_.end() || !listener->second->offer(link_)) {
        return fail(Errc::cannot_connect, "connect: nobody listens");
    }
    open_ = true;
    return {0, IoStatus::ok};
}

IoResult MemoryStream::flush() noexcept {
    return {0, failed_ ? IoStatus::error : IoStatus::ok};
}

IoResult MemoryStream::try_shutdown() noexcept {
    if (failed_) return {0, IoStatus::error};
    if (!open_) return step();
    mine().shut = true;
    theirs().fin_arriving = true;
    link_->settle(network_);
    return {0, IoStatus::ok};
}

IoResult MemoryStream::try_read(std::byte* into, std::size_t size) noexcept {
    if (failed_) return {0, IoStatus::error};
    if (!open_) return {0, IoStatus::want_write};
    const std::size_t count = std::min({size, mine().visible, network_.piece_});
    if (count > 0 || size == 0) {
        auto& bytes = mine().arriving;
        std::copy_n(bytes.begin(), count, into);
        bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
        mine().visible -= count;
        link_->settle(network_);
        return {count, IoStatus::ok};
    }
    if (mine().reset) return fail(Errc::interrupted, "read: connection reset");
    if (mine().fin) return {0, IoStatus::eof};
    mine().wants_read = true;
    return {0, IoStatus::want_read};
}

IoResult MemoryStream::try_write(const std::byte* from, std::size_t size) noexcept {
    if (failed_) return {0, IoStatus::error};
    if (!open_) return {0, IoStatus::want_write};
    if (mine().shut) return fail(Errc::internal, "write after shutdown");
    if (mine().reset || mine().peer_gone) return fail(Errc::interrupted, "write: connection reset");
    auto& bytes = theirs().arriving;
    const std::size_t room = link_->capacity > bytes.size() ? link_->capacity - bytes.size() : 0;
    const std::size_t count = std::min({size, room, network_.piece_});
    if (count == 0 && size > 0) {
        mine().wants_write = true;
        return {0, IoStatus::want_write};
    }
    bytes.insert(bytes.end(), from, from + count);
    link_->settle(network_);
    return {count, IoStatus::ok};
}

transport::Binding MemoryStream::binding() noexcept {
    auto binding = transport::no_binding();
    if (bound_ == Bound::no) return binding;
    transport::set_text(binding.type, "memory");
    std::memcpy(binding.value.data(), &link_->id, sizeof link_->id);
    binding.value_size = 32;
    return binding;
}

MemoryListener::MemoryListener(MemoryNetwork& network, transport::Address at, Bound bound, int backlog)
    : network_(network), at_(at), bound_(bound), backlog_(static_cast<std::size_t>(backlog)) {}

MemoryListener::~MemoryListener() {
    ready_.clear();
    network_.listeners_.erase(std::string{at_.printable()});
    for (const auto& link : waiting_) {
        link->ends[1].gone = link->ends[1].aborted = true;
        link->settle(network_);
    }
}

void MemoryListener::on_ready(void (*call)(void*), void* context) noexcept {
    ready_.set(call, context, network_.post_);
    if (!waiting_.empty()) ready_.fire(network_.post_);
}

transport::Accepted MemoryListener::try_accept() noexcept {
    if (waiting_.empty()) return {nullptr, IoStatus::want_read};
    auto link = std::move(waiting_.front());
    waiting_.pop_front();
    return {new MemoryStream(network_, std::move(link), 1, bound_), IoStatus::ok};
}

bool MemoryListener::offer(std::shared_ptr<MemoryLink> link) {
    if (waiting_.size() >= backlog_) return false;
    waiting_.push_back(std::move(link));
    ready_.fire(network_.post_);
    return true;
}

}  // namespace p2pc::testing
