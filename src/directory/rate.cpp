#include "directory/rate.hpp"

#include <algorithm>

namespace p2pc::directory {
namespace {
constexpr Duration hour = std::chrono::hours{1};
}

TokenBucket::TokenBucket(std::uint32_t rate, std::uint32_t burst)
    : interval_(Duration{std::chrono::seconds{1}} / rate), tolerance_(interval_ * (burst - 1)) {}

bool TokenBucket::take(Instant now) {
    const Instant due = std::max(next_, now);
    if (due - now > tolerance_) return false;
    next_ = due + interval_;
    return true;
}

Duration TokenBucket::wait(Instant now) const {
    return std::max(next_ - now - tolerance_, Duration::zero());
}

bool RegistrationLimit::begin(const std::string& source, const std::string& name, Instant now) {
    forget_old(now);
    Source& from = sources_[source];
    while (!from.made.empty() && now - from.made.front() >= hour)
        from.made.pop_front();
    const bool joins = from.trying.contains(name);
    if (!joins && from.made.size() + from.trying.size() >= an_hour_) return false;
    ++from.trying[name];
    return true;
}

void RegistrationLimit::end(const std::string& source, const std::string& name, Outcome outcome,
                            Instant now) {
    Source& from = sources_[source];
    const auto trying = from.trying.find(name);
    if (trying != from.trying.end() && --trying->second == 0) from.trying.erase(trying);
    if (outcome == Outcome::made) from.made.push_back(now);
}

void RegistrationLimit::forget_old(Instant now) {
    if (now - swept_ < std::chrono::minutes{1}) return;
    swept_ = now;
    std::erase_if(sources_, [&](const auto& entry) {
        const auto& [made, trying] = entry.second;
        return trying.empty() && (made.empty() || now - made.back() >= hour);
    });
}

Duration FailureDelays::failed(const std::string& source, Instant now) {
    if (!sources_.contains(source) && sources_.size() >= costs_.sources) make_room(now);
    Entry& entry = sources_[source];
    if (now - entry.last > costs_.memory) entry.failures = 0;
    entry.last = now;
    const std::uint32_t doublings = std::min(entry.failures++, 16U);
    return std::min(costs_.first * (1U << doublings), costs_.longest);
}

void FailureDelays::make_room(Instant now) {
    std::erase_if(sources_, [&](const auto& entry) { return now - entry.second.last > costs_.memory; });
    if (sources_.size() < costs_.sources) return;
    const auto stalest = std::min_element(sources_.begin(), sources_.end(), [](const auto& a, const auto& b) {
        return a.second.last < b.second.last;
    });
    sources_.erase(stalest);
}

}  // namespace p2pc::directory
