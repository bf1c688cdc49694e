#include "campaign/strangers/work.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <thread>

#include "base/clock.hpp"
#include "bench/login/accounts.hpp"
#include "io/event.hpp"
#include "io/sleep.hpp"
#include "io/task_group.hpp"
#include "rendezvous/sign_in.hpp"

namespace p2pc::campaign {
namespace {

constexpr Duration patience = std::chrono::seconds{30};
constexpr std::string_view somewhere = "tls://127.0.0.1:40123";

enum class Verb : std::uint8_t { login, list, call };
constexpr std::array<std::string_view, 3> verbs{"login", "list", "call"};

class Times {
  public:
    void add(Duration took) { all_.push_back(took); }
    // "name_count", and the half, the 99th in a hundred and the longest, in milliseconds.
    std::string told(std::string_view name) {
        std::sort(all_.begin(), all_.end());
        return fmt::format(R"("{0}_count":{1},"{0}_p50":{2:.3f},"{0}_p99":{3:.3f},"{0}_most":{4:.3f})", name,
                           all_.size(), at(0.5), at(0.99), at(1));
    }

  private:
    double at(double share) const {
        if (all_.empty()) return 0;
        const auto k = static_cast<std::size_t>(share * static_cast<double>(all_.size() - 1) + 0.5);
        return std::chrono::duration<double, std::milli>(all_[k]).count();
    }
    std::vector<Duration> all_;
};

class Person {
  public:
    Person(std::size_t number, home::Login in, crypto::SigningKey device_key)
        : name(fmt::format("user{:06}", number)), login(std::move(in)), key(std::move(device_key)) {}
    std::string name;
    home::Login login;
    crypto::SigningKey key;
    std::unique_ptr<rendezvous::ServerLink> link;
};

class Office {
  public:
    Office(const model::ServerUrl& server, const WorkPlan& plan) : plan_(plan) {
        for (std::size_t k = 0; k < plan.people; ++k) {
            const bench::SeededAccount account{k};
            people_.push_back(std::make_unique<Person>(k, account.login(server),
                                                       crypto::SigningKey{account.device_key().seed()}));
        }
    }
    Status run() {
        for (std::size_t k = 0; k < people_.size(); ++k)
            days_.spawn("day", day(k));
        io::TaskGroup watcher{loop_, nullptr};
        watcher.spawn("end", stop_after_all());
        std::jthread bell([this] {
            char ignored = 0;
            while (::read(STDIN_FILENO, &ignored, 1) > 0 && ignored != '\n') {
            }
            loop_.post([this] { begin_.set(); });
        });
        loop_.run();
        tell();
        return {};
    }

  private:
    asio::awaitable<void> stop_after_all() {
        co_await days_.join();
        ending_ = true;
        loop_.stop();
    }

    asio::awaitable<void> day(std::size_t number) {
        Person& me = *people_[number];
        rendezvous::ClientMessage announce;
        announce.mutable_announce()->set_program(wire::pb::PROGRAM_CHAT);
        announce.mutable_announce()->add_endpoints(std::string{somewhere});
        std::vector<rendezvous::ClientMessage> first;
        first.push_back(std::move(announce));
        const Deadline by = loop_.now() + patience;
        auto in = co_await rendezvous::sign_in_device(context_, me.login, me.key, std::move(first), by);
        if (in) {
            me.link = std::move(in->link);
            listening_.spawn("events", take_calls(me));
        } else {
            failed("first login", in.error());
        }
        if (++come_ == people_.size()) {
            fmt::print("{{\"type\":\"in\",\"count\":{}}}\n", people_.size() - failures_);
            std::fflush(stdout);
        }
        auto begun = co_await begin_.wait();
        if (!me.link || !begun) co_return;
        const Instant began = loop_.now() + plan_.interval * number / people_.size();
        for (std::size_t round = 0; round < plan_.rounds; ++round) {
            const Instant start = began + plan_.interval * round;
            co_await io::sleep_until(loop_, start);
            co_await log_in(me);
            co_await io::sleep_until(loop_, start + plan_.interval / 3);
            co_await list(me);
            co_await io::sleep_until(loop_, start + plan_.interval * 2 / 3);
            co_await call(me, *people_[(number + 1) % people_.size()]);
        }
    }
    asio::awaitable<void> log_in(Person& me) {
        std::vector<rendezvous::ClientMessage> nothing;
        const Instant began = loop_.now();
        auto in = co_await rendezvous::sign_in_device(context_, me.login, me.key, std::move(nothing),
                                                      began + patience);
        if (!in) co_return failed("login", in.error());
        took(Verb::login, began);
        co_await in->link->finish(loop_.now() + patience);
    }
    asio::awaitable<void> list(Person& me) {
        rendezvous::ClientMessage request;
        request.mutable_list_users();
        const Instant began = loop_.now();
        auto users = co_await me.link->ask(std::move(request), began + patience);
        if (!users) co_return failed("list", users.error());
        took(Verb::list, began);
        // Everybody is in, so everybody is on it.
        if (static_cast<std::size_t>(users->users().users_size()) < people_.size()) ++short_lists_;
    }
    asio::awaitable<void> call(Person& me, const Person& whom) {
        rendezvous::ClientMessage request;
        request.mutable_call()->set_user(whom.name);
        request.mutable_call()->set_kind(wire::pb::KIND_CHAT);
        request.mutable_call()->add_endpoints(std::string{somewhere});
        const Instant began = loop_.now();
        auto opened = co_await me.link->ask(std::move(request), began + patience);
        if (!opened) co_return failed("call", opened.error());
        took(Verb::call, began);
        rendezvous::ClientMessage end;
        end.mutable_report()->set_session(opened->call_opened().session());
        end.mutable_report()->set_reason(wire::pb::END_CLOSED);
        end.mutable_report()->set_path("direct");
        auto reported = co_await me.link->ask(std::move(end), loop_.now() + patience);
        if (!reported) failed("report", reported.error());
    }
    asio::awaitable<void> take_calls(Person& me) {
        for (;;) {
            auto event = co_await me.link->next_event(never);
            if (!event) {
                if (!ending_) dropped(me, event.error());
                co_return;
            }
            if (!event->has_incoming_call()) continue;
            rendezvous::ClientMessage answer;
            answer.mutable_call_answer()->set_session(event->incoming_call().session());
            answer.mutable_call_answer()->set_take(true);
            answer.mutable_call_answer()->add_endpoints(std::string{somewhere});
            const auto said = me.link->say(std::move(answer));
            if (!said) failed("answer", said.error());
        }
    }

    void took(Verb verb, Instant began) { times_[static_cast<std::size_t>(verb)].add(loop_.now() - began); }
    void failed(std::string_view what, const Error& why) {
        ++failures_;
        ++trouble_[fmt::format("{}: {}", what, describe(why))];
    }
    void dropped(const Person& who, const Error& why) {
        ++dropped_;
        ++trouble_[fmt::format("{} was dropped: {}", who.name, describe(why))];
    }
    void tell() {
        for (const auto& [what, count] : trouble_)
            fmt::print(stderr, "{} times {}\n", count, what);
        std::string times;
        for (std::size_t k = 0; k < verbs.size(); ++k)
            times += times_[k].told(verbs[k]) + ",";
        fmt::print("{{\"type\":\"work\",{}\"dropped\":{},\"failed\":{},\"short_lists\":{}}}\n", times,
                   dropped_, failures_, short_lists_);
        std::fflush(stdout);
    }

    const WorkPlan& plan_;
    base::SystemClock clock_;
    // Before the loop: what still waits when the loop ends holds streams of these transports.
    plugin_host::PluginHost plugins_{{plan_.plugins}};
    io::Loop loop_{clock_};
    io::Pool pool_{1, 16};
    rendezvous::Dialer dialer_{loop_, pool_, plugins_, {}};
    crypto::SystemRandom random_;
    rendezvous::SignInContext context_{dialer_, random_};
    std::vector<std::unique_ptr<Person>> people_;
    std::array<Times, verbs.size()> times_;
    std::map<std::string, std::size_t> trouble_;
    std::size_t come_ = 0, dropped_ = 0, failures_ = 0, short_lists_ = 0;
    bool ending_ = false;
    io::Event begin_{loop_};
    io::TaskGroup listening_{loop_, [this](std::string_view, std::exception_ptr) {
                                 failed("events", Error{Errc::internal, "threw"});
                             }};
    io::TaskGroup days_{loop_, [this](std::string_view, std::exception_ptr) {
                            failed("a day", Error{Errc::internal, "threw"});
                        }};
};

}  // namespace

Status run_work(const model::ServerUrl& server, const WorkPlan& plan) {
    Office office(server, plan);
    return office.run();
}

}  // namespace p2pc::campaign
