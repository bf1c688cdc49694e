// campaign_accounts: wrong passwords for names that exist and for names that do not, and what came back.
//
//   campaign_accounts seed DATABASE COUNT                 a server's database with that many accounts
//   campaign_accounts ask PLUGINS URL COUNT SEED AT_ONCE  COUNT known and COUNT unknown names, in random
//   order
//
// `ask` prints a line for each try: known or unknown, the nanoseconds from the proof to the refusal, and the
// reply with what is necessarily random in it left out: the server's proof, of which only the size is said.
// Each try comes from an address of its own in 127.0.0.0/8, so that no reply is held back for what others
// did.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <span>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "bench/login/accounts.hpp"
#include "campaign/wrong_password.hpp"
#include "crypto/init.hpp"
#include "io/task_group.hpp"
#include "plugin_host/plugin_host.hpp"
#include "storage/sqlite/open.hpp"

namespace {

using namespace p2pc;
using Words = std::span<char*>;

// Unknown names look like the known ones.
constexpr std::size_t first_unknown = 500'000;
constexpr Duration try_time = std::chrono::seconds{30};

Result<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec == std::errc{} && end == text.data() + text.size()) return value;
    return Error{Errc::usage, fmt::format("'{}' is not a number", text)};
}

Status seed(std::string_view database, std::size_t count) {
    auto store = storage::open_sqlite_store(database);
    if (!store) return store.error();
    if (auto begun = (*store)->begin_batch(); !begun) return begun;
    if (auto kept = (*store)->secrets(bench::seeded_secrets()); !kept) return kept.error();
    for (std::size_t k = 0; k < count; ++k) {
        auto made = (*store)->create_account(bench::SeededAccount{k}.for_store());
        if (!made) return made.error();
    }
    return (*store)->commit_batch();
}

struct Try {
    std::size_t name = 0;  // from first_unknown on it is nobody's
    std::size_t source = 0;
    Duration took{};
    std::string reply{};
};

std::vector<Try> shuffled(std::size_t count, std::size_t by) {
    std::vector<Try> tries;
    for (std::size_t k = 0; k < count; ++k) {
        tries.push_back({.name = k});
        tries.push_back({.name = first_unknown + k});
    }
    std::mt19937_64 random{by};
    std::shuffle(tries.begin(), tries.end(), random);
    for (std::size_t k = 0; k < tries.size(); ++k)
        tries[k].source = k;
    return tries;
}

class Asker {
  public:
    Asker(transport::Transport& by, transport::Address server, std::vector<Try> tries)
        : door_(loop_, random_, by, server), tries_(std::move(tries)) {}

    Status run(std::size_t at_once) {
        for (std::size_t k = 0; k < at_once; ++k)
            tasks_.spawn("asking", ask_all());
        io::TaskGroup watcher{loop_, nullptr};
        watcher.spawn("end", stop_after_all());
        loop_.run();
        return failed_;
    }
    const std::vector<Try>& tries() const noexcept { return tries_; }

  private:
    asio::awaitable<void> stop_after_all() {
        co_await tasks_.join();
        loop_.stop();
    }
    asio::awaitable<void> ask_all() {
        while (next_ < tries_.size() && failed_) {
            Try& one = tries_[next_++];
            auto asked = co_await ask(one);
            if (!asked) failed_ = asked;
        }
    }
    asio::awaitable<Status> ask(Try& one) {
        const auto key = crypto::SigningKey::generate(random_);
        auto source = campaign::source_address(one.source);
        auto user = fmt::format("user{:06}", one.name);
        const Deadline until = loop_.now() + try_time;
        auto answered =
            co_await campaign::try_wrong_password(door_, std::move(source), std::move(user), key, until);
        if (!answered) co_return answered.error();
        one.took = answered->took;
        for (const auto& frame : answered->frames)
            one.reply += shown(frame);
        one.reply += fmt::format("{}/{}", static_cast<int>(answered->end), answered->bytes_in);
        co_return Status{};
    }
    static std::string shown(const channel::Frame& frame) {
        if (frame.type() == wire::FrameType::proof) return fmt::format("proof:{} ", frame.body().size());
        return base::to_hex(frame.as_sent()) + " ";
    }

    base::SystemClock clock_;
    io::Loop loop_{clock_};
    crypto::SystemRandom random_;
    campaign::Door door_;
    std::vector<Try> tries_;
    std::size_t next_ = 0;
    Status failed_;
    io::TaskGroup tasks_{loop_, [this](std::string_view, std::exception_ptr) {
                             failed_ = Error{Errc::internal, "a try threw"};
                         }};
};

Status ask(Words words) {
    const auto url = model::ServerUrl::parse(words[1]);
    if (!url) return url.error();
    const auto count = number(words[2]), by = number(words[3]), at_once = number(words[4]);
    for (const auto* given : {&count, &by, &at_once}) {
        if (!*given) return given->error();
    }
    plugin_host::PluginHost plugins{{words[0]}};
    const auto found = plugins.find(url->scheme());
    if (!found) return found.error();
    const auto at = (*found)->parse(url->address(), 0);
    if (at.count == 0) return Error{Errc::usage, at.failure.text.data()};
    Asker asker(**found, at.addresses[0], shuffled(*count, *by));
    auto done = asker.run(*at_once);
    if (!done) return done;
    for (const auto& one : asker.tries()) {
        fmt::print("{} {} {}\n", one.name < first_unknown ? "known" : "unknown", one.took.count(), one.reply);
    }
    return {};
}

Status run(Words words) {
    if (auto ready = crypto::init(); !ready) return ready;
    const std::string_view verb = words.empty() ? "" : words[0];
    if (verb == "ask" && words.size() == 6) return ask(words.subspan(1));
    if (verb == "seed" && words.size() == 3) {
        const auto count = number(words[2]);
        return count ? seed(words[1], *count) : Status{count.error()};
    }
    return Error{Errc::usage, "seed DATABASE COUNT | ask PLUGINS URL COUNT SEED AT_ONCE"};
}

}  // namespace

int main(int argc, char** argv) {
    const auto done = run({argv + 1, argv + argc});
    if (done) return 0;
    fmt::print(stderr, "campaign_accounts: {}\n", describe(done.error()));
    return done.error().code() == Errc::usage ? 2 : 1;
}
