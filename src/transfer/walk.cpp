#include "transfer/walk.hpp"

namespace p2pc::transfer {
namespace {

class ListWalk final : public Walk {
  public:
    explicit ListWalk(std::vector<std::unique_ptr<Source>> sources) : sources_(std::move(sources)) {}
    std::optional<Step> next() override {
        if (next_ == sources_.size()) return std::nullopt;
        return Step::source(std::move(sources_[next_++]));
    }
    void leave_folder() override {}

  private:
    std::vector<std::unique_ptr<Source>> sources_;
    std::size_t next_ = 0;
};

}  // namespace

Step Step::failed(std::string label, Error why) {
    Step step;
    step.label_ = std::move(label);
    step.error_ = std::move(why);
    return step;
}
Step Step::source(std::unique_ptr<Source> from) {
    Step step;
    step.source_ = std::move(from);
    return step;
}
Step Step::folder(Entry entry, std::shared_ptr<SourceFolder> folder) {
    Step step;
    step.label_ = folder ? folder->label() : entry.name();
    step.entry_ = std::move(entry);
    step.folder_ = std::move(folder);
    return step;
}
Step Step::link(Entry entry, std::string label) {
    Step step;
    step.entry_ = std::move(entry);
    step.label_ = std::move(label);
    return step;
}
Step Step::up() {
    Step step;
    step.entry_ = Entry::up();
    return step;
}

std::unique_ptr<Walk> make_list_walk(std::vector<std::unique_ptr<Source>> sources) {
    return std::make_unique<ListWalk>(std::move(sources));
}

NextPath paths_of(std::vector<std::string> paths) {
    return [paths = std::move(paths), at = std::size_t{0}]() mutable -> Result<std::optional<std::string>> {
        if (at == paths.size()) return std::optional<std::string>{};
        return std::optional{paths[at++]};
    };
}

}  // namespace p2pc::transfer
