#include "bench/login/load.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <exception>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "bench/login/accounts.hpp"
#include "io/task_group.hpp"
#include "rendezvous/sign_in.hpp"

namespace p2pc::bench {
namespace {

constexpr Duration login_time = std::chrono::seconds{60};

struct Person {
    Person(home::Login in, crypto::SigningKey key) : login(std::move(in)), device_key(std::move(key)) {}
    home::Login login;
    crypto::SigningKey device_key;
};

std::vector<Person> people(const model::ServerUrl& server, std::size_t count) {
    std::vector<Person> all;
    for (std::size_t k = 0; k < count; ++k) {
        const SeededAccount account{k};
        all.emplace_back(account.login(server), crypto::SigningKey{account.device_key().seed()});
    }
    return all;
}

// What the threads share.
class Work {
  public:
    Work(std::vector<Person> all, const LoadPlan& the_plan)
        : plan(the_plan),
          ready(static_cast<std::ptrdiff_t>(plan.threads)),
          done(static_cast<std::ptrdiff_t>(plan.threads * plan.at_once)),
          people_(std::move(all)) {}

    // Null when nobody is left, or somebody failed.
    const Person* next() {
        const auto k = next_.fetch_add(1);
        return k < people_.size() ? &people_[k] : nullptr;
    }
    void fail(Error error) {
        next_ = people_.size();
        const std::scoped_lock held{mutex_};
        if (!error_) error_ = std::move(error);
    }
    Status outcome() {
        const std::scoped_lock held{mutex_};
        if (error_) return *error_;
        return {};
    }

    const LoadPlan& plan;
    std::latch ready;
    std::latch start{1};
    std::latch done;

  private:
    std::vector<Person> people_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;
    std::optional<Error> error_;
};

// One loop with all that a client has.
class Caller {
  public:
    explicit Caller(Work& work) : work_(work) {}

    // Returns after stop().
    void run() {
        work_.ready.count_down();
        work_.start.wait();
        for (std::size_t i = 0; i < work_.plan.at_once; ++i)
            tasks_.spawn("login", log_in());
        loop_.run();
        links_.clear();
        tasks_.stop();
    }
    void stop() { loop_.stop(); }

  private:
    asio::awaitable<void> log_in() {
        while (const Person* const person = work_.next()) {
            auto first = first_requests();
            const auto by = loop_.now() + login_time;
            auto in = co_await rendezvous::sign_in_device(context_, person->login, person->device_key,
                                                          std::move(first), by);
            if (!in) {
                work_.fail(in.error());
            } else if (work_.plan.after == After::hold) {
                links_.push_back(std::move(in->link));
            }
        }
        work_.done.count_down();
    }

    std::vector<rendezvous::ClientMessage> first_requests() const {
        std::vector<rendezvous::ClientMessage> first;
        if (work_.plan.after == After::drop) return first;
        auto& announce = *first.emplace_back().mutable_announce();
        announce.set_program(wire::pb::PROGRAM_CHAT);
        announce.add_endpoints("tls://127.0.0.1:40123");
        return first;
    }

    Work& work_;
    base::SystemClock clock_;
    // Before the loop: what still waits when the loop ends holds streams of these transports.
    plugin_host::PluginHost plugins_{{work_.plan.plugins}};
    io::Loop loop_{clock_};
    io::Pool pool_{1, 16};
    rendezvous::Dialer dialer_{loop_, pool_, plugins_, {}};
    crypto::SystemRandom random_;
    rendezvous::SignInContext context_{dialer_, random_};
    std::vector<std::unique_ptr<rendezvous::ServerLink>> links_;
    io::TaskGroup tasks_{loop_, [this](std::string_view, std::exception_ptr) {
                             work_.fail(Error{Errc::internal, "a login threw"});
                             work_.done.count_down();
                         }};
};

void await_end_of_input() {
    char ignored = 0;
    while (::read(STDIN_FILENO, &ignored, 1) > 0) {
    }
}

}  // namespace

Status run_load(const model::ServerUrl& server, const LoadPlan& plan) {
    Work work{people(server, plan.count), plan};
    std::vector<std::unique_ptr<Caller>> callers;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < plan.threads; ++i) {
        callers.push_back(std::make_unique<Caller>(work));
        threads.emplace_back([caller = callers.back().get()] { caller->run(); });
    }
    work.ready.wait();
    const auto start = std::chrono::steady_clock::now();
    work.start.count_down();
    work.done.wait();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    auto outcome = work.outcome();
    if (outcome) {
        fmt::print("{{\"type\":\"in\",\"count\":{},\"seconds\":{:.6f}}}\n", plan.count, took.count());
        std::fflush(stdout);
        if (plan.after == After::hold) await_end_of_input();
    }
    for (auto& caller : callers)
        caller->stop();
    threads.clear();
    return outcome;
}

}  // namespace p2pc::bench
