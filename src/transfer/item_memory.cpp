#include "transfer/item_memory.hpp"

#include <sys/stat.h>

#include "transfer/asking.hpp"
#include "transfer/growing_file.hpp"
#include "transfer/tree.hpp"

namespace p2pc::transfer {
namespace {

bool can_be_met_again(const Entry& entry) {
    return entry.kind() == EntryKind::file && is_lasting(entry) && entry.mtime();
}

bool is_there(const std::string& path, const Entry& entry) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return false;
    const FileTime time{found.st_mtim.tv_sec, static_cast<std::uint32_t>(found.st_mtim.tv_nsec)};
    return ByteCount{static_cast<std::uint64_t>(found.st_size)} == entry.size() &&
           time_to_set(entry.mtime()) == time;
}

class RememberingSink final : public Sink {
  public:
    RememberingSink(std::unique_ptr<Sink> inner, ItemMemory& memory, PartialKey key)
        : inner_(std::move(inner)), memory_(memory), key_(std::move(key)) {}
    Status append(BytesView bytes) override { return inner_->append(bytes); }
    GrowingFile* file() noexcept override { return inner_->file(); }
    Result<std::optional<std::string>> commit(const Entry& entry) override {
        auto path = inner_->commit(entry);
        if (path && *path) memory_.add(key_, **path);
        return path;
    }
    void keep() noexcept override { inner_->keep(); }

  private:
    std::unique_ptr<Sink> inner_;
    ItemMemory& memory_;
    PartialKey key_;
};

class RememberingOutput final : public Output {
  public:
    RememberingOutput(std::unique_ptr<Output> inner, ItemMemory& memory)
        : inner_(std::move(inner)), memory_(memory) {}

    Result<std::unique_ptr<Sink>> begin(const Entry& entry, const KeyOf& key_of) override {
        there_.reset();
        if (!can_be_met_again(entry)) return inner_->begin(entry, key_of);
        auto key = key_of(entry);
        const auto path = memory_.find(key);
        if (path && is_there(*path, entry)) {
            there_ = path;
            return std::unique_ptr<Sink>{};
        }
        auto sink = inner_->begin(entry, key_of);
        if (!sink || !*sink) return sink;
        return std::unique_ptr<Sink>{
            std::make_unique<RememberingSink>(std::move(*sink), memory_, std::move(key))};
    }
    std::optional<std::string> there() const override { return there_; }

    Result<std::unique_ptr<Tree>> begin_tree(const Entry& entry, const KeyOf& key_of) override {
        return inner_->begin_tree(entry, key_of);
    }
    Status keep(const Entry& entry, const KeyOf& key_of) override { return inner_->keep(entry, key_of); }
    Result<bool> any_kept(const std::string& prefix) override { return inner_->any_kept(prefix); }
    Result<std::uint64_t> remove(Removal& removal) override { return inner_->remove(removal); }
    bool keeps() const noexcept override { return inner_->keeps(); }
    bool can_follow() const noexcept override { return inner_->can_follow(); }
    std::unique_ptr<Asking> asking(ByteCount max_size, Removal* removal) override {
        return inner_->asking(max_size, removal);
    }
    void stop() noexcept override { inner_->stop(); }

  private:
    std::unique_ptr<Output> inner_;
    ItemMemory& memory_;
    std::optional<std::string> there_;
};

}  // namespace

std::unique_ptr<Output> make_remembering_output(std::unique_ptr<Output> inner, ItemMemory& memory) {
    return std::make_unique<RememberingOutput>(std::move(inner), memory);
}

}  // namespace p2pc::transfer
