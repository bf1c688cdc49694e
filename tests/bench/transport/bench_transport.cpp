// Bytes a second through a transport plugin against the same by bare system and OpenSSL calls, and what an
// idle TLS connection and a handshake cost. Both ends on this machine, memory to memory.
//
// usage: bench_transport PLUGIN_FOLDER [MEBIBYTES]
#include <malloc.h>
#include <poll.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "bench/transport/raw.hpp"
#include "plugin_host/plugin_host.hpp"

using namespace p2pc;
using namespace p2pc::transport;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double cpu_seconds() {
    rusage use{};
    ::getrusage(RUSAGE_SELF, &use);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + t.tv_usec / 1e6; };
    return seconds(use.ru_utime) + seconds(use.ru_stime);
}

void wait(int fd, IoStatus status) {
    pollfd waiting{fd, static_cast<short>(status == IoStatus::want_read ? POLLIN : POLLOUT), 0};
    ::poll(&waiting, 1, -1);
}

// Repeats `attempt` until it is ok.
void until_ok(Stream& stream, const std::function<IoResult()>& attempt) {
    for (;;) {
        const auto result = attempt();
        if (result.status == IoStatus::ok) return;
        if (result.status == IoStatus::error || result.status == IoStatus::eof) {
            std::fprintf(stderr, "failed: %s\n", stream.failure().text.data());
            std::exit(1);
        }
        wait(stream.poll_fd(), result.status);
    }
}

struct Ends {
    std::unique_ptr<Stream> client, server;
};

Ends connect(Transport& transport, Listener& listener) {
    Ends ends;
    ends.client.reset(transport.connect(listener.local(), {}).object);
    for (bool client = false, server = false; !client || !server;) {
        client = ends.client->step().status == IoStatus::ok;
        if (!ends.server) ends.server.reset(listener.try_accept().stream);
        if (ends.server) server = ends.server->step().status == IoStatus::ok;
    }
    return ends;
}

std::unique_ptr<Listener> listen(Transport& transport) {
    const auto at = transport.parse("127.0.0.1:0", 0).addresses[0];
    return std::unique_ptr<Listener>(transport.listen(at, {}).object);
}

void send_all(Stream& stream, std::size_t total) {
    const std::vector<std::byte> block(bench::block_size, std::byte{7});
    for (std::size_t sent = 0; sent < total;) {
        const std::size_t offset = sent % block.size();
        std::size_t count = 0;
        until_ok(stream, [&] {
            const auto result = stream.try_write(block.data() + offset, block.size() - offset);
            count = result.count;
            return result;
        });
        sent += count;
    }
    until_ok(stream, [&] { return stream.flush(); });
}

void receive_all(Stream& stream, std::size_t total) {
    std::vector<std::byte> block(bench::block_size);
    for (std::size_t received = 0; received < total;) {
        until_ok(stream, [&] {
            const auto result = stream.try_read(block.data(), block.size());
            received += result.count;
            return result;
        });
    }
}

double report(const char* what, std::size_t total, const std::function<void()>& send,
              const std::function<void()>& receive, double baseline) {
    const double cpu = cpu_seconds();
    const auto start = Clock::now();
    std::thread sender(send);
    receive();
    sender.join();
    const double elapsed = seconds_since(start);
    const double rate = static_cast<double>(total) / 1e6 / elapsed;
    const double gib = static_cast<double>(total) / (1024.0 * 1024 * 1024);
    std::printf("%-22s %7.0f MB/s  %5.2f CPU s/GiB", what, rate, (cpu_seconds() - cpu) / gib);
    if (baseline > 0) std::printf("  %5.2f of the line above it", rate / baseline);
    std::printf("\n");
    return rate;
}

void bulk(Transport& transport, std::size_t total, double baseline) {
    const auto listener = listen(transport);
    auto ends = connect(transport, *listener);
    ends.client->hint(Use::bulk);
    ends.server->hint(Use::bulk);
    const std::string what = std::string{transport.name()} + " plugin";
    report(
        what.c_str(), total, [&] { send_all(*ends.client, total); },
        [&] { receive_all(*ends.server, total); }, baseline);
}

void costs(Transport& tls) {
    const auto listener = listen(tls);
    connect(tls, *listener);
    constexpr int count = 300;
    std::vector<Ends> open;
    const auto before = ::mallinfo2().uordblks;
    const double start = cpu_seconds();
    for (int i = 0; i < count; ++i)
        open.push_back(connect(tls, *listener));
    const double cpu = cpu_seconds() - start;
    std::printf("%-22s %7.2f CPU ms, both ends\n", "tls handshake", cpu / count * 1e3);
    for (auto& ends : open) {
        ends.client->hint(Use::idle);
        ends.server->hint(Use::idle);
    }
    std::printf("%-22s %7.1f KiB of heap, one end\n", "tls idle",
                (::mallinfo2().uordblks - before) / 2048.0 / count);

    std::vector<Ends> half(count);
    const auto unfinished = ::mallinfo2().uordblks;
    for (auto& ends : half) {
        ends.client.reset(tls.connect(listener->local(), {}).object);
        while (!ends.server)
            ends.server.reset(listener->try_accept().stream);
        ends.server->step();
    }
    std::printf("%-22s %7.1f KiB of heap, both ends\n", "tls before a hello",
                (::mallinfo2().uordblks - unfinished) / 1024.0 / count);
    for (auto& ends : half) {
        while (ends.client->step().status == IoStatus::want_write) {
        }
        ends.server->step();
    }
    std::printf("%-22s %7.1f KiB of heap, both ends\n", "tls after one hello",
                (::mallinfo2().uordblks - unfinished) / 1024.0 / count);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const std::size_t total = (argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 2048) * 1024 * 1024;
    plugin_host::PluginHost host({argv[1]});
    const auto tcp = host.find("tcp");
    const auto tls = host.find("tls");
    if (!tcp || !tls) {
        std::fprintf(stderr, "%s\n", describe((tcp ? tls : tcp).error()).c_str());
        return 1;
    }
    bench::RawPair raw(bench::RawPair::Kind::plain);
    const double plain = report(
        "raw socket", total, [&] { raw.send(total); }, [&] { raw.receive(total); }, 0);
    bulk(**tcp, total, plain);
    bench::RawPair secure(bench::RawPair::Kind::tls);
    const double bare = report(
        "raw TLS", total, [&] { secure.send(total); }, [&] { secure.receive(total); }, 0);
    bulk(**tls, total, bare);
    costs(**tls);
    return 0;
}
