#include "campaign/strangers/guess.hpp"

#include <fmt/format.h>

#include <map>
#include <random>

#include "base/clock.hpp"
#include "campaign/wrong_password.hpp"
#include "io/event.hpp"
#include "io/sleep.hpp"
#include "io/task_group.hpp"
#include "plugin_host/plugin_host.hpp"

namespace p2pc::campaign {
namespace {

// Invented names look like the known ones.
constexpr std::size_t first_invented = 500'000;
constexpr Duration guess_time = std::chrono::seconds{30};

class Tally {
  public:
    std::size_t evaluated = 0, blocked = 0, other = 0;
};

class Guesser {
  public:
    Guesser(const GuessPlan& plan, transport::Transport& by, transport::Address server)
        : plan_(plan), door_(loop_, random_, by, server), picks_(plan.seed) {
        for (std::size_t i = 0; i < plan.sources; ++i)
            keys_.push_back(crypto::SigningKey::generate(random_));
    }

    Status run() {
        tasks_.spawn("guessing", guess_all());
        io::TaskGroup watcher{loop_, nullptr};
        watcher.spawn("end", stop_after_all());
        loop_.run();
        for (const auto& [name, tally] : tallies_) {
            fmt::print(
                "{{\"type\":\"guessed\",\"name\":\"{}\",\"real\":{},\"evaluated\":{},\"blocked\":{},"
                "\"other\":{}}}\n",
                user(name), name < first_invented, tally.evaluated, tally.blocked, tally.other);
        }
        for (const auto& [what, count] : trouble_)
            fmt::print(stderr, "{} guesses: {}\n", count, what);
        fmt::print("{{\"type\":\"guesses\",\"count\":{},\"seconds\":{:.3f},\"most_at_once\":{}}}\n", made_,
                   begun_in_.count(), most_at_once_);
        return failed_;
    }

  private:
    static std::string user(std::size_t name) { return fmt::format("user{:06}", name); }

    asio::awaitable<void> stop_after_all() {
        co_await tasks_.join();
        loop_.stop();
    }
    asio::awaitable<void> guess_all() {
        const Instant began = loop_.now();
        for (std::size_t k = 0; k < plan_.count && failed_; ++k) {
            if (plan_.rate > 0) {
                const Instant due = began + Duration{std::chrono::seconds{1}} * k / plan_.rate;
                co_await io::sleep_until(loop_, due);
            }
            while (tasks_.running() > plan_.at_once) {
                auto woken = co_await one_ended_.wait();
                static_cast<void>(woken);
            }
            tasks_.spawn("guess", guess(k));
            ++made_;
            most_at_once_ = std::max(most_at_once_, tasks_.running() - 1);
        }
        begun_in_ = loop_.now() - began;
    }
    asio::awaitable<void> guess(std::size_t number) {
        std::uniform_int_distribution<std::size_t> any(0, plan_.known + plan_.invented - 1);
        std::size_t name = any(picks_);
        if (name >= plan_.known) name += first_invented - plan_.known;
        const std::size_t source = number % plan_.sources;
        auto from = source_address(source);
        auto whose = user(name);
        const Deadline until = loop_.now() + guess_time;
        auto answered =
            co_await try_wrong_password(door_, std::move(from), std::move(whose), keys_[source], until);
        count(name, answered);
        one_ended_.pulse();
    }
    void count(std::size_t name, const Result<Answered>& answered) {
        auto& tally = tallies_[name];
        if (answered && answered->refusal == Errc::bad_credentials) {
            ++tally.evaluated;
        } else if (answered && answered->refusal == Errc::blocked) {
            ++tally.blocked;
        } else {
            ++tally.other;
            ++trouble_[answered ? describe(Error{answered->refusal}) : describe(answered.error())];
        }
    }

    const GuessPlan& plan_;
    base::SystemClock clock_;
    io::Loop loop_{clock_};
    crypto::SystemRandom random_;
    Door door_;
    std::mt19937_64 picks_;
    std::vector<crypto::SigningKey> keys_;
    std::map<std::size_t, Tally> tallies_;
    std::map<std::string, std::size_t> trouble_;
    std::size_t made_ = 0, most_at_once_ = 0;
    std::chrono::duration<double> begun_in_{};  // until the last one was begun
    io::Event one_ended_{loop_};
    Status failed_;
    io::TaskGroup tasks_{loop_, [this](std::string_view, std::exception_ptr) {
                             failed_ = Error{Errc::internal, "a guess threw"};
                         }};
};

}  // namespace

Status run_guesses(const model::ServerUrl& server, const GuessPlan& plan) {
    plugin_host::PluginHost plugins{{plan.plugins}};
    const auto found = plugins.find(server.scheme());
    if (!found) return found.error();
    const auto at = (*found)->parse(server.address(), 0);
    if (at.count == 0) return Error{Errc::usage, at.failure.text.data()};
    Guesser guesser(plan, **found, at.addresses[0]);
    return guesser.run();
}

}  // namespace p2pc::campaign
