# The packages of cmake/packages.txt as targets; those without a CMake file get one here.
find_package(Threads REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)

# Standalone Asio has neither a CMake nor a pkg-config file. It is compiled once, here; no plugin sees it.
add_library(p2pc_asio STATIC "${CMAKE_CURRENT_LIST_DIR}/asio/asio.cpp")
# Whether Asio frees by free() or operator delete depends on what was included before it: settle it, or a
# coroutine frame is allocated one way and freed the other.
target_compile_definitions(p2pc_asio PUBLIC
    ASIO_STANDALONE ASIO_SEPARATE_COMPILATION ASIO_NO_DEPRECATED ASIO_DISABLE_STD_ALIGNED_ALLOC)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # Asio 1.22 looks for coroutines where clang no longer has them.
    target_compile_definitions(p2pc_asio PUBLIC ASIO_HAS_CO_AWAIT=1 ASIO_HAS_STD_COROUTINE=1)
endif()
target_link_libraries(p2pc_asio PUBLIC p2pc_options Threads::Threads)

# Two precompiled headers: the standard library with fmt, and the same with Asio's coroutines.
foreach(kind std asio)
    add_library(p2pc_pch_${kind} OBJECT "${CMAKE_CURRENT_LIST_DIR}/pch/${kind}.cpp")
    target_precompile_headers(p2pc_pch_${kind} PRIVATE "${CMAKE_CURRENT_LIST_DIR}/pch/${kind}.hpp")
    target_link_libraries(p2pc_pch_${kind} PRIVATE p2pc_options fmt::fmt)
endforeach()
target_link_libraries(p2pc_pch_asio PRIVATE p2pc_asio)
