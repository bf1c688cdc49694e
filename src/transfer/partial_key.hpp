// PartialKey: which partial belongs to which item, so that a later command finds it again; PartialKeys: the
// one place where keys are made.
//
// A key is a keyed hash of the sender's account and what the sender says about the item. It becomes the
// partial's file name, so that nobody without the receiver's secret can name, and thereby plant, a partial:
//
//   ACCOUNT "-" ITEM "-" VERSION     16, 32 and 16 hex digits
//
// of the account; of the account, the kind, the source and the name; of those and, of a file, the size and
// the time. Values, safe from any thread.
#pragma once

#include <p2pc/base/bytes.hpp>
#include <string>

#include "crypto/secret.hpp"
#include "model/ids.hpp"
#include "transfer/entry.hpp"

namespace p2pc::transfer {

class PartialKey {
  public:
    PartialKey(const std::string& account, const std::string& item, const std::string& version)
        : item_(account + "-" + item + "-"), name_(item_ + version) {}

    const std::string& file_name() const noexcept { return name_; }
    // What the names of the partials of all versions of this item begin with.
    const std::string& item_prefix() const noexcept { return item_; }

  private:
    std::string item_, name_;
};

class PartialKeys {
  public:
    // `device` is the seed of the receiving home's device key: a home finds its partials for as long as it is
    // logged in. `sender` is the sender's account key.
    PartialKeys(const crypto::Seed& device, const model::PublicKey& sender);

    PartialKey of(const Entry& entry) const;
    // What the names of all partials of this sender begin with.
    std::string account_prefix() const { return account_ + "-"; }

  private:
    ByteArray<32> secret_;
    std::string account_;
};

// Whether an item can be met again: it has a source, and what came of it lies still. What came of others is
// of no use to a later command.
bool is_lasting(const Entry& entry) noexcept;

}  // namespace p2pc::transfer
