// A receiver of a delivery, and a sender who says what the input says: items, trees, holes, questions, data
// of any place, digests right and wrong, a link that ends. Nothing is written outside the folder, what was
// there stays, what is in place is what was sent, and the receiver comes to an end.
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "crypto/init.hpp"
#include "fuzz/delivery.hpp"
#include "fuzz/sender_script.hpp"
#include "io/pool.hpp"
#include "peer/delivery_receiver.hpp"
#include "support/temp_folder.hpp"
#include "transfer/names.hpp"
#include "transfer/output_folder.hpp"
#include "unit/channel/pair.hpp"

using namespace p2pc;
using namespace p2pc::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& file, std::string_view content) {
    std::ofstream{file, std::ios::binary} << content;
}

class Play {
  public:
    explicit Play(fuzz::Input script)
        : input_(script),
          left_(pair_.loop, std::move(pair_.opener), fuzz::delivery_limits()),
          right_(pair_.loop, std::move(pair_.acceptor), fuzz::delivery_limits()),
          tasks_(pair_.loop, [](std::string_view, std::exception_ptr what) {
              if (what) std::rethrow_exception(what);
          }) {
        make_folder();
        left_.enter(wire::Phase::peer_link);
        right_.enter(wire::Phase::peer_link);
        policy_ = static_cast<transfer::OnConflict>(input_.below(5));
        removing_ = input_.below(4) == 0;
        auto opened = transfer::OutputFolder::open(in_.string(), transfer::Missing::refuse);
        MUST(opened.ok());
        transfer::ReceivePolicy policy;
        policy.max_size = ByteCount{1 << 20};
        incoming_ = std::make_unique<transfer::Incoming>(
            transfer::make_folder_output(*opened, transfer::AnyNames::no, policy_), policy,
            removing_ ? transfer::Incoming::Removing::yes : transfer::Incoming::Removing::no);
    }

    void run() {
        tasks_.spawn("receiver", receive(*this, input_.below(8) == 0));
        tasks_.spawn("reader", drain(left_));
        pair_.loop.run_for(1ms);
        for (int step = 0; step < 64 && !input_.empty() && !received_; ++step)
            script_.step();
        if (input_.below(2) == 0) script_.say_end();
        pair_.loop.run_for(1ms);
        left_.abort();
        MUST(pair_.loop.run_until([&] { return received_.has_value(); }, pair_.loop.now() + 10min));
        tasks_.stop();
        pair_.loop.run_for(2s);
        receiver_.reset();
        incoming_.reset();
        check();
    }

  private:
    void make_folder() {
        in_ = folder_.path() / "in";
        fs::create_directories(in_ / "tree" / "deep");
        fs::create_directory(folder_.path() / "outside");
        write(folder_.path() / "outside" / "sentinel", "outside");
        write(in_ / "there", "was there");
        write(in_ / "tree" / "a", "in the tree");
        fs::create_symlink("../outside", in_ / "out");
        fs::create_symlink("../../outside", in_ / "tree" / "out");
    }

    static asio::awaitable<void> receive(Play& play, bool questions_only) {
        peer::ReceiveTerms terms;
        if (questions_only) terms.brings = peer::ReceiveTerms::Brings::questions;
        terms.key = [keys = transfer::PartialKeys{crypto::Seed{}, model::PublicKey{}}](
                        const transfer::Entry& entry) { return keys.of(entry); };
        play.receiver_ = std::make_unique<peer::DeliveryReceiver>(
            play.pair_.loop, play.pool_, play.right_, *play.incoming_, std::move(terms), play.ended_);
        auto done = co_await play.receiver_->run();
        play.received_ = done;
    }

    static asio::awaitable<void> drain(channel::Channel& link) {
        for (;;) {
            auto frame = co_await link.read(never);
            if (!frame) co_return;
            MUST(frame->type() == wire::FrameType::control);
            MUST(wire::parse_peer(frame->body()).ok());
        }
    }

    void check() {
        const auto outside = folder_.path() / "outside";
        MUST(content_of(outside / "sentinel") == "outside");
        MUST(std::distance(fs::directory_iterator{outside}, fs::directory_iterator{}) == 1);
        MUST(std::distance(fs::directory_iterator{folder_.path()}, fs::directory_iterator{}) == 2);
        const bool merges = transfer::merges(policy_);
        if (!merges) {
            MUST(content_of(in_ / "there") == "was there");
            MUST(content_of(in_ / "tree" / "a") == "in the tree");
            MUST(fs::read_symlink(in_ / "out") == "../outside");
        }
        for (const auto& entry : fs::directory_iterator{in_}) {
            const auto name = entry.path().filename().string();
            if (name == transfer::OutputFolder::partial_folder) continue;
            MUST(*transfer::clean_top_level(name, transfer::AnyNames::no) == name);
            check_below(entry.path(), 0);
        }
        for (const auto& outcome : ended_.outcomes)
            check_outcome(outcome);
    }

    void check_below(const fs::path& path, std::size_t depth) {
        MUST(depth <= 33);
        struct stat facts {};
        MUST(::lstat(path.c_str(), &facts) == 0);
        MUST((facts.st_mode & (S_ISUID | S_ISGID | S_ISVTX)) == 0);
        MUST(S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode) || S_ISLNK(facts.st_mode));
        const auto name = path.filename().string();
        MUST(transfer::check_below_top(name, transfer::AnyNames::no).ok());
        if (S_ISLNK(facts.st_mode) && name != "out") {
            const auto target = fs::read_symlink(path).string();
            MUST(transfer::check_link_target(target, depth, transfer::AnyNames::no).ok());
        }
        if (!S_ISDIR(facts.st_mode)) return;
        for (const auto& entry : fs::directory_iterator{path})
            check_below(entry.path(), depth + 1);
    }

    void check_outcome(const peer::ItemOutcome& outcome) {
        if (outcome.error || outcome.skipped || !outcome.path) return;
        const fs::path path{*outcome.path};
        MUST(path.parent_path() == in_);
        if (outcome.kind != transfer::EntryKind::file && outcome.kind != transfer::EntryKind::stream) return;
        const auto sent = script_.whole().find(outcome.item);
        // A later one may have taken its place, where the policy says so.
        if (sent != script_.whole().end() && !transfer::merges(policy_))
            MUST(content_of(path) == sent->second.content);
    }

    fuzz::Input input_;
    TempFolder folder_;
    fs::path in_;
    Pair pair_;
    io::Pool pool_{0, 1024};
    channel::Channel left_, right_;
    transfer::OnConflict policy_ = transfer::OnConflict::rename;
    bool removing_ = false;
    std::unique_ptr<transfer::Incoming> incoming_;
    std::unique_ptr<peer::DeliveryReceiver> receiver_;
    fuzz::Ended ended_;
    std::optional<Status> received_;
    io::TaskGroup tasks_;

    fuzz::SenderScript script_{input_, pair_.loop, left_};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool ready = crypto::init().ok();
    MUST(ready);
    Play play{fuzz::Input{data, size}};
    play.run();
    return 0;
}
