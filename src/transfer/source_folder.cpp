#include "transfer/source_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "crypto/hash.hpp"

namespace p2pc::transfer {
namespace {

Error cannot(std::string_view what, const std::string& label, int number) {
    return Error{Errc::local_io, io_error(fmt::format("{} '{}'", what, label), number).detail()};
}

}  // namespace

std::shared_ptr<const SourceIds> SourceIds::of_device(const crypto::Seed& device) {
    auto key = crypto::keyed_hash256(device, {as_bytes("p2pc/source/v1")});
    auto made =
        std::make_shared<const SourceIds>(crypto::SecretBytes<32>{std::span<const std::byte, 32>{key}});
    sodium_memzero(key.data(), key.size());
    return made;
}

SourceId SourceIds::of(BytesView folder, std::string_view name, const struct stat& file) const {
    Bytes numbers;
    append_be(numbers, static_cast<std::uint64_t>(file.st_dev));
    append_be(numbers, static_cast<std::uint64_t>(file.st_ino));
    append_be(numbers, static_cast<std::uint64_t>(folder.size()));
    const auto whole = crypto::keyed_hash256(key_, {numbers, folder, as_bytes(name)});
    SourceId id;
    std::copy_n(whole.begin(), id.size(), id.begin());
    return id;
}

SourceFolder::SourceFolder(std::shared_ptr<SourceFolder> parent, std::string name, std::string label,
                           std::shared_ptr<const SourceIds> ids)
    : parent_(std::move(parent)), name_(std::move(name)), label_(std::move(label)), ids_(std::move(ids)) {}

Result<std::shared_ptr<SourceFolder>> SourceFolder::open(const std::string& path,
                                                         std::shared_ptr<const SourceIds> ids) {
    std::shared_ptr<SourceFolder> made{new SourceFolder(nullptr, last_component(path), path, std::move(ids))};
    if (auto seen = made->look(); !seen) return seen.error();
    if (made->ids_) made->id_ = made->ids_->of({}, absolute_path(path), made->facts_);
    return made;
}

Result<std::shared_ptr<SourceFolder>> SourceFolder::open_in(const std::shared_ptr<SourceFolder>& parent,
                                                            std::string name) {
    auto label = parent->label_of(name);
    std::shared_ptr<SourceFolder> made{
        new SourceFolder(parent, std::move(name), std::move(label), parent->ids_)};
    if (auto seen = made->look(); !seen) return seen.error();
    made->id_ = parent->id_of(made->name_, made->facts_);
    return made;
}

Status SourceFolder::look() {
    enter();
    const auto fd = descriptor();
    if (!fd) return fd.error();
    if (::fstat(*fd, &facts_) != 0) return cannot("cannot send", label_, errno);
    return {};
}

std::string SourceFolder::label_of(std::string_view name) const {
    std::string made;
    made.reserve(label_.size() + 1 + name.size());
    made += label_;
    if (!made.ends_with('/')) made += '/';
    made += name;
    return made;
}

SourceId SourceFolder::id_of(std::string_view name, const struct stat& file) const {
    return ids_ ? ids_->of(id_, name, file) : SourceId{};
}

Result<int> SourceFolder::descriptor() {
    if (fd_) return fd_.get();
    int at = AT_FDCWD;
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    if (parent_) {
        const auto above = parent_->descriptor();
        if (!above) return above.error();
        at = *above;
        flags |= O_NOFOLLOW;
    }
    fd_ = FileDescriptor{::openat(at, parent_ ? name_.c_str() : label_.c_str(), flags)};
    const int failed = errno;
    if (parent_) parent_->rest();
    if (!fd_) return cannot("cannot open", label_, failed);
    return fd_.get();
}

void SourceFolder::rest() noexcept {
    if (inside_ == 0) fd_ = FileDescriptor{};
}

void SourceFolder::leave() noexcept {
    if (inside_ > 0) --inside_;
    rest();
}

std::string absolute_path(const std::string& path) {
    const std::unique_ptr<char, void (*)(void*)> found{::realpath(path.c_str(), nullptr), &std::free};
    return found ? std::string{found.get()} : path;
}

std::string last_component(const std::string& path) {
    const auto end = path.find_last_not_of('/');
    if (end == std::string::npos) return {};
    const auto slash = path.rfind('/', end);
    const auto start = slash == std::string::npos ? 0 : slash + 1;
    return path.substr(start, end + 1 - start);
}

}  // namespace p2pc::transfer
