#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "transfer/folder_listing.hpp"
#include "transfer/left_out.hpp"
#include "transfer/names.hpp"
#include "transfer/walk.hpp"

namespace p2pc::transfer {
namespace {

FileTime time_of(const struct stat& facts) {
    return {facts.st_mtim.tv_sec, static_cast<std::uint32_t>(facts.st_mtim.tv_nsec)};
}

Error about(const std::string& label, std::string_view why, Errc code = Errc::local_io) {
    return Error{code, fmt::format("'{}': {}", label, why)};
}

class PathWalk final : public Walk {
  public:
    PathWalk(NextPath paths, WalkRules rules)
        : paths_(std::move(paths)),
          rules_(std::move(rules)),
          left_out_(std::move(rules_.exclude), rules_.gitignore) {}
    ~PathWalk() override {
        while (!open_.empty())
            leave();
    }

    std::optional<Step> next() override {
        while (true) {
            auto step = open_.empty() ? next_path() : next_in_folder();
            if (step || (open_.empty() && ended_)) return step;
        }
    }

    void leave_folder() override { open_.back().left = true; }

  private:
    // Whether the folder is sent, or only what is in it.
    enum class Sent : bool { contents, whole };
    struct Open {
        std::shared_ptr<SourceFolder> folder;
        FolderListing listing;
        Sent sent;
        bool left = false;
    };

    // nullopt: nothing to tell, look again.
    std::optional<Step> next_path() {
        auto path = paths_();
        if (!path) {
            ended_ = true;
            return Step::failed("", path.error());
        }
        if (!*path) {
            ended_ = true;
            return std::nullopt;
        }
        return begin(**path);
    }

    std::optional<Step> begin(const std::string& path) {
        if (path == "-" && rules_.stream) return Step::source(rules_.stream());
        const auto name = last_component(path);
        struct stat facts {};
        // What is not there, or cannot be sent, says so when it is opened.
        if (::stat(path.c_str(), &facts) != 0) return Step::source(file_at(path));
        const bool is_folder = S_ISDIR(facts.st_mode);
        if (is_folder && (name.empty() || name == "." || name == "..")) return begin_contents(path);
        if (left_out_.leaves_out_named(name, is_folder ? IsFolder::yes : IsFolder::no)) return std::nullopt;
        if (auto taken = check_component(name); !taken) {
            return Step::failed(path, about(path, taken.error().detail(), Errc::refused));
        }
        if (!is_folder) return Step::source(file_at(path));
        auto folder = SourceFolder::open(path, rules_.ids);
        if (!folder) return Step::failed(path, folder.error());
        return entered(std::move(*folder), path);
    }

    std::unique_ptr<Source> file_at(const std::string& path) const {
        auto file = make_file_source(path, rules_.ids);
        return rules_.same ? rules_.same->watch(std::move(file)) : std::move(file);
    }

    std::optional<Step> begin_contents(const std::string& path) {
        auto folder = SourceFolder::open(path, rules_.ids);
        if (!folder) return Step::failed(path, folder.error());
        if (auto begun = push(std::move(*folder), Sent::contents); !begun)
            return Step::failed(path, begun.error());
        return std::nullopt;
    }

    // The step of a folder that was opened and is sent.
    Step entered(std::shared_ptr<SourceFolder> folder, const std::string& label) {
        auto entry = Entry::folder(folder->name(), folder->facts().st_mode & 0777, time_of(folder->facts()));
        if (depth_ == 0) entry.set_source(folder->id());
        auto step = Step::folder(std::move(entry), folder);
        if (auto begun = push(folder, Sent::whole); !begun) return Step::failed(label, begun.error());
        folder->enter();  // for whoever handles the step
        step.set_left_out(left_out_.lines_here());
        return step;
    }

    Status push(std::shared_ptr<SourceFolder> folder, Sent sent) {
        const auto fd = folder->descriptor();
        if (!fd) return fd.error();
        left_out_.enter(*fd, open_.empty() ? std::string_view{} : folder->name());
        if (sent == Sent::whole) ++depth_;
        open_.push_back(Open{std::move(folder), FolderListing{*fd}, sent});
        return {};
    }

    // Whether the folder was one that is sent.
    bool leave() {
        const bool sent = open_.back().sent == Sent::whole;
        open_.back().folder->leave();
        open_.pop_back();
        left_out_.leave();
        if (sent) --depth_;
        return sent;
    }

    std::optional<Step> next_in_folder() {
        auto& in = open_.back();
        if (in.left) return leave() ? std::optional{Step::up()} : std::nullopt;
        auto found = in.listing.next();
        if (!found) {
            in.left = true;
            return Step::failed(in.folder->label(), about(in.folder->label(), found.error().detail()));
        }
        if (!*found) {
            in.left = true;
            return std::nullopt;
        }
        return step_of(in.folder, std::move(**found));
    }

    std::optional<Step> step_of(const std::shared_ptr<SourceFolder>& in, FolderListing::Name found) {
        if (found.type == FileType::unknown) {
            const auto facts = facts_of(*in, found.name);
            if (!facts) return Step::failed(in->label_of(found.name), facts.error());
            found.type = file_type_of(facts->st_mode);
        }
        const auto as = found.type == FileType::folder ? IsFolder::yes : IsFolder::no;
        if (left_out_.leaves_out(found.name, as)) return std::nullopt;
        if (found.type == FileType::regular) {
            if (auto fits = check(*in, found); !fits)
                return Step::failed(in->label_of(found.name), fits.error());
            return Step::source(make_file_source(in, std::move(found.name)));
        }
        const auto label = in->label_of(found.name);
        if (auto fits = check(*in, found); !fits) return Step::failed(label, fits.error());
        return found.type == FileType::link ? link_of(*in, found.name, label)
                                            : folder_in(in, found.name, label);
    }

    Status check(const SourceFolder& in, const FolderListing::Name& found) const {
        if (const auto why = why_not_sent(found.type); !why.empty())
            return about(in.label_of(found.name), why);
        if (auto taken = check_component(found.name); !taken)
            return about(in.label_of(found.name), taken.error().detail(), Errc::refused);
        return {};
    }

    Step folder_in(const std::shared_ptr<SourceFolder>& in, const std::string& name,
                   const std::string& label) {
        if (depth_ == deepest_tree) {
            return Step::failed(
                label,
                about(label, fmt::format("it is more than {} folders deep", deepest_tree), Errc::refused));
        }
        auto folder = SourceFolder::open_in(in, name);
        if (!folder) return Step::failed(label, folder.error());
        return entered(std::move(*folder), label);
    }

    Step link_of(SourceFolder& in, const std::string& name, const std::string& label) {
        const auto facts = facts_of(in, name);
        if (!facts) return Step::failed(label, facts.error());
        std::array<char, 4096> target;
        const auto fd = in.descriptor();
        if (!fd) return Step::failed(label, fd.error());
        const auto length = ::readlinkat(*fd, name.c_str(), target.data(), target.size());
        if (length < 0)
            return Step::failed(label, about(label, io_error("cannot read the link", errno).detail()));
        std::string leads_to{target.data(), static_cast<std::size_t>(length)};
        if (auto fits = check_link_target(leads_to, depth_ == 0 ? 0 : depth_ - 1, AnyNames::yes); !fits)
            return Step::failed(label, about(label, fits.error().detail(), Errc::refused));
        return Step::link(Entry::link(name, std::move(leads_to), time_of(*facts)), label);
    }

    static Result<struct stat> facts_of(SourceFolder& in, const std::string& name) {
        const auto fd = in.descriptor();
        if (!fd) return fd.error();
        struct stat facts {};
        if (::fstatat(*fd, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
            return about(in.label_of(name), io_error("cannot send", errno).detail());
        }
        return facts;
    }

    NextPath paths_;
    WalkRules rules_;
    LeftOut left_out_;
    std::vector<Open> open_;
    std::size_t depth_ = 0;  // of them, folders that are sent
    bool ended_ = false;
};

}  // namespace

Result<std::optional<ByteCount>> size_of(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        return Error{Errc::local_io, io_error(fmt::format("cannot send '{}'", path), errno).detail()};
    const auto type = file_type_of(facts.st_mode);
    if (const auto why = why_not_sent(type); !why.empty()) return about(path, why);
    if (type == FileType::folder) return std::optional<ByteCount>{};
    return std::optional{ByteCount{static_cast<std::uint64_t>(facts.st_size)}};
}

Status check_path(const std::string& path) {
    const auto size = size_of(path);
    if (!size) return size.error();
    if (!*size) {
        const auto folder = SourceFolder::open(path, nullptr);
        return folder ? Status{} : folder.error();
    }
    const auto entry = make_file_source(path)->open();
    return entry ? Status{} : entry.error();
}

std::unique_ptr<Walk> make_path_walk(NextPath paths, WalkRules rules) {
    return std::make_unique<PathWalk>(std::move(paths), std::move(rules));
}

}  // namespace p2pc::transfer
