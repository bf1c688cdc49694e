// A tree that is built in private, under .p2pc-partial/, and gets its final name by one rename, after one
// sync: a half tree never shows, and its files need no sync and no rename of their own
// (docs/decisions/0013-trees-on-disk.md).
#pragma once

#include "transfer/output_folder.hpp"
#include "transfer/tree.hpp"

namespace p2pc::transfer {

// When the final name is taken: the next free one, or nothing (Errc::refused, at once and at the end).
enum class Taken { number, refuse };

// Under which name a tree grows in the partial folder.
std::string partial_tree_name(const PartialKey& key);

// REQUIRES: check_component(name).
Result<std::unique_ptr<Tree>> build_tree(std::shared_ptr<const OutputFolder> root, std::string name,
                                         const Entry& entry, const PartialKey& key, AnyNames any,
                                         Taken taken = Taken::number);

}  // namespace p2pc::transfer
