// PartialKey: which partial belongs to which item, so that a later command finds it again.
//
// The caller makes it: a keyed hash over the sender's account and what the sender says about the item. It
// becomes the partial's file name, so that nobody else can name, and thereby plant, a partial.
#pragma once

#include <p2pc/base/bytes.hpp>
#include <string>

#include "base/encoding.hpp"

namespace p2pc::transfer {

class PartialKey {
  public:
    explicit PartialKey(const ByteArray<16>& bytes) : bytes_(bytes) {}
    // 32 hex digits.
    std::string file_name() const { return base::to_hex(bytes_); }

  private:
    ByteArray<16> bytes_;
};

}  // namespace p2pc::transfer
