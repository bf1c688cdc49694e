"""What is sent: files and trees whose parts differ, in the page cache and not on their way to the disk any more."""

import os
import shutil

MIB = 1024 * 1024
GIB = 1024 * MIB


def need_space(folder, size):
    free = shutil.disk_usage(folder).free
    if free < size + 64 * MIB:
        raise AssertionError(f"{folder} has {free // MIB} MiB free: too little for {size // MIB} MiB (--size)")


def make_file(path, size):
    """A file no two mebibytes of which are alike."""
    need_space(os.path.dirname(path), size)
    body = os.urandom(MIB - 8)
    with open(path, "wb") as file:
        for k in range(size // MIB):
            file.write(k.to_bytes(8, "big") + body)
        file.write(body[: size % MIB])
    # Written back now, not while others are timed.
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)
    with open(path, "rb", buffering=0) as file:
        while file.read(MIB):
            pass
    return path


def make_tree(path, files, size, per_folder=100):
    """So many files of that size, no two alike, `per_folder` of them in each folder."""
    body = os.urandom(size)
    for k in range(files):
        folder = os.path.join(path, f"folder-{k // per_folder:05}")
        if k % per_folder == 0:
            os.makedirs(folder)
        with open(os.path.join(folder, f"file-{k:07}"), "wb") as file:
            if size:
                file.write(k.to_bytes(8, "big") + body[8:])
    os.sync()  # one call for all of them
    return path
