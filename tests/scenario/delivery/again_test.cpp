// The same command, again and again, under faults: whatever was cut, killed, filled, flipped or changed, what
// is there is whole or not there, the codes say which, and the command run again brings the rest.
#include <fcntl.h>

#include "scenario/delivery/rig.hpp"
#include "transfer/item_memory.hpp"
#include "transfer/kept_partials.hpp"
#include "transfer/source_folder.hpp"
#include "transfer/walk.hpp"

using namespace p2pc;
using namespace p2pc::testing;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mib = 1024 * 1024;

enum class Fault { none, cut, reset, sender_dies, receiver_dies, disk_full, bit, source, count };

class Memory final : public transfer::ItemMemory {
  public:
    std::optional<std::string> find(const transfer::PartialKey& key) override {
        const auto found = items_.find(key.file_name());
        return found == items_.end() ? std::nullopt : std::optional{found->second};
    }
    void add(const transfer::PartialKey& key, const std::string& path) override {
        items_[key.file_name()] = path;
    }

  private:
    std::map<std::string, std::string> items_;
};

// Two homes: what is to be sent, what came, and what the receiver remembers.
class Homes {
  public:
    Homes() {
        fs::create_directory(source());
        fs::create_directory(target());
    }
    fs::path source() const { return folder_.path() / "source"; }
    fs::path target() const { return folder_.path() / "target"; }

    void write(const std::string& name, BytesView content, std::int64_t time) {
        std::ofstream out{source() / name, std::ios::binary | std::ios::trunc};
        out.write(as_text(content).data(), static_cast<std::streamsize>(content.size()));
        out.close();
        REQUIRE(out.good());
        const timespec times[2] = {{time, 0}, {time, 0}};
        REQUIRE(::utimensat(AT_FDCWD, (source() / name).c_str(), times, 0) == 0);
        files[name] = Bytes{content.begin(), content.end()};
    }
    static Bytes read(const fs::path& path) {
        Bytes content(fs::file_size(path));
        std::ifstream in{path, std::ios::binary};
        in.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(content.size()));
        REQUIRE(in.gcount() == static_cast<std::streamsize>(content.size()));
        return content;
    }
    std::vector<fs::path> partials() const {
        std::vector<fs::path> found;
        std::error_code none;
        for (const auto& entry :
             fs::directory_iterator(target() / transfer::OutputFolder::partial_folder, none))
            found.push_back(entry.path());
        return found;
    }

    std::map<std::string, Bytes> files;
    Memory memory;

  private:
    TempFolder folder_;
};

// One command at each side, over a link of its own.
class Command {
  public:
    explicit Command(Homes& homes)
        : homes_(homes),
          left(std::make_unique<Channel>(pair.loop, std::move(pair.opener), limits())),
          right(std::make_unique<Channel>(pair.loop, std::move(pair.acceptor), limits())),
          tasks(pair.loop, [](std::string_view, std::exception_ptr what) {
              if (what) std::rethrow_exception(what);
          }) {
        left->enter(wire::Phase::peer_link);
        right->enter(wire::Phase::peer_link);
        transfer::WalkRules rules;
        rules.ids = transfer::SourceIds::of_device(crypto::Seed{});
        std::vector<std::string> paths;
        for (const auto& [name, content] : homes.files)
            paths.push_back((homes.source() / name).string());
        outgoing.emplace(transfer::make_path_walk(transfer::paths_of(paths), std::move(rules)));
        incoming.emplace(transfer::make_remembering_output(output_to(homes.target(), disk), homes.memory),
                         transfer::ReceivePolicy{});
    }
    ~Command() {
        tasks.stop();
        pair.loop.run_for(2s);
    }

    bool run(const std::function<bool()>& done = [] { return false; }) {
        if (!started_) {
            started_ = true;
            tasks.spawn("sender", send(*this));
            tasks.spawn("receiver", receive(*this));
        }
        return pair.loop.run_until([&] { return done() || (sent && received); }, pair.loop.now() + 1h);
    }
    bool over() const { return sent && received; }

    Homes& homes_;
    Pair pair;
    io::Pool pool{0, 1024};
    Disk disk;
    std::unique_ptr<Channel> left, right;
    std::optional<transfer::Outgoing> outgoing;
    std::optional<transfer::Incoming> incoming;
    Ended at_sender, at_receiver;
    std::uint64_t bytes_out = 0;
    std::optional<Status> sent, received;
    std::unique_ptr<peer::DeliverySender> sender;
    std::unique_ptr<peer::DeliveryReceiver> receiver;
    io::TaskGroup tasks;

  private:
    static channel::ChannelLimits limits() {
        channel::ChannelLimits limits;
        limits.beat = 5s;
        limits.dead = 30s;
        return limits;
    }
    static asio::awaitable<void> send(Command& command) {
        peer::OfferTerms offer;
        offer.files = command.homes_.files.size();
        command.sender = std::make_unique<peer::DeliverySender>(
            command.pair.loop, command.pool, *command.left, *command.outgoing, offer, command.at_sender);
        auto done = co_await command.sender->run();
        command.bytes_out = command.left->bytes_out();
        command.left->abort();
        command.sent = done;
    }
    static asio::awaitable<void> receive(Command& command) {
        auto offered = co_await command.right->read(never);
        if (!offered) {
            command.right->abort();
            command.received = offered.error();
            co_return;
        }
        const transfer::PartialKeys keys{crypto::Seed{}, model::PublicKey{}};
        const auto folder =
            transfer::OutputFolder::open(command.homes_.target().string(), transfer::Missing::refuse);
        PeerMessage yes;
        yes.mutable_offer_answer()->set_delivery(1);
        yes.mutable_offer_answer()->set_resume(*transfer::any_partial(**folder, keys.account_prefix()));
        [[maybe_unused]] const auto said = command.right->send(wire::frame(yes));
        peer::ReceiveTerms terms;
        terms.key = [&keys](const transfer::Entry& entry) { return keys.of(entry); };
        command.receiver = std::make_unique<peer::DeliveryReceiver>(command.pair.loop, command.pool,
                                                                    *command.right, *command.incoming,
                                                                    std::move(terms), command.at_receiver);
        auto done = co_await command.receiver->run();
        command.received = done;
        // What was in the middle is kept now, as the process ends.
        command.incoming.reset();
        command.right->abort();
    }
    bool started_ = false;
};

void strike(Command& command, Fault fault) {
    if (fault == Fault::cut) command.pair.network.cut("opener", "acceptor");
    const bool breaks = fault == Fault::reset || fault == Fault::bit || fault == Fault::source;
    if (breaks) command.pair.network.reset("opener", "acceptor");
    if (fault == Fault::sender_dies) command.left->abort();
    if (fault == Fault::receiver_dies) command.right->abort();
}

// What holds after every command, however it ended.
void judge(const Homes& homes, const Command& command) {
    std::size_t there = 0;
    for (const auto& [name, content] : homes.files) {
        INFO(name << ", " << content.size() << " bytes");
        const bool is_there = fs::exists(homes.target() / name);
        there += is_there;
        if (is_there) CHECK(as_text(Homes::read(homes.target() / name)) == as_text(content));
        if (command.at_sender.delivered(name) > 0) CHECK(is_there);
        CHECK(command.at_sender.told(name) <= 1);
    }
    for (const auto& entry : fs::directory_iterator(homes.target())) {
        const auto name = entry.path().filename().string();
        CHECK((homes.files.contains(name) || name == transfer::OutputFolder::partial_folder));
    }
    // Nobody is told that all is well when something is missing.
    if (*command.sent && command.at_sender.outcomes.size() == homes.files.size()) {
        const bool all = std::all_of(command.at_sender.outcomes.begin(), command.at_sender.outcomes.end(),
                                     [](const auto& outcome) { return !outcome.error; });
        if (all) CHECK(there == homes.files.size());
    }
}

void flip_a_bit(const Homes& homes, crypto::Random& random) {
    for (const auto& path : homes.partials()) {
        const auto size = fs::file_size(path);
        if (size == 0) continue;
        std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
        const auto at = static_cast<std::streamoff>(random.below(size));
        file.seekg(at);
        const char byte = static_cast<char>(file.get() ^ (1 << random.below(8)));
        file.seekp(at);
        file.put(byte);
    }
}

void round(std::uint64_t seed) {
    INFO("seed " << seed);
    crypto::SeededRandom random(seed);
    const auto fault = static_cast<Fault>(seed % static_cast<std::uint64_t>(Fault::count));
    const std::size_t sizes[] = {0, 1, mib - 1, mib, mib + 1, 2 * mib, 2 * mib + 17};
    Homes homes;
    const std::size_t count = 1 + random.below(2);
    for (std::size_t n = 0; n < count; ++n) {
        Bytes content(sizes[random.below(std::size(sizes))]);
        if (!content.empty()) random.fill(content);
        homes.write("item-" + std::to_string(n), content, 1'000'000 + static_cast<std::int64_t>(n));
    }
    std::uint64_t total = 0, out = 0;
    for (const auto& [name, content] : homes.files)
        total += content.size();

    const auto cuts = 1 + random.below(2);
    for (std::uint64_t n = 0; n < cuts; ++n) {
        Command command(homes);
        if (fault == Fault::disk_full) command.disk.appends_left = random.below(12);
        auto handlers = random.below(400);
        REQUIRE(command.run([&] { return handlers-- == 0; }));
        if (!command.over()) strike(command, fault);
        REQUIRE(command.run());
        judge(homes, command);
        out += command.bytes_out;
        if (fault == Fault::bit) flip_a_bit(homes, random);
    }
    if (fault == Fault::source) {
        // Only what did not arrive may change its mind without becoming another item.
        for (auto& [name, content] : homes.files) {
            if (fs::exists(homes.target() / name)) continue;
            total += content.size();
            Bytes other(content.size() + random.below(3));
            if (!other.empty()) random.fill(other);
            homes.write(name, Bytes{other}, 2'000'000);
        }
    }
    Command last(homes);
    REQUIRE(last.run());
    out += last.bytes_out;
    INFO((*last.sent ? "sent" : describe(last.sent->error())));
    CHECK(*last.sent);
    judge(homes, last);
    for (const auto& [name, content] : homes.files) {
        CHECK(last.at_sender.delivered(name) == 1);
        CHECK(fs::exists(homes.target() / name));
    }
    CHECK(homes.partials().empty());
    // What was on its way, and less than a MiB of each partial, comes again; no more.
    CHECK(out <= total + cuts * (count * mib + 2 * mib) + 64 * 1024);
}

}  // namespace

TEST_CASE(
    "at 2,000 random points of a delivery a fault leaves whole files or none, and the same command "
    "completes it",
    "[scenario][again]") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed)
        round(seed);
}
