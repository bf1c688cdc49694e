#include "scenario/delivery/rig.hpp"

#include <iterator>

#include "transfer/asking.hpp"
#include "transfer/removal.hpp"

namespace p2pc::testing {
namespace {

class MemorySource final : public transfer::Source, public transfer::Rereader {
  public:
    explicit MemorySource(const Item& item) : item_(item) {}
    const std::string& label() const noexcept override { return item_.name; }
    Result<transfer::Entry> open() override {
        if (item_.kind == transfer::EntryKind::stream) return transfer::Entry::stream(item_.name);
        auto entry = transfer::Entry::file(item_.name, ByteCount{item_.content.size()}, 0644, std::nullopt);
        entry.set_source(item_.source);
        return entry;
    }
    Result<transfer::Entry> look() override {
        if (item_.kind == transfer::EntryKind::stream) return Errc::unsupported;
        return open();
    }
    Result<std::size_t> read(std::span<std::byte> into) override {
        if (stopped_) return Errc::canceled;
        if (item_.changes_at && at_ >= *item_.changes_at) return Errc::source_changed;
        const std::size_t size = std::min(into.size(), item_.content.size() - at_);
        std::copy_n(item_.content.begin() + static_cast<std::ptrdiff_t>(at_), size, into.begin());
        at_ += size;
        return size;
    }
    void stop() noexcept override { stopped_ = true; }

    transfer::Rereader* rereader() noexcept override {
        return item_.kind == transfer::EntryKind::stream ? nullptr : this;
    }
    void start_at(std::uint64_t offset) noexcept override { at_ = offset; }
    Status read_again(std::uint64_t offset, std::span<std::byte> into) const override {
        if (item_.changes_at) return Errc::source_changed;
        std::copy_n(item_.content.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
        return {};
    }
    Result<crypto::ChunkHash> hash_again(std::uint64_t offset, std::size_t length) const override {
        if (item_.changes_at) return Errc::source_changed;
        return crypto::chunk_hash(BytesView{item_.content}.subspan(offset, length));
    }

  private:
    const Item& item_;
    std::size_t at_ = 0;
    bool stopped_ = false;
};

class FailingSink final : public transfer::Sink {
  public:
    FailingSink(std::unique_ptr<Sink> inner, Disk& disk) : inner_(std::move(inner)), disk_(disk) {}
    Status append(BytesView bytes) override {
        if (disk_.appends_left == 0) return Errc::no_space;
        --disk_.appends_left;
        return inner_->append(bytes);
    }
    Result<std::optional<std::string>> commit(const transfer::Entry& entry) override {
        if (disk_.commits_left == 0) return Errc::local_io;
        --disk_.commits_left;
        return inner_->commit(entry);
    }
    void keep() noexcept override { inner_->keep(); }
    transfer::GrowingFile* file() noexcept override { return inner_->file(); }

  private:
    std::unique_ptr<Sink> inner_;
    Disk& disk_;
};

class FailingOutput final : public transfer::Output {
  public:
    FailingOutput(std::unique_ptr<Output> inner, Disk& disk) : inner_(std::move(inner)), disk_(disk) {}
    Result<std::unique_ptr<transfer::Sink>> begin(const transfer::Entry& entry,
                                                  const transfer::KeyOf& key_of) override {
        auto sink = inner_->begin(entry, key_of);
        if (!sink) return sink.error();
        return std::unique_ptr<transfer::Sink>(new FailingSink(std::move(*sink), disk_));
    }

    std::unique_ptr<transfer::Asking> asking(ByteCount max_size, transfer::Removal* removal) override {
        return inner_->asking(max_size, removal);
    }
    Result<bool> any_kept(const std::string& prefix) override { return inner_->any_kept(prefix); }

  private:
    std::unique_ptr<Output> inner_;
    Disk& disk_;
};

std::vector<std::unique_ptr<transfer::Source>> sources_of(const std::vector<Item>& items) {
    std::vector<std::unique_ptr<transfer::Source>> sources;
    for (const auto& item : items)
        sources.push_back(source_of(item));
    return sources;
}

channel::ChannelLimits limits() {
    channel::ChannelLimits limits;
    limits.beat = 5s;
    limits.dead = 30s;
    return limits;
}

}  // namespace

std::unique_ptr<transfer::Source> source_of(const Item& item) {
    return std::make_unique<MemorySource>(item);
}

std::unique_ptr<transfer::Output> output_to(const std::filesystem::path& folder, Disk& disk) {
    auto opened = transfer::OutputFolder::open(folder.string(), transfer::Missing::refuse);
    REQUIRE(opened);
    auto inner = transfer::make_folder_output(*opened, transfer::AnyNames::no);
    return std::make_unique<FailingOutput>(std::move(inner), disk);
}

int Ended::told(const std::string& name) const {
    return static_cast<int>(std::count_if(outcomes.begin(), outcomes.end(),
                                          [&](const auto& outcome) { return outcome.name == name; }));
}

int Ended::delivered(const std::string& name) const {
    return static_cast<int>(std::count_if(outcomes.begin(), outcomes.end(), [&](const auto& outcome) {
        return outcome.name == name && !outcome.error;
    }));
}

Rig::Rig(std::vector<Item> what)
    : items(std::move(what)),
      left(pair.loop, std::move(pair.opener), limits()),
      right(pair.loop, std::move(pair.acceptor), limits()),
      outgoing(sources_of(items)),
      incoming(
          std::make_unique<transfer::Incoming>(output_to(folder.path(), disk), transfer::ReceivePolicy{})),
      tasks(pair.loop, [](std::string_view, std::exception_ptr what_failed) {
          if (what_failed) std::rethrow_exception(what_failed);
      }) {
    left.enter(wire::Phase::peer_link);
    right.enter(wire::Phase::peer_link);
    offer.files = items.size();
}

Rig::~Rig() {
    tasks.stop();
    pair.loop.run_for(2s);
}

void Rig::start_sender() {
    tasks.spawn("sender", send(*this));
}

void Rig::start_receiver(std::uint32_t delivery) {
    tasks.spawn("receiver", receive(*this, delivery));
}

asio::awaitable<void> Rig::send(Rig& rig) {
    rig.sender = std::make_unique<peer::DeliverySender>(rig.pair.loop, rig.pool, rig.left, rig.outgoing,
                                                        rig.offer, rig.at_sender);
    auto done = co_await rig.sender->run();
    rig.sent = done;
}

asio::awaitable<void> Rig::receive(Rig& rig, std::uint32_t delivery) {
    peer::ReceiveTerms terms;
    terms.delivery = delivery;
    terms.stall = rig.stall;
    terms.key = [keys = transfer::PartialKeys{crypto::Seed{}, model::PublicKey{}}](
                    const transfer::Entry& entry) { return keys.of(entry); };
    rig.receiver = std::make_unique<peer::DeliveryReceiver>(rig.pair.loop, rig.pool, rig.right, *rig.incoming,
                                                            std::move(terms), rig.at_receiver);
    auto done = co_await rig.receiver->run();
    rig.received = done;
}

asio::awaitable<void> Rig::accept(Rig& rig) {
    rig.right.set_beat_state(wire::BeatState::asking);
    if (rig.answer_after > Duration::zero()) {
        auto early = co_await rig.right.read(rig.pair.loop.now() + rig.answer_after);
        // The offer is there at once; what follows is silence, while the person thinks.
        if (early) {
            auto nothing = co_await rig.right.read(rig.pair.loop.now() + rig.answer_after);
            CHECK(!nothing);
            if (nothing.error().code() != Errc::timed_out) rig.received = nothing.error();
        }
    } else {
        auto offered = co_await rig.right.read(never);
        if (!offered) rig.received = offered.error();
    }
    if (rig.received) {
        rig.right.abort();
        co_return;
    }
    PeerMessage yes;
    yes.mutable_offer_answer()->set_delivery(rig.offer.delivery);
    yes.mutable_offer_answer()->set_resume(rig.resume);
    yes.mutable_offer_answer()->set_lanes(rig.lanes_taken);
    [[maybe_unused]] const auto said = rig.right.send(wire::frame(yes));
    co_await receive(rig, rig.offer.delivery);
}

bool Rig::run(const std::function<bool()>& done) {
    if (!started_) {
        started_ = true;
        start_sender();
        tasks.spawn("receiver", accept(*this));
    }
    return until([&] { return done() || over(); });
}

std::map<std::string, Bytes> Rig::files() const {
    std::map<std::string, Bytes> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        const auto bytes = as_bytes(text);
        found.emplace(entry.path().filename().string(), Bytes{bytes.begin(), bytes.end()});
    }
    return found;
}

}  // namespace p2pc::testing
