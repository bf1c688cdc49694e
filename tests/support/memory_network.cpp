#include "support/memory_network.hpp"

#include "support/memory_link.hpp"

namespace p2pc::testing {

MemoryNetwork::MemoryNetwork(Post post) : post_(std::move(post)) {
    if (!post_) post_ = [this](std::function<void()> call) { pending_.push_back(std::move(call)); };
}

bool MemoryNetwork::run_pending() {
    const bool any = !pending_.empty();
    while (!pending_.empty()) {
        const auto call = std::move(pending_.front());
        pending_.pop_front();
        call();
    }
    return any;
}

void MemoryNetwork::cut(std::string_view a, std::string_view b) {
    cut_one_way(a, b);
    cut_one_way(b, a);
}

void MemoryNetwork::cut_one_way(std::string_view from, std::string_view to) {
    cut_.insert({std::string{from}, std::string{to}});
}

void MemoryNetwork::mend(std::string_view a, std::string_view b) {
    cut_.erase({std::string{a}, std::string{b}});
    cut_.erase({std::string{b}, std::string{a}});
    for (const auto& link : between(a, b))
        link->settle(*this);
}

void MemoryNetwork::reset(std::string_view a, std::string_view b) {
    for (const auto& link : between(a, b)) {
        for (auto& end : link->ends) {
            end.arriving.clear();
            end.visible = 0;
            end.reset = true;
        }
        link->settle(*this);
    }
}

std::shared_ptr<MemoryLink> MemoryNetwork::open_link(const std::string& from, const std::string& to) {
    std::erase_if(links_, [](const auto& link) { return link.expired(); });
    auto link = std::make_shared<MemoryLink>();
    link->id = next_id_++;
    link->capacity = capacity_;
    link->ends[0].host = from;
    link->ends[1].host = to;
    links_.push_back(link);
    return link;
}

std::vector<std::shared_ptr<MemoryLink>> MemoryNetwork::between(std::string_view a, std::string_view b) {
    std::vector<std::shared_ptr<MemoryLink>> found;
    for (const auto& weak : links_) {
        auto link = weak.lock();
        if (!link) continue;
        const auto& from = link->ends[0].host;
        const auto& to = link->ends[1].host;
        if ((from == a && to == b) || (from == b && to == a)) found.push_back(std::move(link));
    }
    return found;
}

}  // namespace p2pc::testing
