// Asking: the operator's end of the admin socket. One request, its answer in pieces. Loop thread only.
#pragma once

#include <asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <p2pc/base/result.hpp>

#include "admin.pb.h"
#include "io/loop.hpp"

namespace p2pc::admin {

// Called with each piece of the answer, the last one too; an error ends it.
using OnPiece = std::function<Status(pb::Reply)>;

// Asks the server that listens at `path` and completes after the last piece.
//   Errc::cannot_connect  no server runs there, or it went away before the last piece
//   Errc::busy            too many ask it already
//   Errc::local_io        no right to ask it
//   what the server's Failure says, and what `on_piece` returns
asio::awaitable<Status> ask(io::Loop& loop, std::filesystem::path path, pb::Request request,
                            OnPiece on_piece);

}  // namespace p2pc::admin
