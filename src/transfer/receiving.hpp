// Incoming: one delivery from the receiver's side: judges each item, takes its bytes, checks the digest.
//
// Everything it is given comes from a stranger. An item that fails stays failed: data() and end() repeat its
// error until the next begin(), because a sender that does not wait for answers has more under way. A breach
// of the order (Errc::malformed) ends the whole delivery. No network and no clock. Calls block; one at a
// time, from any thread; stop() alone at any time.
#pragma once

#include <memory>
#include <optional>
#include <p2pc/base/bytes.hpp>
#include <p2pc/base/result.hpp>
#include <string>

#include "crypto/digest.hpp"
#include "transfer/entry.hpp"
#include "transfer/output.hpp"

namespace p2pc::transfer {

struct ReceivePolicy {
    ByteCount max_size{std::uint64_t{1} << 62};  // bytes an item; --max-size
};

class ReceivedItem {
  public:
    ReceivedItem(std::optional<std::string> path, ByteCount size, std::string digest)
        : path_(std::move(path)), size_(size), digest_(std::move(digest)) {}
    const std::optional<std::string>& path() const noexcept { return path_; }  // absolute; none: a pipe
    ByteCount size() const noexcept { return size_; }
    const std::string& digest() const noexcept { return digest_; }  // "algorithm:hex"
    std::string_view algorithm() const noexcept { return crypto::algorithm_of(digest_); }

  private:
    std::optional<std::string> path_;
    ByteCount size_;
    std::string digest_;
};

class Incoming {
  public:
    Incoming(std::unique_ptr<Output> output, ReceivePolicy policy);
    // An item in the middle is kept as a partial, for a later command to go on with.
    ~Incoming();
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;

    //   Errc::refused    the name, the size or a second item is against the policy
    //   Errc::no_space, Errc::local_io, as Output::begin()
    //   Errc::malformed  the entry contradicts itself, or an item is not ended yet
    //   Errc::unsupported  an item of a kind this version does not know
    Status begin(const Entry& entry, const PartialKey& key);

    //   Errc::malformed  past the announced size, or no item is begun
    //   Errc::refused    a stream grew past the policy's size
    //   otherwise as Sink::append()
    Status data(BytesView bytes);

    // Compares size and digest, makes the item durable under its final name, and only then succeeds.
    //   Errc::integrity    the size or the digest does not match; nothing is left of the item
    //   Errc::malformed    no item is begun
    //   Errc::unsupported  a digest of a kind this version does not know
    //   otherwise as Sink::commit()
    Result<ReceivedItem> end(const ItemEnd& end);

    // The sender takes the item back, or the person here does not want it: nothing is left of it.
    void abandon();

    bool in_item() const noexcept { return sink_ != nullptr; }
    ByteCount received_of_item() const noexcept { return received_; }
    void stop() noexcept { output_->stop(); }

  private:
    enum class State { idle, open, failed, broken };
    Error fail(Error error);
    Error breach(std::string detail);
    Status take(BytesView bytes);
    Result<ReceivedItem> complete(const ItemEnd& end);

    std::unique_ptr<Output> output_;
    ReceivePolicy policy_;
    State state_ = State::idle;
    std::optional<Error> error_;  // of the failed item
    std::optional<Entry> entry_;
    std::unique_ptr<Sink> sink_;
    crypto::ChunkedDigest digest_;
    ByteCount received_;
};

}  // namespace p2pc::transfer
