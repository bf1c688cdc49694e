// OutputFolder: the folder a receiver chose, and the private ".p2pc-partial" in it where files grow.
//
// Constant after open; safe from any thread, and beside other processes receiving into the same folder.
#pragma once

#include <memory>
#include <optional>
#include <p2pc/base/result.hpp>
#include <p2pc/base/strong.hpp>
#include <string>

#include "transfer/held_folder.hpp"
#include "transfer/partial.hpp"
#include "transfer/partial_key.hpp"

namespace p2pc::transfer {

class OutputFolder : public std::enable_shared_from_this<OutputFolder> {
  public:
    static constexpr const char* partial_folder = ".p2pc-partial";

    static Result<std::shared_ptr<const OutputFolder>> open(const std::string& path, Missing missing,
                                                            Resolve resolve = Resolve::kernel);

    // A new, empty partial for `size` bytes, of which `stored` (all, when absent) are looked for on the disk,
    // locked against other processes. What an earlier, dead process left under this key is replaced; one that
    // is being written by a live process is left alone and another name is used.
    //   Errc::no_space  they do not fit beside what is kept free (free_space.hpp)
    //   Errc::local_io  the folder cannot be written, or ".p2pc-partial" was prepared by another user
    Result<Partial> create_partial(const PartialKey& key, std::optional<ByteCount> size,
                                   std::optional<ByteCount> stored = {}) const;

    const HeldFolder& held() const noexcept { return held_; }

  private:
    explicit OutputFolder(HeldFolder held) : held_(std::move(held)) {}
    HeldFolder held_;
};

}  // namespace p2pc::transfer
