// bench_login: many accounts, and many devices that log in.
//
//   bench_login seed DATABASE COUNT            a server's database with that many accounts; no Argon2id runs
//   bench_login load PLUGINS URL COUNT THREADS drop|hold
#include <fmt/format.h>
#include <sys/resource.h>

#include <charconv>
#include <span>

#include "bench/login/accounts.hpp"
#include "bench/login/load.hpp"
#include "crypto/init.hpp"
#include "storage/sqlite/open.hpp"

namespace {

using namespace p2pc;
using Words = std::span<char*>;

Result<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc{} || end != text.data() + text.size()) {
        return Error{Errc::usage, fmt::format("'{}' is not a number", text)};
    }
    return value;
}

Status seed(Words words) {
    const auto count = number(words[1]);
    if (!count) return count.error();
    auto store = storage::open_sqlite_store(words[0]);
    if (!store) return store.error();
    // One transaction: a sync of the disk for each account would take minutes.
    if (auto begun = (*store)->begin_batch(); !begun) return begun;
    if (auto kept = (*store)->secrets(bench::seeded_secrets()); !kept) return kept.error();
    for (std::size_t k = 0; k < *count; ++k) {
        auto made = (*store)->create_account(bench::SeededAccount{k}.for_store());
        if (!made) return made.error();
    }
    return (*store)->commit_batch();
}

Status load(Words words) {
    auto server = model::ServerUrl::parse(words[1]);
    if (!server) return server.error();
    const auto count = number(words[2]);
    if (!count) return count.error();
    const auto threads = number(words[3]);
    if (!threads) return threads.error();
    bench::LoadPlan plan;
    plan.plugins = words[0];
    plan.count = *count;
    plan.threads = *threads;
    plan.after = std::string_view{words[4]} == "hold" ? bench::After::hold : bench::After::drop;
    return bench::run_load(*server, plan);
}

// Ten thousand connections need as many descriptors.
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
    if (verb == "seed" && words.size() == 3) return seed(words.subspan(1));
    if (verb == "load" && words.size() == 6) return load(words.subspan(1));
    return Error{Errc::usage, "bench_login: seed DATABASE COUNT | load PLUGINS URL COUNT THREADS drop|hold"};
}

}  // namespace

int main(int argc, char** argv) {
    const auto done = run({argv + 1, argv + argc});
    if (done) return 0;
    fmt::print(stderr, "bench_login: {}\n", describe(done.error()));
    return done.error().code() == Errc::usage ? 2 : 1;
}
