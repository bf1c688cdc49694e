// SourceFolder: a folder of a tree that is sent; SourceIds: which file is which from one command to the next.
//
// A folder's descriptor is held between enter() and leave(), which walks nest at most 32 deep; a file below a
// folder that was left is still found, by the folder's name in its parent. Names in it never lead through a
// symlink. label() and id_of() are safe from any thread, the rest one call at a time for all folders of a
// tree.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <p2pc/base/result.hpp>
#include <string>
#include <string_view>

#include "crypto/secret.hpp"
#include "transfer/entry.hpp"
#include "transfer/file_descriptor.hpp"

namespace p2pc::transfer {

class SourceIds {
  public:
    // Ids made with the same key are the same for the same file at the same place.
    explicit SourceIds(crypto::SecretBytes<32> key) : key_(std::move(key)) {}
    // Those of a home for as long as it is logged in: `device` is the seed of its device key.
    static std::shared_ptr<const SourceIds> of_device(const crypto::Seed& device);
    SourceId of(BytesView folder, std::string_view name, const struct stat& file) const;

  private:
    crypto::SecretBytes<32> key_;
};

class SourceFolder {
  public:
    // What the user named: symlinks are followed. `ids` may be null: then nothing in it has an id.
    //   Errc::local_io
    static Result<std::shared_ptr<SourceFolder>> open(const std::string& path,
                                                      std::shared_ptr<const SourceIds> ids);
    // The folder `name` in `parent`, entered. Errc::local_io: also a symlink.
    static Result<std::shared_ptr<SourceFolder>> open_in(const std::shared_ptr<SourceFolder>& parent,
                                                         std::string name);

    // As the user would name it, or what is called `name` in it.
    const std::string& label() const noexcept { return label_; }
    std::string label_of(std::string_view name) const;
    const std::string& name() const noexcept { return name_; }
    const SourceId& id() const noexcept { return id_; }
    SourceId id_of(std::string_view name, const struct stat& file) const;

    // As it was when it was opened.
    const struct stat& facts() const noexcept { return facts_; }

    // Opens it where it is not open; rest() follows, and closes it where nobody is in it. Errc::local_io.
    Result<int> descriptor();
    void rest() noexcept;
    void enter() noexcept { ++inside_; }
    void leave() noexcept;

  private:
    SourceFolder(std::shared_ptr<SourceFolder> parent, std::string name, std::string label,
                 std::shared_ptr<const SourceIds> ids);
    Status look();

    std::shared_ptr<SourceFolder> parent_;  // null: named by the user, label_ is its path
    std::string name_;
    std::string label_;
    std::shared_ptr<const SourceIds> ids_;
    SourceId id_{};
    struct stat facts_ {};
    FileDescriptor fd_;
    unsigned inside_ = 0;
};

// Without symlinks; the path itself where nothing is there.
std::string absolute_path(const std::string& path);

// The last component of a path, without slashes; empty for "/" and "".
std::string last_component(const std::string& path);

}  // namespace p2pc::transfer
