// Asking: the receiver's answers to a sender that asks before it sends (docs/protocol.md, "Questions").
//
// The questions are a walk of their own, beside the items. Folders are held where they are there, at most 32;
// nothing is made or written. What is said about files that are here is one bit, by the policy. Calls
// block; one at a time.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <p2pc/base/result.hpp>
#include <string>
#include <vector>

#include "transfer/conflict.hpp"
#include "transfer/entry.hpp"
#include "transfer/names.hpp"
#include "transfer/output.hpp"
#include "transfer/output_folder.hpp"
#include "transfer/removal.hpp"

namespace p2pc::transfer {

class Answer {
  public:
    static Answer send() { return {}; }
    static Answer keep(std::string digest = {}) {
        Answer answer;
        answer.keep_ = true;
        answer.digest_ = std::move(digest);
        return answer;
    }
    // So many bytes of it are here.
    static Answer send_from(std::uint64_t bytes) {
        Answer answer;
        answer.from_ = bytes;
        return answer;
    }
    static Answer refuse(Errc why) {
        Answer answer;
        answer.refused_ = why;
        return answer;
    }
    bool keeps() const noexcept { return keep_; }
    // Not empty: only where the source has this digest.
    const std::string& digest() const noexcept { return digest_; }
    std::optional<Errc> refused() const noexcept { return refused_; }
    std::uint64_t from() const noexcept { return from_; }  // whole MiB
    // What was here of it was of another version, and is gone.
    bool starts_over() const noexcept { return starts_over_; }
    void set_starts_over() noexcept { starts_over_ = true; }

  private:
    std::uint64_t from_ = 0;
    bool keep_ = false, starts_over_ = false;
    std::string digest_;
    std::optional<Errc> refused_;
};

class Asking {
  public:
    // `removal`: goes along, for a dry run; null: nothing is to be removed.
    Asking(std::shared_ptr<const OutputFolder> root, AnyNames any, OnConflict policy, ByteCount max_size,
           Removal* removal = nullptr);

    // Set by whatever thread, it ends an answer that takes long, which is then of no use. It outlives this.
    void heed(const std::atomic<bool>& stopped) noexcept { stopped_ = &stopped; }

    // Into a folder, whether it is here or not.
    void enter(const Entry& folder, const KeyOf& key_of, const std::vector<std::string>& left_out = {});
    // Of a file or a link.
    Answer ask(const Entry& entry, const KeyOf& key_of);
    // Errc::malformed: no folder is open.
    Status up(Whole whole = Whole::no);
    bool in_tree() const noexcept { return !levels_.empty(); }

  private:
    struct Level {
        std::optional<HeldFolder> folder;  // none: it is not here
        bool refused = false;              // and so is all that is in it
    };
    Result<std::optional<HeldFolder>> open_top(const Entry& folder, const KeyOf& key_of) const;
    Answer judge_file(const HeldFolder& folder, const std::string& name, const Entry& entry,
                      const KeyOf& key_of) const;
    Answer send(const Entry& entry, const KeyOf& key_of) const;
    Answer judge_partial(const HeldFolder& folder, const Entry& entry) const;

    std::shared_ptr<const OutputFolder> root_;
    AnyNames any_;
    OnConflict policy_;
    ByteCount max_size_;
    Removal* removal_;
    const std::atomic<bool>* stopped_ = nullptr;
    std::vector<Level> levels_;
    std::uint32_t too_deep_ = 0;
};

}  // namespace p2pc::transfer
