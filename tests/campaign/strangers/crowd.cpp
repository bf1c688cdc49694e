#include "campaign/strangers/crowd.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/encoding.hpp"
#include "campaign/wrong_password.hpp"

namespace p2pc::campaign {
namespace {

using Steady = std::chrono::steady_clock;

constexpr auto tick = std::chrono::milliseconds{50};
constexpr auto drip_time = std::chrono::seconds{2};

sockaddr_in loopback(const std::string& host, std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    ::inet_pton(AF_INET, host.c_str(), &at.sin_addr);
    return at;
}

class Slow {
  public:
    Slow(const SlowKind& of, const std::string& source, Steady::time_point from)
        : kind(&of), source_(loopback(source, 0)), due(from) {}
    ~Slow() { close(); }
    Slow(const Slow&) = delete;
    Slow& operator=(const Slow&) = delete;

    // Begins to connect; false: there was no socket for it.
    bool open(int epoll) {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd_ < 0) return false;
        const auto to = loopback("127.0.0.1", kind->port);
        const bool bound = ::bind(fd_, reinterpret_cast<const sockaddr*>(&source_), sizeof source_) == 0;
        const bool begun = bound && (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 ||
                                     errno == EINPROGRESS);
        epoll_event wanted{};
        wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
        wanted.data.ptr = this;
        if (!begun || ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd_, &wanted) != 0) {
            close();
            return false;
        }
        dripped_ = 0;
        return true;
    }
    // It is connected: false when it is not after all.
    bool begin(Steady::time_point now) {
        standing = true;
        due = now + drip_time;
        return kind->first.empty() || say(kind->first);
    }
    bool drip(Steady::time_point now) {
        if (dripped_ >= kind->drip.size()) return true;
        due = now + drip_time;
        return say(BytesView{kind->drip}.subspan(dripped_++, 1));
    }
    // Takes what came; false: the server has ended it.
    bool hear() {
        std::array<std::byte, 4096> heard;
        for (;;) {
            const auto count = ::recv(fd_, heard.data(), heard.size(), 0);
            if (count == 0) return false;
            if (count < 0) return errno == EAGAIN;
        }
    }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
        standing = false;
    }
    bool opened() const { return fd_ >= 0; }

    const SlowKind* kind;

  private:
    bool say(BytesView bytes) {
        return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    }
    sockaddr_in source_;
    std::size_t dripped_ = 0;
    int fd_ = -1;

  public:
    Steady::time_point due;  // when it is to connect, or to say its next byte
    bool standing = false;
};

class Crowd {
  public:
    explicit Crowd(const CrowdPlan& plan) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        const auto now = Steady::now();
        std::size_t all = 0, made = 0;
        for (const auto& kind : plan.kinds)
            all += kind.count;
        // The kinds mixed, so that each comes from every source and at any time.
        for (std::size_t round = 0; made < all; ++round) {
            for (const auto& kind : plan.kinds) {
                if (round >= kind.count) continue;
                auto source = source_address(made % plan.sources);
                source.resize(source.find(':'));
                people_.push_back(std::make_unique<Slow>(kind, source, now + plan.spread * made / all));
                ++made;
            }
        }
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, STDIN_FILENO, &wanted);
    }
    ~Crowd() { ::close(epoll_); }
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    void run() {
        std::array<epoll_event, 512> events{};
        for (;;) {
            const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                           static_cast<int>(tick.count()));
            for (int i = 0; i < count; ++i) {
                if (events[i].data.ptr == nullptr) return;
                react(*static_cast<Slow*>(events[i].data.ptr), events[i].events);
            }
            if (Steady::now() - ticked_ >= tick) look_at_all();
        }
    }
    void tell() const {
        fmt::print(
            "{{\"type\":\"crowd\",\"count\":{},\"standing\":{},\"least\":{},\"put_out\":{},\"failed\":{}}}\n",
            people_.size(), standing_, all_stood_ ? least_ : 0, put_out_, failed_);
        std::fflush(stdout);
    }

  private:
    void react(Slow& one, std::uint32_t events) {
        const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
        bool stays = !broken;
        if (stays && !one.standing && (events & EPOLLOUT) != 0) {
            stays = one.begin(Steady::now());
            ++standing_;
        }
        if (stays && (events & (EPOLLIN | EPOLLRDHUP)) != 0) stays = one.hear();
        if (!stays) come_back(one);
        if (!all_stood_ && standing_ == people_.size()) {
            all_stood_ = true;
            least_ = standing_;
            fmt::print("{{\"type\":\"standing\",\"count\":{}}}\n", standing_);
            std::fflush(stdout);
        }
    }
    void come_back(Slow& one) {
        if (one.standing) {
            --standing_;
            ++put_out_;
        } else {
            ++failed_;
        }
        one.close();
        // After a failure not at once, but with the next look at all.
        if (!one.open(epoll_)) one.due = Steady::now();
        least_ = std::min(least_, standing_);
    }
    void look_at_all() {
        const auto now = ticked_ = Steady::now();
        for (auto& one : people_) {
            if (one->due > now) continue;
            if (!one->opened()) {
                if (!one->open(epoll_)) ++failed_;
            } else if (one->standing && !one->drip(now)) {
                come_back(*one);
            }
        }
    }

    int epoll_;
    std::vector<std::unique_ptr<Slow>> people_;
    Steady::time_point ticked_{};
    std::size_t standing_ = 0, least_ = 0, put_out_ = 0, failed_ = 0;
    bool all_stood_ = false;
};

}  // namespace

Result<std::vector<SlowKind>> read_kinds(const std::string& path) {
    std::vector<SlowKind> kinds;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        SlowKind kind;
        std::array<std::string, 2> hex;
        words >> kind.name >> kind.port >> kind.count >> hex[0] >> hex[1];
        for (auto& text : hex) {
            if (text == "-") text.clear();
        }
        const auto first = base::from_hex(hex[0]), drip = base::from_hex(hex[1]);
        if (!words || !first || !drip) return Error{Errc::usage, fmt::format("'{}' is no kind", line)};
        kind.first = *first;
        kind.drip = *drip;
        kinds.push_back(std::move(kind));
    }
    if (kinds.empty()) return Error{Errc::usage, fmt::format("'{}' names no kinds", path)};
    return kinds;
}

Status run_crowd(const CrowdPlan& plan) {
    Crowd crowd(plan);
    crowd.run();
    crowd.tell();
    return {};
}

}  // namespace p2pc::campaign
