#include "transfer/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "transfer/output_folder.hpp"
#include "transfer/tree_built.hpp"

namespace p2pc::transfer {
namespace {

class FileSink final : public Sink {
  public:
    FileSink(Partial partial, std::string name) : partial_(std::move(partial)), name_(std::move(name)) {}

    Status append(BytesView bytes) override { return partial_.append(bytes); }

    Result<std::optional<std::string>> commit(const Entry& entry) override {
        auto path = partial_.commit(name_, entry);
        if (!path) return path.error();
        return std::optional{std::move(*path)};
    }

    void keep() noexcept override { std::move(partial_).keep(); }

  private:
    Partial partial_;
    std::string name_;
};

Result<std::unique_ptr<Sink>> begin_file(const OutputFolder& folder, std::string name, const Entry& entry,
                                         const KeyOf& key_of) {
    auto partial = folder.create_partial(key_of(entry), entry.size());
    if (!partial) return partial.error();
    return std::unique_ptr<Sink>{std::make_unique<FileSink>(std::move(*partial), std::move(name))};
}

class FolderOutput final : public Output {
  public:
    FolderOutput(std::shared_ptr<const OutputFolder> folder, AnyNames any)
        : folder_(std::move(folder)), any_(any) {}

    Result<std::unique_ptr<Sink>> begin(const Entry& entry, const KeyOf& key_of) override {
        auto name = clean_top_level(entry.name(), any_);
        if (!name) return name.error();
        return begin_file(*folder_, std::move(*name), entry, key_of);
    }

    Result<std::unique_ptr<Tree>> begin_tree(const Entry& entry, const KeyOf& key_of) override {
        auto name = clean_top_level(entry.name(), any_);
        if (!name) return name.error();
        return build_tree(folder_, std::move(*name), entry, key_of(entry), any_);
    }

  private:
    std::shared_ptr<const OutputFolder> folder_;
    AnyNames any_;
};

class NamedOutput final : public Output {
  public:
    NamedOutput(std::shared_ptr<const OutputFolder> folder, std::string name)
        : folder_(std::move(folder)), name_(std::move(name)) {}

    Result<std::unique_ptr<Sink>> begin(const Entry& entry, const KeyOf& key_of) override {
        // The name is ours, but one that could not be kept is a sign of an attack, not of a file.
        if (auto allowed = check_component(entry.name()); !allowed) return allowed.error();
        if (used_) return Error{Errc::refused, "only one file is taken here"};
        auto sink = begin_file(*folder_, name_, entry, key_of);
        used_ = sink.ok();
        return sink;
    }

  private:
    std::shared_ptr<const OutputFolder> folder_;
    std::string name_;
    bool used_ = false;
};

}  // namespace

Status Output::keep(const Entry&, const KeyOf&) {
    return Error{Errc::refused, "nothing was said to be here"};
}

Result<std::unique_ptr<Tree>> Output::begin_tree(const Entry&, const KeyOf&) {
    return Error{Errc::refused, "only one file is taken here, and no folder"};
}

std::unique_ptr<Output> make_folder_output(std::shared_ptr<const OutputFolder> folder, AnyNames any) {
    return std::make_unique<FolderOutput>(std::move(folder), any);
}

std::unique_ptr<Output> make_named_output(std::shared_ptr<const OutputFolder> folder, std::string name) {
    return std::make_unique<NamedOutput>(std::move(folder), std::move(name));
}

Result<std::unique_ptr<Output>> open_output(const std::string& path, AnyNames any) {
    if (path == "-") return make_stream_output(STDOUT_FILENO);
    if (path.ends_with('/') || HeldFolder::is_folder(path)) {
        auto folder = OutputFolder::open(path, Missing::make);
        if (!folder) return folder.error();
        return make_folder_output(std::move(*folder), any);
    }
    const auto slash = path.rfind('/');
    const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (auto allowed = check_component(name); !allowed) {
        return Error{Errc::usage, fmt::format("cannot write to {}", allowed.error().detail())};
    }
    const auto parent = slash == std::string::npos ? std::string{"."} : path.substr(0, slash + 1);
    auto folder = OutputFolder::open(parent, Missing::refuse);
    if (!folder) return folder.error();
    return make_named_output(std::move(*folder), name);
}

}  // namespace p2pc::transfer
