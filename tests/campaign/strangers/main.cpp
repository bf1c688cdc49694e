// campaign_strangers: strangers at a server, and the people who work at it meanwhile.
//
//   campaign_strangers crowd KINDS SOURCES SPREAD_MS
//   campaign_strangers work PLUGINS URL PEOPLE ROUNDS INTERVAL_MS
//   campaign_strangers guess PLUGINS URL KNOWN INVENTED COUNT RATE AT_ONCE SEED
//
// crowd.hpp, work.hpp and guess.hpp say what each does. The accounts are those of `campaign_accounts seed`.
#include <fmt/format.h>
#include <sys/resource.h>

#include <charconv>
#include <optional>
#include <span>

#include "campaign/strangers/crowd.hpp"
#include "campaign/strangers/guess.hpp"
#include "campaign/strangers/work.hpp"
#include "crypto/init.hpp"

namespace {

using namespace p2pc;
using Words = std::span<char*>;
using std::chrono::milliseconds;

// Reads the words one after another; the first that is no number is remembered.
class Numbers {
  public:
    explicit Numbers(Words words) : words_(words) {}
    std::size_t next() {
        const std::string_view text = words_.front();
        words_ = words_.subspan(1);
        std::size_t value = 0;
        const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (ec != std::errc{} || end != text.data() + text.size()) {
            wrong_ = Error{Errc::usage, fmt::format("'{}' is not a number", text)};
        }
        return value;
    }
    const Status& status() const { return wrong_; }

  private:
    Words words_;
    Status wrong_;
};

Status crowd(Words words) {
    Numbers numbers(words.subspan(1));
    campaign::CrowdPlan plan;
    plan.sources = numbers.next();
    plan.spread = milliseconds{numbers.next()};
    if (!numbers.status()) return numbers.status();
    auto kinds = campaign::read_kinds(words[0]);
    if (!kinds) return kinds.error();
    plan.kinds = std::move(*kinds);
    return campaign::run_crowd(plan);
}

Status work(Words words, const model::ServerUrl& server) {
    Numbers numbers(words.subspan(2));
    campaign::WorkPlan plan;
    plan.plugins = words[0];
    plan.people = numbers.next();
    plan.rounds = numbers.next();
    plan.interval = milliseconds{numbers.next()};
    return numbers.status() ? campaign::run_work(server, plan) : numbers.status();
}

Status guess(Words words, const model::ServerUrl& server) {
    Numbers numbers(words.subspan(2));
    campaign::GuessPlan plan;
    plan.plugins = words[0];
    plan.known = numbers.next();
    plan.invented = numbers.next();
    plan.count = numbers.next();
    plan.rate = numbers.next();
    plan.at_once = numbers.next();
    plan.seed = numbers.next();
    return numbers.status() ? campaign::run_guesses(server, plan) : numbers.status();
}

// Thousands of connections need as many descriptors.
void raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

Status run(Words words) {
    if (auto ready = crypto::init(); !ready) return ready;
    raise_descriptor_limit();
    const std::string_view verb = words.empty() ? "" : words[0];
    if (verb == "crowd" && words.size() == 4) return crowd(words.subspan(1));
    const bool works = verb == "work" && words.size() == 6;
    if (!works && (verb != "guess" || words.size() != 9))
        return Error{Errc::usage, "crowd | work | guess, see main.cpp"};
    const auto server = model::ServerUrl::parse(words[2]);
    if (!server) return server.error();
    return works ? work(words.subspan(1), *server) : guess(words.subspan(1), *server);
}

}  // namespace

int main(int argc, char** argv) {
    const auto done = run({argv + 1, argv + argc});
    if (done) return 0;
    fmt::print(stderr, "campaign_strangers: {}\n", describe(done.error()));
    return done.error().code() == Errc::usage ? 2 : 1;
}
