#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "transfer/shared_source.hpp"
#include "unit/transfer/support.hpp"

namespace p2pc::transfer::test {
namespace {

// Gives `content` in pieces of growing size; can be told to fail at its end.
class Counting final : public Source {
  public:
    Counting(Bytes content, Status end, std::size_t* reads)
        : content_(std::move(content)), end_(end), reads_(reads) {}
    const std::string& label() const noexcept override { return label_; }
    Result<Entry> open() override {
        ++opens_;
        REQUIRE(opens_ == 1);
        return Entry::stream("s");
    }
    Result<std::size_t> read(std::span<std::byte> into) override {
        if (stopped_) return Errc::canceled;
        if (at_ == content_.size()) return end_ ? Result<std::size_t>{std::size_t{0}} : end_.error();
        const auto size = std::min({into.size(), content_.size() - at_, ++piece_});
        std::copy_n(content_.begin() + static_cast<std::ptrdiff_t>(at_), size, into.begin());
        at_ += size;
        *reads_ += size;
        return size;
    }
    void stop() noexcept override { stopped_ = true; }

  private:
    std::string label_ = "-";
    Bytes content_;
    Status end_;
    std::size_t* reads_;
    std::size_t at_ = 0, piece_ = 0;
    int opens_ = 0;
    std::atomic<bool> stopped_ = false;
};

Bytes some(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t n = 0; n < size; ++n)
        bytes[n] = static_cast<std::byte>(n * 31 + n / 251);
    return bytes;
}

Result<Bytes> all_of(Source& source, std::size_t step) {
    Bytes whole, piece(step);
    while (true) {
        const auto got = source.read(piece);
        if (!got) return got.error();
        if (*got == 0) return whole;
        whole.insert(whole.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*got));
    }
}

}  // namespace

TEST_CASE("every reader of a shared stream gets all of it, and it is read once", "[transfer][shared]") {
    const auto content = some(100'000);
    std::size_t reads = 0;
    auto shared = share(std::make_unique<Counting>(content, Status{}, &reads), 3, 1000);
    std::vector<std::future<Result<Bytes>>> results;
    for (std::size_t n = 0; n < shared.size(); ++n) {
        REQUIRE(shared[n]->open());
        results.push_back(std::async(std::launch::async,
                                     [&source = *shared[n], n] { return all_of(source, 1 + n * 700); }));
    }
    for (auto& result : results) {
        const auto got = result.get();
        REQUIRE(got);
        CHECK(*got == content);
    }
    CHECK(reads == content.size());
}

TEST_CASE("a fast reader of a shared stream waits for the slowest, until that one leaves",
          "[transfer][shared]") {
    const auto content = some(5000);
    std::size_t reads = 0;
    auto shared = share(std::make_unique<Counting>(content, Status{}, &reads), 2, 1000);
    Bytes piece(100);
    for (std::size_t done = 0; done < 1000;) {
        const auto got = shared[0]->read(std::span{piece}.first(std::min<std::size_t>(100, 1000 - done)));
        REQUIRE(got);
        done += *got;
    }
    CHECK(reads == 1000);  // the ring is full of what the other has not read
    auto rest = std::async(std::launch::async, [&] { return all_of(*shared[0], 100); });
    SECTION("stopped") {
        shared[1]->stop();
    }
    SECTION("destroyed") {
        shared[1].reset();
    }
    SECTION("it reads on") {
        CHECK(all_of(*shared[1], 7)->size() == 5000);
    }
    const auto got = rest.get();
    REQUIRE(got);
    CHECK(got->size() == 4000);
}

TEST_CASE("an error of a shared stream is every reader's, after what came before it", "[transfer][shared]") {
    std::size_t reads = 0;
    auto shared = share(std::make_unique<Counting>(some(50), Errc::local_io, &reads), 2, 1000);
    for (auto& source : shared) {
        Bytes piece(1000);
        std::size_t before = 0;
        auto got = source->read(piece);
        for (; got; got = source->read(piece))
            before += *got;
        CHECK(before == 50);
        CHECK(got.error().code() == Errc::local_io);
    }
}

TEST_CASE("one that stops is canceled and the others go on; the last one stops the stream itself",
          "[transfer][shared]") {
    Pipe pipe;
    auto shared = share(make_stream_source(pipe.ends[0], "-", "s"), 2);
    REQUIRE(shared[0]->open());
    REQUIRE(shared[1]->open());
    Bytes piece(10);
    auto first = std::async(std::launch::async, [&] { return all_of(*shared[0], 10); });
    shared[1]->stop();
    CHECK(shared[1]->read(piece).error().code() == Errc::canceled);
    REQUIRE(::write(pipe.ends[1], "abc", 3) == 3);
    shared[0]->stop();  // nobody closed the pipe: only this ends the wait
    const auto ended = first.get();
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code() == Errc::canceled);
}

}  // namespace p2pc::transfer::test
