#include "transfer/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "transfer/asking.hpp"
#include "transfer/kept_partials.hpp"
#include "transfer/output_folder.hpp"
#include "transfer/removal.hpp"
#include "transfer/tree_built.hpp"
#include "transfer/tree_merged.hpp"

namespace p2pc::transfer {
namespace {

class FileSink final : public Sink {
  public:
    FileSink(std::shared_ptr<const OutputFolder> folder, Partial partial, std::string name, OnConflict policy)
        : folder_(std::move(folder)), partial_(std::move(partial)), name_(std::move(name)), policy_(policy) {}

    Status append(BytesView bytes) override { return partial_.append(bytes); }
    GrowingFile* file() noexcept override { return &partial_.file(); }

    Result<std::optional<std::string>> commit(const Entry& entry) override {
        auto path = policy_ == OnConflict::fail ? commit_alone(entry) : partial_.commit(name_, entry);
        if (!path) return path.error();
        return std::optional{std::move(*path)};
    }

    void keep() noexcept override { std::move(partial_).keep(); }

  private:
    Result<std::string> commit_alone(const Entry& entry) {
        const auto& root = folder_->held();
        const auto placed = partial_.commit_to(root, name_, entry, Partial::Over::nothing, Sync::at_once);
        if (!placed) return placed.error();
        if (auto synced = root.sync(); !synced) return synced.error();
        return (root.path() == "/" ? "" : root.path()) + "/" + name_;
    }

    std::shared_ptr<const OutputFolder> folder_;
    Partial partial_;
    std::string name_;
    OnConflict policy_;
};

Result<std::unique_ptr<Sink>> begin_file(const std::shared_ptr<const OutputFolder>& folder, std::string name,
                                         const Entry& entry, const KeyOf& key_of, OnConflict policy) {
    if (merges(policy)) {
        return begin_merged(folder, folder->held(), std::move(name), entry, key_of, policy, Sync::at_once);
    }
    if (policy == OnConflict::fail) {
        const auto there = folder->held().look(name);
        if (!there) return there.error();
        if (*there) return Error{Errc::refused, "something of that name is there"};
    }
    auto partial = take_partial(*folder, key_of(entry), entry);
    if (!partial) return partial.error();
    return std::unique_ptr<Sink>{
        std::make_unique<FileSink>(folder, std::move(*partial), std::move(name), policy)};
}

Status keep_file(const OutputFolder& folder, const std::string& name, const Entry& entry, OnConflict policy) {
    if (!merges(policy)) return Error{Errc::refused, "nothing was said to be here"};
    return keep_merged(folder.held(), name, entry, policy);
}

class FolderOutput final : public Output {
  public:
    FolderOutput(std::shared_ptr<const OutputFolder> folder, AnyNames any, OnConflict policy)
        : folder_(std::move(folder)), any_(any), policy_(policy) {}

    Result<std::unique_ptr<Sink>> begin(const Entry& entry, const KeyOf& key_of) override {
        auto name = clean_top_level(entry.name(), any_);
        if (!name) return name.error();
        return begin_file(folder_, std::move(*name), entry, key_of, policy_);
    }

    Result<std::unique_ptr<Tree>> begin_tree(const Entry& entry, const KeyOf& key_of) override {
        auto name = clean_top_level(entry.name(), any_);
        if (!name) return name.error();
        if (merges(policy_)) return merge_tree(folder_, *name, entry, any_, policy_);
        const auto taken = policy_ == OnConflict::fail ? Taken::refuse : Taken::number;
        return build_tree(folder_, std::move(*name), entry, key_of(entry), any_, taken);
    }

    Result<bool> any_kept(const std::string& prefix) override { return any_partial(*folder_, prefix); }

    Status keep(const Entry& entry, const KeyOf&) override {
        const auto name = clean_top_level(entry.name(), any_);
        if (!name) return name.error();
        return keep_file(*folder_, *name, entry, policy_);
    }

    Result<std::uint64_t> remove(Removal& removal) override {
        auto removed = removal.remove(folder_->held());
        if (!removed || *removed == 0) return removed;
        if (auto synced = folder_->held().sync_file_system(); !synced) return synced.error();
        return removed;
    }

    bool can_follow() const noexcept override { return merges(policy_); }

    std::unique_ptr<Asking> asking(ByteCount max_size, Removal* removal) override {
        return std::make_unique<Asking>(folder_, any_, policy_, max_size, removal);
    }

  private:
    std::shared_ptr<const OutputFolder> folder_;
    AnyNames any_;
    OnConflict policy_;
};

class NamedOutput final : public Output {
  public:
    NamedOutput(std::shared_ptr<const OutputFolder> folder, std::string name, OnConflict policy)
        : folder_(std::move(folder)), name_(std::move(name)), policy_(policy) {}

    Result<std::unique_ptr<Sink>> begin(const Entry& entry, const KeyOf& key_of) override {
        // The name is ours, but one that could not be kept is a sign of an attack, not of a file.
        if (auto allowed = check_component(entry.name()); !allowed) return allowed.error();
        if (used_) return Error{Errc::refused, "only one file is taken here"};
        auto sink = begin_file(folder_, name_, entry, key_of, policy_);
        used_ = sink.ok();
        return sink;
    }

    Result<bool> any_kept(const std::string& prefix) override { return any_partial(*folder_, prefix); }

    // It goes under another name than it is asked about: only what was kept of it matters.
    std::unique_ptr<Asking> asking(ByteCount max_size, Removal*) override {
        return std::make_unique<Asking>(folder_, AnyNames::yes, OnConflict::rename, max_size);
    }

    Status keep(const Entry& entry, const KeyOf&) override {
        if (used_) return Error{Errc::refused, "only one file is taken here"};
        auto kept = keep_file(*folder_, name_, entry, policy_);
        used_ = kept.ok();
        return kept;
    }

  private:
    std::shared_ptr<const OutputFolder> folder_;
    std::string name_;
    OnConflict policy_;
    bool used_ = false;
};

}  // namespace

Result<std::uint64_t> Output::remove(Removal&) {
    return std::uint64_t{0};
}

std::unique_ptr<Asking> Output::asking(ByteCount, Removal*) {
    return nullptr;
}

Status Output::keep(const Entry&, const KeyOf&) {
    return Error{Errc::refused, "nothing was said to be here"};
}

Result<std::unique_ptr<Tree>> Output::begin_tree(const Entry&, const KeyOf&) {
    return Error{Errc::refused, "only one file is taken here, and no folder"};
}

std::unique_ptr<Output> make_folder_output(std::shared_ptr<const OutputFolder> folder, AnyNames any,
                                           OnConflict policy) {
    return std::make_unique<FolderOutput>(std::move(folder), any, policy);
}

std::unique_ptr<Output> make_named_output(std::shared_ptr<const OutputFolder> folder, std::string name,
                                          OnConflict policy) {
    return std::make_unique<NamedOutput>(std::move(folder), std::move(name), policy);
}

Result<std::unique_ptr<Output>> open_output(const std::string& path, AnyNames any, OnConflict policy) {
    if (path == "-") return make_stream_output(STDOUT_FILENO);
    if (path.ends_with('/') || HeldFolder::is_folder(path)) {
        auto folder = OutputFolder::open(path, Missing::make);
        if (!folder) return folder.error();
        return make_folder_output(std::move(*folder), any, policy);
    }
    const auto slash = path.rfind('/');
    const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (auto allowed = check_component(name); !allowed) {
        return Error{Errc::usage, fmt::format("cannot write to {}", allowed.error().detail())};
    }
    const auto parent = slash == std::string::npos ? std::string{"."} : path.substr(0, slash + 1);
    auto folder = OutputFolder::open(parent, Missing::refuse);
    if (!folder) return folder.error();
    return make_named_output(std::move(*folder), name, policy);
}

}  // namespace p2pc::transfer
