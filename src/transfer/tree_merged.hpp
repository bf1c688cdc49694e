// A tree that is merged into what is there, file by file, as --on-conflict overwrite, skip or newer have it.
#pragma once

#include "transfer/conflict.hpp"
#include "transfer/output_folder.hpp"
#include "transfer/partial.hpp"
#include "transfer/tree.hpp"

namespace p2pc::transfer {

// REQUIRES: check_component(name), merges(policy).
Result<std::unique_ptr<Tree>> merge_tree(std::shared_ptr<const OutputFolder> root, const std::string& name,
                                         const Entry& entry, AnyNames any, OnConflict policy);

// One file into `folder`, which must outlive the sink and lie in `root`: through a partial, and over what is
// there. Null: what is there stays. `sync`: it is durable with the sink's commit(), else when somebody syncs.
//   Errc::refused   what is there stays, and is not what comes
//   otherwise as OutputFolder::create_partial()
Result<std::unique_ptr<Sink>> begin_merged(const std::shared_ptr<const OutputFolder>& root,
                                           const HeldFolder& folder, std::string name, const Entry& entry,
                                           const KeyOf& key_of, OnConflict policy, Sync sync);

// Whether a file or link that the sender was told is there stays. Errc::refused: it does not.
Status keep_merged(const HeldFolder& folder, const std::string& name, const Entry& entry, OnConflict policy);

}  // namespace p2pc::transfer
