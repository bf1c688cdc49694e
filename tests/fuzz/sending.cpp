// A sender of files and a tree, and a receiver who says what the input says: answers, results, hashes,
// questions it was not asked, silence. Nothing counts as delivered that the receiver did not settle, every
// item is told of once, and the sender comes to an end.
#include <fstream>
#include <map>
#include <set>

#include "crypto/init.hpp"
#include "fuzz/delivery.hpp"
#include "fuzz/fuzz.hpp"
#include "io/pool.hpp"
#include "peer/delivery_sender.hpp"
#include "support/temp_folder.hpp"
#include "unit/channel/pair.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using wire::pb::PeerMessage;

namespace {

// Made once: small files, a large one, a tree with a link.
class Sources {
  public:
    Sources() {
        fs::create_directories(folder.path() / "tree" / "deep");
        make("small", 10);
        make("empty", 0);
        make("large", (1 << 20) + 70'000);
        make("tree/a", 100);
        make("tree/deep/b", 5000);
        fs::create_symlink("a", folder.path() / "tree" / "link");
    }
    std::vector<std::string> paths() const {
        const auto at = [&](const char* name) { return (folder.path() / name).string(); };
        return {at("small"), at("tree"), at("large"), at("empty"), at("missing")};
    }
    TempFolder folder;

  private:
    void make(const char* name, std::size_t size) {
        std::ofstream{folder.path() / name, std::ios::binary} << std::string(size, 'z');
    }
};

class Play {
  public:
    Play(const Sources& sources, fuzz::Input script)
        : input_(script),
          left_(pair_.loop, std::move(pair_.opener), fuzz::delivery_limits()),
          right_(pair_.loop, std::move(pair_.acceptor), fuzz::delivery_limits()),
          outgoing_(transfer::make_path_walk(transfer::paths_of(sources.paths()), rules())),
          tasks_(pair_.loop, [](std::string_view, std::exception_ptr what) {
              if (what) std::rethrow_exception(what);
          }) {
        left_.enter(wire::Phase::peer_link);
        right_.enter(wire::Phase::peer_link);
        const auto terms = input_.byte();
        offer_.update = terms % 4 == 1;
        offer_.dry_run = terms % 16 == 5;
        offer_.remove = terms % 8 == 3;
        offer_.checksum = terms % 32 == 7;
    }

    void run() {
        tasks_.spawn("sender", send(*this));
        tasks_.spawn("reader", read(*this));
        pair_.loop.run_for(1ms);
        for (int step = 0; step < 96 && !input_.empty() && !sent_; ++step)
            one();
        right_.abort();
        MUST(pair_.loop.run_until([&] { return sent_.has_value(); }, pair_.loop.now() + 10min));
        tasks_.stop();
        pair_.loop.run_for(2s);
        check();
    }

  private:
    // With ids: what came of a file may be gone on with.
    static transfer::WalkRules rules() {
        transfer::WalkRules rules;
        rules.ids = transfer::SourceIds::of_device(crypto::Seed{});
        return rules;
    }

    static asio::awaitable<void> send(Play& play) {
        play.sender_ = std::make_unique<peer::DeliverySender>(play.pair_.loop, play.pool_, play.left_,
                                                              play.outgoing_, play.offer_, play.ended_);
        auto done = co_await play.sender_->run();
        play.sent_ = done;
    }

    static asio::awaitable<void> read(Play& play) {
        for (;;) {
            auto frame = co_await play.right_.read(never);
            if (!frame) co_return;
            if (frame->type() == wire::FrameType::data) {
                Bytes bytes(frame->data_size());
                auto got = co_await play.right_.read_data(bytes, never);
                if (!got) co_return;
                continue;
            }
            const auto message = wire::parse_peer(frame->body());
            MUST(message.ok());
            if (message->has_item_begin()) play.items_ = message->item_begin().item();
            if (message->has_ask()) play.asks_ = message->ask().ask();
        }
    }

    void say(const PeerMessage& message) { static_cast<void>(right_.send(wire::frame(message))); }

    // One of those begun, or any.
    std::uint32_t item() {
        const auto which = input_.byte();
        if (which >= 250 || items_ == 0) return input_.number<std::uint32_t>();
        return 1 + which % items_;
    }

    void one() {
        PeerMessage message;
        switch (input_.below(13)) {
            case 0: {
                auto& answer = *message.mutable_offer_answer();
                answer.set_delivery(input_.below(16) != 15 ? 1 : input_.byte());
                if (input_.below(16) == 15) answer.set_code(input_.number<std::uint16_t>());
                answer.set_resume(input_.below(2) == 1);
                answer.set_lanes(input_.below(8) == 7 ? input_.number<std::uint32_t>() : 0);
                break;
            }
            case 1:
            case 2:
            case 3: {
                auto& result = *message.mutable_item_result();
                result.set_item(item());
                if (input_.below(4) == 3) result.set_code(input_.number<std::uint16_t>());
                result.set_skipped(input_.below(8) == 7);
                if (result.code() == 0) settled_.insert(result.item());
                break;
            }
            case 4:
            case 5:
            case 6: {
                auto& answer = *message.mutable_ask_answer();
                answer.set_ask(input_.below(16) != 15 ? ++answered_ : input_.number<std::uint32_t>());
                const auto how = input_.below(8);
                if (how == 1) answer.set_keep(true);
                if (how == 2) answer.set_code(input_.number<std::uint16_t>());
                if (how == 3) answer.set_from(1 << 20);
                if (how == 4) answer.set_from(input_.number<std::uint64_t>());
                if (how == 5) {
                    answer.set_keep(true);
                    answer.set_digest("xxh3-1m:00");
                }
                kept_ = kept_ || answer.keep();
                break;
            }
            case 7: {
                auto& chunks = *message.mutable_item_chunks();
                chunks.set_item(item());
                chunks.set_first(input_.below(8) == 7 ? input_.number<std::uint64_t>() : 0);
                chunks.set_hashes(std::string(16, static_cast<char>(input_.byte())));
                if (input_.below(8) == 7) chunks.set_hashes(std::string{input_.piece()});
                break;
            }
            case 8:
                message.mutable_delivery_result()->set_delivery(1);
                if (input_.below(8) == 7) message.mutable_delivery_result()->set_code(input_.byte());
                message.mutable_delivery_result()->set_removed(input_.byte());
                break;
            case 9:
                if (input_.below(16) == 15) message.mutable_close();
                break;
            case 10: {
                const auto type = static_cast<wire::FrameType>(input_.below(9));
                static_cast<void>(right_.send(wire::make_frame(type, as_bytes(input_.piece()))));
                break;
            }
            case 11:
                pair_.loop.run_for(1ms * input_.byte());
                break;
            case 12:
                if (input_.below(8) == 7) pair_.loop.run_for(1s * input_.byte());
                break;
        }
        if (message.body_case() != PeerMessage::BODY_NOT_SET) say(message);
        pair_.loop.run_for(1ms);
    }

    void check() {
        std::set<std::pair<std::uint32_t, std::string>> told;
        for (const auto& outcome : ended_.outcomes) {
            MUST(told.insert({outcome.item, outcome.label}).second);
            if (outcome.error || outcome.skipped || offer_.dry_run) continue;
            // Within a tree the outermost folder's result is that of all.
            if (outcome.top) MUST(settled_.contains(outcome.item));
            MUST(!settled_.empty());
        }
        MUST(ended_.outcomes.size() <= 12);
        // Whole without its items: none of them was delivered.
        if (*sent_ && settled_.empty() && !kept_ && !offer_.dry_run) {
            for (const auto& outcome : ended_.outcomes)
                MUST(outcome.error.has_value());
        }
    }

    fuzz::Input input_;
    Pair pair_;
    io::Pool pool_{0, 1024};
    channel::Channel left_, right_;
    transfer::Outgoing outgoing_;
    peer::OfferTerms offer_;
    fuzz::Ended ended_;
    std::unique_ptr<peer::DeliverySender> sender_;
    std::optional<Status> sent_;
    io::TaskGroup tasks_;
    std::uint32_t items_ = 0, asks_ = 0, answered_ = 0;
    std::set<std::uint32_t> settled_;
    bool kept_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool ready = crypto::init().ok();
    MUST(ready);
    static const Sources sources;
    Play play{sources, fuzz::Input{data, size}};
    play.run();
    return 0;
}
